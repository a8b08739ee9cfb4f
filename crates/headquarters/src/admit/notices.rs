//! Refusals that only headquarters gives: they are about who and how, never about a rule.

use holdfast_domain::{Notice, StaffId};
use serde_json::{Value, json};

/// The device's token is bound to one person, and this operation was given by another.
pub(super) fn actor_not_bound(actor: StaffId, bound_to: StaffId) -> Notice {
    Notice {
        code: "actor_not_bound".into(),
        message: "This device is paired for another person. Pair it anew for the person who works \
                  on it, and enter it again."
            .into(),
        details: json!({ "actor": actor, "bound_to": bound_to }),
    }
}

/// It relies on a booking having become somebody's who was erased by then.
pub(super) fn customer_erased() -> Notice {
    let message = Notice::ERASED.into();
    Notice { code: "customer_erased".into(), message, details: Value::Null }
}

/// A constraint refused what every rule allowed: a bug, but one that costs nobody anything.
pub(super) fn guard_refused(constraint: &str) -> Notice {
    Notice {
        code: "guard_refused".into(),
        message: "Headquarters' last check refused this, although every rule allowed it. Enter it \
                  again; if it is refused again, tell your administrator."
            .into(),
        details: json!({ "constraint": constraint }),
    }
}

/// The overlap constraint refused what the facts allowed, and the facts still show nothing.
pub(super) fn slot_taken_by_guard() -> Notice {
    Notice {
        code: "slot_taken".into(),
        message: "The time is taken. Choose another time or another resource.".into(),
        details: json!({ "constraint": "claims_no_overlap" }),
    }
}

/// It is larger than any operation may be.
pub(super) fn operation_too_large(bytes: usize, max: usize) -> Notice {
    Notice {
        code: "operation_too_large".into(),
        message: format!(
            "This entry has {bytes} bytes; at most {max} are taken. It was put aside at \
             headquarters. Enter it again, shorter."
        ),
        details: json!({ "bytes": bytes, "max": max }),
    }
}

/// It cannot be read as a command.
pub(super) fn unreadable(problem: &str) -> Notice {
    Notice {
        code: "unreadable".into(),
        message: "Headquarters could not read this entry and put it aside. Its administrator can \
                  look at it; enter it again if it is urgent."
            .into(),
        details: json!({ "problem": problem }),
    }
}

/// Another operation has this id already.
pub(super) fn id_reused() -> Notice {
    Notice {
        code: "id_reused".into(),
        message: "Headquarters has another entry under the same number and put this one aside. \
                  Enter it again."
            .into(),
        details: Value::Null,
    }
}

/// A rule broke down over it.
pub(super) fn rule_broke() -> Notice {
    Notice {
        code: "rule_broke".into(),
        message:
            "Headquarters could not judge this entry and put it aside. Tell its administrator."
                .into(),
        details: Value::Null,
    }
}

/// A notice that Postgres can hold: `jsonb` knows no NUL character, and what a person typed may
/// have one.
pub(super) fn storable(notice: Notice) -> Notice {
    let Notice { code, message, mut details } = notice;
    clean(&mut details);
    Notice { code: without_nul(&code), message: without_nul(&message), details }
}

fn clean(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = without_nul(text),
        Value::Array(values) => values.iter_mut().for_each(clean),
        Value::Object(map) => map.values_mut().for_each(clean),
        _ => {}
    }
}

fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_nul_character_reaches_the_ledger() {
        let notice = Notice {
            code: "changed_elsewhere".into(),
            message: "a\0b".into(),
            details: json!({ "wanted": ["x\0", { "y": "\0" }], "literal": "\\u0000" }),
        };
        let stored = storable(notice);
        assert!(!stored.message.contains('\0') && stored.details["wanted"][0] == "x\u{fffd}");
        assert_eq!(stored.details["literal"], "\\u0000");
    }
}
