//! Organisations, their pairing codes and their devices, as an administrator sees them. People name
//! things; an ambiguous name is answered with the candidates.
//!
//! What a device does by itself (joining, syncing) is not here.

use crate::enrol::{being_filled, code};
use crate::store::{OrgId, devices, operations, orgs, pairing_codes, staff, venues};
use crate::{Failure, Session};
use chrono::Utc;
use holdfast_domain::{DeviceId, Role, Staff, StaffId, Timestamp, Venue, VenueId, field};
use uuid::Uuid;

pub use crate::store::devices::Device;
pub use crate::store::orgs::Org;

/// How long a pairing code is good for.
const CODE_LIFE_MS: i64 = 15 * 60 * 1000;

/// A pairing code, shown once.
#[derive(Clone, Debug)]
pub struct Pairing {
    /// As people read it out: `XXXX-XXXX`.
    pub code: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// Whose desk it makes and for whom; `None` for a desk that brings its history.
    pub binding: Option<(Venue, Staff)>,
    /// Whether it is for the laptop of that person.
    pub laptop: bool,
}

/// Enters an organisation.
///
/// # Errors
/// [`Failure::Input`] where the name is empty, too long, or taken.
pub async fn create_org(session: &Session, name: &str) -> Result<OrgId, Failure> {
    let name = name.trim();
    field::name("name", name).map_err(|refusal| Failure::Input(refusal.message()))?;
    let org = OrgId(Uuid::now_v7());
    let created = orgs::insert(&session.client, org, name).await?;
    created.map(|()| org).ok_or_else(|| {
        Failure::Input(format!(
            "An organisation named “{name}” is there already. Choose another name."
        ))
    })
}

/// Every organisation, by name.
///
/// # Errors
/// Where the database fails.
pub async fn orgs(session: &Session) -> Result<Vec<Org>, Failure> {
    orgs::all(&session.client).await
}

/// The organisation of this name or id.
///
/// # Errors
/// [`Failure::Input`] where there is none, or several.
pub async fn find_org(session: &Session, wanted: &str) -> Result<Org, Failure> {
    let all = orgs::all(&session.client).await?;
    pick("organisation", wanted, all, |org| (org.id.0, &org.name))
}

/// Its devices, oldest first.
///
/// # Errors
/// Where the database fails.
pub async fn devices(session: &Session, org: OrgId) -> Result<Vec<Device>, Failure> {
    devices::of_org(&session.client, org).await
}

/// Shuts a device out; `false` where it was out already.
///
/// # Errors
/// [`Failure::Input`] where there is no such device, or several of this name.
pub async fn revoke(
    session: &Session,
    org: OrgId,
    wanted: &str,
) -> Result<(DeviceId, bool), Failure> {
    let all = devices::of_org(&session.client, org).await?;
    let device = pick("device", wanted, all, |device| (device.id.0, &device.name))?;
    Ok((device.id, devices::revoke(&session.client, org, device.id).await?))
}

/// Makes a pairing code. Without a venue it is for the standalone desk that fills an empty
/// organisation; with one, for a fresh desk of it, or for the `laptop` of who works there.
///
/// # Errors
/// [`Failure::Input`] where that cannot be, with what to do instead.
pub async fn pair(
    session: &Session,
    org: &Org,
    venue: Option<&str>,
    staff: Option<&str>,
    laptop: bool,
) -> Result<Pairing, Failure> {
    let known = devices::of_org(&session.client, org.id).await?;
    let filling = known.iter().find(|device| device.is_filling());
    if let (Some(filling), true) = (filling, venue.is_some()) {
        return Err(Failure::Input(being_filled(filling).message));
    }
    if laptop && (venue.is_none() || staff.is_none()) {
        return Err(Failure::Input(
            "--laptop needs --staff and --venue: name who carries it, and where they mostly work."
                .into(),
        ));
    }
    let binding = match venue {
        Some(venue) => Some(bind(session, org.id, venue, staff).await?),
        None if staff.is_some() => {
            return Err(Failure::Input(
                "--staff needs --venue: name the venue whose desk it is.".into(),
            ));
        }
        // The desk that is filling it may have lost its token: it alone can use this code.
        None if filling.is_some() => None,
        None if known.is_empty() && !operations::any(&session.client, org.id).await? => None,
        None => {
            return Err(Failure::Input(format!(
                "“{}” has data already, so no desk can bring its own. Name the venue whose desk \
                 joins: --venue.",
                org.name
            )));
        }
    };
    let pairing = Pairing {
        code: code::new(),
        expires_at: Timestamp::from_utc(Utc::now()).plus_ms(CODE_LIFE_MS),
        binding,
        laptop,
    };
    let bound = pairing.binding.as_ref().map(|(venue, staff)| (venue.id, staff.id));
    let hash = code::hash(&pairing.code);
    pairing_codes::insert(&session.client, org.id, &hash, (bound, laptop), pairing.expires_at)
        .await?;
    Ok(pairing)
}

