//! Closures, time off, maintenance, blocks and openings.

use crate::desk::Desk;
use crate::{Types, day, each};
use serde_json::json;

#[test]
fn a_closure_lists_the_bookings_that_it_hits_and_can_be_taken_back() {
    let desk = Desk::with_a_court();
    let book = "book --resource Court_1 --start DAYT10:00 --minutes 60";
    let booked = desk.id(&format!("{book} --customer Tracy_Smith"), "booking_id");
    let closed = desk.does("closure add --from DAY --reason storm");
    let hit = &closed["bookings_hit"][0];
    assert_eq!(
        (&hit["booking_id"], &hit["customer_name"]),
        (&json!(booked), &json!("Tracy Smith"))
    );
    let refusal = desk.is_refused("book --resource Court_1 --start DAYT12:00 --minutes 60");
    assert_eq!(refusal["code"], "outside_hours");
    assert!(refusal["message"].as_str().unwrap().contains("storm"));
    assert_eq!(desk.does("free --from DAY --to DAY --minutes 60")["free"], json!([]));
    let listed = desk.does("exception list");
    assert_eq!(each(&listed["exceptions"], "kind"), ["closure"]);
    assert_eq!(listed["exceptions"][0]["all_day"], true);
    desk.does(&format!("exception remove {}", closed["exception_ids"][0].as_str().unwrap()));
    assert_eq!(desk.does("exception list")["exceptions"], json!([]));
    assert_eq!(desk.does("exception list --all")["exceptions"][0]["withdrawn"], true);
    desk.does("book --resource Court_1 --start DAYT12:00 --minutes 60");
}

#[test]
fn an_instructor_is_away_and_a_court_is_seen_to() {
    let desk = Desk::with_a_court();
    desk.does("staff add --name Olga --role instructor");
    desk.does("resource add --name Olga --kind instructor --staff Olga");
    let lesson = "book --resource Court_1 --resource Olga --start DAYT10:00 --minutes 60";
    desk.does(lesson);
    let away =
        desk.does("time-off add --staff Olga --from DAYT08:00 --to DAYT13:00 --reason dentist");
    assert_eq!(away["bookings_hit"].as_array().unwrap().len(), 1);
    let refusal = desk.is_refused("book --resource Olga --start DAYT12:00 --minutes 60");
    assert_eq!(refusal["code"], "outside_hours");
    desk.does("book --resource Olga --start DAYT13:00 --minutes 60");
    let seen_to = "maintenance add --resource Court_1 --from DAYT14:00 --to DAYT15:00";
    assert_eq!(desk.does(seen_to)["bookings_hit"], json!([]));
    let court = desk.is_refused("book --resource Court_1 --start DAYT14:30 --minutes 60");
    assert_eq!(court["code"], "outside_hours");
}

#[test]
fn a_recurring_block_and_an_opening_besides_the_week() {
    let desk = Desk::with_a_court();
    let block = "block add --resource Court_1 --from DAYT18:00 --to DAYT20:00 \
                 --rrule FREQ=WEEKLY --count 3 --reason league";
    let blocked = desk.does(block);
    assert_eq!(blocked["exception_ids"].as_array().unwrap().len(), 3);
    let next = day() + chrono::Duration::days(7);
    let book = format!("book --resource Court_1 --start {next}T18:30 --minutes 60");
    assert_eq!(desk.is_refused(&book)["code"], "outside_hours");
    let remove = format!("exception remove --group {}", blocked["group_id"].as_str().unwrap());
    desk.does(&remove);
    let undone = &desk.does("undo")["undone"]["sentence"];
    assert_eq!(undone, "Take back 3 exceptions to opening hours");
    assert_eq!(desk.is_refused(&book)["code"], "outside_hours");
    desk.does(&remove);
    desk.does(&book);
    desk.does("venue edit Hall --hours mon-sun_08:00-20:00");
    let early = "book --resource Court_1 --start DAYT06:00 --minutes 60";
    assert_eq!(desk.is_refused(early)["code"], "outside_hours");
    desk.does("opening add --resource Court_1 --from DAYT06:00 --to DAYT07:00");
    desk.does(early);
    let endless = "block add --resource Court_1 --from DAY --rrule FREQ=DAILY";
    assert_eq!(desk.is_refused(endless)["code"], "series_too_long");
}

