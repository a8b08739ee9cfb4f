//! What arrives goes under what waits, and nothing that waits is lost.

mod concerned;
mod selective;

use super::*;
use crate::draft::{self, BookingDraft};
use crate::{Founding, Standing, Submission};
use chrono::NaiveDateTime;
use holdfast_domain::Entity;
use holdfast_domain::command::{BookingText, EditBooking, Patch};
use holdfast_domain::{
    Booking, BookingClaim, BookingId, BookingStatus, Notice, ResourceId, ResourceKind, StaffId,
    Stay, Venue, VenueId,
};
use holdfast_protocol::RowState;

const NOW: Timestamp = Timestamp(1_795_168_800_000);

/// A desk of one venue with two courts, all of which headquarters has accepted.
struct Desk {
    replica: Replica,
    venue: Venue,
    courts: [ResourceId; 2],
    version: u64,
    _dir: tempfile::TempDir,
}

fn wall(text: &str) -> NaiveDateTime {
    format!("2026-11-21T{text}:00").parse().unwrap()
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut replica = Replica::open(dir.path()).unwrap();
        let founding = Founding {
            org_name: "Club".into(),
            owner_name: "Olga".into(),
            venue_name: "Club".into(),
            timezone: "Europe/Berlin".into(),
            currency: "EUR".into(),
            slot_minutes: 15,
        };
        let venue_id = replica.found(&founding, NOW).unwrap().unwrap();
        let courts = ["Court 1", "Court 2"].map(|name| {
            let (id, command) =
                draft::add_resource(name, ResourceKind::Court, "", "", vec![venue_id]);
            replica.submit(&command, NOW).unwrap();
            id
        });
        meta::set(&replica.db, Key::HeadquartersUrl, "http://127.0.0.1:1").unwrap();
        let venue = replica.venue(venue_id).unwrap().unwrap();
        let mut desk = Self { replica, venue, courts, version: 0, _dir: dir };
        desk.accept_all();
        desk
    }

    fn book(&mut self, court: usize, from: &str, to: &str) -> BookingId {
        let drafted = BookingDraft {
            venue_id: self.venue.id,
            resource_ids: vec![self.courts[court]],
            local_start: wall(from),
            local_end: wall(to),
            customer_id: None,
            text: BookingText::default(),
        }
        .book(&self.venue);
        let submission = self.replica.submit(&drafted.command, NOW).unwrap();
        assert!(matches!(submission, Submission::Done(_)), "{submission:?}");
        drafted.booking_id
    }

    fn retitle(&mut self, id: BookingId, from: &str, to: &str) {
        let command = Command::EditBooking(EditBooking {
            booking_id: id,
            customer_id: None,
            title: Some(Patch { from: from.into(), to: to.into() }),
            description: None,
            customer_note: None,
            staff_note: None,
            attendee_count: None,
            meeting_url: None,
            erased: false,
            forgotten: false,
        });
        let submission = self.replica.submit(&command, NOW).unwrap();
        assert!(matches!(submission, Submission::Done(_)), "{submission:?}");
    }

    /// A booking that another desk made, as headquarters sends it.
    fn foreign(&self, n: u128, court: usize, from: &str, to: &str) -> Vec<Change> {
        let (stay, _) = Stay::resolve(self.venue.timezone, wall(from), wall(to));
        let (id, by) = (BookingId(Uuid::from_u128(n)), StaffId(Uuid::from_u128(42)));
        let court = vec![self.courts[court]];
        let booking = Booking {
            title: "theirs".into(),
            ..Booking::new(id, self.venue.id, court, stay, by, NOW)
        };
        rows_of(&booking)
    }

    fn arrival(&mut self, verdicts: Vec<Verdict>, changes: &[Change]) -> Arrival {
        self.version += 1;
        let desk = Scope::Desk(self.venue.id);
        let rows = changes.iter().map(|change| FeedRow {
            scope: desk.clone(),
            version: self.version,
            entity: change.entity().as_str().into(),
            id: change.id(),
            state: RowState::Row(feed_form(change).unwrap()),
        });
        Arrival {
            verdicts,
            rows: rows.collect(),
            cursors: [(desk, self.version)].into(),
            clock_offset_ms: 0,
            at: NOW,
            resend_from: None,
        }
    }

    fn receive(&mut self, verdicts: Vec<Verdict>, changes: &[Change]) -> Absorbed {
        let arrival = self.arrival(verdicts, changes);
        self.replica.absorb(&arrival).unwrap()
    }

    /// Headquarters accepts all that waits, and sends the rows as they are here.
    fn accept_all(&mut self) {
        let waiting = outbox::waiting(&self.replica.db, usize::MAX).unwrap();
        let mut rows = Vec::new();
        let mut verdicts = Vec::new();
        for kept in &waiting {
            verdicts.push(accepted(kept.operation.id, kept.operation.seq));
            for effect in outbox::effects(&self.replica.db, kept.operation.seq).unwrap() {
                rows.extend(store::read(&self.replica.db, effect.entity, effect.row_id).unwrap());
            }
        }
        self.receive(verdicts, &rows);
    }

    fn standing(&self, id: BookingId) -> Option<Standing> {
        let listed = self.replica.booking(id).unwrap()?;
        Some(listed.standing())
    }

    fn waiting_ids(&self) -> Vec<holdfast_domain::OperationId> {
        let waiting = self.replica.waiting(usize::MAX).unwrap();
        waiting.into_iter().map(|kept| kept.operation.id).collect()
    }

    fn all_rows(&self) -> Vec<String> {
        ["venues", "resources", "bookings", "claims", "booking_claims", "touches", "wanted"]
            .iter()
            .flat_map(|table| {
                let sql = format!("select * from {table} order by 1, 2");
                let mut select = self.replica.db.prepare(&sql).unwrap();
                let columns = select.column_count();
                select
                    .query_map([], |row| {
                        let values: Result<Vec<rusqlite::types::Value>, _> =
                            (0..columns).map(|n| row.get(n)).collect();
                        Ok(format!("{table}: {:?}", values?))
                    })
                    .unwrap()
                    .map(Result::unwrap)
                    .collect::<Vec<_>>()
            })
            .chain(
                self.replica
                    .waiting(usize::MAX)
                    .unwrap()
                    .into_iter()
                    .map(|kept| format!("outbox: {} {:?}", kept.operation.seq, kept.at_risk)),
            )
            .collect()
    }
}

