//! What arrives, and the waiting operations that it concerns although they do not name it; and what
//! somebody took back that headquarters would not have.

use super::*;
use holdfast_domain::command::{AddAttendance, AddCustomer, EditVenue};
use holdfast_domain::{
    Attendance, AttendanceId, AttendanceStatus, CustomerId, CustomerOverlap, Policy,
};

impl Desk {
    /// A desk of a venue where nobody may be at two places at once, and a customer.
    fn strict() -> (Self, CustomerId) {
        let mut desk = Self::new();
        let policy = Policy { customer_overlap: CustomerOverlap::Refuse, ..Policy::default() };
        let policy = Some(Patch { from: Policy::default(), to: policy });
        let venue_id = desk.venue.id;
        let edit = Command::EditVenue(EditVenue { venue_id, policy, ..EditVenue::default() });
        let (customer, add): (CustomerId, _) = draft::add_customer("Ann", |_: &mut AddCustomer| {});
        for command in [edit, add] {
            let done = desk.replica.submit(&command, NOW).unwrap();
            assert!(matches!(done, Submission::Done(_)), "{done:?}");
        }
        desk.accept_all();
        (desk, customer)
    }

    fn book_for(&mut self, customer: CustomerId, court: usize, from: &str, to: &str) -> BookingId {
        let drafted = BookingDraft {
            venue_id: self.venue.id,
            resource_ids: vec![self.courts[court]],
            local_start: wall(from),
            local_end: wall(to),
            customer_id: Some(customer),
            text: BookingText::default(),
        }
        .book(&self.venue);
        let submission = self.replica.submit(&drafted.command, NOW).unwrap();
        assert!(matches!(submission, Submission::Done(_)), "{submission:?}");
        drafted.booking_id
    }

    fn foreign_for(&self, customer: CustomerId, court: usize, from: &str, to: &str) -> Vec<Change> {
        let (stay, _) = Stay::resolve(self.venue.timezone, wall(from), wall(to));
        let (id, by) = (BookingId(Uuid::from_u128(7)), StaffId(Uuid::from_u128(42)));
        let court = vec![self.courts[court]];
        rows_of(&Booking {
            customer_id: Some(customer),
            ..Booking::new(id, self.venue.id, court, stay, by, NOW)
        })
    }

    fn foreign_class(&self, court: usize, from: &str, to: &str) -> Vec<Change> {
        let (stay, _) = Stay::resolve(self.venue.timezone, wall(from), wall(to));
        let (id, by) = (BookingId(Uuid::from_u128(8)), StaffId(Uuid::from_u128(42)));
        let class = Booking::new(id, self.venue.id, vec![self.courts[court]], stay, by, NOW);
        rows_of(&Booking { capacity: Some(5), ..class })
    }

    /// What speaks against the operations that wait.
    fn against(&self) -> Vec<Option<String>> {
        let waiting = self.replica.waiting(usize::MAX).unwrap();
        waiting.into_iter().map(|kept| kept.at_risk.map(|notice| notice.code)).collect()
    }
}

fn place_of(customer_id: CustomerId, class: &Booking) -> Attendance {
    Attendance {
        id: AttendanceId::of(class.id, customer_id),
        booking_id: class.id,
        venue_id: class.venue_id,
        customer_id,
        status: AttendanceStatus::Booked,
        joined_at: NOW,
        joined_by: StaffId(Uuid::from_u128(42)),
        package_id: None,
        credits: 0,
        late: false,
        changed_at: None,
        reason: String::new(),
        status_before: None,
    }
}

#[test]
fn a_customer_who_is_elsewhere_by_what_arrives_puts_only_that_hour_at_risk() {
    let (mut desk, ann) = Desk::strict();
    desk.book_for(ann, 0, "10:00", "11:00");
    desk.book_for(ann, 0, "15:00", "16:00");
    let theirs = desk.foreign_for(ann, 1, "10:30", "11:30");
    desk.receive(vec![], &theirs);
    assert_eq!(desk.against(), [Some("customer_elsewhere".into()), None]);

    // It is called off there: nothing speaks against it any more.
    let Change::Booking(booking) = &theirs[0] else { panic!("a booking comes first") };
    let cancellation = holdfast_domain::Cancellation {
        cancelled_at: NOW,
        cancelled_by: StaffId(Uuid::from_u128(42)),
        reason: "ill".into(),
        initiator: Default::default(),
        late: false,
    };
    let gone = Booking {
        status: BookingStatus::Cancelled,
        cancellation: Some(cancellation),
        ..booking.clone()
    };
    desk.receive(vec![], &rows_of(&gone));
    assert_eq!(desk.against(), [None, None]);
}

