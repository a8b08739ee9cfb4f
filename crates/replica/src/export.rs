//! Every list of a venue as a CSV file, with a mapping beside them by which another replica imports
//! them: the way from a desk that worked alone into an organisation that has data already. Imported
//! again, or where the rows come from, they update what is there (`lists.rs`).

mod lists;

use crate::failure::Failure;
use crate::import::OWN_SOURCE;
use crate::replica::Replica;
use crate::store;
use crate::store::bookings::{Filter, Listed};
use holdfast_domain::{
    Attendance, AttendanceId, AvailabilityException, CreditEntry, CreditEntryId, Customer,
    CustomerId, DataRequest, Package, Payment, Product, Refusal, Resource, ResourceId, Right,
    Service, ServiceId, Venue,
};
use lists::{List, Paid};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

/// What was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Exported {
    /// Rows in `resources.csv`.
    pub resources: u64,
    /// Rows in `customers.csv`.
    pub customers: u64,
    /// Rows in `bookings.csv`.
    pub bookings: u64,
    /// Rows in `staff.csv`.
    pub staff: u64,
    /// Rows in `services.csv`.
    pub services: u64,
    /// Rows in `products.csv`.
    pub products: u64,
    /// Rows in `packages.csv`.
    pub packages: u64,
    /// Rows in `credit_entries.csv`.
    pub credit_entries: u64,
    /// Rows in `payments.csv`.
    pub payments: u64,
    /// Rows in `events.csv`.
    pub events: u64,
    /// Rows in `attendances.csv`.
    pub attendances: u64,
    /// Rows in `series.csv`.
    pub series: u64,
    /// Rows in `exceptions.csv`.
    pub exceptions: u64,
    /// Rows in `venues.csv`, which is not imported again.
    pub venues: u64,
    /// Rows in `data_requests.csv`, which is not imported again.
    pub data_requests: u64,
}

/// The mapping by which the files are imported again. `SOURCE` is a name of its own for each
/// venue, so that two exports do not mix; a later one updates what an earlier one brought.
const MAPPING: &str = include_str!("export/mapping.toml");

impl Replica {
    /// Writes everything of `venue` into `dir`, which is made where it is not there.
    ///
    /// # Errors
    /// Where the database cannot be read or the files cannot be written.
    pub fn export(&self, venue: &Venue, dir: &Path) -> Result<Result<Exported, Refusal>, Failure> {
        self.require_whole()?;
        if let Err(refusal) = self.require_right(Right::Export)? {
            return Ok(Err(refusal));
        }
        std::fs::create_dir_all(dir).map_err(Failure::at(dir))?;
        // One snapshot for all files.
        let _snapshot = self.db.unchecked_transaction()?;
        let source = format!("{OWN_SOURCE}{}", venue.id);
        let mapping = dir.join("mapping.toml");
        create(&mapping)?
            .write_all(MAPPING.replace("SOURCE", &source).as_bytes())
            .map_err(Failure::at(mapping))?;
        let filter = Filter { venue_id: Some(venue.id), with_ended: true, ..Filter::default() };
        let listed = self.list(&filter)?;
        let put = |name: &str| dir.join(format!("{name}.csv"));
        let products = store::export::products(&self.db, venue.id)?;
        let events = store::export::events(&self.db, venue.id)?;
        let exceptions = store::export::exceptions(&self.db, venue.id)?;
        let resources = self.resources_of(venue, &listed, &exceptions)?;
        let packages = store::export::packages(&self.db, venue.id)?;
        let services = self.services_of(venue, &listed, &products, &packages)?;
        let roster = store::export::attendances(&self.db, venue.id)?;
        let customers = self.customers_of(&listed, &packages, &roster)?;
        let lines = self.lines_of(venue, &packages)?;
        let payments = self.payments_of(venue, &roster)?;
        let series = store::export::series(&self.db, venue.id)?;
        let asked = "order by t.requested_at, t.id";
        let requests: Vec<DataRequest> = store::rows::all(&self.db, asked, &[])?;
        Ok(Ok(Exported {
            resources: list(venue, &resources, &put("resources"))?,
            customers: list(venue, &customers, &put("customers"))?,
            bookings: list(venue, &listed, &put("bookings"))?,
            staff: list(venue, &store::staff::all(&self.db)?, &put("staff"))?,
            services: list(venue, &services, &put("services"))?,
            products: list(venue, &products, &put("products"))?,
            events: list(venue, &events, &put("events"))?,
            packages: list(venue, &packages, &put("packages"))?,
            credit_entries: list(venue, &lines, &put("credit_entries"))?,
            payments: list(venue, &payments, &put("payments"))?,
            attendances: list(venue, &roster, &put("attendances"))?,
            series: list(venue, &series, &put("series"))?,
            exceptions: list(venue, &exceptions, &put("exceptions"))?,
            venues: list(venue, std::slice::from_ref(venue), &put("venues"))?,
            data_requests: list(venue, &requests, &put("data_requests"))?,
        }))
    }