fn rows_of(booking: &Booking) -> Vec<Change> {
    let mut rows = vec![Change::Booking(booking.clone())];
    for claim in booking.claims(NOW) {
        rows.push(Change::BookingClaim(BookingClaim {
            claim_id: claim.id,
            booking_id: booking.id,
        }));
        rows.push(Change::Claim(claim));
    }
    rows
}

fn accepted(operation_id: holdfast_domain::OperationId, commit: u64) -> Verdict {
    Verdict { operation_id, outcome: Outcome::Accepted { commit } }
}

fn refused(operation_id: holdfast_domain::OperationId) -> Verdict {
    let refusal =
        Notice { code: "slot_taken".into(), message: "Taken.".into(), details: Value::Null };
    Verdict { operation_id, outcome: Outcome::Refused { refusal, alternatives: Vec::new() } }
}

#[test]
fn a_booking_goes_from_tentative_to_committed() {
    let mut desk = Desk::new();
    let id = desk.book(0, "10:00", "11:00");
    assert_eq!(desk.standing(id), Some(Standing::Tentative));
    desk.accept_all();
    assert_eq!(desk.standing(id), Some(Standing::Committed));
    assert!(desk.replica.examine().unwrap().ok);
}

#[test]
fn a_clash_that_arrives_puts_the_waiting_booking_at_risk_and_its_end_brings_it_back() {
    let mut desk = Desk::new();
    let mine = desk.book(0, "10:00", "11:00");
    let theirs = desk.foreign(7, 0, "10:30", "11:30");
    desk.receive(vec![], &theirs);
    assert_eq!(desk.standing(mine), Some(Standing::AtRisk));
    let listed = desk.replica.booking(mine).unwrap().unwrap();
    assert_eq!(listed.at_risk.unwrap().code, "slot_taken");
    assert_eq!(desk.standing(BookingId(Uuid::from_u128(7))), Some(Standing::Committed));

    let Change::Booking(mut cancelled) = theirs[0].clone() else { panic!() };
    cancelled.status = BookingStatus::Cancelled;
    cancelled.cancellation = Some(holdfast_domain::Cancellation {
        cancelled_at: NOW,
        cancelled_by: StaffId(Uuid::from_u128(42)),
        reason: "rain".into(),
        initiator: holdfast_domain::Initiator::Staff,
        late: false,
    });
    desk.receive(vec![], &rows_of(&cancelled));
    assert_eq!(desk.standing(mine), Some(Standing::Tentative), "tried again, and it fits");
}

