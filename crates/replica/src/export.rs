//! Every list of a venue as a CSV file. Resources, customers and bookings have a mapping beside them,
//! so that another replica can import them: the way from a desk that worked alone into an
//! organisation that has data already. Imported again, or where the rows come from, they update what
//! is there. The other lists are for spreadsheets and other programs.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store;
use crate::store::bookings::{Filter, Listed};
use crate::store::rows::Shown;
use holdfast_domain::table::Table;
use holdfast_domain::{CustomerId, Entity, ResourceId, Venue};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
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
}

/// The mapping by which the files are imported again. `SOURCE` is a name of its own for each
/// venue, so that two exports do not mix; a later one updates what an earlier one brought.
const MAPPING: &str = r#"# Takes over these files: holdfast import --mapping mapping.toml .
source = "SOURCE"
update = true

[resources]
file = "resources.csv"
id = "id"
name = "name"
kind = { column = "kind" }
location = "location"
description = "description"
active = "active"

[customers]
file = "customers.csv"
id = "id"
name = "name"
email = "email"
phone = "phone"
address = "address"
note = "note"

[bookings]
file = "bookings.csv"
id = "id"
resource = "resources"
customer = "customer"
start = "starts_at"
length = { end = "ends_at" }
status = { column = "status" }
title = "title"
description = "description"
customer_note = "customer_note"
staff_note = "staff_note"
attendee_count = "attendee_count"
meeting_url = "meeting_url"
price = "price"
"#;

impl Replica {
    /// Writes everything of `venue` into `dir`, which is made where it is not there.
    ///
    /// # Errors
    /// Where the database cannot be read or the files cannot be written.
    pub fn export(&self, venue: &Venue, dir: &Path) -> Result<Exported, Failure> {
        std::fs::create_dir_all(dir).map_err(Failure::at(dir))?;
        // One snapshot for all files.
        let _snapshot = self.db.unchecked_transaction()?;
        let source = format!("holdfast {}", venue.id);
        let mapping = dir.join("mapping.toml");
        create(&mapping)?
            .write_all(MAPPING.replace("SOURCE", &source).as_bytes())
            .map_err(Failure::at(mapping))?;
        let filter = Filter { venue_id: Some(venue.id), with_ended: true, ..Filter::default() };
        let listed = self.list(&filter)?;
        Ok(Exported {
            resources: self.export_resources(venue, &listed, &dir.join("resources.csv"))?,
            customers: self.export_customers(&listed, &dir.join("customers.csv"))?,
            bookings: export_bookings(listed, &dir.join("bookings.csv"))?,
            services: self.export_list(venue, Entity::Service, dir, "services")?,
            products: self.export_list(venue, Entity::Product, dir, "products")?,
            packages: self.export_list(venue, Entity::Package, dir, "packages")?,
            credit_entries: self.export_list(venue, Entity::CreditEntry, dir, "credit_entries")?,
            payments: self.export_list(venue, Entity::Payment, dir, "payments")?,
            events: self.export_list(venue, Entity::Event, dir, "events")?,
            attendances: self.export_list(venue, Entity::Attendance, dir, "attendances")?,
            series: self.export_list(venue, Entity::Series, dir, "series")?,
            exceptions: self.export_list(
                venue,
                Entity::AvailabilityException,
                dir,
                "exceptions",
            )?,
        })
    }

    /// One list as its table has it: a column for each, ids and instants as in JSON, lists within a
    /// field with `;` between.
    fn export_list(
        &self,
        venue: &Venue,
        entity: Entity,
        dir: &Path,
        name: &str,
    ) -> Result<u64, Failure> {
        let table = Table::of(entity);
        let header: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let mut rows = Vec::new();
        for change in store::export::of_venue(&self.db, entity, venue.id)? {
            let values = table.flatten(change.to_row()?);
            let cells: Vec<String> = values.iter().map(cell).collect();
            rows.push(cells);
        }
        write(&dir.join(format!("{name}.csv")), header, rows.into_iter())
    }

    /// What the venue uses, and what was booked there, deleted or not.
    fn export_resources(
        &self,
        venue: &Venue,
        listed: &[Listed],
        path: &Path,
    ) -> Result<u64, Failure> {
        let booked: BTreeSet<ResourceId> =
            listed.iter().flat_map(|it| it.booking.resource_ids.iter().copied()).collect();
        let all = self.resources_shown(Shown::All)?.into_iter().filter(|resource| {
            let used = resource.venue_ids.contains(&venue.id) && resource.deletion.is_none();
            used || booked.contains(&resource.id)
        });
        let header = ["id", "name", "kind", "location", "description", "active"];
        let rows = all.map(|resource| {
            let active = resource.active && resource.deletion.is_none();
            [
                resource.id.to_string(),
                resource.name,
                resource.kind.to_string(),
                resource.location,
                resource.description,
                active.to_string(),
            ]
        });
        write(path, header, rows)
    }

    /// Everybody, and whoever was deleted since they booked.
    fn export_customers(&self, listed: &[Listed], path: &Path) -> Result<u64, Failure> {
        let booked: BTreeSet<CustomerId> =
            listed.iter().filter_map(|it| it.booking.customer_id).collect();
        let all = self.customers_shown(Shown::All, "", usize::MAX)?.into_iter();
        let all = all.filter(|it| it.deletion.is_none() || booked.contains(&it.id));
        let header = ["id", "name", "email", "phone", "address", "note"];
        let rows = all.map(|customer| {
            let id = customer.id.to_string();
            [id, customer.name, customer.email, customer.phone, customer.address, customer.note]
        });
        write(path, header, rows)
    }
}

fn export_bookings(listed: Vec<Listed>, path: &Path) -> Result<u64, Failure> {
    let header = [
        "id",
        "resources",
        "customer",
        "starts_at",
        "ends_at",
        "local_start",
        "local_end",
        "status",
        "title",
        "description",
        "customer_note",
        "staff_note",
        "attendee_count",
        "meeting_url",
        "price",
        "customer_name",
    ];
    write(path, header, listed.into_iter().map(booking_row))
}

fn booking_row(listed: Listed) -> [String; 16] {
    let booking = listed.booking;
    let resources: Vec<String> = booking.resource_ids.iter().map(ResourceId::to_string).collect();
    [
        booking.id.to_string(),
        resources.join(";"),
        booking.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        booking.stay.starts_at.to_string(),
        booking.stay.ends_at.to_string(),
        booking.stay.local_start.to_string(),
        booking.stay.local_end.to_string(),
        booking.status.to_string(),
        booking.title,
        booking.description,
        booking.customer_note,
        booking.staff_note,
        booking.attendee_count.to_string(),
        booking.meeting_url,
        booking.price.map(|price| price.to_string()).unwrap_or_default(),
        listed.customer_name,
    ]
}

/// A new file that nobody else may read: it holds people's data. One that is there already is left
/// alone.
pub(crate) fn create(path: &Path) -> Result<File, Failure> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(Failure::at(path))
}

/// A field's value as a text.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            values.iter().map(cell).collect::<Vec<_>>().join(";")
        }
        other => other.to_string(),
    }
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