    /// What the venue uses, and what was booked or shut there, deleted or not; and their parts.
    fn resources_of(
        &self,
        venue: &Venue,
        listed: &[Listed],
        exceptions: &[AvailabilityException],
    ) -> Result<Vec<Resource>, Failure> {
        let mut wanted: BTreeSet<ResourceId> =
            listed.iter().flat_map(|it| it.booking.resource_ids.iter().copied()).collect();
        wanted.extend(exceptions.iter().filter_map(|it| it.resource_id));
        let mut all = store::export::resources(&self.db)?;
        let used = |it: &&Resource| it.venue_ids.contains(&venue.id) && it.deletion.is_none();
        wanted.extend(all.iter().filter(used).map(|it| it.id));
        let wholes = all.iter().filter(|it| wanted.contains(&it.id));
        let parts: Vec<ResourceId> = wholes.flat_map(|it| it.part_ids.clone()).collect();
        wanted.extend(parts);
        all.retain(|it| wanted.contains(&it.id));
        Ok(all)
    }

    /// Everybody, whoever was deleted since they booked, and whoever others turned out to be.
    fn customers_of(
        &self,
        listed: &[Listed],
        packages: &[Package],
        roster: &[Attendance],
    ) -> Result<Vec<Customer>, Failure> {
        let mut all = store::export::customers(&self.db)?;
        let mut wanted: BTreeSet<CustomerId> =
            listed.iter().filter_map(|it| it.booking.customer_id).collect();
        wanted.extend(packages.iter().map(|it| it.customer_id));
        wanted.extend(roster.iter().map(|it| it.customer_id));
        wanted.extend(all.iter().filter_map(|it| it.merged_into));
        all.retain(|it| it.deletion.is_none() || wanted.contains(&it.id));
        Ok(all)
    }

    /// What is sold at the venue, what was booked there, and what its packages pay for.
    fn services_of(
        &self,
        venue: &Venue,
        listed: &[Listed],
        products: &[Product],
        packages: &[Package],
    ) -> Result<Vec<Service>, Failure> {
        let mut wanted: BTreeSet<ServiceId> =
            listed.iter().filter_map(|it| it.booking.service_id).collect();
        wanted.extend(products.iter().flat_map(|it| it.service_ids.iter().copied()));
        wanted.extend(packages.iter().flat_map(|it| it.service_ids.iter().copied()));
        let mut all = store::export::services(&self.db)?;
        all.retain(|it| {
            let sold_here = it.venue_ids.is_empty() || it.venue_ids.contains(&venue.id);
            sold_here || wanted.contains(&it.id)
        });
        Ok(all)
    }

    /// The packages' ledgers, line by line as they were written; also what was paid at another venue.
    fn lines_of(&self, venue: &Venue, packages: &[Package]) -> Result<Vec<CreditEntry>, Failure> {
        let lines = packages
            .iter()
            .flat_map(|it| (1..=it.line_count).map(|n| (CreditEntryId::of(it.id, n), n)));
        let places: BTreeMap<CreditEntryId, u32> = lines.collect();
        let mut all = store::export::credit_entries(&self.db, venue.id)?;
        // Of one moment: as they were written; else what came before what went.
        all.sort_by_key(|it| (it.entered_at, places.get(&it.id).copied(), it.credits < 0));
        Ok(all)
    }

    fn payments_of(&self, venue: &Venue, roster: &[Attendance]) -> Result<Vec<Paid>, Failure> {
        let whose: BTreeMap<AttendanceId, CustomerId> =
            roster.iter().map(|it| (it.id, it.customer_id)).collect();
        let paid = |payment: Payment| Paid {
            customer_id: payment.attendance_id.and_then(|id| whose.get(&id).copied()),
            payment,
        };
        Ok(store::export::payments(&self.db, venue.id)?.into_iter().map(paid).collect())
    }
}

fn list<T: List>(venue: &Venue, rows: &[T], path: &Path) -> Result<u64, Failure> {
    write(path, T::HEADER, rows.iter().map(|row| row.fields(venue)))
}

/// A new file that nobody else may read: it holds people's data. One that is there already is left
/// alone.
pub(crate) fn create(path: &Path) -> Result<File, Failure> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| {
        let there = source.kind() == std::io::ErrorKind::AlreadyExists;
        let hint = "it is there already, and is left alone: name another directory or file";
        Failure::at(path)(if there { std::io::Error::other(hint) } else { source })
    })
}

fn write<H: AsRef<[u8]>, C: AsRef<[u8]>>(
    path: &Path,
    header: impl IntoIterator<Item = H>,
    rows: impl Iterator<Item = impl IntoIterator<Item = C>>,
) -> Result<u64, Failure> {
    let failed = |error: csv::Error| Failure::at(path)(error.into());
    let mut file = csv::Writer::from_writer(create(path)?);
    file.write_record(header).map_err(failed)?;
    let mut count = 0;
    for row in rows {
        file.write_record(row).map_err(failed)?;
        count += 1;
    }
    file.flush().map_err(Failure::at(path))?;
    Ok(count)
}
