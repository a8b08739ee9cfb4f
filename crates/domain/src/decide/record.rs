//! What happened elsewhere, taken over as it was there: payments, packages and the lines of their
//! ledgers, places on rosters, series. Dates and people are the record's; what must hold of money,
//! credits and places holds here, too.
//!
//! Taken over again, a record changes nothing. Neither does a line of a ledger whose effect is here
//! already under another id: the same booking may have been called off on both sides. Nothing is paid
//! by credits that no line of a ledger here says were spent.

use super::booking::{not_allowed, own};
use super::place::{check_venue, see};
use super::{Decision, class, credit, is_here, roster, sorted, status};
use crate::account;
use crate::change::{Change, Entity};
use crate::command::{ImportLedger, ImportRecord};
use crate::facts::{Facts, Related};
use crate::field;
use crate::id::{AttendanceId, BookingId, PackageId, StaffId};
use crate::recurrence::OCCURRENCES_MAX;
use crate::refusal::Refusal;
use crate::rows::{
    Attendance, AttendanceStatus, Booking, BookingStatus, CreditEntry, CreditKind, Customer,
    Package, Payment, Product, Series, Staff, Venue,
};
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// Most lines of a ledger that are taken over together.
const LINES_MAX: i64 = 500;
/// How far ahead of this clock what happened may lie: clocks differ, but not by more.
const AHEAD_MS: i64 = 24 * 3_600_000;

pub(super) fn import(c: &ImportRecord, facts: &Facts) -> Result<Decision, Refusal> {
    match &*c.record {
        Change::Payment(row) => payment(row, facts),
        Change::Package(row) => package(row, facts),
        Change::Attendance(row) => place(row, c.from_status, facts),
        Change::Series(row) => series(row, facts),
        other => Err(Refusal::FieldInvalid {
            field: "record".into(),
            problem: format!("a {} is no record of what happened", other.entity().noun()),
        }),
    }
}

/// What is said to have happened did not happen tomorrow.
pub(super) fn check_happened(field: &str, at: Timestamp, facts: &Facts) -> Result<(), Refusal> {
    let problem = match at {
        at if !Timestamp::RANGE.contains(&at) => "the year is not between 1900 and 2199",
        at if at > facts.now.plus_ms(AHEAD_MS) => "it has not happened yet",
        _ => return Ok(()),
    };
    Err(Refusal::FieldInvalid { field: field.into(), problem: problem.into() })
}

fn check_deed(field: &str, at: Timestamp, by: StaffId, facts: &Facts) -> Result<(), Refusal> {
    check_happened(field, at, facts)?;
    facts.find::<Staff>(by).map(|_| ())
}

fn payment(row: &Payment, facts: &Facts) -> Result<Decision, Refusal> {
    check_deed("taken_at", row.taken_at, row.taken_by, facts)?;
    let same = |there: &Payment| {
        (there.booking_id, there.amount, there.refund) == (row.booking_id, row.amount, row.refund)
    };
    if is_here::<Payment>(row.id, same, facts)? {
        return Ok(Decision::default());
    }
    status::enter(row.clone(), facts)
}

fn package(row: &Package, facts: &Facts) -> Result<Decision, Refusal> {
    field::name("name", &row.name)?;
    field::price("price", row.price)?;
    field::range("service_ids", field::count(&row.service_ids), 0, field::LIST_MAX)?;
    check_deed("sold_at", row.sold_at, row.sold_by, facts)?;
    let period = [row.valid_from, row.valid_until];
    if period.iter().any(|at| !Timestamp::RANGE.contains(at)) || row.valid_until <= row.valid_from {
        return Err(Refusal::FieldInvalid {
            field: "valid_until".into(),
            problem: "it does not come after valid_from".into(),
        });
    }
    facts.find::<Product>(row.product_id)?;
    facts.find::<Customer>(row.customer_id)?;
    if let Some(id) = row.venue_id.filter(|id| facts.asked::<Venue>(*id)) {
        facts.find::<Venue>(id)?;
    }
    if is_here::<Package>(row.id, |there| there.product_id == row.product_id, facts)? {
        return Ok(Decision::default());
    }
    let service_ids = sorted(&row.service_ids);
    let package = Package { service_ids, balance: 0, line_count: 0, ..row.clone() };
    Ok(vec![Change::Package(package)].into())
}

