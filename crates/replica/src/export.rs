//! A venue's resources, customers and bookings as CSV files, with a mapping beside them, so that
//! another replica can import them: the way from a desk that worked alone into an organisation that
//! has data already.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::bookings::{Filter, Listed};
use holdfast_domain::{ResourceId, Venue};
use serde::Serialize;
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
}

/// The mapping by which the files are imported again. `SOURCE` is a name of its own for each
/// venue, so that importing twice adds nothing and two exports do not mix.
const MAPPING: &str = r#"# Takes over these files: holdfast import --mapping mapping.toml .
source = "SOURCE"

[resources]
file = "resources.csv"
id = "id"
name = "name"
kind = { column = "kind" }
location = "location"
description = "description"

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
        Ok(Exported {
            resources: self.export_resources(venue, &dir.join("resources.csv"))?,
            customers: self.export_customers(&dir.join("customers.csv"))?,
            bookings: self.export_bookings(venue, &dir.join("bookings.csv"))?,
        })
    }

    fn export_resources(&self, venue: &Venue, path: &Path) -> Result<u64, Failure> {
        let filter = Filter { venue_id: Some(venue.id), with_ended: true, ..Filter::default() };
        let booked: BTreeSet<ResourceId> = self
            .list(&filter)?
            .into_iter()
            .flat_map(|listed| listed.booking.resource_ids)
            .collect();
        let all = self.resources()?.into_iter().filter(|resource| {
            resource.venue_ids.contains(&venue.id) || booked.contains(&resource.id)
        });
        let header = ["id", "name", "kind", "location", "description", "active"];
        let rows = all.map(|resource| {
            [
                resource.id.to_string(),
                resource.name,
                resource.kind.to_string(),
                resource.location,
                resource.description,
                resource.active.to_string(),
            ]
        });
        write(path, header, rows)
    }

    fn export_customers(&self, path: &Path) -> Result<u64, Failure> {
        let header = ["id", "name", "email", "phone", "address", "note"];
        let rows = self.customers("", usize::MAX)?.into_iter().map(|customer| {
            let id = customer.id.to_string();
            [id, customer.name, customer.email, customer.phone, customer.address, customer.note]
        });
        write(path, header, rows)
    }

    fn export_bookings(&self, venue: &Venue, path: &Path) -> Result<u64, Failure> {
        let filter = Filter { venue_id: Some(venue.id), with_ended: true, ..Filter::default() };
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
        write(path, header, self.list(&filter)?.into_iter().map(booking_row))
    }
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
fn create(path: &Path) -> Result<File, Failure> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(Failure::at(path))
}

fn write<const N: usize>(
    path: &Path,
    header: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
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