#[test]
fn a_refused_booking_leaves_the_board_and_lies_in_the_inbox_with_alternatives() {
    let mut desk = Desk::new();
    let mine = desk.book(0, "10:00", "11:00");
    let operation = desk.waiting_ids()[0];
    let theirs = desk.foreign(7, 0, "10:00", "11:00");
    desk.receive(vec![refused(operation)], &theirs);
    assert_eq!(desk.standing(mine), None);
    let inbox = desk.replica.inbox(NOW).unwrap();
    assert_eq!(inbox.len(), 1);
    assert_eq!(inbox[0].operation.id, operation);
    assert_eq!(
        inbox[0].held_by,
        Some(crate::query::HeldBy::Booking {
            who: "theirs".into(),
            stay: Stay::resolve(desk.venue.timezone, wall("10:00"), wall("11:00")).0
        })
    );
    let first = &inbox[0].alternatives[0];
    assert_eq!(first.resource_ids, [desk.courts[1]], "the same time on the other court");
    let (booking_id, submission) =
        desk.replica.book_alternative(operation, first, NOW).unwrap().unwrap();
    assert!(matches!(submission, Submission::Done(_)));
    assert_eq!(desk.standing(booking_id), Some(Standing::Tentative));
    assert!(desk.replica.inbox(NOW).unwrap().is_empty(), "booked elsewhere, so settled");
}

#[test]
fn a_clash_with_one_of_many_leaves_the_others_as_they_are() {
    let mut desk = Desk::new();
    let before = desk.waiting_ids().len();
    let ids: Vec<_> = (8..20)
        .map(|hour| desk.book(0, &format!("{hour:02}:00"), &format!("{hour:02}:45")))
        .collect();
    let operations = desk.waiting_ids();
    let theirs = desk.foreign(7, 0, "10:00", "10:30");
    desk.receive(vec![], &theirs);
    for (n, id) in ids.iter().enumerate() {
        let expected = if n == 2 { Standing::AtRisk } else { Standing::Tentative };
        assert_eq!(desk.standing(*id), Some(expected), "{n}");
    }
    assert_eq!(desk.waiting_ids(), operations, "ids and order stay");
    assert_eq!(operations.len(), before + 12);
}

#[test]
fn what_was_built_on_a_refused_operation_is_taken_back_with_it() {
    let mut desk = Desk::new();
    let id = desk.book(0, "10:00", "11:00");
    desk.retitle(id, "", "Match");
    desk.retitle(id, "Match", "Final");
    let operations = desk.waiting_ids();
    desk.receive(vec![refused(operations[0])], &[]);
    assert_eq!(desk.standing(id), None);
    assert_eq!(desk.waiting_ids(), operations[1..], "the edits still wait for their own verdicts");
    let waiting = desk.replica.waiting(10).unwrap();
    assert!(waiting.iter().all(|kept| kept.at_risk.as_ref().unwrap().code == "not_found"));
}

