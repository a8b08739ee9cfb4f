//! What happened at the venue, on its days: credits that paid and came back, money, a roster with
//! somebody who waits, a series with a date that had no room, what was called off late.

use super::club::Club;
use super::{NOW, gbp};
use holdfast_domain::command::{
    AddAttendance, Book, BookSeries, Cancel, CancelAttendance, CheckIn, CorrectCredits, OnConflict,
    Patch, Request, Seen, SetStatus, TakePayment,
};
use holdfast_domain::id::CreditEntryId;
use holdfast_domain::recurrence::Recurrence;
use holdfast_domain::schedule::stay_at;
use holdfast_domain::{
    Attendance, AttendanceId, AttendanceStatus, Booking, BookingId, BookingStatus, Command,
    CustomerId, Initiator, PackageId, PaymentId, PaymentMethod, Product, SeriesId, Stay, Timestamp,
};
use holdfast_replica::draft::sell_package;
use holdfast_replica::{Filter, Submission};
use uuid::Uuid;

/// Days before `NOW` on which things happened.
pub(super) const AGO: [i64; 3] = [30, 20, 10];

impl Club {
    /// What is done `days` before the rest.
    pub(super) fn ago(&mut self, days: i64, command: Command) {
        let at = NOW.plus_ms(-days * 24 * 3_600_000);
        self.at(at, command);
    }

    pub(super) fn at(&mut self, at: Timestamp, command: Command) {
        let command = self.replica.with_terms(command, at).unwrap();
        let done = self.replica.submit(&command, at).unwrap();
        assert!(matches!(done, Submission::Done(_)), "{done:?} {command:?}");
    }

    pub(super) fn happen(&mut self) {
        let card = self.sell();
        self.lessons(card);
        self.class(card, "2026-11-12T18:00:00");
        self.comes_after_all(card);
        self.class(card, "2026-12-10T18:00:00");
        self.weekly();
    }

    fn sell(&mut self) -> PackageId {
        let card: Product = self.replica.get(self.card).unwrap().unwrap();
        let day = "2026-10-21".parse().unwrap();
        let (package_id, sell) = sell_package(&card, self.amara, &self.venue, day);
        self.ago(AGO[0], sell);
        let entry_id = CreditEntryId(Uuid::now_v7());
        let reason = "One was missing; sorry".into();
        let correct = CorrectCredits { entry_id, package_id, credits: 1, reason, booking_id: None };
        self.ago(AGO[1], Command::CorrectCredits(correct));
        package_id
    }

    fn lesson(&mut self, days: i64, start: &str, with: impl FnOnce(&mut Book)) -> BookingId {
        let coach = self.replica.resources().unwrap();
        let coach = coach.iter().find(|it| it.name == "Lena").unwrap().id;
        let stay = stay_at(&self.venue, start.parse().unwrap(), 60).unwrap();
        let id = BookingId(Uuid::now_v7());
        let resources = vec![self.courts[0], coach];
        let mut book = Book {
            service_id: Some(self.lesson),
            customer_id: Some(self.amara),
            ..Book::new(id, self.venue.id, resources, stay)
        };
        with(&mut book);
        self.ago(days, Command::Book(book));
        id
    }

    /// One paid by the card, one called off in time, one too late, one paid in part and given back
    /// in part, one turned down, and one to which nobody came.
    fn lessons(&mut self, card: PackageId) {
        let by_card = |book: &mut Book| (book.package_id, book.credits) = (Some(card), 2);
        self.lesson(AGO[1], "2026-12-08T10:00:00", by_card);
        let off = self.lesson(AGO[1], "2026-12-08T14:00:00", by_card);
        self.cancel(AGO[2], off, false, Initiator::Customer);
        self.lesson(AGO[1], "2026-11-22T12:00:00", by_card);
        let late = self.lesson(AGO[1], "2026-11-10T18:00:00", |_| {});
        self.cancel(AGO[2], late, true, Initiator::Customer);
        let paid = self.lesson(AGO[1], "2026-12-09T10:00:00", |_| {});
        self.pay(AGO[2], paid, None, "20", false);
        self.pay(0, paid, None, "5.25", true);
        let ask = |book: &mut Book| {
            book.request = Some(Request { competing: false, approve_by: None });
        };
        let asked = self.lesson(AGO[1], "2026-12-09T14:00:00", ask);
        self.became(AGO[2], asked, BookingStatus::Rejected, "No room, sorry");
        let missed = self.lesson(AGO[1], "2026-11-05T10:00:00", |_| {});
        self.became(0, missed, BookingStatus::NoShow, "");
    }

