//! Whether a device may join by a code, and as what. Pure; what is there already is given. How a no is
//! said is in [`problems`].

use super::problems;
use crate::store::devices::Device;
use crate::store::pairing_codes::PairingCode;
use holdfast_domain::{Staff, StaffId, VenueId};
use holdfast_protocol::{Bringing, Digest, EnrolRequest, Problem, ProblemCode, Resuming};

/// The largest number that every JSON reader keeps exactly.
const SEQ_MAX: u64 = 1 << 53;

/// What is there already.
pub(super) struct Known {
    /// Every device of the organisation, shut out or not.
    pub(super) devices: Vec<Device>,
    /// Those whom code and request name, as far as they are known.
    pub(super) people: Vec<Staff>,
    pub(super) has_operations: bool,
    /// Whether the device showed the token of the one that it says it was.
    pub(super) is_itself: bool,
}

/// As what a device joins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Admitted {
    pub(super) staff_id: StaffId,
    pub(super) venue_id: Option<VenueId>,
    pub(super) laptop: bool,
    pub(super) history_seq: u64,
    /// Where its chain begins here.
    pub(super) last_seq: u64,
    pub(super) chain_head: Digest,
}

/// What no honest device sends, whatever its code.
pub(super) fn check_form(request: &EnrolRequest) -> Result<(), Problem> {
    let bad = |message: &str| Err(Problem::new(ProblemCode::BadRequest, message));
    if let Some(resuming) = &request.resuming {
        if request.bringing.is_some() {
            return bad("A desk either brings its history or goes on, not both.");
        }
        if !resuming.chain_head.is_well_formed() {
            return bad("The head of the chain is not a digest.");
        }
    }
    let seqs = [
        request.bringing.as_ref().map(|bringing| bringing.last_seq),
        request.resuming.as_ref().map(|resuming| resuming.last_seq),
    ];
    if seqs.into_iter().flatten().any(|seq| seq > SEQ_MAX) {
        return bad("No desk has that many operations.");
    }
    Ok(())
}

/// Whether this device may join by this code.
pub(super) fn admit(
    request: &EnrolRequest,
    code: &PairingCode,
    known: &Known,
) -> Result<Admitted, Problem> {
    if !code.is_good_for(request.device) {
        return Err(problems::code_wrong());
    }
    let itself = known.devices.iter().find(|device| device.id == request.device);
    if let Some(itself) = itself {
        check_same(itself, code)?;
    }
    let formerly = request.resuming.as_ref().map(|resuming| resuming.device);
    let others = known.devices.iter();
    let mut others = others.filter(|it| it.id != request.device && Some(it.id) != formerly);
    if let Some(filling) = others.clone().find(|device| device.is_filling()) {
        return Err(problems::being_filled(filling));
    }
    match (code.binding, &request.bringing) {
        (Some((venue, staff_id)), None) => match &request.resuming {
            Some(resuming) => go_on(resuming, code.laptop, (venue, staff_id), known),
            None => Ok(begin(staff_id, Some(venue), code.laptop, 0)),
        },
        (Some(_), Some(_)) => Err(problems::for_an_empty_desk()),
        (None, None) => Err(problems::for_the_first_desk()),
        (None, Some(_))
            if others.next().is_some() || (itself.is_none() && known.has_operations) =>
        {
            Err(problems::not_empty())
        }
        (None, Some(bringing)) => found(bringing),
    }
}

/// Whether who sends the id of a device that is here can be that device. An id is no secret, so no code
/// takes a device over from whoever has its token. It gets another one only where the first was never
/// used, because the reply was lost; or where it fills the organisation and lost it: only for that desk
/// is such a code made while it does.
fn check_same(itself: &Device, code: &PairingCode) -> Result<(), Problem> {
    if itself.revoked_at.is_some() {
        return Err(problems::shut_out());
    }
    let never_heard_of = itself.last_seen_at.is_none();
    let fills_again = code.binding.is_none() && itself.is_filling();
    if never_heard_of || fills_again { Ok(()) } else { Err(problems::of_another()) }
}