/// Lines of a ledger. Those of one booking belong together: they are taken over where the ledger here
/// knows nothing of that booking but what they say, and where nothing here speaks against it
/// ([`Paid::speaks_against`]); else they are left out. What is not here (yet) was paid all the same. The
/// others count once by their id, a purchase once at all, and no more is written off than there is. Then
/// bookings and places that the ledger has uses of are paid by the package.
pub(super) fn import_ledger(c: &ImportLedger, facts: &Facts) -> Result<Decision, Refusal> {
    field::range("lines", field::count(&c.lines), 1, LINES_MAX)?;
    let package: &Package = facts.get(c.package_id)?;
    if package.customer_id != c.customer_id {
        return Err(Refusal::FieldInvalid {
            field: "customer_id".into(),
            problem: "the package is another customer's".into(),
        });
    }
    let here: Vec<&CreditEntry> = facts.related(&Related::LinesOf(package.id)).collect();
    let mut balance = i64::from(package.balance);
    let mut new: Vec<CreditEntry> = Vec::new();
    // Nothing is spent or written off before it was bought, whatever the dates say.
    let is_bought = |line: &&CreditEntry| line.kind == CreditKind::Purchase;
    let others = c.lines.iter().filter(|line| !is_bought(line));
    for line in c.lines.iter().filter(is_bought).chain(others) {
        check_line(line, package, facts)?;
        let known = is_here::<CreditEntry>(line.id, |it| it.package_id == package.id, facts)?;
        let twice = new.iter().any(|it| it.id == line.id);
        let is_so = match (line.kind, line.booking_id) {
            (CreditKind::Purchase, _) => {
                here.iter().copied().chain(&new).any(|it| it.kind == CreditKind::Purchase)
            }
            (CreditKind::Use | CreditKind::Refund, Some(id)) => {
                let spent = spent_for(id, &c.lines);
                let told = |it: &CreditEntry| c.lines.iter().any(|line| line.id == it.id);
                here.iter().any(|it| it.booking_id == Some(id) && !told(it))
                    || Paid::find(id, package, facts)
                        .map_or(spent < 0, |paid| paid.speaks_against(spent, package, facts))
            }
            _ => false,
        };
        if known || twice || is_so {
            continue;
        }
        let credits = match line.kind {
            CreditKind::Expiry => i64::from(line.credits).max(-balance.max(0)),
            _ => i64::from(line.credits),
        };
        balance += credits;
        if let Some(credits) = i32::try_from(credits).ok().filter(|credits| *credits != 0) {
            new.push(CreditEntry { credits, ..line.clone() });
        }
    }
    let needed = u32::try_from(i64::from(package.balance) - balance).unwrap_or_default();
    let Ok(balance) = u32::try_from(balance) else {
        let (package_id, balance) = (package.id, package.balance);
        return Err(Refusal::CreditsInsufficient { package_id, balance, needed });
    };
    field::range("balance", i64::from(balance), 0, i64::from(field::CREDITS_MAX))?;
    let ids: BTreeSet<BookingId> = c.lines.iter().filter_map(|line| line.booking_id).collect();
    let all = || here.iter().copied().chain(&new);
    // A package may have paid at another venue, too: its bookings are for that one's desks to change.
    let ours = |id: &BookingId| {
        let booking = facts.existing::<Booking>(*id);
        booking.is_some_and(|it| check_venue(it.venue_id, facts).is_ok())
    };
    let found = ids.into_iter().filter(ours).filter_map(|id| Paid::find(id, package, facts));
    let mut changes: Vec<Change> =
        found.filter_map(|paid| Some(paid.with(paid.by_lines(package, all(), facts)?))).collect();
    if !new.is_empty() {
        let lines = u32::try_from(new.len()).unwrap_or(u32::MAX);
        let line_count = package.line_count.saturating_add(lines);
        changes.insert(0, Change::Package(Package { balance, line_count, ..package.clone() }));
        changes.extend(new.into_iter().map(Change::CreditEntry));
    }
    Ok(changes.into())
}