async fn bind(
    session: &Session,
    org: OrgId,
    venue: &str,
    staff: Option<&str>,
) -> Result<(Venue, Staff), Failure> {
    let venues = venues::of_org(&session.client, org).await?;
    let venue = pick("venue", venue, venues, |row| {
        let VenueId(id) = row.id;
        (id, &row.name)
    })?;
    let people: Vec<Staff> = staff::of_org(&session.client, org).await?;
    let people: Vec<Staff> = people.into_iter().filter(|person| person.active).collect();
    let person = match staff {
        Some(wanted) => pick("staff member", wanted, people, |row| {
            let StaffId(id) = row.id;
            (id, &row.name)
        })?,
        None => only_owner(people)?,
    };
    Ok((venue, person))
}

fn only_owner(people: Vec<Staff>) -> Result<Staff, Failure> {
    let mut owners = people.into_iter().filter(|person| person.role == Role::Owner);
    match (owners.next(), owners.next()) {
        (Some(owner), None) => Ok(owner),
        _ => Err(Failure::Input(
            "There is not exactly one owner. Name the person who works on this desk: --staff."
                .into(),
        )),
    }
}

/// The one of this id or name; names are compared without regard to case.
pub(crate) fn pick<T>(
    noun: &str,
    wanted: &str,
    all: Vec<T>,
    of: impl Fn(&T) -> (Uuid, &String),
) -> Result<T, Failure> {
    let id = Uuid::parse_str(wanted).ok();
    let folded = wanted.trim().to_lowercase();
    let fits = |row: &T| {
        let (row_id, name) = of(row);
        id.map_or_else(|| name.to_lowercase() == folded, |id| id == row_id)
    };
    let (mut found, others): (Vec<T>, Vec<T>) = all.into_iter().partition(fits);
    let list = |rows: &[T]| {
        let names = rows.iter().map(&of).map(|(id, name)| format!("\n  {id}  {name}"));
        names.take(20).collect::<String>()
    };
    match (found.pop(), found.len()) {
        (Some(one), 0) => Ok(one),
        (Some(one), _) => {
            found.push(one);
            let names = list(&found);
            Err(Failure::Input(format!(
                "There are several {noun}s named “{wanted}”; give the id:{names}"
            )))
        }
        (None, _) if others.is_empty() => {
            Err(Failure::Input(format!("There is no {noun} “{wanted}”, and no other either.")))
        }
        (None, _) => {
            let names = list(&others);
            Err(Failure::Input(format!("There is no {noun} “{wanted}”. There are:{names}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(wanted: &str) -> Result<(Uuid, String), String> {
        let row = |n: u128, name: &str| (Uuid::from_u128(n), name.to_owned());
        let all = vec![row(1, "Club"), row(2, "club"), row(3, "Spa")];
        pick("venue", wanted, all, |row| (row.0, &row.1)).map_err(|error| error.to_string())
    }

    #[test]
    fn names_and_ids_are_accepted_and_ambiguous_names_listed() {
        assert_eq!(find(" SPA ").unwrap().0, Uuid::from_u128(3));
        assert_eq!(find(&Uuid::from_u128(2).to_string()).unwrap().1, "club");
        let ambiguous = find("Club").unwrap_err();
        assert!(ambiguous.contains(&Uuid::from_u128(1).to_string()), "{ambiguous}");
        assert!(find("Gym").unwrap_err().contains("Spa"));
    }
}