#[test]
fn a_customer_whose_booking_is_moved_may_be_elsewhere_by_what_arrives() {
    let (mut desk, ann) = Desk::strict();
    let booking = desk.book_for(ann, 0, "10:00", "11:00");
    desk.accept_all();
    let there = desk.replica.booking(booking).unwrap().unwrap().booking;
    let (from, to) = (wall("14:00"), wall("15:00"));
    let moved = draft::reschedule(&desk.venue, &there, from, to, vec![desk.courts[0]]);
    let done = desk.replica.submit(&moved.command, NOW).unwrap();
    assert!(matches!(done, Submission::Done(_)), "{done:?}");
    assert_eq!(desk.against(), [None]);
    let theirs = desk.foreign_for(ann, 1, "14:30", "15:30");
    desk.receive(vec![], &theirs);
    assert_eq!(desk.against(), [Some("customer_elsewhere".into())]);
}

#[test]
fn a_customer_with_a_place_in_a_class_by_what_arrives_is_elsewhere_then() {
    let (mut desk, ann) = Desk::strict();
    desk.book_for(ann, 0, "10:00", "11:00");
    desk.book_for(ann, 0, "15:00", "16:00");
    let theirs = desk.foreign_class(1, "10:30", "11:30");
    let Change::Booking(class) = &theirs[0] else { panic!("a booking comes first") };
    let place = place_of(ann, class);
    desk.receive(vec![], &[theirs.clone(), vec![Change::Attendance(place.clone())]].concat());
    assert_eq!(desk.against(), [Some("customer_elsewhere".into()), None]);
    // The place is given back there: nothing speaks against it any more. And she gets it again.
    let gone = Attendance { status: AttendanceStatus::Cancelled, ..place.clone() };
    desk.receive(vec![], &[Change::Attendance(gone)]);
    assert_eq!(desk.against(), [None, None]);
    desk.receive(vec![], &[Change::Attendance(place)]);
    assert_eq!(desk.against(), [Some("customer_elsewhere".into()), None]);
}

#[test]
fn a_place_in_a_class_is_at_risk_where_its_customer_is_elsewhere_by_what_arrives() {
    let (mut desk, ann) = Desk::strict();
    let class = desk.foreign_class(0, "10:00", "11:00");
    desk.receive(vec![], &class);
    let join = AddAttendance {
        booking_id: BookingId(class[0].id()),
        customer_id: ann,
        waitlist: false,
        package_id: None,
        credits: 0,
    };
    let done = desk.replica.submit(&Command::AddAttendance(join), NOW).unwrap();
    assert!(matches!(done, Submission::Done(_)), "{done:?}");
    let theirs = desk.foreign_for(ann, 1, "10:30", "11:30");
    desk.receive(vec![], &theirs);
    assert_eq!(desk.against(), [Some("customer_elsewhere".into())]);
}

#[test]
fn a_class_that_is_moved_is_at_risk_where_one_of_its_people_is_elsewhere_by_what_arrives() {
    let (mut desk, ann) = Desk::strict();
    let class = desk.foreign_class(0, "10:00", "11:00");
    let Change::Booking(booking) = class[0].clone() else { panic!("a booking comes first") };
    desk.receive(vec![], &[class, vec![Change::Attendance(place_of(ann, &booking))]].concat());
    let (from, to) = (wall("14:00"), wall("15:00"));
    let moved = draft::reschedule(&desk.venue, &booking, from, to, vec![desk.courts[0]]);
    let done = desk.replica.submit(&moved.command, NOW).unwrap();
    assert!(matches!(done, Submission::Done(_)), "{done:?}");
    let theirs = desk.foreign_for(ann, 1, "14:30", "15:30");
    desk.receive(vec![], &theirs);
    assert_eq!(desk.against(), [Some("customer_elsewhere".into())]);
}

#[test]
fn a_booking_given_to_a_customer_is_at_risk_where_they_are_elsewhere_by_what_arrives() {
    let (mut desk, ann) = Desk::strict();
    let booking_id = desk.book(0, "10:00", "11:00");
    desk.accept_all();
    let customer_id = Some(Patch { from: None, to: Some(ann) });
    let give = EditBooking {
        booking_id,
        customer_id,
        title: None,
        description: None,
        customer_note: None,
        staff_note: None,
        attendee_count: None,
        meeting_url: None,
        erased: false,
        forgotten: false,
    };
    let done = desk.replica.submit(&Command::EditBooking(give), NOW).unwrap();
    assert!(matches!(done, Submission::Done(_)), "{done:?}");
    let theirs = desk.foreign_for(ann, 1, "10:30", "11:30");
    desk.receive(vec![], &theirs);
    assert_eq!(desk.against(), [Some("customer_elsewhere".into())]);
}