/// What lines say was spent for a booking and not given back.
pub(super) fn spent_for<'a>(
    id: BookingId,
    lines: impl IntoIterator<Item = &'a CreditEntry>,
) -> i64 {
    let lines = lines.into_iter().filter(|it| it.booking_id == Some(id));
    -lines.map(|it| i64::from(it.credits)).sum::<i64>()
}

/// What pays a booking that comes after the lines of the ledger that say so.
pub(super) fn paid_before(
    booking: &Booking,
    package_id: PackageId,
    facts: &Facts,
) -> Option<(PackageId, u32)> {
    let package = facts.existing::<Package>(package_id)?;
    let lines = facts.related(&Related::LinesOf(package_id));
    Paid::Booking(booking).by_lines(package, lines, facts)
}

fn check_line(line: &CreditEntry, package: &Package, facts: &Facts) -> Result<(), Refusal> {
    use CreditKind::{Correction, Expiry, Purchase, Refund, Use};
    field::text("reason", &line.reason, field::TEXT_MAX)?;
    check_deed("entered_at", line.entered_at, line.entered_by, facts)?;
    let (least, most) = (-i64::from(field::CREDITS_MAX), i64::from(field::CREDITS_MAX));
    let (least, most) = match line.kind {
        Purchase | Refund => (1, most),
        Use | Expiry => (least, -1),
        Correction => (least, most),
    };
    field::range("credits", i64::from(line.credits), least, most)?;
    if line.credits == 0 {
        return Err(credit::adds_nothing());
    }
    if line.package_id != package.id {
        return Err(Refusal::NotFound { entity: Entity::CreditEntry, id: line.id.0 });
    }
    Ok(())
}