    pub(super) fn cancel(&mut self, days: i64, id: BookingId, late: bool, initiator: Initiator) {
        let booking: Booking = self.replica.get(id).unwrap().unwrap();
        let cancel = Cancel {
            booking_id: id,
            from_status: booking.status,
            reason: "Ill, “sorry”".into(),
            initiator,
            late,
            waive_reason: String::new(),
            package_id: booking.package_id,
            cancelled_at: None,
        };
        self.ago(days, Command::Cancel(cancel));
    }

    fn became(&mut self, days: i64, booking_id: BookingId, to: BookingStatus, reason: &str) {
        let from = self.replica.get::<Booking>(booking_id).unwrap().unwrap().status;
        let set = SetStatus {
            booking_id,
            status: Patch { from, to },
            reason: reason.into(),
            lapsed: false,
            package_id: None,
        };
        self.ago(days, Command::SetStatus(set));
    }

    pub(super) fn pay(
        &mut self,
        days: i64,
        booking_id: BookingId,
        place_of: Option<CustomerId>,
        amount: &str,
        refund: bool,
    ) {
        let payment = TakePayment {
            payment_id: PaymentId(Uuid::now_v7()),
            booking_id,
            attendance_id: place_of.map(|id| AttendanceId::of(booking_id, id)),
            amount: gbp(amount).unwrap(),
            method: PaymentMethod::Card,
            refund,
            note: "Paid at the bar, “as ever”".into(),
        };
        self.ago(days, Command::TakePayment(payment));
    }

    /// A class of two places: one by the card, one in money, and one who waits.
    fn class(&mut self, card: PackageId, start: &str) {
        let stay = stay_at(&self.venue, start.parse().unwrap(), 60).unwrap();
        let id = BookingId(Uuid::now_v7());
        let class = Book {
            event_id: Some(self.dance),
            capacity: Some(2),
            credits: 2,
            service_id: Some(self.lesson),
            price: gbp("30.50"),
            ..Book::new(id, self.venue.id, vec![self.courts[1], self.lena()], stay)
        };
        self.ago(AGO[1], Command::Book(class));
        let others = self.replica.customers("", 10).unwrap();
        let may = |id: &CustomerId| *id != self.amara && *id != self.tracy;
        let others: Vec<CustomerId> = others.iter().map(|it| it.id).filter(may).collect();
        self.ago(AGO[1], join(id, self.amara, false, Some(card)));
        self.ago(AGO[1], join(id, others[0], false, None));
        self.ago(AGO[1], join(id, others[1], true, None));
        self.pay(AGO[2], id, Some(others[0]), "30.50", false);
        self.check_in(id, others[0], AttendanceStatus::Excused);
    }

    /// Amara gave her place back too late, and then came all the same, and paid twice.
    fn comes_after_all(&mut self, card: PackageId) {
        let class = self.find("2026-11-12T18:00:00");
        let six_hours = 6 * 3_600_000;
        let late = class.stay.starts_at.plus_ms(-six_hours);
        let cancel = CancelAttendance {
            attendance_id: AttendanceId::of(class.id, self.amara),
            booking_id: class.id,
            from_status: AttendanceStatus::Booked,
            reason: "ill".into(),
            late: true,
            waive_reason: String::new(),
            package_id: Some(card),
        };
        self.at(late, Command::CancelAttendance(cancel));
        self.at(late.plus_ms(60_000), join(class.id, self.amara, false, Some(card)));
    }

