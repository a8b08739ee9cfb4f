//! Reports on some days at a venue: what they are called, and their rows under fixed columns, for
//! screens, scripts and spreadsheets alike.
//!
//! Sums are made in `store/report.rs`, the rest in `domain::report`. The number of statements never
//! grows with the rows.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::rows::{self, Shown};
use crate::store::{related, report as store};
use holdfast_domain::account::Account;
use holdfast_domain::report::{self, Days};
use holdfast_domain::{
    Booking, CustomerId, Interval, Refusal, Resource, ResourceId, Right, Timestamp, Venue,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a report is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// Booked over open minutes, by resource and day.
    Utilisation,
    /// Bookings by status.
    Statuses,
    /// Requests that wait for approval.
    Pending,
    /// Customers by loyalty tier.
    Tiers,
    /// How often nobody came, or called off too late.
    NoShows,
    /// What was taken, what is owed, and what was paid ahead.
    Revenue,
    /// Bookings by weekday and hour.
    Busiest,
    /// How long instructors taught.
    Instructors,
}

impl Subject {
    /// Every one.
    pub const ALL: &'static [Self] = &[
        Self::Utilisation,
        Self::Statuses,
        Self::Pending,
        Self::Tiers,
        Self::NoShows,
        Self::Revenue,
        Self::Busiest,
        Self::Instructors,
    ];

    /// Its name for people and programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Utilisation => "utilisation",
            Self::Statuses => "statuses",
            Self::Pending => "pending",
            Self::Tiers => "tiers",
            Self::NoShows => "no-shows",
            Self::Revenue => "revenue",
            Self::Busiest => "busiest",
            Self::Instructors => "instructors",
        }
    }

    /// What reading it needs; nothing where everybody may read of themselves.
    fn right(self) -> Option<Right> {
        match self {
            Self::Utilisation | Self::Statuses | Self::Pending | Self::NoShows | Self::Busiest => {
                Some(Right::Reports)
            }
            Self::Tiers | Self::Revenue => Some(Right::Takings),
            Self::Instructors => None,
        }
    }
}

/// A report: one list of rows, or several.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// What it is about.
    pub subject: Subject,
    /// Its lists, the main one first.
    pub sections: Vec<Section>,
}

/// Rows under the same columns.
#[derive(Clone, PartialEq, Debug)]
pub struct Section {
    /// What they are.
    pub name: &'static str,
    /// Names of their fields, in the order in which a table has them.
    pub columns: &'static [&'static str],
    /// An object each.
    pub rows: Vec<Value>,
}

impl Section {
    fn of<T: Serialize>(
        name: &'static str,
        columns: &'static [&'static str],
        rows: &[T],
    ) -> Result<Self, Failure> {
        let rows = rows.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
        Ok(Self { name, columns, rows })
    }

    /// The rows as texts, in the order of the columns; nothing where there is none.
    pub fn cells(&self) -> impl Iterator<Item = Vec<String>> {
        let cell = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.rows.iter().map(move |row| self.columns.iter().map(|name| cell(&row[*name])).collect())
    }
}