/// What is paid: a private booking, or the customer's place of a class.
enum Paid<'a> {
    Booking(&'a Booking),
    Place(&'a Attendance),
}

impl<'a> Paid<'a> {
    /// `None` where it is not here.
    fn find(id: BookingId, package: &Package, facts: &'a Facts) -> Option<Self> {
        let booking = facts.existing::<Booking>(id)?;
        if booking.capacity.is_none() {
            return Some(Self::Booking(booking));
        }
        // Of several places of one person, the one that says that it paid for it; else the buyer's.
        let (package_id, booking_id) = (package.id, id);
        let theirs = facts.related(&Related::PlacesOfOwners { package_id, booking_id });
        let best = |it: &&Attendance| {
            (it.package_id == Some(package_id), it.customer_id == package.customer_id)
        };
        let known = theirs.map(|it: &Attendance| facts.existing(it.id).unwrap_or(it));
        known.max_by_key(best).map(Self::Place)
    }

    fn by(&self) -> Option<PackageId> {
        match self {
            Self::Booking(it) => it.package_id,
            Self::Place(it) => it.package_id.filter(|_| it.credits > 0),
        }
    }

    /// Whether credits that were spent for it stay spent, as it stands here.
    fn keeps(&self) -> bool {
        match self {
            Self::Booking(it) => match &it.cancellation {
                Some(cancellation) => cancellation.late,
                None => it.status != BookingStatus::Rejected,
            },
            Self::Place(it) => it.status.takes_place() || it.late,
        }
    }

    fn is_over(&self) -> bool {
        match self {
            Self::Booking(it) => {
                matches!(it.status, BookingStatus::Cancelled | BookingStatus::Rejected)
            }
            Self::Place(it) => it.status == AttendanceStatus::Cancelled,
        }
    }

    fn booking_id(&self) -> BookingId {
        match self {
            Self::Booking(it) => it.id,
            Self::Place(it) => it.booking_id,
        }
    }

    /// Whether something here speaks against the lines of its booking: more came back than was spent;
    /// it is somebody else's, or paid otherwise; here nobody has what the credits were spent for, or
    /// somebody has what they came back for.
    fn speaks_against(&self, spent: i64, package: &Package, facts: &Facts) -> bool {
        let (is_others, place) = match self {
            Self::Booking(it) => {
                let mut owners = facts.related::<Customer>(&Related::OwnersOf(package.id));
                let bought = it.customer_id == Some(package.customer_id);
                (!bought && !owners.any(|owner| Some(owner.id) == it.customer_id), None)
            }
            Self::Place(it) => (false, Some(it.id)),
        };
        let payments = facts.related::<Payment>(&Related::Payments(self.booking_id()));
        spent < 0
            || is_others
            || account::paid_minor(payments.filter(|it| it.attendance_id == place)) > 0
            || self.by().is_some_and(|by| by != package.id)
            || (spent > 0 && !self.keeps())
            || (spent == 0 && self.keeps() && self.by() == Some(package.id))
    }

    /// What the lines of a ledger say paid for it, where it does not say so itself.
    fn by_lines<'b>(
        &self,
        package: &Package,
        lines: impl Iterator<Item = &'b CreditEntry> + Clone,
        facts: &Facts,
    ) -> Option<(PackageId, u32)> {
        let id = self.booking_id();
        // What was spent before somebody had their place anew paid for the one that they gave back.
        let since = match self {
            Self::Place(it) if it.joined_at != facts.now => it.joined_at,
            _ => Timestamp::RANGE.start,
        };
        let lines = lines.filter(move |it| it.entered_at >= since);
        let spent = spent_for(id, lines.clone());
        if self.by().is_some()
            || self.speaks_against(spent, package, facts)
            || (spent == 0 && !self.is_over())
        {
            return None;
        }
        let uses = lines.filter(|it| it.booking_id == Some(id) && it.kind == CreditKind::Use);
        let used = uses.max_by_key(|it| it.entered_at)?.credits.unsigned_abs();
        // What was given back is paid again when it is taken up again; no more than was spent is ever
        // given back.
        let most = u32::try_from(spent).ok().filter(|spent| *spent > 0).unwrap_or(u32::MAX);
        Some((package.id, used.min(most)))
    }

    fn with(&self, (package_id, credits): (PackageId, u32)) -> Change {
        let package_id = Some(package_id);
        match *self {
            Self::Booking(it) => Change::Booking(Booking { package_id, credits, ..it.clone() }),
            Self::Place(it) => Change::Attendance(Attendance { package_id, credits, ..it.clone() }),
        }
    }
}

