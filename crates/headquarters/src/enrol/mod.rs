//! Joining: a single-use, short-lived code becomes one revocable token of one device.
//!
//! A code without a venue is for a standalone desk that brings its history to an empty organisation;
//! nobody else is admitted before that history has arrived. A code with a venue is for a fresh desk.
//! Codes and tokens are stored as hashes. Who may ask how often is in [`attempts`].

mod attempts;
pub mod code;
pub(crate) mod token;

pub(crate) use attempts::Attempts;

use crate::store::devices::{self, Device, Enrolled};
use crate::store::pairing_codes::{self, PairingCode};
use crate::store::{Tx, operations, orgs, session};
use crate::{Database, Failure};
use holdfast_domain::{StaffId, VenueId};
use holdfast_protocol::{Digest, EnrolReply, EnrolRequest, Problem, ProblemCode, Resuming};

/// Turns a code into a token, or says why not. The same device may send its code again while it
/// lives: the reply may have been lost, and it gets a new token for the old one.
pub(crate) async fn enrol(
    db: &Database,
    request: &EnrolRequest,
) -> Result<Result<EnrolReply, Problem>, Failure> {
    let mut session = db.session().await?;
    let tx = session.client.transaction().await?;
    let code_hash = code::hash(&request.code);
    let Some(code) = pairing_codes::lock(&tx, &code_hash).await? else {
        return Ok(Err(code_wrong()));
    };
    session::lock(&tx, code.org).await?;
    let known = Known {
        devices: devices::of_org(&tx, code.org).await?,
        has_operations: operations::any(&tx, code.org).await?,
    };
    let admitted = match admit(request, &code, &known) {
        Ok(admitted) => admitted,
        Err(problem) => return Ok(Err(problem)),
    };
    let (token, token_hash) = token::new();
    let reply = write(&tx, request, &code, &code_hash, &admitted, &token_hash).await?;
    tx.commit().await?;
    tracing::info!(org = %code.org, device = %request.device, "a device joined");
    let incarnation = session.incarnation.to_string();
    Ok(Ok(EnrolReply { token, incarnation, ..reply }))
}

async fn write(
    tx: &Tx<'_>,
    request: &EnrolRequest,
    code: &PairingCode,
    code_hash: &[u8],
    admitted: &Admitted,
    token_hash: &[u8],
) -> Result<EnrolReply, Failure> {
    pairing_codes::mark_used(tx, code.org, code_hash, request.device).await?;
    let device = Enrolled {
        id: request.device,
        name: &request.device_name,
        staff_id: admitted.staff_id,
        venue_id: admitted.venue_id,
        history_seq: admitted.history_seq,
        last_seq: admitted.chain.last_seq,
        chain_head: &admitted.chain.chain_head,
        token_hash,
    };
    devices::enrol(tx, code.org, &device).await?;
    Ok(EnrolReply {
        token: String::new(),
        incarnation: String::new(),
        org_name: orgs::name(tx, code.org).await?,
        staff_id: admitted.staff_id,
        venue_id: admitted.venue_id,
    })
}

/// What is there already.
struct Known {
    devices: Vec<Device>,
    has_operations: bool,
}

/// As what a device joins.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Admitted {
    staff_id: StaffId,
    venue_id: Option<VenueId>,
    history_seq: u64,
    /// Where its chain begins here.
    chain: Resuming,
}

/// Whether this device may join by this code.
fn admit(request: &EnrolRequest, code: &PairingCode, known: &Known) -> Result<Admitted, Problem> {
    if code.used_by.is_some_and(|device| device != request.device) {
        return Err(code_wrong());
    }
    let itself = known.devices.iter().find(|device| device.id == request.device);
    if itself.is_some_and(|device| device.revoked_at.is_some()) {
        return Err(Problem::new(
            ProblemCode::CodeForOther,
            "This device was shut out of the organisation. Pair it again: it joins as a new device, \
             and what it did goes on from there.",
        ));
    }
    let others = known.devices.iter().filter(|device| device.id != request.device);
    if let Some(filling) = others.clone().find(|device| device.is_filling()) {
        return Err(being_filled(filling));
    }
    match (code.binding, &request.bringing) {
        (Some((venue, staff_id)), None) => Ok(Admitted {
            staff_id,
            venue_id: Some(venue),
            history_seq: 0,
            chain: request.resuming.clone().unwrap_or_else(from_the_start),
        }),
        (Some(_), Some(_)) => Err(Problem::new(
            ProblemCode::CodeForOther,
            "This code is for a new, empty desk, and this one has bookings of its own. Export them, \
             join with an empty replica, and import them there.",
        )),
        (None, None) => Err(Problem::new(
            ProblemCode::CodeForOther,
            "This code is for the desk that brings its history to the organisation. Ask for a code \
             for a venue.",
        )),
        (None, Some(bringing)) => {
            let new_here = itself.is_none();
            if others.count() > 0 || (new_here && known.has_operations) {
                return Err(not_empty());
            }
            if bringing.last_seq == 0 {
                let message = "A desk that brings its history brings at least one operation.";
                return Err(Problem::new(ProblemCode::BadRequest, message));
            }
            let StaffId(staff) = bringing.staff_id;
            Ok(Admitted {
                staff_id: StaffId(staff),
                venue_id: None,
                history_seq: bringing.last_seq,
                chain: from_the_start(),
            })
        }
    }
}

