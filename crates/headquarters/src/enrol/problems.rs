//! Why a device does not join, in words for who stands before it and with what to do instead. When
//! each is said is in [`super::admission`].

use crate::store::devices::Device;
use holdfast_domain::{Staff, StaffId};
use holdfast_protocol::{Problem, ProblemCode};
use serde_json::json;

/// One answer for a wrong, a used and an expired code, so that guessing teaches nothing.
pub(super) fn code_wrong() -> Problem {
    Problem::new(
        ProblemCode::CodeWrong,
        "This code is wrong, used or expired. Ask for a new one; it is good for 15 minutes.",
    )
}

/// The device was shut out; a desk joins under another id by itself.
pub(super) fn shut_out() -> Problem {
    other_id(
        "This device was shut out of the organisation. Pair it again: it joins as a new device, and \
         what it did goes on from there.",
    )
}

/// Another has this id, and its token. A copy of a desk before it joined joins under another id by
/// itself; whoever only knows the id gets no more than their code is for.
pub(super) fn of_another() -> Problem {
    other_id(
        "Headquarters knows this device already, and it has a token of its own: this is a copy of it, \
         or an older state. Export what is here, join with an empty replica, and import it there.",
    )
}

/// The id is of no use to who sent it. A desk that does not bring its history reads `revoked`, and
/// tries again under another one.
fn other_id(message: &str) -> Problem {
    Problem::new(ProblemCode::CodeForOther, message).with(json!({ "revoked": true }))
}

pub(super) fn for_an_empty_desk() -> Problem {
    for_other(
        "This code is for a new, empty desk, and this one has bookings of its own. Export them, join \
         with an empty replica, and import them there.",
    )
}

pub(super) fn for_the_first_desk() -> Problem {
    for_other(
        "This code is for the desk that brings its history to the organisation. Ask for a code for a \
         venue.",
    )
}

pub(super) fn unknown_replica() -> Problem {
    for_other(
        "The organisation of this code does not know this replica. Either the code is another \
         organisation's: ask for one of its own. Or headquarters was restored from before this desk \
         joined: export what is here, join with an empty replica, and import it there.",
    )
}

pub(super) fn waits_elsewhere() -> Problem {
    for_other(
        "This code is for another venue than this desk's, and something still waits on it. Ask for a \
         code for its own venue.",
    )
}

pub(super) fn of_another_sort(laptop: bool) -> Problem {
    let (is, wanted) = if laptop { ("laptop", "desk") } else { ("desk", "laptop") };
    for_other(format!(
        "This code is for a {is}, and this is a {wanted}. Ask for a code for a {wanted}."
    ))
}

pub(super) fn laptop_of_another() -> Problem {
    for_other(
        "This laptop is another person's, and still holds what is theirs. Join with an empty replica.",
    )
}

pub(super) fn waits_of_another(
    code_for: StaffId,
    waiting_of: StaffId,
    people: &[Staff],
) -> Problem {
    let name = |id| people.iter().find(|person| person.id == id).map(|person| &person.name);
    let message = match (name(code_for), name(waiting_of)) {
        (Some(code_for), Some(waiting_of)) => format!(
            "This code is for {code_for}, and what waits on this desk was entered by {waiting_of}. \
             Ask for a code for {waiting_of}."
        ),
        _ => {
            "This code is for another person than the one who entered what waits on this desk. Ask \
              for a code for that person."
                .into()
        }
    };
    for_other(message).with(json!({ "code_for": code_for, "waiting_of": waiting_of }))
}

fn for_other(message: impl Into<String>) -> Problem {
    Problem::new(ProblemCode::CodeForOther, message)
}

pub(super) fn not_empty() -> Problem {
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

/// The organisation's turn did not come.
pub(super) fn busy() -> Problem {
    Problem::new(
        ProblemCode::Unavailable,
        "Headquarters is busy with this organisation. The code is still good; try again in a moment.",
    )
}