#[test]
fn a_verdict_that_comes_twice_counts_once_and_another_one_is_news() {
    let mut desk = Desk::new();
    desk.book(0, "10:00", "11:00");
    let operation = desk.waiting_ids()[0];
    assert_eq!(desk.receive(vec![accepted(operation, 9)], &[]).accepted, 1);
    assert_eq!(desk.receive(vec![accepted(operation, 9)], &[]).accepted, 0);
    // Headquarters was restored, and judges again.
    assert_eq!(desk.receive(vec![refused(operation)], &[]).refused, 1);
    assert_eq!(desk.receive(vec![refused(operation)], &[]).refused, 0);
    assert_eq!(desk.replica.inbox(NOW).unwrap().len(), 1);
    assert_eq!(desk.receive(vec![accepted(operation, 10)], &[]).accepted, 1);
    assert!(desk.replica.inbox(NOW).unwrap().is_empty());
    // What a person has dealt with stays so.
    assert_eq!(desk.receive(vec![refused(operation)], &[]).refused, 1);
    desk.replica.settle(operation, "", NOW).unwrap().unwrap().unwrap();
    assert_eq!(desk.receive(vec![accepted(operation, 11)], &[]).accepted, 0);
    assert!(desk.replica.inbox(NOW).unwrap().is_empty());
}

#[test]
fn an_edit_made_here_stays_on_top_of_another_desks_edit_of_another_field() {
    let mut desk = Desk::new();
    let id = desk.book(0, "10:00", "11:00");
    desk.accept_all();
    desk.retitle(id, "", "Match");
    let mut theirs = desk.replica.booking(id).unwrap().unwrap().booking;
    theirs.title = String::new();
    theirs.staff_note = "bring balls".into();
    desk.receive(vec![], &[Change::Booking(theirs)]);
    let booking = desk.replica.booking(id).unwrap().unwrap().booking;
    assert_eq!((booking.title.as_str(), booking.staff_note.as_str()), ("Match", "bring balls"));
    // The same field, changed elsewhere: ours is at risk, theirs is shown.
    let theirs = Booking { title: "Theirs".into(), ..booking };
    desk.receive(vec![], &[Change::Booking(theirs)]);
    let listed = desk.replica.booking(id).unwrap().unwrap();
    assert_eq!(listed.booking.title, "Theirs");
    assert_eq!(listed.at_risk.unwrap().code, "changed_elsewhere");
}

#[test]
fn a_move_that_no_longer_fits_leaves_the_booking_where_it_was() {
    let mut desk = Desk::new();
    let id = desk.book(0, "10:00", "11:00");
    desk.accept_all();
    let booking = desk.replica.booking(id).unwrap().unwrap().booking;
    let moved = draft::reschedule(
        &desk.venue,
        &booking,
        wall("15:00"),
        wall("16:00"),
        vec![desk.courts[0]],
    );
    desk.replica.submit(&moved.command, NOW).unwrap();
    let theirs = desk.foreign(7, 0, "15:30", "16:30");
    desk.receive(vec![], &theirs);
    let listed = desk.replica.booking(id).unwrap().unwrap();
    assert_eq!(listed.booking.stay.local_start, wall("10:00"));
    assert_eq!(listed.standing(), Standing::AtRisk);
    let over_the_old_slot = BookingDraft {
        venue_id: desk.venue.id,
        resource_ids: vec![desk.courts[0]],
        local_start: wall("10:30"),
        local_end: wall("11:30"),
        customer_id: None,
        text: BookingText::default(),
    }
    .book(&desk.venue);
    let submission = desk.replica.submit(&over_the_old_slot.command, NOW).unwrap();
    assert!(matches!(submission, Submission::Refused(Refusal::SlotTaken { .. })));
}

#[test]
fn claims_that_trade_places_arrive_in_any_order() {
    let mut desk = Desk::new();
    let (a, b) = (desk.foreign(1, 0, "10:00", "11:00"), desk.foreign(2, 0, "12:00", "13:00"));
    desk.receive(vec![], &[a, b].concat());
    let (a, b) = (desk.foreign(1, 0, "12:00", "13:00"), desk.foreign(2, 0, "10:00", "11:00"));
    desk.receive(vec![], &[a, b].concat());
    assert!(desk.replica.examine().unwrap().ok);
    let listed = desk.replica.booking(BookingId(Uuid::from_u128(1))).unwrap().unwrap();
    assert_eq!(listed.booking.stay.local_start, wall("12:00"));
}