fn place(
    row: &Attendance,
    from_status: Option<AttendanceStatus>,
    facts: &Facts,
) -> Result<Decision, Refusal> {
    field::text("reason", &row.reason, field::TEXT_MAX)?;
    field::range("credits", i64::from(row.credits), 0, i64::from(field::CREDITS_MAX))?;
    check_deed("joined_at", row.joined_at, row.joined_by, facts)?;
    row.changed_at.map_or(Ok(()), |at| check_happened("changed_at", at, facts))?;
    let booking = own(row.booking_id, facts)?;
    if booking.capacity.is_none() {
        return Err(Refusal::NotARoster { booking_id: booking.id });
    }
    if row.id != AttendanceId::of(row.booking_id, row.customer_id) {
        return Err(Refusal::FieldInvalid {
            field: "id".into(),
            problem: "it is not that of this customer's place".into(),
        });
    }
    let mut decision = Decision::default();
    see::<Customer>(row.customer_id, facts, &mut decision)?;
    let before = facts.existing::<Attendance>(row.id);
    if before.map(|before| before.status) != from_status {
        return match before {
            Some(before) if from_status.is_none() && before.status == row.status => Ok(decision),
            Some(before) => Err(class::changed_elsewhere(before, row.status)),
            None => Err(Refusal::NotFound { entity: Entity::Attendance, id: row.id.0 }),
        };
    }
    let over = matches!(booking.status, BookingStatus::Cancelled | BookingStatus::Rejected);
    if over && row.status != AttendanceStatus::Cancelled {
        return Err(not_allowed(booking));
    }
    // What paid for it is told by the ledger, and known with it; who waits may have named what will.
    let (package_id, credits) = match before {
        Some(before) => (before.package_id, before.credits),
        None if row.status == AttendanceStatus::Waitlisted => (row.package_id, 0),
        None => (None, 0),
    };
    let mut after = Attendance { venue_id: booking.venue_id, package_id, credits, ..row.clone() };
    if before == Some(&after) {
        return Ok(decision);
    }
    let had_place = before.is_some_and(|before| before.status.takes_place());
    match (had_place, after.status.takes_place()) {
        (false, true) => decision.changes.push(Change::Booking(class::one_more(booking)?)),
        (true, false) => {
            let places_taken = booking.places_taken.saturating_sub(1);
            decision.changes.push(Change::Booking(Booking { places_taken, ..booking.clone() }));
        }
        _ => {}
    }
    if let Some(before) = before {
        decision.changes.extend(credits_move(booking, before, row, &mut after, facts)?);
    }
    decision.changes.push(Change::Attendance(after));
    Ok(decision)
}

/// A place that is here becomes another one: what paid for it is given back, paid again, or kept.
fn credits_move(
    booking: &Booking,
    before: &Attendance,
    row: &Attendance,
    after: &mut Attendance,
    facts: &Facts,
) -> Result<Vec<Change>, Refusal> {
    let costs = |it: &Attendance| it.status.takes_place() || it.late;
    let is_off = |it: &Attendance| it.status == AttendanceStatus::Cancelled;
    let again = is_off(before) && !is_off(row) && before.joined_at != row.joined_at;
    match (costs(before), costs(row)) {
        // What was kept for a place that was given back too late stays so, while they wait for one again.
        (true, true) if again && row.status == AttendanceStatus::Waitlisted && row.credits > 0 => {
            Ok(Vec::new())
        }
        // Else it begins anew.
        (true, _) if again => {
            (after.package_id, after.credits) = (row.package_id, 0);
            match row.package_id.filter(|_| row.status.takes_place() && row.credits > 0) {
                Some(id) => {
                    after.credits = row.credits;
                    credit::spend(&class::payment(booking, before, id, row.credits), facts)
                }
                None => Ok(Vec::new()),
            }
        }
        (true, false) => {
            if row.status == AttendanceStatus::Waitlisted {
                after.credits = 0;
            }
            roster::Paying::of(booking, facts).give_back(before)
        }
        (false, true) => {
            (after.package_id, after.credits) = (row.package_id, row.credits);
            match row.package_id {
                Some(id) if row.credits > 0 => {
                    credit::spend(&class::payment(booking, before, id, row.credits), facts)
                }
                _ => Ok(Vec::new()),
            }
        }
        _ => Ok(Vec::new()),
    }
}

fn series(row: &Series, facts: &Facts) -> Result<Decision, Refusal> {
    field::text("title", &row.title, field::NAME_MAX)?;
    field::range("skipped", field::count(&row.skipped), 0, OCCURRENCES_MAX as i64)?;
    for date in &row.skipped {
        field::name("skipped", &date.code)?;
        field::text("skipped", &date.message, field::TEXT_MAX)?;
    }
    check_deed("made_at", row.made_at, row.made_by, facts)?;
    let mut decision = Decision::default();
    see::<Venue>(row.venue_id, facts, &mut decision)?;
    check_venue(row.venue_id, facts)?;
    if !is_here::<Series>(row.id, |there| there.venue_id == row.venue_id, facts)? {
        decision.changes.push(Change::Series(row.clone()));
    }
    Ok(decision)
}
