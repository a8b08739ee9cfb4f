//! Headquarters was restored to what it was before somebody was erased: what the desks bring again is the
//! others', all of it, and nothing of who is forgotten.

use crate::club::{assert_converged, book, inbox, on_day, second_desk, two_desks};
use crate::erased_kept::{erase, nothing};
use crate::records::{NAME, found, found_at};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::{Cluster, Database};
use serde_json::{Value, json};

/// What headquarters is now, to be put back to.
fn backup(database: &Database, hq: &mut Headquarters) -> Database {
    hq.kill();
    let backup = Cluster::shared().backup(database);
    hq.restart();
    backup
}

/// Whose some bookings are, and what they say.
fn says(desk: &Cli, bookings: &[&String]) -> Vec<Value> {
    let says = |id: &&String| {
        let shown = desk.ok(&["show", id]);
        ["customer_name", "title", "staff_note"].iter().map(|field| shown[*field].clone()).collect()
    };
    bookings.iter().map(says).collect()
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
    let backup = backup(&database, &mut hq);
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
        book(desk, "Court 1", &on_day(6, hour), "Tim Rownam");
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
    let backup = backup(&database, &mut hq);
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
    let all = [&before, &since, &unchanged, &back, &cleared];
    let said = says(&a, &all);
    assert_eq!(said[1], json!(["Tim Rownam", "Cup", "two keys"]));
    assert_eq!(said[2], json!(["Tim Rownam", "Cup", "keys"]));
    assert_eq!(said[3], json!(["Tracy Smith", "Cup", "no keys"]));
    assert_eq!(said[4], json!(["Tim Rownam", "", ""]));
    restore(&database, &mut hq, &backup, [&a, &b]);
    assert_eq!((says(&a, &all), says(&b, &all)), (said.clone(), said));
    assert_eq!([inbox(&a), inbox(&b)], [Vec::<Value>::new(), Vec::new()]);
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_others_had_by_then_is_theirs_again_whoever_comes_back_first() {
    let (database, mut hq, a, b) = two_desks("restored_passed");
    a.ok(&["customer", "add", "--name", NAME]);
    a.ok(&["customer", "add", "--name", "Yara Finch"]);
    let of = |customer: &str, hour: &str, title: &str, note: &str| {
        let id = book(&a, "Court 2", &on_day(5, hour), customer);
        a.ok(&["edit", &id, "--title", title, "--staff-note", note]);
        id
    };
    let [late, named] =
        ["10:00", "11:00"].map(|hour| of(NAME, hour, "Owlstreet", "allergic-to-geese"));
    let refused = of(NAME, "12:00", "Match", "");
    let lent = of("Tracy Smith", "13:00", "Tracy's", "bibs");
    let passed = of(NAME, "14:00", "Owlstreet", "");
    let nobodys = of(NAME, "15:00", "Owlstreet", "allergic-to-geese");
    a.ok(&["edit", &nobodys, "--customer", ""]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    b.ok(&["edit", &refused, "--title", "Return match"]);
    b.ok(&["sync"]);
    let backup = backup(&database, &mut hq);
    // Refused, and then somebody else's.
    a.ok(&["edit", &refused, "--customer", "Tim Rownam", "--title", "Cup"]);
    assert_eq!(a.ok(&["sync"])["refused"], 1);
    b.ok(&["edit", &refused, "--customer", "Tracy Smith", "--title", "Tracy's cup"]);
    b.ok(&["sync"]);
    // Lent to them, and given on with what stands on it then.
    a.ok(&["edit", &lent, "--customer", NAME]);
    a.ok(&["edit", &lent, "--title", "Cup", "--staff-note", "keys"]);
    a.ok(&["edit", &lent, "--customer", "Tim Rownam"]);
    // Somebody else's and nobody's in between.
    a.ok(&["edit", &passed, "--customer", "Yara Finch", "--title", "Yara's"]);
    a.ok(&["edit", &passed, "--customer", "", "--title", "House"]);
    a.ok(&["edit", &passed, "--customer", "Tim Rownam", "--title", "Cup", "--staff-note", "keys"]);
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
    }
    erase(&b, NAME);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    // Given away by who knows of the erasure.
    a.ok(&["edit", &late, "--customer", "Tim Rownam"]);
    a.ok(&["edit", &named, "--customer", "Tim Rownam", "--title", "Cup"]);
    a.ok(&["edit", &nobodys, "--customer", "Tim Rownam", "--title", "Cup"]);
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
    }
    // Written while the line is down, and sent with what headquarters has lost.
    a.ok(&["edit", &late, "--staff-note", "keys"]);
    a.ok(&["edit", &late, "--staff-note", "two keys"]);
    let all = [&late, &named, &nobodys, &refused, &lent, &passed];
    let before = says(&a, &all);
    let tims = |title: &str, note: &str| json!(["Tim Rownam", title, note]);
    let third = json!(["Tracy Smith", "Tracy's cup", ""]);
    let cup = tims("Cup", "keys");
    assert_eq!(
        before,
        [tims("", "two keys"), tims("Cup", ""), tims("Cup", ""), third, cup.clone(), cup]
    );
    restore(&database, &mut hq, &backup, [&a, &b]);
    assert_eq!((says(&a, &all), says(&b, &all)), (before.clone(), before));
    assert_eq!((inbox(&a).len(), inbox(&b).len()), (1, 0));
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_is_written_since_a_gift_stays_though_it_comes_before_the_gift() {
    let (database, mut hq, a, b) = two_desks("restored_since");
    a.ok(&["customer", "add", "--name", NAME]);
    let id = book(&a, "Court 2", &on_day(5, "10:00"), NAME);
    a.ok(&["edit", &id, "--title", "Owlstreet", "--staff-note", "keys"]);
    let paid = book(&a, "Court 2", &on_day(5, "12:00"), NAME);
    a.ok(&["customer", "edit", NAME, "--note", "Owlstreet 1"]);
    a.ok(&["sync"]);
    let backup = backup(&database, &mut hq);
    a.ok(&["edit", &id, "--customer", "Tim Rownam", "--title", "Cup"]);
    a.ok(&["booking", "pay", &paid, "--amount", "5", "--note", "Quillfeather pays"]);
    a.ok(&["customer", "edit", NAME, "--note", "allergic-to-geese"]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    b.ok(&["customer", "edit", NAME, "--name", "Quillfeather"]);
    b.ok(&["customer", "edit", "Quillfeather", "--name", NAME, "--phone", "0555-98765"]);
    b.ok(&["edit", &paid, "--customer", "Tim Rownam"]);
    b.ok(&["edit", &id, "--staff-note", "two keys"]);
    b.ok(&["sync"]);
    erase(&a, NAME);
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
    }
    restore(&database, &mut hq, &backup, [&b, &a]);
    b.ok(&["sync"]);
    let tims = json!(["Tim Rownam", "Cup", "two keys"]);
    assert_eq!((says(&a, &[&id]), says(&b, &[&id])), (vec![tims.clone()], vec![tims]));
    let payments = a.ok(&["payments", &paid])["payments"].clone();
    assert_eq!(
        (&payments[0]["amount"]["minor"], &payments[0]["note"]),
        (&500.into(), &json!(null))
    );
    assert_eq!([inbox(&a), inbox(&b)], [Vec::<Value>::new(), Vec::new()]);
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_does_not_stand_any_more_after_a_restore_is_in_the_inbox() {
    let (database, mut hq, a, b) = two_desks("restored_refused");
    a.ok(&["customer", "add", "--name", NAME]);
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let backup = backup(&database, &mut hq);
    let id = book(&b, "Court 2", &on_day(5, "10:00"), NAME);
    b.ok(&["booking", "pay", &id, "--amount", "20"]);
    b.ok(&["edit", &id, "--customer", "Tim Rownam", "--staff-note", "two keys"]);
    b.ok(&["sync"]);
    erase(&a, NAME);
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
    }
    assert_eq!(inbox(&b), Vec::<Value>::new());
    // Who erased them comes back first: nothing new is about them then.
    restore(&database, &mut hq, &backup, [&a, &b]);
    let items = inbox(&b);
    let of = |field: &str| items.iter().map(|it| it[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("outcome"), ["refused", "dependent_refused", "dependent_refused"]);
    assert_eq!(of("has_happened"), [false, true, false]);
    assert_eq!(items[0]["refusal"]["code"], "customer_erased");
    assert_eq!(items[2]["command"]["staff_note"]["to"], "two keys");
    for item in &items {
        let settle = ["inbox", "settle", item["operation_id"].as_str().unwrap()];
        b.ok(&[settle.as_slice(), &["--reason", "entered again"]].concat());
    }
    b.ok(&["sync"]);
    assert_eq!(inbox(&b), Vec::<Value>::new(), "once");
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_was_refused_of_who_is_erased_stays_refused_whoever_comes_back_first() {
    for (name, is_first) in [("restored_told", true), ("restored_untold", false)] {
        let (database, mut hq, a, b) = two_desks(name);
        a.ok(&["customer", "add", "--name", NAME]);
        let id = book(&a, "Court 2", &on_day(5, "10:00"), "Tim Rownam");
        for desk in [&a, &b] {
            desk.ok(&["sync"]);
        }
        let backup = backup(&database, &mut hq);
        erase(&a, NAME);
        a.ok(&["sync"]);
        // The other desk does not know yet.
        b.ok(&["edit", &id, "--customer", NAME]);
        b.ok(&["edit", &id, "--staff-note", "allergic-to-geese"]);
        assert_eq!(b.ok(&["sync"])["refused"], 2);
        // Now it does.
        b.ok(&["edit", &id, "--title", "Cup", "--staff-note", "bibs"]);
        assert_eq!(b.ok(&["sync"])["refused"], 0);
        restore(&database, &mut hq, &backup, if is_first { [&b, &a] } else { [&a, &b] });
        b.ok(&["sync"]);
        let tims = json!(["Tim Rownam", "Cup", "bibs"]);
        assert_eq!((says(&a, &[&id]), says(&b, &[&id])), (vec![tims.clone()], vec![tims]));
        let outcomes = inbox(&b).iter().map(|it| it["outcome"].clone()).collect::<Vec<_>>();
        assert_eq!(outcomes, ["refused", "dependent_refused"]);
        assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
        assert_converged(&database, &[&a, &b]);
    }
}

#[test]
fn who_was_erased_along_with_another_is_erased_again_before_their_merging_comes_again() {
    let (database, mut hq, a, b) = two_desks("restored_merged");
    b.ok(&["customer", "add", "--name", NAME]);
    b.ok(&["customer", "edit", NAME, "--address", "Owlstreet 1"]);
    let id = book(&b, "Court 2", &on_day(5, "10:00"), NAME);
    b.ok(&["edit", &id, "--staff-note", "allergic-to-geese"]);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    let backup = backup(&database, &mut hq);
    b.ok(&["customer", "merge", NAME, "--into", "Tracy Smith"]);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    erase(&a, "Tracy Smith");
    for desk in [&a, &b] {
        desk.ok(&["sync"]);
    }
    restore(&database, &mut hq, &backup, [&a, &b]);
    assert_eq!(inbox(&a), Vec::<Value>::new(), "who erased them need do nothing");
    let codes = inbox(&b).iter().map(|it| it["refusal"]["code"].clone()).collect::<Vec<_>>();
    assert_eq!(codes, ["customer_erased"], "of the merging, nothing is left to be done");
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn who_was_erased_is_erased_again_though_the_desk_that_entered_them_has_never_heard_of_it() {
    let (database, mut hq, a, b) = two_desks("restored_unknown");
    let backup = backup(&database, &mut hq);
    b.ok(&["customer", "add", "--name", NAME]);
    b.ok(&["customer", "edit", NAME, "--address", "Owlstreet 1"]);
    let id = book(&b, "Court 2", &on_day(5, "10:00"), NAME);
    b.ok(&["edit", &id, "--staff-note", "allergic-to-geese"]);
    for desk in [&b, &a] {
        desk.ok(&["sync"]);
    }
    erase(&a, NAME);
    a.ok(&["sync"]);
    restore(&database, &mut hq, &backup, [&a, &b]);
    assert_eq!(inbox(&a), Vec::<Value>::new());
    let commands = inbox(&b).iter().map(|it| it["command"]["type"].clone()).collect::<Vec<_>>();
    assert_eq!(commands, ["add_customer", "edit_customer", "book", "edit_booking"]);
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}

#[test]
fn what_another_verdict_than_before_finds_of_who_is_erased_is_not_kept() {
    let (database, mut hq, a, b) = two_desks("restored_verdict");
    a.ok(&["customer", "add", "--name", NAME]);
    let (start, ask) = (on_day(7, "10:00"), ["book", "--resource", "Court 2", "--start"]);
    let of = ["--minutes", "60", "--customer", NAME, "--request"];
    let asked = a.ok(&[ask.as_slice(), &[start.as_str()], &of].concat());
    let asked = asked["booking_id"].as_str().unwrap();
    a.ok(&["sync"]);
    b.ok(&["sync"]);
    let third = second_desk(&hq, &hq.url(), "Riverside");
    let backup = backup(&database, &mut hq);
    a.ok(&["reject", asked, "--reason", "full"]);
    a.ok(&["customer", "edit", NAME, "--note", "Owlstreet 1"]);
    a.ok(&["sync"]);
    erase(&third, NAME);
    third.ok(&["sync"]);
    a.ok(&["sync"]);
    // The other desk knows of neither, and comes back first; the one that erased them comes last.
    b.ok(&["reject", asked, "--reason", "allergic-to-geese"]);
    b.ok(&["customer", "edit", NAME, "--note", "allergic-to-geese"]);
    restore(&database, &mut hq, &backup, [&b, &a]);
    let codes = inbox(&a).iter().map(|it| it["refusal"]["code"].clone()).collect::<Vec<_>>();
    assert_eq!(codes, ["changed_elsewhere"; 2]);
    book(&third, "Court 1", &on_day(8, "10:00"), "Tim Rownam");
    for desk in [&third, &third, &a, &b] {
        desk.ok(&["sync"]);
    }
    hq.admin(&["erase-again", "--org", "Club"]);
    assert_eq!((found_at(&database), found(&a), found(&b)), (nothing(), nothing(), nothing()));
    assert_converged(&database, &[&a, &b]);
}
