//! Rows of what happened: series, packages and the lines of their ledgers, places on rosters,
//! payments. They keep the dates and the people that they had; whoever is not told is whoever
//! imports. What happened does not change, but for a place on a roster.

use super::columns::{
    AttendanceColumns, CreditEntryColumns, PackageColumns, PaymentColumns, SeriesColumns,
};
use super::field::{
    amount, count, flag, instant, list, number, optional, own_word, set, set_text, word,
};
use super::mapping::Moment;
use super::row::{Broken, Read, Rows};
use super::table::{Record, invalid};
use crate::failure::Failure;
use crate::store;
use holdfast_domain::command::ImportRecord;
use holdfast_domain::id::imported;
use holdfast_domain::recurrence::Recurrence;
use holdfast_domain::{
    Attendance, AttendanceId, AttendanceStatus, Booking, BookingId, Change, Command, CreditEntry,
    CreditEntryId, Customer, CustomerId, Entity, Package, PackageId, Payment, PaymentId, Product,
    ProductId, Refusal, Row, Series, SeriesId, Service, ServiceId, StaffId, Timestamp,
};
use rusqlite::ToSql;
use uuid::Uuid;

/// What a line of a ledger says, as far as it can be read.
pub(super) struct ToldLine {
    pub(super) package_id: Option<PackageId>,
    pub(super) source_id: String,
    pub(super) entry: Result<CreditEntry, Refusal>,
}

