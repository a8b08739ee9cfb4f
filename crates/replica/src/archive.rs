//! Archives of all that concerns a customer: written, kept beside the database, and removed when
//! they expire, or as soon as their customer is erased.
//!
//! A file is named by its request in the register, which says whose it is and until when; one that
//! the register does not know is nobody's and goes, too. Where else people put copies is not known
//! here and is told to nobody: those are theirs to delete.

mod happened;

use crate::failure::Failure;
use crate::query::Shown;
use crate::replica::Replica;
use crate::store::{self, privacy, related, rows, scopes};
use crate::submit::{Receipt, Submission};
use holdfast_domain::command::RecordDataRequest;
use holdfast_domain::{
    Booking, Change, Command, Customer, CustomerId, DataRequest, DataRequestId, DataRequestKind,
    Entity, Refusal, Timestamp, Venue,
};
use holdfast_protocol::Scope;
use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;
use zip::write::SimpleFileOptions;

/// How long an archive is kept, once it was handed out.
const LIFE_MS: i64 = 30 * 24 * 3_600_000;

/// Where they are kept, in the replica's directory.
const DIRECTORY: &str = "exports";

/// What an archive is called while it is being written, and for how long that may take.
const UNFINISHED: &str = "part";
const WRITING_MAX: Duration = Duration::from_secs(3_600);

/// An archive that is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Archive {
    /// Its line in the register.
    pub request_id: DataRequestId,
    /// Where it is, on this device.
    pub path: PathBuf,
    /// Whose; `None` where the register does not know it.
    pub customer_id: Option<CustomerId>,
    /// Until when it is kept.
    pub expires_at: Option<Timestamp>,
}

/// An archive that was made and written down.
#[derive(Clone, PartialEq, Debug)]
pub struct HandedOut {
    /// The file.
    pub archive: Archive,
    /// The operation that wrote it down.
    pub receipt: Option<Receipt>,
    /// Which venues it is about.
    pub venues: Vec<Venue>,
    /// Those of whose bookings this device knows nothing.
    pub venues_unseen: Vec<Venue>,
}

impl HandedOut {
    /// What a person should know who hands it out: what it lacks; empty where it lacks nothing.
    #[must_use]
    pub fn note(&self) -> String {
        if self.venues_unseen.is_empty() {
            return String::new();
        }
        let names = |venues: &[Venue]| {
            let names: Vec<&str> = venues.iter().map(|venue| venue.name.as_str()).collect();
            names.join(", ")
        };
        format!(
            "It holds what this device knows, which is of {} and not of {}. A device of an owner or \
             manager that sees all venues has the rest.",
            names(&self.venues),
            names(&self.venues_unseen)
        )
    }
}

