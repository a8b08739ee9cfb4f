//! Opening a replica, and what it knows of itself.

use crate::failure::Failure;
use crate::store::{self, meta, meta::Key, outbox};
use crate::submit::Submission;
use holdfast_domain::command::{AddStaff, OpenVenue};
use holdfast_domain::{
    Command, Currency, DeviceId, Refusal, Role, StaffId, Timestamp, VenueId, Zone,
};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The file that holds the database, in the replica's directory.
const DATABASE: &str = "replica.sqlite";

/// This machine's clock.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::from_utc(chrono::Utc::now())
}

/// One device's replica, open. Several may be open on one directory: SQLite lets one write while
/// the others read.
#[derive(Debug)]
pub struct Replica {
    pub(crate) db: Connection,
    dir: PathBuf,
}

/// What a replica is.
#[derive(Clone, Debug)]
pub struct Identity {
    /// This device.
    pub device_id: DeviceId,
    /// What people call it.
    pub device_name: String,
    /// Whose it is.
    pub org_name: String,
    /// Who works on it.
    pub staff_id: StaffId,
    /// The venue it stands in; `None` until its first catch-up is complete.
    pub venue_id: Option<VenueId>,
    /// Whether it is the laptop of who works on it, and told what is theirs alone.
    pub laptop: bool,
    /// Where it syncs to; `None` for a standalone desk.
    pub headquarters_url: Option<String>,
}

/// What a new organisation of one standalone desk starts with.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Name of the organisation.
    pub org_name: String,
    /// Name of its owner.
    pub owner_name: String,
    /// Name of its first venue.
    pub venue_name: String,
    /// The venue's zone, an IANA name.
    pub timezone: String,
    /// The venue's currency, an ISO 4217 code.
    pub currency: String,
    /// The venue's slot grid.
    pub slot_minutes: u32,
}

#[cfg(test)]
impl Founding {
    /// A small club, as unit tests found it.
    pub(crate) fn example() -> Self {
        Self {
            org_name: "Club".into(),
            owner_name: "Olga".into(),
            venue_name: "Riverside".into(),
            timezone: "Europe/London".into(),
            currency: "GBP".into(),
            slot_minutes: 30,
        }
    }
}

impl Replica {
    /// Opens the replica in `dir`, creating both where they are not there. Archives of personal data
    /// that have expired are removed from it, and what was erased from the corners of its file.
    ///
    /// # Errors
    /// Where the directory or database cannot be read or written, or is newer than this program.
    pub fn open(dir: &Path) -> Result<Self, Failure> {
        let replica = Self::open_unswept(dir)?;
        // It keeps nobody from working: it is tried again the next time.
        let _ = store::sweep(&replica.db);
        Ok(replica)
    }

    fn open_unswept(dir: &Path) -> Result<Self, Failure> {
        if !dir.exists() {
            std::fs::create_dir_all(dir).map_err(Failure::at(dir))?;
            keep_private(dir)?;
        }
        let db = store::open(&dir.join(DATABASE))?;
        let replica = Self { db, dir: dir.to_owned() };
        // A file that cannot be removed keeps nobody from working: doctor names it.
        let _ = replica.remove_archives(now());
        Ok(replica)
    }

    /// A copy in memory, on which to try what is to leave no trace. Nobody waits for it.
    pub(crate) fn copy(&self) -> Result<Self, Failure> {
        Ok(Self { db: store::copy(&self.db)?, dir: self.dir.clone() })
    }

    /// Whether there is a replica in `dir`.
    #[must_use]
    pub fn exists(dir: &Path) -> bool {
        dir.join(DATABASE).exists()
    }

    /// Opens the replica once more, for another thread.
    ///
    /// # Errors
    /// As [`Replica::open`].
    pub fn reopen(&self) -> Result<Self, Failure> {
        Self::open_unswept(&self.dir)
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether it is the laptop of who works on it, and told what is theirs alone.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn is_laptop(&self) -> Result<bool, Failure> {
        Ok(meta::get(&self.db, Key::Laptop)?.is_some())
    }

    /// What is said of everybody, or handed out as all there is, is not said by who knows a part.
    pub(crate) fn require_whole(&self) -> Result<(), Failure> {
        if self.is_laptop()? { Err(Failure::Laptop) } else { Ok(()) }
    }

    /// What it is; `None` for an empty one.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn identity(&self) -> Result<Option<Identity>, Failure> {
        let db = &self.db;
        let (Some(device_id), Some(staff_id)) = (
            meta::parse::<DeviceId>(db, Key::DeviceId)?,
            meta::parse::<StaffId>(db, Key::StaffId)?,
        ) else {
            return Ok(None);
        };
        Ok(Some(Identity {
            device_id,
            device_name: meta::get(db, Key::DeviceName)?.unwrap_or_default(),
            org_name: meta::get(db, Key::OrgName)?.unwrap_or_default(),
            staff_id,
            venue_id: meta::parse(db, Key::VenueId)?,
            laptop: self.is_laptop()?,
            headquarters_url: meta::get(db, Key::HeadquartersUrl)?,
        }))
    }