impl Rows<'_> {
    pub(super) fn series(
        &self,
        columns: &SeriesColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let id = SeriesId(self.id(Entity::Series, &source.id)?);
            if store::exists(self.db, Entity::Series, id.0)? {
                return Ok((false, Vec::new(), Vec::new()));
            }
            let (rrule, start) = (row.get(&columns.rrule)?, self.moment(&columns.start, row)?.0);
            let mut told = Series {
                id,
                venue_id: self.venue.id,
                rrule: Recurrence::parse(rrule).map_err(|no| of_column(&columns.rrule, no))?,
                local_start: self.venue.timezone.local(start),
                title: String::new(),
                made_by: self.by(columns.made_by.as_deref(), row)?,
                made_at: self.at_or_now(columns.made_at.as_ref(), row)?,
                skipped: Vec::new(),
            };
            set_text(&mut told.title, columns.title.as_ref(), row)?;
            set(&mut told.skipped, columns.skipped.as_ref(), |column| {
                let skipped = optional(column, row, |column, row| {
                    serde_json::from_str(row.get(column)?)
                        .map_err(|_| invalid(column, "it is no list of skipped dates in JSON"))
                })?;
                Ok(skipped.unwrap_or_default())
            })?;
            Ok((true, taken(told), Vec::new()))
        })
    }

    pub(super) fn package(
        &self,
        columns: &PackageColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let id = PackageId(self.id(Entity::Package, &source.id)?);
            if store::exists(self.db, Entity::Package, id.0)? {
                return Ok((false, Vec::new(), Vec::new()));
            }
            let product = row.get(&columns.product)?;
            let product = self.find::<Product>(&columns.product, product, |it| (it.id.0, &it.name));
            let product: Option<Product> = store::get(self.db, ProductId(product?))?;
            let product = product.ok_or_else(|| invalid(&columns.product, "it is not here"))?;
            let mut told = Package {
                id,
                customer_id: self.customer_of(&columns.customer, row)?,
                product_id: product.id,
                name: product.name,
                price: product.price,
                service_ids: product.service_ids,
                venue_id: product.venue_id,
                valid_from: self.at(&columns.valid_from, row)?,
                valid_until: self.at(&columns.valid_until, row)?,
                balance: 0,
                line_count: 0,
                sold_at: self.at(&columns.sold_at, row)?,
                sold_by: self.by(columns.sold_by.as_deref(), row)?,
            };
            set_text(&mut told.name, columns.name.as_ref(), row)?;
            set(&mut told.price, columns.price.as_ref(), |it| {
                amount(it, row, self.venue.currency)
            })?;
            if let Some(column) = &columns.services {
                told.service_ids = self.services(column, row)?;
            }
            if let Some(column) = &columns.everywhere {
                told.venue_id = (!flag(column, row)?).then_some(self.venue.id);
            }
            Ok((true, taken(told), Vec::new()))
        })
    }

    /// A line of a ledger.
    pub(super) fn credit_entry(
        &self,
        columns: &CreditEntryColumns,
        row: &Record<'_>,
    ) -> Result<ToldLine, Failure> {
        let source_id = row.get(&columns.id).unwrap_or_default().to_owned();
        let package_id = match self.here::<Package>(&columns.package, row) {
            Ok(id) => Some(PackageId(id)),
            Err(Broken::Refused(_)) => None,
            Err(Broken::Failed(failure)) => return Err(failure),
        };
        let entry = match self.told_entry(columns, row) {
            Ok(entry) => Ok(entry),
            Err(Broken::Refused(refusal)) => Err(refusal),
            Err(Broken::Failed(failure)) => return Err(failure),
        };
        Ok(ToldLine { package_id, source_id, entry })
    }

    fn told_entry(
        &self,
        columns: &CreditEntryColumns,
        row: &Record<'_>,
    ) -> Result<CreditEntry, Broken> {
        let source_id = row.get(&columns.id)?;
        if source_id.is_empty() {
            return Err(Refusal::FieldRequired { field: columns.id.clone() }.into());
        }
        let column = &columns.credits;
        let credits = i32::try_from(number(column, row)?);
        let package_id = PackageId(self.here::<Package>(&columns.package, row)?);
        let mut told = CreditEntry {
            id: CreditEntryId(imported(self.source, "credit_entry", source_id)),
            package_id,
            kind: word(&columns.kind, row)?,
            credits: credits.map_err(|_| invalid(column, "it is too large"))?,
            entered_at: self.at(&columns.entered_at, row)?,
            entered_by: self.by(columns.entered_by.as_deref(), row)?,
            booking_id: None,
            reason: String::new(),
        };
        if let Some(column) = columns.booking.as_ref().filter(|it| row.get(it) != Ok("")) {
            // It may be at another venue, or not have been taken.
            told.booking_id = Some(BookingId(self.id(Entity::Booking, row.get(column)?)?));
        }
        told.id = self.line_id(&told, source_id)?;
        let package: Option<Package> = store::get(self.db, package_id)?;
        if !self.is_erased(package.map(|it| it.customer_id))? {
            set_text(&mut told.reason, columns.reason.as_ref(), row)?;
        }
        Ok(told)
    }

    /// Lines have their numbers for ids, of which two desks may have given one twice: one of our own
    /// exports is known by when it was entered, too, and has a name of its own elsewhere.
    fn line_id(&self, told: &CreditEntry, source_id: &str) -> Result<CreditEntryId, Failure> {
        let own = CreditEntryId(self.id(Entity::CreditEntry, source_id)?);
        if own == told.id {
            return Ok(own);
        }
        let here: Option<CreditEntry> = store::get(self.db, own)?;
        let same =
            |it: &CreditEntry| (it.package_id, it.entered_at) == (told.package_id, told.entered_at);
        if here.as_ref().is_some_and(same) {
            return Ok(own);
        }
        let elsewhere = own.elsewhere(told.entered_at);
        let at_once = "where t.package_id = ?1 and t.entered_at = ?2";
        let values: [&dyn ToSql; 2] = [&told.package_id.0, &told.entered_at.0];
        let at_once: Vec<CreditEntry> = store::rows::all(self.db, at_once, &values)?;
        let known = at_once.iter().find(|it| it.id.elsewhere(it.entered_at) == elsewhere);
        Ok(known.map_or(elsewhere, |it| it.id))
    }

    /// A place on a roster. One that is here becomes what the file says where the mapping updates.
    pub(super) fn attendance(
        &self,
        columns: &AttendanceColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |_| {
            let booking_id = BookingId(self.here::<Booking>(&columns.booking, row)?);
            let customer_id = self.customer_of(&columns.customer, row)?;
            let id = AttendanceId::of(booking_id, customer_id);
            let there = store::get::<Attendance>(self.db, id)?;
            if there.is_some() && (!self.update || self.is_erased(Some(customer_id))?) {
                return Ok((false, Vec::new(), Vec::new()));
            }
            let mut told = match &there {
                Some(there) => there.clone(),
                None => Attendance {
                    id,
                    booking_id,
                    venue_id: self.venue.id,
                    customer_id,
                    status: AttendanceStatus::Booked,
                    joined_at: self.now,
                    joined_by: self.by(None, row)?,
                    package_id: None,
                    credits: 0,
                    late: false,
                    changed_at: None,
                    reason: String::new(),
                    status_before: None,
                },
            };
            self.tell_attendance(&mut told, columns, row)?;
            if self.is_erased(Some(customer_id))? {
                told.reason.clear();
            }
            if there.as_ref() == Some(&told) {
                return Ok((false, Vec::new(), Vec::new()));
            }
            let from_status = there.as_ref().map(|there| there.status);
            let record = Box::new(told.into_change());
            let command = Command::ImportRecord(ImportRecord { record, from_status });
            Ok((there.is_none(), vec![command], Vec::new()))
        })
    }

    fn tell_attendance(
        &self,
        told: &mut Attendance,
        columns: &AttendanceColumns,
        row: &Record<'_>,
    ) -> Result<(), Broken> {
        told.status = word(&columns.status, row)?;
        if let Some(column) = &columns.joined_at {
            told.joined_at = self.at(column, row)?;
        }
        if columns.joined_by.is_some() {
            told.joined_by = self.by(columns.joined_by.as_deref(), row)?;
        }
        if let Some(column) = &columns.package {
            told.package_id = match row.get(column)? {
                "" => None,
                _ => Some(PackageId(self.here::<Package>(column, row)?)),
            };
        }
        set(&mut told.credits, columns.credits.as_ref(), |it| count(it, row))?;
        set(&mut told.late, columns.late.as_ref(), |it| flag(it, row))?;
        set(&mut told.changed_at, columns.changed_at.as_ref(), |it| optional(it, row, instant))?;
        set_text(&mut told.reason, columns.reason.as_ref(), row)?;
        let before = |it: &str| optional(it, row, own_word);
        set(&mut told.status_before, columns.status_before.as_ref(), before)?;
        Ok(())
    }

    pub(super) fn payment(
        &self,
        columns: &PaymentColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let id = PaymentId(self.id(Entity::Payment, &source.id)?);
            if store::exists(self.db, Entity::Payment, id.0)? {
                return Ok((false, Vec::new(), Vec::new()));
            }
            let booking_id = BookingId(self.here::<Booking>(&columns.booking, row)?);
            let column = &columns.amount;
            let paid = amount(column, row, self.venue.currency)?;
            let mut told = Payment {
                id,
                booking_id,
                attendance_id: None,
                venue_id: self.venue.id,
                amount: paid.ok_or_else(|| Refusal::FieldRequired { field: column.clone() })?,
                method: word(&columns.method, row)?,
                refund: false,
                taken_at: self.at(&columns.taken_at, row)?,
                taken_by: self.by(columns.taken_by.as_deref(), row)?,
                note: String::new(),
            };
            let place_of = self.find_customer(columns.customer.as_deref(), row)?;
            told.attendance_id = place_of.map(|id| AttendanceId::of(booking_id, id));
            set(&mut told.refund, columns.refund.as_ref(), |it| flag(it, row))?;
            let booking: Option<Booking> = store::get(self.db, booking_id)?;
            if !self.is_erased(place_of.or(booking.and_then(|it| it.customer_id)))? {
                set_text(&mut told.note, columns.note.as_ref(), row)?;
            }
            Ok((true, taken(told), Vec::new()))
        })
    }

    /// Whether nothing is to be known of a customer any more.
    pub(super) fn is_erased(&self, id: Option<CustomerId>) -> Result<bool, Failure> {
        let Some(id) = id else { return Ok(false) };
        let customer: Option<Customer> = store::get(self.db, id)?;
        Ok(customer.is_some_and(|customer| customer.erased_at.is_some()))
    }

    /// What a list of services means.
    pub(super) fn services(
        &self,
        column: &str,
        row: &Record<'_>,
    ) -> Result<Vec<ServiceId>, Broken> {
        let found = list(column, row)?.into_iter().map(|value| {
            self.find::<Service>(column, &value, |it| (it.id.0, &it.name)).map(ServiceId)
        });
        let mut found: Vec<ServiceId> = found.collect::<Result<_, _>>()?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// A row that has no name: by its id in the source.
    pub(super) fn here<T: Row>(&self, column: &str, row: &Record<'_>) -> Result<Uuid, Broken> {
        let value = row.get(column)?;
        let id = self.id(T::ENTITY, value)?;
        if store::exists(self.db, T::ENTITY, id)? {
            return Ok(id);
        }
        Err(invalid(column, &format!("there is no {} “{value}”", T::ENTITY.noun())).into())
    }

    fn customer_of(&self, column: &str, row: &Record<'_>) -> Result<CustomerId, Broken> {
        let found = self.find_customer(Some(column), row)?;
        Ok(found.ok_or_else(|| Refusal::FieldRequired { field: column.into() })?)
    }

    /// Who did something; whoever imports, where the row does not say.
    pub(super) fn by(&self, column: Option<&str>, row: &Record<'_>) -> Result<StaffId, Broken> {
        match column.map(|column| self.find_staff(column, row)) {
            Some(Ok(Some(staff_id))) => Ok(staff_id),
            Some(Err(broken)) => Err(broken),
            Some(Ok(None)) | None => Ok(crate::sign_in::actor(self.db)?),
        }
    }

    /// When something happened, to the millisecond where the file tells it.
    fn at(&self, moment: &Moment, row: &Record<'_>) -> Result<Timestamp, Refusal> {
        match moment {
            Moment::Plain(column) if instant(column, row).is_ok() => instant(column, row),
            _ => self.moment(moment, row).map(|(at, _)| at),
        }
    }

    fn at_or_now(&self, moment: Option<&Moment>, row: &Record<'_>) -> Result<Timestamp, Refusal> {
        moment.map_or(Ok(self.now), |moment| self.at(moment, row))
    }
}

fn taken(row: impl Row) -> Vec<Command> {
    let record: Box<Change> = Box::new(row.into_change());
    vec![Command::ImportRecord(ImportRecord { record, from_status: None })]
}

/// A refusal that names the column instead of the field.
fn of_column(column: &str, refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::FieldInvalid { problem, .. } => invalid(column, &problem),
        other => other,
    }
}
