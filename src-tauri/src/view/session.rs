//! Which desk this is, and how it begins.

use holdfast_domain::{Right, Role, StaffId, StaffPin};
use holdfast_replica::{Failure, Founding, Replica};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A place with one time zone, one currency and one slot grid.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Venue {
    pub(crate) id: String,
    pub(crate) name: String,
    /// IANA name.
    pub(crate) timezone: String,
    /// ISO 4217 code.
    pub(crate) currency: String,
    pub(crate) slot_minutes: u32,
}

/// Who works here, on which desk, at which venues.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Session {
    /// False on the very first start: the window then offers sample, empty or join.
    pub(crate) opened: bool,
    pub(crate) org_name: String,
    pub(crate) staff_id: String,
    pub(crate) staff_name: String,
    /// What they are: `owner`, `manager`, `front_desk`, `instructor`.
    pub(crate) role: String,
    /// What they may do, by the words of the domain's table.
    pub(crate) rights: Vec<String>,
    /// Whether somebody has to sign in before anything can be done.
    pub(crate) locked: bool,
    /// Who can sign in here: those with a PIN.
    pub(crate) with_pin: Vec<Person>,
    /// After how many minutes without a key the desk locks; null for never.
    pub(crate) auto_lock_minutes: Option<u32>,
    pub(crate) device_name: String,
    /// Whether this desk has joined a headquarters.
    pub(crate) linked: bool,
    /// Whether it is somebody's laptop, which knows their own schedule alone.
    pub(crate) laptop: bool,
    pub(crate) headquarters_url: String,
    /// The venue shown first.
    pub(crate) venue_id: String,
    pub(crate) venues: Vec<Venue>,
    pub(crate) replica_dir: String,
}

/// Somebody who works here.
#[derive(Clone, Debug, Serialize, Type)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A new organisation with one empty venue.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct EmptyVenue {
    org_name: String,
    venue_name: String,
    timezone: String,
    currency: String,
    slot_minutes: u32,
    owner_name: String,
}

/// Where a headquarters is, and the code that lets this desk in.
#[derive(Clone, Debug, Deserialize, Type)]
pub(crate) struct JoinHeadquarters {
    pub(crate) url: String,
    pub(crate) code: String,
    pub(crate) device_name: String,
}

impl From<holdfast_domain::Venue> for Venue {
    fn from(venue: holdfast_domain::Venue) -> Self {
        Self {
            id: venue.id.to_string(),
            name: venue.name,
            timezone: venue.timezone.name().into(),
            currency: venue.currency.code().into(),
            slot_minutes: venue.slot_minutes,
        }
    }
}

impl From<EmptyVenue> for Founding {
    fn from(venue: EmptyVenue) -> Self {
        Self {
            org_name: venue.org_name,
            owner_name: venue.owner_name,
            venue_name: venue.venue_name,
            timezone: venue.timezone,
            currency: venue.currency,
            slot_minutes: venue.slot_minutes,
        }
    }
}

impl Session {
    /// The session of `replica`. A desk that has joined but not yet received its venue is not
    /// opened: there is nothing to show.
    pub(crate) fn of(replica: &Replica) -> Result<Self, Failure> {
        let identity = replica.identity()?;
        let replica_dir = replica.dir().display().to_string();
        let Some(identity) = identity else { return Ok(Self::unopened(replica_dir)) };
        let known = replica.venues()?;
        let own = known.iter().find(|venue| Some(venue.id) == identity.venue_id);
        let auto_lock_minutes = own.and_then(|venue| venue.policy.auto_lock_minutes);
        let venues: Vec<Venue> = known.into_iter().map(Into::into).collect();
        let at_work = replica.session()?;
        let staff = at_work.staff;
        let role = staff.as_ref().map(|staff| staff.role);
        let home = identity.venue_id.map(|id| id.to_string());
        let home = home.filter(|id| venues.iter().any(|venue| venue.id == *id));
        Ok(Self {
            opened: home.is_some(),
            org_name: identity.org_name,
            staff_id: staff.as_ref().map(|it| it.id.to_string()).unwrap_or_default(),
            locked: at_work.locked,
            with_pin: Person::with_pin(replica)?,
            auto_lock_minutes,
            role: role.map(|role| role.as_str().into()).unwrap_or_default(),
            rights: role.map(rights).unwrap_or_default(),
            staff_name: staff.map(|staff| staff.name).unwrap_or_default(),
            device_name: identity.device_name,
            linked: identity.headquarters_url.is_some(),
            laptop: identity.laptop,
            headquarters_url: identity.headquarters_url.unwrap_or_default(),
            venue_id: home.unwrap_or_default(),
            venues,
            replica_dir,
        })
    }

    fn unopened(replica_dir: String) -> Self {
        Self {
            opened: false,
            org_name: String::new(),
            staff_id: String::new(),
            locked: false,
            with_pin: Vec::new(),
            auto_lock_minutes: None,
            staff_name: String::new(),
            role: String::new(),
            rights: Vec::new(),
            device_name: String::new(),
            linked: false,
            laptop: false,
            headquarters_url: String::new(),
            venue_id: String::new(),
            venues: Vec::new(),
            replica_dir,
        }
    }
}

impl Person {
    /// Those who work here and have a PIN, by name.
    fn with_pin(replica: &Replica) -> Result<Vec<Self>, Failure> {
        let pins: Vec<StaffPin> = replica.listed(&[], false)?;
        let has_pin =
            |id: StaffId| pins.iter().any(|pin| pin.staff_id == id && !pin.verifier.is_empty());
        let staff = replica.all_staff()?.into_iter();
        Ok(staff
            .filter(|staff| staff.active && has_pin(staff.id))
            .map(|staff| Self { id: staff.id.to_string(), name: staff.name })
            .collect())
    }
}

fn rights(role: Role) -> Vec<String> {
    Right::ALL.iter().filter(|right| role.may(**right)).map(|it| it.as_str().into()).collect()
}