    /// What it is.
    ///
    /// # Errors
    /// [`Failure::Empty`] where there is no organisation in it.
    pub fn require_identity(&self) -> Result<Identity, Failure> {
        self.identity()?.ok_or(Failure::Empty)
    }

    /// Starts an organisation on this desk alone: its owner, its first venue, and a device whose
    /// chain of operations begins here and can later be brought to a headquarters.
    ///
    /// # Errors
    /// [`Failure::NotEmpty`] where there is one already.
    pub fn found(
        &mut self,
        founding: &Founding,
        at: Timestamp,
    ) -> Result<Result<VenueId, Refusal>, Failure> {
        if let Some(identity) = self.identity()? {
            return Err(Failure::NotEmpty { org_name: identity.org_name });
        }
        let parsed = holdfast_domain::field::name("org", &founding.org_name).and_then(|()| {
            Ok((Zone::parse(&founding.timezone)?, Currency::parse(&founding.currency)?))
        });
        let (timezone, currency) = match parsed {
            Ok(parsed) => parsed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let staff_id = StaffId(Uuid::now_v7());
        let venue_id = VenueId(Uuid::now_v7());
        let commands = [
            Command::AddStaff(AddStaff {
                staff_id,
                name: founding.owner_name.clone(),
                role: Role::Owner,
                description: String::new(),
                photo_url: String::new(),
                timezone: None,
            }),
            Command::OpenVenue(OpenVenue {
                venue_id,
                name: founding.venue_name.clone(),
                timezone,
                currency,
                slot_minutes: founding.slot_minutes,
            }),
        ];
        self.write(|db| {
            meta::set(db, Key::DeviceId, &DeviceId(Uuid::now_v7()).to_string())?;
            meta::set(db, Key::DeviceName, &device_name())?;
            meta::set(db, Key::OrgName, founding.org_name.trim())?;
            meta::set(db, Key::StaffId, &staff_id.to_string())?;
            meta::set(db, Key::VenueId, &venue_id.to_string())?;
            for command in &commands {
                if let Submission::Refused(refusal) = crate::submit::submit(db, command, at)? {
                    return Ok(Err(refusal));
                }
            }
            Ok(Ok(venue_id))
        })
    }

    /// Runs `work` in one write transaction, committed only when the work was done: a failure, and
    /// likewise a refusal, leaves nothing behind.
    pub(crate) fn write<T, R>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<Result<T, R>, Failure>,
    ) -> Result<Result<T, R>, Failure> {
        let tx = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let done = work(&tx)?;
        if done.is_ok() {
            tx.commit()?;
        }
        Ok(done)
    }

    /// Whether the person has chosen to work offline.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn works_offline(&self) -> Result<bool, Failure> {
        Ok(meta::get(&self.db, Key::WorkOffline)?.is_some())
    }

    /// Works offline from now on, or no longer. The choice survives a restart.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn set_work_offline(&self, offline: bool, at: Timestamp) -> Result<(), Failure> {
        if offline {
            meta::set(&self.db, Key::WorkOffline, "1")?;
            self.mark_offline(at)?;
        } else {
            meta::clear(&self.db, Key::WorkOffline)?;
        }
        Ok(())
    }

    /// Headquarters cannot be reached, or is not to be, since `at`, unless it was so before.
    pub(crate) fn mark_offline(&self, at: Timestamp) -> Result<(), Failure> {
        if meta::get(&self.db, Key::OfflineSince)?.is_none() {
            meta::set(&self.db, Key::OfflineSince, &at.0.to_string())?;
        }
        Ok(())
    }

    /// Sequence number of the last operation.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn last_seq(&self) -> Result<u64, Failure> {
        Ok(outbox::head(&self.db)?.0)
    }
}

/// What people call this device until they name it: the host's name where there is one.
fn device_name() -> String {
    ["COMPUTERNAME", "HOSTNAME"]
        .iter()
        .find_map(|key| std::env::var(key).ok())
        .unwrap_or_else(|| "Front desk".into())
}

/// The replica holds people's data and the device's token: on systems with file modes, nobody else
/// may read the directory made for it. (On Windows the user's profile directory is private by its
/// ACL.) One that was there before keeps the mode that its owner gave it.
pub(crate) fn keep_private(dir: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))
            .map_err(Failure::at(dir))?;
    }
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}
