//! Halls and their courts, opening hours, and how a venue does things.

use crate::desk::Desk;
use crate::{Types, each};
use serde_json::json;

/// A hall of two courts.
fn hall() -> Desk {
    let desk = Desk::with_a_court();
    desk.does("resource add --name Court_2 --kind court");
    desk.does("resource add --name Big_hall --kind room --part Court_1 --part Court_2");
    desk
}

#[test]
fn booking_the_hall_takes_both_courts_and_a_court_blocks_the_hall() {
    let desk = hall();
    let row = &desk.does("resources --kind room")["resources"][0];
    assert_eq!(each(&row["parts"], "name").len(), 2);
    let id = desk.id("book --resource Big_hall --start DAYT10:00 --minutes 60", "booking_id");
    let court = "book --resource Court_1 --start DAYT10:00 --minutes 60";
    assert_eq!(desk.is_refused(court)["code"], "slot_taken");
    desk.does(&format!("reschedule {id} --start DAYT12:00"));
    desk.does(court);
    let hall = desk.is_refused("book --resource Big_hall --start DAYT10:00 --minutes 60");
    assert_eq!(hall["code"], "slot_taken");
    assert_eq!(
        desk.does("free --resource Big_hall --from DAYT10:00 --to DAYT12:00 --minutes 60")["free"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn new_parts_that_clash_are_refused_with_the_bookings() {
    let desk = hall();
    desk.does("resource add --name Court_3 --kind court");
    let id = desk.id("book --resource Big_hall --start DAYT10:00 --minutes 60", "booking_id");
    let court_3 = "book --resource Court_3 --minutes 60 --start";
    let other = desk.id(&format!("{court_3} DAYT10:30"), "booking_id");
    desk.does(&format!("{court_3} DAYT12:00"));
    let all = "resource edit Big_hall --part Court_1 --part Court_2 --part Court_3";
    let refusal = desk.is_refused(all);
    assert_eq!(refusal["code"], "parts_taken");
    let clash = &refusal["details"]["clashes"][0];
    assert_eq!(clash["booking_id"], json!(id));
    assert_eq!(each(&clash["in_the_way"], "booking_id"), [other], "and nothing else of the part");
    desk.does(&format!("reschedule {id} --start DAYT14:00"));
    desk.does(all);
    let third = desk.is_refused("book --resource Court_3 --start DAYT14:00 --minutes 60");
    assert_eq!(third["code"], "slot_taken", "the hall's booking claims its new part");
    desk.does("resource edit Big_hall --no-parts");
    desk.does("book --resource Court_3 --start DAYT14:00 --minutes 60");
}

#[test]
fn hours_and_policies_decide_what_can_be_booked() {
    let desk = Desk::with_a_court();
    desk.does("venue edit Hall --hours mon-sun_08:00-20:00 --max-advance-days 60");
    let late = "book --resource Court_1 --start DAYT20:00 --minutes 60";
    assert_eq!(desk.is_refused(late)["code"], "outside_hours");
    desk.does(&format!("{late} --outside-hours-reason league"));
    desk.does("resource edit Court_1 --hours mon-sun_06:00-24:00 --needs-approval");
    desk.does("book --resource Court_1 --start DAYT06:00 --minutes 60");
    let policy = "venue edit Hall --free-cancel-hours 24 --min-notice-minutes 30 \
                  --customer-overlap refuse --approval-minutes 60 --requests-compete \
                  --points-per-unit 1 --tier silver=100 --tier gold=500 --max-advance-days 10";
    desk.does(policy);
    let venue = &desk.does("venues")["venues"][0];
    assert_eq!(venue["policy"]["free_cancel_minutes"], 1440);
    assert_eq!(each(&venue["policy"]["tiers"], "name"), ["silver", "gold"]);
    let twice = "venue edit Hall --tier gold=100 --tier gold=500";
    assert_eq!(desk.is_refused(twice)["details"]["field"], "tiers");
    assert_eq!(venue["hours"][0]["opens"], "08:00:00");
    let far = desk.is_refused("book --resource Court_1 --start DAYT08:00 --minutes 60");
    assert_eq!(far["code"], "too_far_ahead");
    desk.does("venue edit Hall --max-advance-days none");
    desk.does("book --resource Court_1 --start DAYT08:00 --minutes 60 --customer Tracy_Smith");
    desk.does("resource add --name Court_2 --kind court");
    let twice = "book --resource Court_2 --start DAYT08:00 --minutes 60 --customer Tracy_Smith";
    let refused = desk.is_refused(twice);
    assert_eq!(refused["code"], "customer_elsewhere");
    desk.does("venue edit Hall --customer-overlap warn");
    let warning = &desk.does(twice)["warnings"][0];
    assert_eq!(warning["code"], "customer_elsewhere");
    // Who is only warned is not told what to do instead.
    let said = [&refused["message"], &warning["message"]].map(|it| it.as_str().unwrap());
    assert_eq!(said[0].strip_prefix(said[1]), Some(" Choose another time or another customer."));
    assert_eq!(
        desk.stopped(&["venue", "edit", "Hall", "--hours", "daily"], 2)["details"]["field"],
        "hours"
    );
}