#[test]
fn a_desk_that_joins_finds_its_customers_where_they_are_and_replays_nothing_else() {
    let (mut desk, ann) = Desk::strict();
    let first = desk.book_for(ann, 0, "10:00", "11:00");
    desk.book_for(ann, 0, "12:00", "13:00");
    let operations = desk.waiting_ids();
    // Its own work comes back, row for row as it is here, with the verdict on half of it.
    let rows = rows_of(&desk.replica.booking(first).unwrap().unwrap().booking);
    let before = desk.all_rows();
    let absorbed = desk.receive(vec![accepted(operations[0], 1)], &rows);
    assert_eq!((absorbed.accepted, absorbed.refused), (1, 0));
    assert_eq!(desk.against(), [None]);
    let kept: Vec<_> = before.iter().filter(|row| row.starts_with("bookings")).collect();
    let after = desk.all_rows();
    let now: Vec<_> = after.iter().filter(|row| row.starts_with("bookings")).collect();
    assert_eq!(kept, now, "what comes back as it is changes nothing");
    // What another desk made at the time of what still waits speaks against it.
    let theirs = desk.foreign_for(ann, 1, "12:30", "13:30");
    desk.receive(vec![], &theirs);
    assert_eq!(desk.against(), [Some("customer_elsewhere".into())]);
}

#[test]
fn what_was_taken_back_and_is_refused_meanwhile_bothers_nobody() {
    let mut desk = Desk::new();
    let mine = desk.book(0, "10:00", "11:00");
    let undone = desk.replica.undo(NOW).unwrap().unwrap();
    assert!(matches!(undone.submission, Submission::Done(_)), "{undone:?}");
    let operations = desk.waiting_ids();
    assert_eq!((operations.len(), operations[0]), (2, undone.operation_id));

    let theirs = desk.foreign(7, 0, "10:00", "11:00");
    desk.receive(vec![refused(operations[0])], &theirs);
    assert!(desk.replica.inbox(NOW).unwrap().is_empty(), "nobody wants it any more");
    assert_eq!(desk.standing(mine), None);
    assert_eq!(desk.against(), [None], "taking back what is not there does nothing");
    desk.receive(vec![accepted(operations[1], 9)], &[]);
    assert_eq!(desk.waiting_ids(), []);
    assert!(desk.replica.inbox(NOW).unwrap().is_empty());
    let next = desk.replica.undo(NOW).unwrap().map(|undone| undone.operation_id);
    assert!(!next.is_some_and(|next| operations.contains(&next)), "each is taken back once");
}

#[test]
fn what_was_refused_is_not_what_is_taken_back_next() {
    let mut desk = Desk::new();
    let kept = desk.book(0, "08:00", "09:00");
    desk.book(0, "10:00", "11:00");
    let operations = desk.waiting_ids();
    let theirs = desk.foreign(7, 0, "10:00", "11:00");
    desk.receive(vec![refused(operations[1])], &theirs);
    assert_eq!(desk.replica.inbox(NOW).unwrap().len(), 1, "somebody has to look at it");
    let undone = desk.replica.undo(NOW).unwrap().unwrap();
    assert_eq!(undone.operation_id, operations[0]);
    let booking = desk.replica.booking(kept).unwrap().unwrap().booking;
    assert_eq!(booking.status, BookingStatus::Cancelled);
}

#[test]
fn an_archive_goes_when_its_customer_is_erased_elsewhere_or_headquarters_will_not_have_it() {
    let (mut desk, ann) = Desk::strict();
    let refused_one = desk.replica.hand_out(ann, NOW).unwrap().unwrap().archive;
    let operations = desk.waiting_ids();
    desk.receive(vec![refused(operations[0])], &[]);
    assert!(!refused_one.path.exists(), "the register does not know it");

    let hers = desk.replica.hand_out(ann, NOW).unwrap().unwrap().archive;
    desk.accept_all();
    assert!(hers.path.exists(), "nothing speaks against it");
    let customer = desk.replica.customer(ann).unwrap().unwrap();
    let erased = Change::Customer(holdfast_domain::Customer {
        name: "Erased customer".into(),
        erased_at: Some(NOW),
        ..customer
    });
    desk.receive(vec![], &[erased]);
    assert!(!hers.path.exists());
    assert_eq!(desk.replica.archives().unwrap(), []);
}
