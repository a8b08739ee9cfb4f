//! Whose a booking was when something was done about it decides what goes: also where headquarters
//! refused it, and where nobody has seen it yet.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, small_club, two_desks,
};
use crate::erased_kept::{erase, nothing};
use crate::records::{NAME, found, found_at};
use holdfast_tests::desk::Cli;
use serde_json::{Value, json};

#[test]
fn what_was_refused_of_a_booking_while_it_was_theirs_goes_and_what_was_refused_since_stays() {
    let (database, _hq, a, b) = two_desks("refused_while_theirs");
    a.ok(&["customer", "add", "--name", NAME]);
    let on_hers = |hour: &str| book(&a, "Court 1", &on_day(5, hour), NAME);
    let (given, twice, nobodys) = (on_hers("10:00"), on_hers("12:00"), on_hers("14:00"));
    let bookings = [&given, &twice, &nobodys];
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    // Both write on hers; this desk is refused, and puts one of them aside.
    for booking in bookings {
        b.ok(&["edit", booking, "--staff-note", "balls", "--title", "Lesson"]);
        a.ok(&["edit", booking, "--staff-note", "allergic-to-geese"]);
    }
    a.ok(&["edit", &twice, "--title", "Owlstreet"]);
    b.ok(&["sync"]);
    assert_eq!(a.ok(&["sync"])["refused"], 4);
    let aside = inbox(&a)[0]["operation_id"].as_str().unwrap().to_owned();
    a.ok(&["inbox", "settle", &aside, "--reason", "Quillfeather knows"]);
    // It is given away, here or there, and both write on it again.
    b.ok(&["edit", &given, "--customer", "Tim Rownam"]);
    b.ok(&["sync"]);
    a.ok(&["sync"]);
    a.ok(&["edit", &twice, "--customer", "Tim Rownam"]);
    a.ok(&["edit", &nobodys, "--customer", ""]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    a.ok(&["edit", &twice, "--customer", "Tracy Smith"]);
    for (booking, note) in [(&given, "Tim has a new phone"), (&twice, "Tracy has a new phone")] {
        b.ok(&["edit", booking, "--staff-note", "keys"]);
        a.ok(&["edit", booking, "--staff-note", note]);
    }
    b.ok(&["sync"]);
    assert_eq!(a.ok(&["sync"])["refused"], 2);
    let since = inbox(&a)[3..].to_vec();
    erase(&b, NAME);
    for desk in [&b, &a, &b] {
        desk.ok(&["sync"]);
    }
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_eq!(inbox(&a).len(), 5);
    assert_eq!(inbox(&a)[3..], since, "what was refused since is about the others");
    // Those of the others go with the others.
    erase(&b, "Tim Rownam");
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    let kept = Value::from(inbox(&a)).to_string();
    assert!(!kept.contains("Tim has") && kept.contains("Tracy has a new phone"), "{kept}");
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn why_a_booking_is_what_it_is_stays_with_whose_it_is_now() {
    let (database, hq) = headquarters("means_of_the_latter");
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", NAME]);
    desk.ok(&["customer", "add", "--name", "Timothy Baker"]);
    let hour = |start: &str, why: &str| {
        let args = ["book", "--resource", "Court 1", "--start", start, "--minutes", "60"];
        let more = ["--customer", NAME, "--outside-hours-reason", why];
        let booked = desk.ok(&[args.as_slice(), &more].concat());
        booked["booking_id"].as_str().unwrap().to_owned()
    };
    let late = hour(&on_day(5, "23:00"), "the cup is at night");
    let moved = hour(&on_day(6, "12:00"), "");
    let (start, why) = (on_day(6, "23:00"), "Xanthippe asked");
    desk.ok(&["reschedule", &moved, "--start", &start, "--outside-hours-reason", why]);
    let off = hour(&on_day(7, "12:00"), "");
    desk.ok(&["cancel", &off, "--reason", "Quillfeather is ill"]);
    let past = hour(&on_day(9, "23:00"), "Xanthippe asked");
    let hers = hour(&on_day(8, "23:00"), "Xanthippe asked");
    let to = |name: &str, bookings: &[&String]| {
        for booking in bookings {
            desk.ok(&["edit", booking, "--customer", name]);
        }
    };
    let why = |booking: &str| {
        let shown = desk.ok(&["show", booking]);
        [shown["outside_hours_reason"].clone(), shown["cancellation"]["reason"].clone()]
    };
    to("Timothy Baker", &[&late, &moved, &off, &past]);
    erase(&desk, NAME);
    let stands = [&late, &moved, &off].map(|it| why(it));
    assert_eq!(stands[1][0], "Xanthippe asked", "it is his booking");
    // And on to somebody else, from who is forgotten later.
    to("Tracy Smith", &[&late, &past]);
    desk.ok(&["reschedule", &past, "--start", &on_day(9, "12:00")]);
    erase(&desk, "Timothy Baker");
    join_empty_org(&desk, &hq, &hq.url());
    assert_eq!(inbox(&desk), Vec::<Value>::new());
    assert_eq!((why(&late), why(&past)[0].clone()), (stands[0].clone(), Value::Null));
    assert_eq!(why(&late)[0], "the cup is at night");
    for gone in [&moved, &off, &hers] {
        assert!(!json!(why(gone)).to_string().contains("Xanthippe"));
        assert_eq!(desk.ok(&["show", gone])["customer_name"], "Erased customer");
    }
    assert_eq!((found_at(&database), found(&desk)), (nothing(), nothing()));
    assert_converged(&database, &[&desk]);
}

#[test]
fn a_series_is_called_as_it_was_only_where_a_date_of_somebody_else_is() {
    let (database, _hq, a, b) = two_desks("series_called");
    a.ok(&["customer", "add", "--name", NAME]);
    let weekly = |hour: &str, title: &str| {
        let start = on_day(7, hour);
        let series = ["series", "book", "--resource", "Court 2", "--start", &start];
        let of = ["--minutes", "60", "--rrule", "FREQ=WEEKLY;COUNT=2", "--title", title];
        let booked = a.ok(&[series.as_slice(), &of, &["--customer", NAME]].concat());
        booked["bookings"][0]["booking_id"].as_str().unwrap().to_owned()
    };
    let (kept, renamed) = (weekly("10:00", "Evening match"), weekly("12:00", "Owlstreet"));
    a.ok(&["edit", &kept, "--customer", "Tim Rownam"]);
    a.ok(&["edit", &renamed, "--customer", "Tim Rownam", "--title", "Cup"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&b, NAME);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    for desk in [&a, &b] {
        let called = [&kept, &renamed].map(|date| {
            let series = desk.ok(&["show", date])["series_id"].as_str().unwrap().to_owned();
            desk.ok(&["series", "show", &series])["series"]["title"].clone()
        });
        assert_eq!(called, [json!("Evening match"), Value::Null]);
    }
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_was_done_and_is_forgotten_is_not_taken_back() {
    let (database, _hq, a, b) = two_desks("forgotten_undo");
    a.ok(&["customer", "add", "--name", NAME]);
    let booking = book(&a, "Court 1", &on_day(5, "10:00"), NAME);
    a.ok(&["edit", &booking, "--staff-note", "allergic-to-geese"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&b, NAME);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    assert_eq!(a.ok(&["undo"]), json!({ "changed": false, "undone": null }));
    assert_eq!(a.ok(&["show", &booking])["status"], "confirmed");
    // What is done since can be.
    book(&a, "Court 1", &on_day(5, "12:00"), "Tim Rownam");
    assert_eq!(a.ok(&["undo"])["changed"], true);
    assert_eq!(a.ok(&["undo"])["changed"], false);
    assert_eq!((found_at(&database), found(&a)), (nothing(), nothing()));
    a.ok(&["sync"]);
    assert_converged(&database, &[&a]);
}

#[test]
fn who_is_erased_twice_takes_nothing_with_them_of_what_is_nobodys_since() {
    let (database, hq) = headquarters("erased_twice");
    let alone = small_club();
    alone.ok(&["customer", "add", "--name", NAME]);
    let customer = alone.ok(&["customers", "--search", "Quill"])["customers"][0]["id"].clone();
    let customer = customer.as_str().unwrap();
    let [nobodys, hers] =
        ["10:00", "12:00"].map(|hour| book(&alone, "Court 1", &on_day(5, hour), NAME));
    alone.ok(&["edit", &nobodys, "--customer", "", "--staff-note", "allergic-to-geese"]);
    erase(&alone, NAME);
    let write = |desk: &Cli, note: &str, reason: &str| {
        desk.ok(&["edit", &nobodys, "--staff-note", note]);
        // That alone is no reason to erase anything.
        let again = ["privacy", "erase", customer, "--reason", reason, "--yes"];
        assert_eq!(desk.ok(&again)["changed"], false);
        desk.ok(&["edit", &hers, "--staff-note", "allergic-to-geese"]);
        desk.ok(&again);
        assert_eq!(desk.ok(&["show", &nobodys])["staff_note"], note);
    };
    write(&alone, "two keys", "Owlstreet 1");
    assert_eq!(found(&alone), nothing());
    join_empty_org(&alone, &hq, &hq.url());
    write(&alone, "three keys", "Quillfeather asked");
    alone.ok(&["sync"]);
    assert_eq!(inbox(&alone), Vec::<Value>::new());
    assert_eq!((found_at(&database), found(&alone)), (nothing(), nothing()));
    assert_eq!(alone.ok(&["show", &nobodys])["staff_note"], "three keys");
    assert_converged(&database, &[&alone]);
}