#[test]
fn a_row_goes_when_its_last_scope_does() {
    let mut desk = Desk::new();
    let theirs = desk.foreign(1, 0, "10:00", "11:00");
    desk.receive(vec![], &theirs);
    let desk_scope = Scope::Desk(desk.venue.id);
    let gone = theirs.iter().rev().map(|change| FeedRow {
        scope: desk_scope.clone(),
        version: 99,
        entity: change.entity().as_str().into(),
        id: change.id(),
        state: RowState::Gone(true),
    });
    let arrival = Arrival {
        verdicts: vec![],
        rows: gone.collect(),
        cursors: [(desk_scope.clone(), 99)].into(),
        clock_offset_ms: 0,
        at: NOW,
        resend_from: None,
    };
    desk.replica.absorb(&arrival).unwrap();
    assert!(desk.replica.booking(BookingId(Uuid::from_u128(1))).unwrap().is_none());
    assert_eq!(desk.replica.examine().unwrap().scopes[&desk_scope.to_string()].rows, 4);
}

#[test]
fn a_waiting_move_of_a_refused_booking_holds_nothing_up() {
    let mut desk = Desk::new();
    let id = desk.book(0, "10:00", "11:00");
    let booking = desk.replica.booking(id).unwrap().unwrap().booking;
    let court = vec![desk.courts[1]];
    let moved = draft::reschedule(&desk.venue, &booking, wall("10:00"), wall("11:00"), court);
    desk.replica.submit(&moved.command, NOW).unwrap();
    let operations = desk.waiting_ids();
    desk.receive(vec![refused(operations[0])], &[]);
    assert_eq!(desk.standing(id), None);
    assert_eq!(desk.waiting_ids(), operations[1..]);
    assert_eq!(desk.receive(vec![refused(operations[1])], &[]).refused, 1);
    assert_eq!(desk.replica.inbox(NOW).unwrap().len(), 2);
}

#[test]
fn a_booking_of_a_refused_resource_holds_nothing_up() {
    let mut desk = Desk::new();
    let (court, command) =
        draft::add_resource("Court 3", ResourceKind::Court, "", "", vec![desk.venue.id]);
    desk.replica.submit(&command, NOW).unwrap();
    desk.courts[1] = court;
    let id = desk.book(1, "10:00", "11:00");
    let operations = desk.waiting_ids();
    desk.receive(vec![refused(operations[0])], &[]);
    assert_eq!(desk.standing(id), Some(Standing::AtRisk), "still on the board");
    desk.receive(vec![refused(operations[1])], &[]);
    assert_eq!(desk.standing(id), None);
}

#[test]
fn a_row_that_cannot_be_read_is_set_aside_and_taken_in_when_it_can() {
    let mut desk = Desk::new();
    let theirs = desk.foreign(1, 0, "10:00", "11:00");
    let mut arrival = desk.arrival(vec![], &theirs);
    let RowState::Row(booking) = &mut arrival.rows[0].state else { panic!() };
    booking["status"] = "levitating".into();
    let mine = desk.book(1, "12:00", "13:00");
    arrival.verdicts = vec![accepted(desk.waiting_ids()[0], 9)];
    desk.replica.absorb(&arrival).unwrap();
    assert_eq!(desk.standing(mine), Some(Standing::Committed), "the verdict counts all the same");
    let examined = desk.replica.examine().unwrap();
    assert_eq!((examined.ok, examined.set_aside), (false, 2), "the booking, and what hangs on it");
    assert_eq!(desk.standing(BookingId(Uuid::from_u128(1))), None);

    desk.receive(vec![], &theirs[..1]);
    assert_eq!(desk.standing(BookingId(Uuid::from_u128(1))), Some(Standing::Committed));
    let examined = desk.replica.examine().unwrap();
    assert_eq!((examined.ok, examined.set_aside), (true, 0));
}