impl Replica {
    /// Writes all that concerns a customer into an archive that is kept until it expires, and writes
    /// down that they asked for it and got it.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn hand_out(
        &mut self,
        customer_id: CustomerId,
        at: Timestamp,
    ) -> Result<Result<HandedOut, Refusal>, Failure> {
        self.require_whole()?;
        let request_id = DataRequestId(Uuid::now_v7());
        let path = self.archive_dir()?.join(format!("{request_id}.zip"));
        let expires_at = Some(at.plus_ms(LIFE_MS));
        let record = Command::RecordDataRequest(RecordDataRequest {
            request_id,
            customer_id,
            kind: DataRequestKind::Export,
            done: true,
            expires_at,
        });
        // It has its name once the register knows it: what is found under another is unfinished.
        let part = path.with_extension(UNFINISHED);
        self.export_customer(customer_id, crate::export::create(&part)?)?;
        let receipt = match self.submit(&record, at) {
            Ok(Submission::Done(receipt)) => Some(receipt),
            Ok(Submission::Unchanged) => None,
            Ok(Submission::Refused(refusal)) => {
                remove(&part)?;
                return Ok(Err(refusal));
            }
            Err(failure) => {
                remove(&part)?;
                return Err(failure);
            }
        };
        std::fs::rename(&part, &path).map_err(Failure::at(&path))?;
        let archive = Archive { request_id, path, customer_id: Some(customer_id), expires_at };
        let (venues_unseen, venues) = self.venues_unseen()?;
        Ok(Ok(HandedOut { archive, receipt, venues, venues_unseen }))
    }

    /// The venues of whose bookings headquarters tells this device nothing, and the others.
    fn venues_unseen(&self) -> Result<(Vec<Venue>, Vec<Venue>), Failure> {
        let venues = self.venues_shown(Shown::All)?;
        // One that was opened here just now is not told of yet: all of it is here.
        let told = scopes::members(&self.db, &Scope::Org)?;
        let seen = scopes::cursors(&self.db)?;
        let is_unseen = |venue: &Venue| {
            told.contains(&(Entity::Venue, venue.id.0))
                && !seen.contains_key(&Scope::Desk(venue.id))
        };
        Ok(venues.into_iter().partition(is_unseen))
    }

    /// Writes all that concerns a customer, and those who turned out to be them, as JSON files in a
    /// zip archive. Nothing about anybody else is in it.
    fn export_customer(&self, id: CustomerId, archive: impl Write + Seek) -> Result<(), Failure> {
        let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let everybody = everybody(&self.db, id)?;
        let same = everybody.iter().map(|customer| customer.id).collect();
        let (happened, before) = self.happened_to(&same)?;
        for entry in happened {
            let row = Change::HistoryEntry(entry).to_row()?;
            files.entry(Entity::HistoryEntry.as_str().into()).or_default().push(row);
        }
        for customer in everybody {
            for change in related::all_of(&self.db, customer.id.0)? {
                // What happened is found above, without what happened to others.
                if matches!(change, Change::HistoryEntry(_)) {
                    continue;
                }
                // Nor what somebody paid for a booking before it was theirs.
                if matches!(change, Change::Payment(_)) && before.contains(&change.id().to_string())
                {
                    continue;
                }
                let file = change.entity().as_str().to_owned();
                let mut row = change.to_row()?;
                // A place says nothing by itself: which class it was, belongs to it.
                if let Change::Attendance(place) = &change
                    && let Some(class) = store::get::<Booking>(&self.db, place.booking_id)?
                {
                    row["class"] = json!({
                        "title": class.title,
                        "service_name": class.service_name,
                        "local_start": class.stay.local_start,
                        "local_end": class.stay.local_end,
                    });
                }
                files.entry(file).or_default().push(row);
            }
            for request in requests(&self.db, customer.id)? {
                let row = Change::DataRequest(request).to_row()?;
                files.entry("data_request".into()).or_default().push(row);
            }
            let row = Change::Customer(customer).to_row()?;
            files.entry("customer".into()).or_default().push(row);
        }
        let mut zip = zip::ZipWriter::new(archive);
        for (name, rows) in files {
            zip.start_file(format!("{name}.json"), SimpleFileOptions::default())
                .map_err(|error| broken(&error))?;
            let text = serde_json::to_string_pretty(&json!(rows))?;
            zip.write_all(text.as_bytes()).map_err(Failure::at(format!("{name}.json")))?;
        }
        zip.finish().map_err(|error| broken(&error))?;
        Ok(())
    }

    /// The archives that are kept on this device, oldest first.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub fn archives(&self) -> Result<Vec<Archive>, Failure> {
        let mut archives = Vec::new();
        for path in self.files_kept("zip")? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let Ok(request_id) = name.parse::<DataRequestId>() else { continue };
            let request = store::get::<DataRequest>(&self.db, request_id)?;
            archives.push(Archive {
                request_id,
                path,
                customer_id: request.as_ref().map(|request| request.customer_id),
                expires_at: request.and_then(|request| request.expires_at),
            });
        }
        // Ids begin with the time at which they were made.
        archives.sort_by_key(|archive| archive.request_id);
        Ok(archives)
    }

    /// Removes the archives that nothing says may be kept any longer: their time is over at `at`,
    /// their customer was erased, or the register does not know them; and what was never finished.
    /// Called whenever a replica is opened, after each sync, and after each erasure.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn remove_archives(&self, at: Timestamp) -> Result<(), Failure> {
        for archive in self.archives()? {
            let lives = archive.expires_at.is_some_and(|expires_at| at < expires_at);
            let erased = match archive.customer_id {
                Some(customer) => {
                    privacy::is_erased(&self.db, customer)? || self.holds_erased(&archive.path)?
                }
                None => true,
            };
            if erased || !lives {
                remove(&archive.path)?;
            }
        }
        for path in self.files_kept(UNFINISHED)? {
            let changed = path.metadata().and_then(|file| file.modified()).ok();
            if changed.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > WRITING_MAX) {
                remove(&path)?;
            }
        }
        Ok(())
    }

    /// Whether somebody is in an archive who was erased: they may have been one with its customer then.
    fn holds_erased(&self, path: &Path) -> Result<bool, Failure> {
        for id in customers_in(path).unwrap_or_default() {
            if privacy::is_erased(&self.db, id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn files_kept(&self, extension: &str) -> Result<Vec<PathBuf>, Failure> {
        let dir = self.dir().join(DIRECTORY);
        if !dir.is_dir() {
            return Ok(Vec::new());
        }
        let entries = dir.read_dir().map_err(Failure::at(&dir))?;
        let paths = entries.flatten().map(|entry| entry.path());
        Ok(paths.filter(|path| path.extension().is_some_and(|it| it == extension)).collect())
    }

    /// The directory in which they are kept, made where it is not there.
    fn archive_dir(&self) -> Result<PathBuf, Failure> {
        let dir = self.dir().join(DIRECTORY);
        if !dir.is_dir() {
            std::fs::create_dir_all(&dir).map_err(Failure::at(&dir))?;
            crate::replica::keep_private(&dir)?;
        }
        Ok(dir)
    }
}

/// A customer, and everybody who turned out to be them.
fn everybody(db: &Connection, id: CustomerId) -> Result<Vec<Customer>, Failure> {
    let mut ids = privacy::merged_into(db, id)?;
    ids.push(id);
    ids.sort_unstable();
    let mut customers = Vec::with_capacity(ids.len());
    for id in ids {
        customers.extend(store::get::<Customer>(db, id)?);
    }
    Ok(customers)
}

fn requests(db: &Connection, customer: CustomerId) -> rusqlite::Result<Vec<DataRequest>> {
    rows::all(db, "where t.customer_id = ?1 order by t.requested_at, t.id", &[&customer.0])
}

/// Removes a file; one that another program has just removed is gone as well.
fn remove(path: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::at(path)(error)),
        _ => Ok(()),
    }
}

fn broken(error: &zip::result::ZipError) -> Failure {
    Failure::Corrupt(format!("the archive cannot be written: {error}"))
}

/// Who is in an archive; nothing where it cannot be read.
fn customers_in(path: &Path) -> Option<Vec<CustomerId>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).ok()?).ok()?;
    let rows: Vec<Value> = serde_json::from_reader(archive.by_name("customer.json").ok()?).ok()?;
    Some(rows.iter().filter_map(|row| row["id"].as_str()?.parse().ok()).collect())
}
