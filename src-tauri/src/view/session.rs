//! Which desk this is, and how it begins.

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
    pub(crate) staff_name: String,
    pub(crate) device_name: String,
    /// Whether this desk has joined a headquarters.
    pub(crate) linked: bool,
    pub(crate) headquarters_url: String,
    /// The venue shown first.
    pub(crate) venue_id: String,
    pub(crate) venues: Vec<Venue>,
    pub(crate) replica_dir: String,
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
        let venues: Vec<Venue> = replica.venues()?.into_iter().map(Into::into).collect();
        let staff = replica.staff(identity.staff_id)?;
        let home = identity.venue_id.map(|id| id.to_string());
        let home = home.filter(|id| venues.iter().any(|venue| venue.id == *id));
        Ok(Self {
            opened: home.is_some(),
            org_name: identity.org_name,
            staff_name: staff.map(|staff| staff.name).unwrap_or_default(),
            device_name: identity.device_name,
            linked: identity.headquarters_url.is_some(),
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
            staff_name: String::new(),
            device_name: String::new(),
            linked: false,
            headquarters_url: String::new(),
            venue_id: String::new(),
            venues: Vec::new(),
            replica_dir,
        }
    }
}
