//! A booking was somebody's who is erased, and is somebody else's: what was said of it until then goes
//! with them, and what is said of it since stays.

use crate::club::{
    assert_converged, book, headquarters, inbox, join_empty_org, on_day, small_club, two_desks,
};
use crate::erased_kept::{erase, nothing};
use crate::records::{NAME, found, found_at};
use holdfast_tests::desk::Cli;
use serde_json::{Value, json};

/// What a booking says, whose it is, and what is owed for it.
fn says(desk: &Cli, booking: &str) -> Value {
    let shown = desk.ok(&["show", booking]);
    let fields =
        ["title", "customer_note", "staff_note", "attendee_count", "customer_name", "owed"];
    fields.iter().map(|field| (field.to_string(), shown[*field].clone())).collect::<Value>()
}

fn hour(desk: &Cli, start: &str, more: &[&str]) -> String {
    let args = ["book", "--resource", "Court 1", "--start", start, "--minutes", "60"];
    let booked = desk.ok(&[args.as_slice(), &["--price", "20"], more].concat());
    booked["booking_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_desk_alone_that_forgot_somebody_brings_what_it_shows_of_others() {
    let (database, hq) = headquarters("forgot_former");
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", NAME]);
    let edit = |booking: &str, args: &[&str]| {
        desk.ok(&[["edit", booking].as_slice(), args].concat());
    };
    let hers = |at: &str, title: &str| {
        hour(&desk, &on_day(5, at), &["--customer", NAME, "--title", title])
    };
    // From her to one, and on to another; with other words at once, or with those that stand.
    let twice = hers("08:00", "Owlstreet");
    edit(&twice, &["--staff-note", "allergic-to-geese"]);
    edit(&twice, &["--customer", "Tim Rownam", "--title", "Tim", "--staff-note", ""]);
    edit(&twice, &["--customer", "Tracy Smith", "--title", "Tracy lesson", "--attendees", "4"]);
    desk.ok(&["booking", "pay", &twice, "--amount", "20", "--note", "Tracy paid"]);
    let standing = hers("10:00", "Owlstreet");
    edit(&standing, &["--title", "Cup"]);
    edit(&standing, &["--customer", "Tim Rownam"]);
    // It became hers, and is hers no longer; and hers to the end.
    let lent = hour(&desk, &on_day(5, "12:00"), &["--customer", "Tim Rownam", "--title", "Match"]);
    edit(&lent, &["--customer", NAME, "--staff-note", "allergic-to-geese"]);
    desk.ok(&["booking", "pay", &lent, "--amount", "5", "--note", "Quillfeather pays"]);
    edit(&lent, &["--title", "Owlstreet"]);
    edit(&lent, &["--customer", "Tim Rownam", "--title", "Again", "--staff-note", ""]);
    let given = hour(&desk, &on_day(5, "14:00"), &["--customer", "Tim Rownam", "--title", "Gift"]);
    edit(&given, &["--customer", NAME]);
    // Nobody's is what it was.
    let nobodys = hers("16:00", "Owlstreet");
    edit(&nobodys, &["--customer", ""]);
    edit(&nobodys, &["--staff-note", "allergic-to-geese"]);
    // A series of somebody's, of which one date was hers.
    let series = ["series", "book", "--resource", "Court 2", "--start", &on_day(7, "10:00")];
    let of = ["--minutes", "60", "--rrule", "FREQ=WEEKLY;COUNT=3", "--title", "League"];
    let whose = ["--customer", "Tim Rownam", "--customer-note", "balls"];
    let dates = desk.ok(&[series.as_slice(), &of, &whose].concat())["bookings"].clone();
    let [first, second, third] =
        [0, 1, 2].map(|n| dates[n]["booking_id"].as_str().unwrap().to_owned());
    edit(&second, &["--customer", NAME]);
    edit(&third, &["--customer", "Tracy Smith", "--title", "Tracy takes it"]);
    let league = desk.ok(&["show", &first])["series_id"].as_str().unwrap().to_owned();
    desk.ok(&["series", "edit", &league, "--staff-note", "bring the cup"]);
    // A series of hers, every date of which is somebody else's by now.
    let start = on_day(8, "12:00");
    let series = ["series", "book", "--resource", "Court 2", "--start", &start];
    let of = ["--minutes", "60", "--rrule", "FREQ=WEEKLY;COUNT=2", "--title", "Owlstreet"];
    let hers_once = desk.ok(&[series.as_slice(), &of, &["--customer", NAME]].concat());
    let evening = hers_once["bookings"][0]["booking_id"].as_str().unwrap().to_owned();
    let hers_once = hers_once["series_id"].as_str().unwrap();
    desk.ok(&["series", "edit", hers_once, "--customer", "Tim Rownam", "--title", "Evening"]);
    desk.ok(&["series", "edit", hers_once, "--title", "Late evening", "--staff-note", "keys"]);
    // What was given away or to her by mistake, and taken back.
    let back = hour(&desk, &on_day(6, "08:00"), &["--customer", NAME, "--title", "Owlstreet"]);
    edit(&back, &["--customer", "Tim Rownam", "--title", "Tim cup"]);
    desk.ok(&["undo"]);
    edit(&back, &["--staff-note", "allergic-to-geese"]);
    edit(&back, &["--customer", "Tracy Smith", "--title", "Tracy cup", "--staff-note", "T"]);
    edit(&back, &["--title", "Tracy cup, final"]);
    let loan = hour(&desk, &on_day(6, "10:00"), &["--customer", "Tracy Smith", "--title", "Loan"]);
    edit(&loan, &["--customer", NAME]);
    desk.ok(&["undo"]);
    edit(&loan, &["--staff-note", "hers again"]);
    let still = hour(&desk, &on_day(6, "12:00"), &["--customer", NAME, "--title", "Owlstreet"]);
    edit(&still, &["--customer", "Tracy Smith"]);
    desk.ok(&["undo"]);
    edit(&still, &["--staff-note", "allergic-to-geese"]);
    desk.ok(&["cancel", &still, "--reason", "Quillfeather is ill"]);
    // A series of hers that was a mistake.
    let start = on_day(9, "14:00");
    let series = ["series", "book", "--resource", "Court 2", "--start", &start];
    let of = ["--minutes", "60", "--rrule", "FREQ=WEEKLY;COUNT=2", "--title", "Owlstreet"];
    let undone = desk.ok(&[series.as_slice(), &of, &["--customer", NAME]].concat());
    let undone = undone["bookings"][0]["booking_id"].as_str().unwrap().to_owned();
    desk.ok(&["undo"]);
    erase(&desk, NAME);
    assert_eq!(found(&desk), nothing());
    let history = desk.ok(&["history", "booking", &nobodys]).to_string();
    assert!(!history.contains("allergic-to-geese") && !history.contains("Owlstreet"), "{history}");

    let kept = [&twice, &standing, &lent, &nobodys, &first, &third, &evening, &back, &loan];
    let before = kept.map(|it| says(&desk, it));
    assert_eq!(before[1]["title"], "Cup");
    assert_eq!(
        (&before[4]["title"], &before[4]["staff_note"]),
        (&"League".into(), &"bring the cup".into())
    );
    let titles = ["Late evening", "Tracy cup, final", "Loan"];
    assert_eq!([6, 7, 8].map(|n| before[n]["title"].clone()), titles);
    let spend = || {
        ["Tim Rownam", "Tracy Smith"]
            .map(|name| desk.ok(&["customer", "show", name])["figures"]["spend_minor"].clone())
    };
    let spent = spend();
    join_empty_org(&desk, &hq, &hq.url());
    assert_eq!(inbox(&desk), Vec::<Value>::new());
    assert_eq!((kept.map(|it| says(&desk, it)), spend()), (before, spent));
    assert_eq!(desk.ok(&["show", &given])["customer_name"], "Erased customer");
    assert_eq!(desk.ok(&["show", &undone])["status"], "cancelled");
    assert_eq!((found_at(&database), found(&desk)), (nothing(), nothing()));
    assert_converged(&database, &[&desk]);
}

#[test]
fn what_is_said_since_it_is_somebody_elses_stays_and_can_be_taken_back() {
    let (database, _hq, a, b) = two_desks("kept_of_the_latter");
    a.ok(&["customer", "add", "--name", NAME]);
    let booking = book(&a, "Court 1", &on_day(5, "10:00"), NAME);
    a.ok(&["edit", &booking, "--staff-note", "allergic-to-geese"]);
    a.ok(&["booking", "pay", &booking, "--amount", "5", "--note", "Quillfeather pays"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    b.ok(&["edit", &booking, "--customer", "Tim Rownam", "--staff-note", ""]);
    b.ok(&["sync"]);
    a.ok(&["sync"]);
    // Both write on Tim's.
    b.ok(&["edit", &booking, "--staff-note", "bring balls"]);
    b.ok(&["sync"]);
    a.ok(&["edit", &booking, "--staff-note", "Tim has a new phone"]);
    a.ok(&["edit", &booking, "--title", "Cup final"]);
    a.ok(&["booking", "pay", &booking, "--amount", "7", "--note", "voucher 77"]);
    assert_eq!(a.ok(&["sync"])["refused"], 1);
    let refused = inbox(&a);
    erase(&b, NAME);
    for desk in [&b, &a, &b] {
        desk.ok(&["sync"]);
    }
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_eq!(inbox(&a), refused, "what was refused is about Tim");
    let notes = |desk: &Cli| -> Vec<Value> {
        let payments = desk.ok(&["payments", &booking])["payments"].clone();
        payments.as_array().unwrap().iter().map(|it| it["note"].clone()).collect()
    };
    assert_eq!(notes(&b), [Value::Null, json!("voucher 77")]);
    let history = a.ok(&["history", "booking", &booking]).to_string();
    assert!(history.contains("bring balls") && history.contains("Cup final"), "{history}");
    assert!(!history.contains("\"whose\""), "{history}");
    for _ in 0..2 {
        a.ok(&["undo"]);
    }
    assert_eq!(says(&a, &booking)["title"], "");
    a.ok(&["sync"]);
    assert_eq!(inbox(&a).len(), 1);
    b.ok(&["sync"]);
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_is_settled_of_somebody_erased_says_no_more_than_the_rest() {
    let (database, _hq, a, b) = two_desks("settled_of_the_erased");
    a.ok(&["customer", "add", "--name", NAME]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    book(&a, "Court 1", &on_day(5, "10:00"), "Tracy Smith");
    a.ok(&["sync"]);
    let booking = hour(&b, &on_day(5, "10:00"), &["--customer", NAME]);
    b.ok(&["booking", "pay", &booking, "--amount", "20", "--note", "Owlstreet"]);
    assert_eq!(b.ok(&["sync"])["refused"], 2);
    erase(&a, NAME);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    for item in inbox(&b) {
        let id = item["operation_id"].as_str().unwrap();
        b.ok(&["inbox", "settle", id, "--reason", "Quillfeather got it back"]);
    }
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert!(inbox(&b).is_empty());
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_was_paid_for_nobodys_booking_is_said_of_whose_it_was_last() {
    let (database, _hq, a, b) = two_desks("paid_nobodys");
    let alone = small_club();
    let paid = |desk: &Cli| {
        desk.ok(&["customer", "add", "--name", NAME]);
        let id = hour(desk, &on_day(5, "10:00"), &["--customer", NAME]);
        desk.ok(&["booking", "pay", &id, "--amount", "5"]);
        desk.ok(&["edit", &id, "--customer", ""]);
        desk.ok(&["booking", "refund", &id, "--amount", "2", "--note", "Owlstreet"]);
        desk.ok(&["edit", &id, "--customer", "Tim Rownam"]);
        desk.ok(&["booking", "pay", &id, "--amount", "4", "--note", "Tim paid"]);
        id
    };
    let (apart, shared) = (paid(&alone), paid(&a));
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    erase(&alone, NAME);
    erase(&b, NAME);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    for (desk, id) in [(&alone, &apart), (&a, &shared), (&b, &shared)] {
        assert_eq!(found(desk), nothing());
        let payments = desk.ok(&["payments", id])["payments"].clone();
        let notes =
            payments.as_array().unwrap().iter().map(|it| it["note"].as_str().unwrap_or_default());
        assert_eq!(notes.collect::<Vec<_>>(), ["", "", "Tim paid"]);
    }
    assert_eq!(found_at(&database), nothing());
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_a_refusal_of_another_found_stays_where_it_is_still_said() {
    let (database, _hq, a, b) = two_desks("found_still");
    a.ok(&["customer", "add", "--name", NAME]);
    let given = |hour: &str, hers: &str, his: &str| {
        let id = book(&a, "Court 1", &on_day(5, hour), NAME);
        a.ok(&["edit", &id, "--staff-note", hers]);
        a.ok(&["edit", &id, "--customer", "Tim Rownam", "--staff-note", his]);
        id
    };
    let (cleared, alike) = (given("10:00", "Owlstreet", "racket"), given("12:00", "keys", ""));
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    b.ok(&["edit", &cleared, "--staff-note", ""]);
    b.ok(&["edit", &alike, "--staff-note", "keys"]);
    b.ok(&["sync"]);
    for id in [&cleared, &alike] {
        a.ok(&["edit", id, "--staff-note", "Tim has a new phone"]);
    }
    assert_eq!(a.ok(&["sync"])["refused"], 2);
    let refused = inbox(&a);
    erase(&b, NAME);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    assert_eq!(inbox(&a), refused, "both are about Tim");
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn a_desk_alone_keeps_nothing_of_a_gift_that_was_taken_back() {
    let (database, hq) = headquarters("taken_back_alone");
    let desk = small_club();
    desk.ok(&["customer", "add", "--name", NAME]);
    let single = hour(&desk, &on_day(5, "10:00"), &["--customer", NAME]);
    let series = ["series", "book", "--resource", "Court 2", "--start", &on_day(7, "10:00")];
    let of = ["--minutes", "60", "--rrule", "FREQ=WEEKLY;COUNT=2", "--customer", "Tim Rownam"];
    let booked = desk.ok(&[series.as_slice(), &of].concat());
    let date = booked["bookings"][1]["booking_id"].as_str().unwrap();
    desk.ok(&["edit", date, "--customer", NAME]);
    for id in [single.as_str(), date] {
        desk.ok(&["edit", id, "--staff-note", "allergic-to-geese"]);
        desk.ok(&["edit", id, "--customer", "Tracy Smith"]);
        desk.ok(&["undo"]);
    }
    let on = ["--customer", "Tim Rownam", "--staff-note", "bibs"];
    desk.ok(&[["edit", single.as_str()].as_slice(), &on].concat());
    desk.ok(&["edit", date, "--customer", "Tracy Smith", "--title", "Tracy's"]);
    desk.ok(&["edit", date, "--customer", NAME]);
    erase(&desk, NAME);
    assert_eq!(found(&desk), nothing());
    join_empty_org(&desk, &hq, &hq.url());
    assert_eq!(inbox(&desk), Vec::<Value>::new());
    let note = |id: &str| desk.ok(&["show", id])["staff_note"].clone();
    assert_eq!((note(&single), note(date)), (json!("bibs"), json!("")));
    assert_eq!((found_at(&database), found(&desk)), (nothing(), nothing()));
    assert_converged(&database, &[&desk]);
}