    fn check_in(&mut self, booking_id: BookingId, who: CustomerId, to: AttendanceStatus) {
        let attendance_id = AttendanceId::of(booking_id, who);
        let place: Attendance = self.replica.get(attendance_id).unwrap().unwrap();
        let attendances = vec![Seen { attendance_id, from_status: place.status }];
        let reason = "Rang".into();
        self.ago(0, Command::CheckIn(CheckIn { booking_id, attendances, to, reason }));
    }

    fn lena(&self) -> holdfast_domain::ResourceId {
        self.replica.resources().unwrap().iter().find(|it| it.name == "Lena").unwrap().id
    }

    /// Three weeks, of which one had no room.
    fn weekly(&mut self) {
        let days = ["2026-12-15", "2026-12-22", "2026-12-29"];
        let stay = |day: &str| stay_at(&self.venue, at_ten(day), 60).unwrap();
        let stays: Vec<Stay> = days.map(stay).to_vec();
        let court = self.courts[1];
        let taken = BookingId(Uuid::now_v7());
        let taken = Book::new(taken, self.venue.id, vec![court], stays[1]);
        let template = Book::new(BookingId::default(), self.venue.id, vec![court], stays[0]);
        let series = BookSeries {
            series_id: SeriesId(Uuid::now_v7()),
            rrule: Recurrence::parse("FREQ=WEEKLY;COUNT=3").unwrap(),
            local_start: stays[0].local_start,
            template,
            stays,
            on_conflict: OnConflict::Skip,
            skipped: Vec::new(),
            may_be_empty: false,
        };
        self.ago(AGO[2], Command::Book(taken));
        self.ago(AGO[2], Command::BookSeries(series));
    }
}

impl Club {
    /// What happens when an export has been made: a lesson and a class that the card paid for are
    /// called off, a lesson that had been is taken up again, somebody new joins a class that took
    /// place, and some money comes in.
    pub(super) fn go_on(&mut self) {
        let by_card = self.find("2026-12-08T10:00:00");
        self.cancel(0, by_card.id, false, Initiator::Customer);
        // When it is taken over it would be too late.
        let in_time = self.find("2026-11-22T12:00:00");
        self.cancel(0, in_time.id, false, Initiator::Customer);
        let off = self.find("2026-12-08T14:00:00");
        let set = SetStatus {
            booking_id: off.id,
            status: Patch { from: BookingStatus::Cancelled, to: BookingStatus::Confirmed },
            reason: String::new(),
            lapsed: false,
            package_id: off.package_id,
        };
        self.ago(0, Command::SetStatus(set));
        let class = self.find("2026-12-10T18:00:00");
        self.cancel(0, class.id, false, Initiator::Admin);
        let over = self.find("2026-11-12T18:00:00");
        self.check_in(over.id, self.amara, AttendanceStatus::Present);
        let dance = self.find("2026-12-05T10:00:00");
        self.ago(0, join(dance.id, self.amara, false, None));
        let late = self.find("2026-11-10T18:00:00");
        self.pay(0, late.id, None, "30.50", false);
        let entry_id = CreditEntryId(Uuid::now_v7());
        let package_id = off.package_id.unwrap();
        let reason = "Lent one".into();
        let correct =
            CorrectCredits { entry_id, package_id, credits: -1, reason, booking_id: None };
        self.ago(0, Command::CorrectCredits(correct));
    }

    fn find(&self, local: &str) -> Booking {
        let all = Filter { with_ended: true, ..Filter::default() };
        let starts = local.parse().unwrap();
        let all = self.replica.list(&all).unwrap().into_iter().map(|it| it.booking);
        let mut found = all.filter(|it| it.stay.local_start == starts);
        found.find(|it| it.service_id.is_some() || it.capacity.is_some()).unwrap()
    }
}

fn join(
    booking_id: BookingId,
    customer_id: CustomerId,
    waitlist: bool,
    package_id: Option<PackageId>,
) -> Command {
    let credits = package_id.map_or(0, |_| 2);
    let add = AddAttendance { booking_id, customer_id, waitlist, package_id, credits };
    Command::AddAttendance(add)
}

fn at_ten(day: &str) -> chrono::NaiveDateTime {
    format!("{day}T10:00:00").parse().unwrap()
}