/// The desk that founds the organisation.
fn found(bringing: &Bringing) -> Result<Admitted, Problem> {
    if bringing.last_seq == 0 {
        let message = "A desk that brings its history brings at least one operation.";
        return Err(Problem::new(ProblemCode::BadRequest, message));
    }
    Ok(begin(bringing.staff_id, None, false, bringing.last_seq))
}

/// As what a device joins whose chain begins here.
fn begin(staff_id: StaffId, venue_id: Option<VenueId>, laptop: bool, history_seq: u64) -> Admitted {
    let chain_head = Digest::start();
    Admitted { staff_id, venue_id, laptop, history_seq, last_seq: 0, chain_head }
}

/// As what a desk goes on that is paired anew: only in its own organisation, only for the person who
/// entered what waits on it, and seeing what it saw before.
fn go_on(
    resuming: &Resuming,
    laptop: bool,
    (venue, staff_id): (VenueId, StaffId),
    known: &Known,
) -> Result<Admitted, Problem> {
    let Some(before) = known.devices.iter().find(|device| device.id == resuming.device) else {
        return Err(problems::unknown_replica());
    };
    if let Some(waiting_of) = resuming.waiting_of.filter(|person| *person != staff_id) {
        return Err(problems::waits_of_another(staff_id, waiting_of, &known.people));
    }
    if resuming.waiting_of.is_some() && before.venue_id.is_some_and(|own| own != venue) {
        return Err(problems::waits_elsewhere());
    }
    if before.laptop != laptop {
        return Err(problems::of_another_sort(laptop));
    }
    if laptop && before.staff_id != staff_id {
        return Err(problems::laptop_of_another());
    }
    let is_founder = known.is_itself && before.venue_id.is_none();
    Ok(Admitted {
        staff_id,
        // The desk that founded the organisation sees every venue, and may have been in the middle
        // of bringing its history.
        venue_id: (!is_founder).then_some(venue),
        laptop,
        history_seq: if is_founder { before.history_seq } else { 0 },
        last_seq: resuming.last_seq,
        chain_head: resuming.chain_head.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::OrgId;
    use holdfast_domain::{DeviceId, Role, Timestamp};
    use holdfast_protocol::Bringing;
    use uuid::Uuid;

    const fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }
    fn code(binding: bool) -> PairingCode {
        let binding = binding.then_some((VenueId(id(1)), StaffId(id(2))));
        PairingCode { org: OrgId(id(0)), binding, laptop: false, used_by: None }
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
            laptop: false,
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
        let known = known(devices);
        admit(&request(bringing), code, &known).map_err(|problem| problem.code)
    }
    fn known(devices: Vec<Device>) -> Known {
        let person = |n, name: &str| {
            let (id, role) = (StaffId(id(n)), Role::FrontDesk);
            Staff::new(id, name, role)
        };
        let people = vec![person(2, "Ann"), person(4, "Ben")];
        let has_operations = devices.iter().any(|it| it.last_seq > 0);
        Known { has_operations, devices, people, is_itself: true }
    }
    fn resuming(device: u128, waiting_of: Option<u128>) -> EnrolRequest {
        let resuming = Resuming {
            device: DeviceId(id(device)),
            token: String::new(),
            waiting_of: waiting_of.map(|n| StaffId(id(n))),
            last_seq: 7,
            chain_head: Digest("ab".repeat(32)),
        };
        EnrolRequest { resuming: Some(resuming), ..request(false) }
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

    #[test]
    fn no_code_takes_a_device_over_that_has_its_token() {
        let heard_of = |device| Device { last_seen_at: Some(Timestamp(1)), ..device };
        let here = || vec![heard_of(device(3, 9, 9))];
        let used = PairingCode { used_by: Some(DeviceId(id(3))), ..code(true) };
        assert_eq!(answer(false, &code(true), here()), Err(ProblemCode::CodeForOther));
        assert_eq!(answer(false, &used, here()), Err(ProblemCode::CodeForOther), "overheard");
        assert_eq!(answer(true, &code(false), here()), Err(ProblemCode::CodeForOther));
        let resuming_itself = admit(&resuming(3, None), &code(true), &known(here())).unwrap_err();
        assert_eq!(resuming_itself.code, ProblemCode::CodeForOther);
        assert_eq!(resuming_itself.details["revoked"], true, "a copy joins under another id");

        let silent = vec![device(3, 0, 0)];
        assert!(answer(false, &code(true), silent).is_ok(), "the reply was lost, the code expired");
        let filling = vec![heard_of(device(3, 2, 9))];
        assert!(answer(true, &code(false), filling.clone()).is_ok(), "it lost its token");
        assert_eq!(answer(false, &code(true), filling), Err(ProblemCode::CodeForOther));
    }

    #[test]
    fn a_desk_goes_on_in_its_own_organisation_and_sees_what_it_saw() {
        let shut_out =
            |venue_id| Device { venue_id, revoked_at: Some(Timestamp(1)), ..device(5, 9, 9) };
        let founder = known(vec![shut_out(None)]);
        let admitted = admit(&resuming(5, Some(2)), &code(true), &founder).unwrap();
        assert_eq!((admitted.venue_id, admitted.staff_id), (None, StaffId(id(2))));
        assert_eq!((admitted.last_seq, admitted.history_seq), (7, 9));
        assert_eq!(admitted.chain_head, Digest("ab".repeat(32)));
        let desk = known(vec![shut_out(Some(VenueId(id(9))))]);
        let admitted = admit(&resuming(5, None), &code(true), &desk).unwrap();
        assert_eq!(admitted.venue_id, Some(VenueId(id(1))), "a desk may move to another venue");

        let moved = admit(&resuming(5, Some(2)), &code(true), &desk).unwrap_err();
        assert!(moved.message.contains("another venue"), "but not with what waits: {moved}");
        let pretender = Known { is_itself: false, ..known(vec![shut_out(None)]) };
        let admitted = admit(&resuming(5, Some(2)), &code(true), &pretender).unwrap();
        assert_eq!((admitted.venue_id, admitted.history_seq), (Some(VenueId(id(1))), 0));

        let stranger = admit(&resuming(6, None), &code(true), &desk).unwrap_err();
        assert_eq!(stranger.code, ProblemCode::CodeForOther);
        assert!(stranger.message.contains("does not know this replica"), "{stranger}");
        let unbound = admit(&resuming(5, None), &code(false), &desk).unwrap_err();
        assert_eq!(unbound.code, ProblemCode::CodeForOther);
    }

    #[test]
    fn what_waits_goes_on_for_the_person_who_entered_it() {
        let here = known(vec![device(5, 9, 9)]);
        let problem = admit(&resuming(5, Some(4)), &code(true), &here).unwrap_err();
        assert_eq!(problem.code, ProblemCode::CodeForOther);
        assert_eq!(
            problem.message,
            "This code is for Ann, and what waits on this desk was entered by Ben. Ask for a code \
             for Ben."
        );
        let unknown = admit(&resuming(5, Some(77)), &code(true), &here).unwrap_err();
        assert_eq!(unknown.code, ProblemCode::CodeForOther);
        assert!(!unknown.message.contains("Ann"), "{unknown}");
    }

    #[test]
    fn a_request_that_no_desk_would_send_is_bad() {
        let code_of = |request: &EnrolRequest| check_form(request).map_err(|problem| problem.code);
        let with = |change: &dyn Fn(&mut Resuming)| {
            let mut request = resuming(5, None);
            request.resuming.as_mut().map(change);
            request
        };
        assert_eq!(code_of(&with(&|_| {})), Ok(()));
        assert_eq!(code_of(&with(&|it| it.last_seq = SEQ_MAX)), Ok(()));
        let both = EnrolRequest { bringing: request(true).bringing, ..resuming(5, None) };
        for bad in [
            both,
            with(&|it| it.last_seq = SEQ_MAX + 1),
            with(&|it| it.chain_head = Digest("ab".into())),
            with(&|it| it.chain_head = Digest("zz".repeat(32))),
        ] {
            assert_eq!(code_of(&bad), Err(ProblemCode::BadRequest), "{bad:?}");
        }
    }
}