impl Replica {
    /// The reports that who works here may read.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn report_subjects(&self) -> Result<Vec<Subject>, Failure> {
        let mut subjects = Vec::new();
        for &subject in Subject::ALL {
            if self.may_read(subject)?.is_ok() {
                subjects.push(subject);
            }
        }
        Ok(subjects)
    }

    fn may_read(&self, subject: Subject) -> Result<Result<(), Refusal>, Failure> {
        subject.right().map_or(Ok(Ok(())), |right| self.require_right(right))
    }

    /// A report on `days` at `venue`. What lies behind `at` is over, the rest is to come.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn report(
        &self,
        subject: Subject,
        venue: &Venue,
        days: &Days,
        at: Timestamp,
    ) -> Result<Result<Report, Refusal>, Failure> {
        self.require_whole()?;
        if let Err(refusal) = self.may_read(subject)? {
            return Ok(Err(refusal));
        }
        let _snapshot = self.db.unchecked_transaction()?;
        let sections = match subject {
            Subject::Utilisation => vec![self.utilisation_section(venue, days)?],
            Subject::Statuses => vec![self.statuses_section(venue, days)?],
            Subject::Pending => vec![self.pending_section(venue, days)?],
            Subject::Tiers => vec![self.tiers_section(venue, days)?],
            Subject::NoShows => vec![self.no_shows_section(venue, days, at)?],
            Subject::Revenue => self.revenue_sections(venue, days, at)?,
            Subject::Busiest => vec![self.busiest_section(venue, days)?],
            Subject::Instructors => vec![self.instructors_section(venue, days, at)?],
        };
        Ok(Ok(Report { subject, sections }))
    }

    /// Utilisation of every resource that `venue` uses, booked or not; of one that takes no more
    /// bookings, where it was booked.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn utilisation(
        &self,
        venue: &Venue,
        days: &Days,
    ) -> Result<Vec<report::Utilisation>, Failure> {
        let (from, until) = days.bounds();
        let Some(within) = Interval::new(from, until) else { return Ok(Vec::new()) };
        let booked = store::booked(&self.db, venue.id, (from, until))?;
        let used =
            |it: &Resource| it.venue_ids.contains(&venue.id) && it.active && it.deletion.is_none();
        let resources: Vec<Resource> = self
            .resources_shown(Shown::All)?
            .into_iter()
            .filter(|it| used(it) || booked.contains_key(&it.id))
            .collect();
        let ids: Vec<ResourceId> = resources.iter().map(|it| it.id).collect();
        let exceptions = related::exceptions(&self.db, venue.id, &ids, within)?;
        Ok(report::utilisation(venue, &resources, &exceptions, &booked, days))
    }

    fn utilisation_section(&self, venue: &Venue, days: &Days) -> Result<Section, Failure> {
        const COLUMNS: &[&str] = &[
            "date",
            "resource_id",
            "resource",
            "open_minutes",
            "booked_minutes",
            "booked_open_minutes",
            "utilisation",
        ];
        Section::of("rows", COLUMNS, &self.utilisation(venue, days)?)
    }

    fn statuses_section(&self, venue: &Venue, days: &Days) -> Result<Section, Failure> {
        let counted = store::statuses(&self.db, venue.id, days.bounds())?;
        Section::of("rows", &["status", "bookings"], &report::statuses(&counted))
    }

    fn pending_section(&self, venue: &Venue, days: &Days) -> Result<Section, Failure> {
        const COLUMNS: &[&str] = &[
            "booking_id",
            "starts_at",
            "ends_at",
            "local_start",
            "local_end",
            "resources",
            "customer",
            "title",
            "service",
            "made_at",
            "approve_by",
            "competing",
        ];
        let pending = store::pending(&self.db, venue.id, days.bounds())?;
        let names: BTreeMap<ResourceId, String> =
            self.resources_shown(Shown::All)?.into_iter().map(|it| (it.id, it.name)).collect();
        let customers: BTreeMap<CustomerId, String> =
            store::pending_customers(&self.db, venue.id, days.bounds())?.into_iter().collect();
        let row = |booking: &Booking| {
            let ids = booking.resource_ids.iter();
            let resources: Vec<&str> =
                ids.filter_map(|id| names.get(id).map(String::as_str)).collect();
            json!({
                "booking_id": booking.id,
                "starts_at": booking.stay.starts_at,
                "ends_at": booking.stay.ends_at,
                "local_start": booking.stay.local_start,
                "local_end": booking.stay.local_end,
                "resources": resources.join(", "),
                "customer": booking.customer_id.and_then(|id| customers.get(&id)),
                "title": booking.title,
                "service": booking.service_name,
                "made_at": booking.made_at,
                "approve_by": booking.approve_by,
                "competing": booking.competing,
            })
        };
        let rows = pending.iter().map(row).collect();
        Ok(Section { name: "rows", columns: COLUMNS, rows })
    }

    fn tiers_section(&self, venue: &Venue, days: &Days) -> Result<Section, Failure> {
        let paid = store::paid(&self.db, venue.id, venue.currency, days.bounds().1)?;
        let (merged, customers) = (store::merged(&self.db)?, store::customers(&self.db)?);
        let rows = report::tiers(venue, &paid, &merged, customers);
        Section::of("rows", &["tier", "points", "customers"], &rows)
    }

    fn no_shows_section(
        &self,
        venue: &Venue,
        days: &Days,
        at: Timestamp,
    ) -> Result<Section, Failure> {
        const COLUMNS: &[&str] = &[
            "service_id",
            "service",
            "due",
            "no_shows",
            "late_cancels",
            "no_show_rate",
            "late_cancel_rate",
        ];
        let counted = store::no_shows(&self.db, venue.id, days.bounds(), at)?;
        Section::of("rows", COLUMNS, &report::no_shows(counted))
    }

    fn revenue_sections(
        &self,
        venue: &Venue,
        days: &Days,
        at: Timestamp,
    ) -> Result<Vec<Section>, Failure> {
        const COLUMNS: &[&str] = &[
            "date",
            "method",
            "service",
            "currency",
            "payments",
            "taken_minor",
            "refunded_minor",
            "net_minor",
        ];
        const SUM: &[&str] = &["currency", "count", "minor"];
        let db = &self.db;
        let bounds = days.bounds();
        let priced = store::priced(db, venue.id, bounds)?;
        let accounts: Vec<Account> =
            priced.iter().map(|(it, places, paid)| Account::of(it, places, paid)).collect();
        let packages = store::open_packages(db, venue.id, at.min(bounds.1.plus_ms(-1)))?;
        Ok(vec![
            Section::of("rows", COLUMNS, &store::revenue(db, venue.id, days)?)?,
            Section::of("owed", SUM, &report::owed(&accounts))?,
            Section::of("packages_sold", SUM, &store::packages_sold(db, venue.id, bounds)?)?,
            Section::of(
                "credit_liability",
                &["currency", "packages", "credits", "minor"],
                &report::liability(&packages),
            )?,
        ])
    }

    fn busiest_section(&self, venue: &Venue, days: &Days) -> Result<Section, Failure> {
        let starts = store::starts(&self.db, venue.id, days.bounds())?;
        Section::of("rows", &["weekday", "hour", "bookings"], &report::busiest(starts))
    }

    fn instructors_section(
        &self,
        venue: &Venue,
        days: &Days,
        at: Timestamp,
    ) -> Result<Section, Failure> {
        const COLUMNS: &[&str] = &[
            "resource_id",
            "instructor",
            "bookings",
            "taught_minutes",
            "taught_hours",
            "planned_minutes",
        ];
        let mut taught = store::taught(&self.db, venue.id, days.bounds(), at)?;
        if self.require_right(Right::Takings)?.is_err() {
            let actor = crate::sign_in::actor(&self.db)?;
            let own: Vec<Resource> = rows::all(&self.db, "where t.staff_id = ?1", &[&actor.0])?;
            taught.retain(|it| own.iter().any(|resource| resource.id == it.resource_id));
        }
        Section::of("rows", COLUMNS, &taught)
    }
}