fn from_the_start() -> Resuming {
    Resuming { last_seq: 0, chain_head: Digest::start() }
}

/// One answer for a wrong, a used and an expired code, so that guessing teaches nothing.
fn code_wrong() -> Problem {
    Problem::new(
        ProblemCode::CodeWrong,
        "This code is wrong, used or expired. Ask for a new one; it is good for 15 minutes.",
    )
}

fn not_empty() -> Problem {
    Problem::new(
        ProblemCode::OrgNotEmpty,
        "The organisation has bookings already, and two histories cannot be joined. Export this \
         desk's bookings, join with an empty replica, and import them there.",
    )
}

/// Another desk is still bringing its history.
pub(crate) fn being_filled(by: &Device) -> Problem {
    let message = format!(
        "“{}” is still bringing its history to this organisation ({} of {} entries). Let it sync, \
         then try again.",
        by.name, by.last_seq, by.history_seq
    );
    Problem::new(ProblemCode::OrgBeingFilled, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::OrgId;
    use holdfast_domain::{DeviceId, Timestamp};
    use holdfast_protocol::Bringing;
    use uuid::Uuid;

    const fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }
    fn code(binding: bool) -> PairingCode {
        let binding = binding.then_some((VenueId(id(1)), StaffId(id(2))));
        PairingCode { org: OrgId(id(0)), binding, used_by: None }
    }
    fn request(bringing: bool) -> EnrolRequest {
        EnrolRequest {
            protocol: 1,
            code: String::new(),
            device: DeviceId(id(3)),
            device_name: "Desk".into(),
            bringing: bringing.then_some(Bringing { staff_id: StaffId(id(4)), last_seq: 9 }),
            resuming: None,
        }
    }
    fn device(n: u128, last_seq: u64, history_seq: u64) -> Device {
        Device {
            org: OrgId(id(0)),
            id: DeviceId(id(n)),
            name: "Other".into(),
            staff_id: StaffId(id(4)),
            venue_id: None,
            enrolled_at: Timestamp(0),
            revoked_at: None,
            last_seen_at: None,
            last_seq,
            chain_head: Digest::start(),
            history_seq,
        }
    }
    fn answer(
        bringing: bool,
        code: &PairingCode,
        devices: Vec<Device>,
    ) -> Result<Admitted, ProblemCode> {
        let known = Known { has_operations: devices.iter().any(|it| it.last_seq > 0), devices };
        admit(&request(bringing), code, &known).map_err(|problem| problem.code)
    }

    #[test]
    fn a_code_is_for_the_sort_of_desk_it_was_made_for() {
        assert_eq!(answer(false, &code(true), vec![]).unwrap().venue_id, Some(VenueId(id(1))));
        assert_eq!(answer(true, &code(false), vec![]).unwrap().history_seq, 9);
        assert_eq!(answer(true, &code(true), vec![]), Err(ProblemCode::CodeForOther));
        assert_eq!(answer(false, &code(false), vec![]), Err(ProblemCode::CodeForOther));
        assert_eq!(
            answer(true, &code(false), vec![device(5, 9, 9)]),
            Err(ProblemCode::OrgNotEmpty)
        );
    }

    #[test]
    fn nobody_joins_while_a_history_is_on_its_way() {
        assert_eq!(
            answer(false, &code(true), vec![device(5, 8, 9)]),
            Err(ProblemCode::OrgBeingFilled)
        );
        assert!(answer(false, &code(true), vec![device(5, 9, 9)]).is_ok());
    }

    #[test]
    fn a_used_code_is_good_for_the_same_device_only() {
        let used_by = |n| PairingCode { used_by: Some(DeviceId(id(n))), ..code(false) };
        assert!(answer(true, &used_by(3), vec![device(3, 2, 9)]).is_ok(), "the reply was lost");
        assert_eq!(answer(true, &used_by(7), vec![]), Err(ProblemCode::CodeWrong));
    }
}
