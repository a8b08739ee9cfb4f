//! Whose a booking was when something was done about it decides what goes: also where headquarters
//! refused it, and where nobody has seen it yet.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, small_club, two_desks,
};
use crate::erased_kept::{erase, nothing};
use crate::records::{NAME, found, found_at};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::{Cluster, Database};
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
fn what_was_said_of_a_whole_series_comes_again_for_the_others_when_headquarters_is_restored() {
    let (database, mut hq, a, b) = two_desks("restored_series");
    a.ok(&["customer", "add", "--name", NAME]);
    let start = on_day(7, "10:00");
    let series = ["series", "book", "--resource", "Court 2", "--start", &start, "--minutes", "60"];
    let of = ["--rrule", "FREQ=WEEKLY;COUNT=3", "--title", "League", "--customer", "Tim Rownam"];
    let booked = a.ok(&[series.as_slice(), &of].concat());
    let dates = [0, 1, 2].map(|n| booked["bookings"][n]["booking_id"].as_str().unwrap());
    a.ok(&["edit", dates[1], "--customer", NAME]);
    a.ok(&["sync"]);
    hq.kill();
    let backup = Cluster::shared().backup(&database);
    hq.restart();
    let league = booked["series_id"].as_str().unwrap();
    a.ok(&["series", "edit", league, "--title", "Cup", "--staff-note", "allergic-to-geese"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&b, NAME);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    restore(&database, &mut hq, &backup, [&a, &b]);
    assert_eq!(inbox(&a), Vec::<Value>::new());
    for desk in [&a, &b] {
        let titles = dates.map(|it| desk.ok(&["show", it])["title"].clone());
        assert_eq!(titles, ["Cup", "", "Cup"]);
    }
    assert_converged(&database, &[&a, &b]);
}

/// Puts headquarters back to what it was; the desks bring what it has lost.
fn restore(database: &Database, hq: &mut Headquarters, backup: &Database, [a, b]: [&Cli; 2]) {
    hq.kill();
    Cluster::shared().restore(database, backup);
    hq.restart();
    // Who has something to send is asked for what was lost, too.
    for (desk, hour) in [(a, "10:00"), (b, "12:00"), (a, "14:00"), (b, "16:00")] {
        book(desk, "Court 1", &on_day(6, hour), "Tracy Smith");
        desk.ok(&["sync"]);
    }
    a.ok(&["sync"]);
    hq.admin(&["erase-again", "--org", "Club"]);
}

#[test]
fn what_stood_on_a_booking_when_it_was_given_away_comes_again_when_headquarters_is_restored() {
    let (database, mut hq, a, b) = two_desks("restored_given");
    a.ok(&["customer", "add", "--name", NAME]);
    let hers = |hour: &str| {
        let id = book(&a, "Court 2", &on_day(5, hour), NAME);
        a.ok(&["edit", &id, "--title", "Owlstreet", "--staff-note", "keys"]);
        id
    };
    let (before, cleared) = (hers("10:00"), hers("18:00"));
    a.ok(&["edit", &cleared, "--staff-note", "allergic-to-geese"]);
    a.ok(&["sync"]);
    hq.kill();
    let backup = Cluster::shared().backup(&database);
    hq.restart();
    let (since, unchanged, back) = (hers("12:00"), hers("14:00"), hers("16:00"));
    for id in [&before, &since, &unchanged, &back] {
        a.ok(&["edit", id, "--customer", "Tim Rownam", "--title", "Cup"]);
    }
    a.ok(&["edit", &cleared, "--customer", "Tim Rownam", "--title", "", "--staff-note", ""]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    for id in [&before, &since] {
        b.ok(&["edit", id, "--staff-note", "two keys"]);
    }
    b.ok(&["sync"]);
    a.ok(&["sync"]);
    a.ok(&["edit", &back, "--customer", NAME]);
    a.ok(&["edit", &back, "--staff-note", "allergic-to-geese"]);
    a.ok(&["edit", &back, "--customer", "Tracy Smith", "--staff-note", "no keys"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&b, NAME);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    let says = |desk: &Cli| {
        [&before, &since, &unchanged, &back, &cleared].map(|id| {
            let shown = desk.ok(&["show", id]);
            ["customer_name", "title", "staff_note"].map(|field| shown[field].clone())
        })
    };
    let said = says(&a);
    assert_eq!(said[1], ["Tim Rownam", "Cup", "two keys"]);
    assert_eq!(said[2], ["Tim Rownam", "Cup", "keys"]);
    assert_eq!(said[3], ["Tracy Smith", "Cup", "no keys"]);
    assert_eq!(said[4], ["Tim Rownam", "", ""]);
    restore(&database, &mut hq, &backup, [&a, &b]);
    assert_eq!((says(&a), says(&b)), (said.clone(), said));
    assert_eq!([inbox(&a), inbox(&b)], [Vec::<Value>::new(), Vec::new()]);
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
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