/// A court that closes at eight, and a party in it from eight to nine.
fn with_a_party() -> (Desk, String) {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --hours mon-sun_08:00-20:00");
    let party = "book --resource Court_1 --start DAYT20:00 --minutes 60";
    let id = desk.id(&format!("{party} --outside-hours-reason party"), "booking_id");
    (desk, id)
}

#[test]
fn what_is_moved_outside_hours_keeps_its_reason_or_is_given_one() {
    let (desk, id) = with_a_party();
    let reason = || desk.does(&format!("show {id}"))["outside_hours_reason"].clone();
    desk.does(&format!("reschedule {id} --start DAYT20:30"));
    assert_eq!(reason(), "party");
    desk.does(&format!("reschedule {id} --minutes 90 --outside-hours-reason dance"));
    assert_eq!(reason(), "dance");
    // Within hours there is nothing to excuse any more, and so it is not excused from then on.
    desk.does(&format!("reschedule {id} --start DAYT18:00"));
    assert_eq!(reason(), json!(null));
    let late = format!("reschedule {id} --start DAYT20:00");
    assert_eq!(desk.is_refused(&late)["code"], "outside_hours");
    desk.does(&format!("{late} --outside-hours-reason late_train"));
    assert_eq!(reason(), "late train");
}

#[test]
fn a_series_outside_hours_keeps_its_reasons_when_it_is_moved_or_is_given_one() {
    let desk = Desk::with_a_court();
    let book = "series book --resource Court_1 --start DAYT18:00 --minutes 60 --rrule FREQ=WEEKLY";
    let series = desk.id(&format!("{book} --count 3"), "series_id");
    desk.does("venue edit Hall --hours mon-sun_08:00-20:00");
    let late = format!("series move {series} --start 20:00");
    assert_eq!(desk.is_refused(&late)["code"], "outside_hours");
    desk.does(&format!("{late} --outside-hours-reason league"));
    let reasons = || {
        let listed = desk.does("list --to 2999-01-01");
        let reasons = each(&listed["bookings"], "outside_hours_reason");
        reasons.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(reasons(), ["league"; 3]);
    desk.does(&format!("series move {series} --start 20:30"));
    assert_eq!(reasons(), ["league"; 3]);
    desk.does(&format!("series move {series} --start 17:00"));
    assert_eq!(reasons(), [""; 3]);
}

#[test]
fn no_span_of_the_week_is_there_twice_nor_on_and_off_at_once() {
    let desk = Desk::with_a_court();
    for hours in [
        "mon_08:00-12:00;_mon_08:00-12:00",
        "mon_08:00-12:00;_mon_08:00-12:00_off",
        "mon_08:00-12:00;_mon_08:00-12:00_from_2027-01-01",
    ] {
        let refusal = desk.is_refused(&format!("venue edit Hall --hours {hours}"));
        assert_eq!(refusal["details"]["field"], "hours", "{hours}");
    }
    let one_after_the_other = "mon_08:00-12:00_until_2026-12-31;_mon_08:00-12:00_from_2027-01-01";
    desk.does(&format!("venue edit Hall --hours {one_after_the_other}"));
}

#[test]
fn a_move_is_taken_back_with_the_reason_for_lying_outside_opening_hours() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --hours mon-sun_08:00-20:00");
    let late = "--resource Court_1 --start DAYT21:00 --minutes 60 --outside-hours-reason";
    let id = desk.id(&format!("book {late} party"), "booking_id");
    let stands = |id: &str| {
        let shown = desk.does(&format!("show {id}"));
        [shown["local_start"].clone(), shown["outside_hours_reason"].clone()]
    };
    let before = stands(&id);
    assert_eq!(before[1], "party");
    for to in ["10:00", "22:00 --outside-hours-reason dance"] {
        desk.does(&format!("reschedule {id} --start DAYT{to}"));
        assert_ne!(stands(&id), before);
        desk.does("undo");
        assert_eq!(stands(&id), before, "{to}");
    }
    desk.does(&format!("cancel {id} --reason rain"));
    let series = desk.does(&format!("series book {late} league --rrule FREQ=WEEKLY;COUNT=2"));
    let dates = each(&series["bookings"], "booking_id");
    let before: Vec<_> = dates.iter().map(|id| stands(id)).collect();
    desk.does(&format!("series move {} --start 19:00", series["series_id"].as_str().unwrap()));
    desk.does("undo");
    assert_eq!(dates.iter().map(|id| stands(id)).collect::<Vec<_>>(), before);
}