#[test]
fn a_row_set_aside_does_not_come_back_after_it_is_gone() {
    let mut desk = Desk::new();
    let theirs = desk.foreign(1, 0, "10:00", "11:00");
    let mut arrival = desk.arrival(vec![], &theirs);
    let RowState::Row(booking) = &mut arrival.rows[0].state else { panic!() };
    booking["status"] = "levitating".into();
    desk.replica.absorb(&arrival).unwrap();
    let mut gone = desk.arrival(vec![], &theirs);
    for row in &mut gone.rows {
        row.state = RowState::Gone(true);
    }
    desk.replica.absorb(&gone).unwrap();
    let examined = desk.replica.examine().unwrap();
    assert_eq!((examined.ok, examined.set_aside), (true, 0));
    desk.book(0, "10:00", "11:00");
}

#[test]
fn a_parent_that_cannot_be_read_when_all_is_fetched_anew_holds_nothing_up() {
    let mut desk = Desk::new();
    let theirs = desk.foreign(1, 0, "10:00", "11:00");
    desk.receive(vec![], &theirs);
    let court = desk.replica.resource(desk.courts[0]).unwrap().unwrap();
    let newer = desk.arrival(vec![], &[Change::Resource(court)]);
    let unreadable = |mut arrival: Arrival| {
        for row in arrival.rows.iter_mut().filter(|row| row.entity == "resource") {
            let RowState::Row(resource) = &mut row.state else { panic!() };
            resource["kind"] = "hovercraft".into();
        }
        arrival
    };
    desk.replica.absorb(&unreadable(newer)).unwrap();
    scopes::reset_cursors(&desk.replica.db).unwrap();
    let all: Vec<Change> = [Entity::Venue, Entity::Resource, Entity::Staff]
        .into_iter()
        .flat_map(|entity| {
            let members = scopes::members(&desk.replica.db, &Scope::Desk(desk.venue.id)).unwrap();
            members.into_iter().filter(move |(other, _)| *other == entity)
        })
        .filter_map(|(entity, id)| store::read(&desk.replica.db, entity, id).unwrap())
        .chain(theirs)
        .collect();
    let anew = desk.arrival(vec![], &all);
    desk.replica.absorb(&unreadable(anew)).unwrap();
    assert_eq!(desk.standing(BookingId(Uuid::from_u128(1))), Some(Standing::Committed));
}

#[test]
fn many_at_risk_are_tried_again_when_their_slot_is_free() {
    let mut desk = Desk::new();
    let count = u32::try_from(AT_RISK_TRIED).unwrap() + 20;
    let time = |n: u32| format!("{:02}:{:02}", n / 4, n % 4 * 15);
    let ids: Vec<_> = (0..count).map(|n| desk.book(0, &time(n), &time(n + 1))).collect();
    let theirs = desk.foreign(7, 0, "00:00", "23:45");
    desk.receive(vec![], &theirs);
    assert!(ids.iter().all(|id| desk.standing(*id) == Some(Standing::AtRisk)));
    let elsewhere = desk.foreign(7, 1, "00:00", "23:45");
    let mut rows = elsewhere;
    let Change::Claim(mut left) = theirs[2].clone() else { panic!() };
    left.active = false;
    rows.push(Change::Claim(left));
    desk.receive(vec![], &rows);
    assert!(ids.iter().all(|id| desk.standing(*id) == Some(Standing::Tentative)));
}

#[test]
fn a_venue_lost_from_scope_takes_its_rows_along() {
    let mut desk = Desk::new();
    let arrival = Arrival {
        verdicts: vec![],
        rows: vec![],
        cursors: BTreeMap::new(),
        clock_offset_ms: 0,
        at: NOW,
        resend_from: None,
    };
    desk.replica.absorb(&arrival).unwrap();
    assert!(desk.replica.venue(VenueId(desk.venue.id.0)).unwrap().is_none());
    assert!(desk.replica.resources().unwrap().is_empty());
}
