//! Whose places in a class something happened to. An entry is about one place; what one person did to
//! several in one go is told as one thing.

use super::Happened;
use super::sentence::is_silent;
use holdfast_domain::{CustomerId, FieldChange};

/// Takes out of the changes of a place whose it is; nobody where they are not those of a place.
pub(super) fn taken_from(changes: &mut Vec<FieldChange>) -> Vec<CustomerId> {
    let is_new = changes.iter().any(|change| change.field == "joined_at");
    let says_who = |change: &FieldChange| {
        change.field == "customer_id" && (is_new || change.before == change.after)
    };
    let Some(at) = changes.iter().position(says_who) else { return Vec::new() };
    let who = changes.remove(at).after;
    who.as_str().and_then(|id| id.parse().ok()).into_iter().collect()
}

/// Puts together what was done to several places at once, and in the same way.
pub(super) fn together(happened: Vec<Happened>) -> Vec<Happened> {
    let mut told: Vec<Happened> = Vec::with_capacity(happened.len());
    for it in happened {
        let at_once = told.iter_mut().rev().take_while(|other| other.at == it.at);
        match at_once.into_iter().find(|other| is_alike(other, &it)) {
            Some(other) => {
                other.changes.retain(|change| it.changes.contains(change));
                other.customer_ids.extend(it.customer_ids);
            }
            None => told.push(it),
        }
    }
    told
}

fn is_alike(one: &Happened, other: &Happened) -> bool {
    let says = |it: &Happened| -> Vec<FieldChange> {
        it.changes.iter().filter(|change| !is_silent(&change.field)).cloned().collect()
    };
    !one.customer_ids.is_empty()
        && !other.customer_ids.is_empty()
        && (&one.action, one.actor, &one.actor_name)
            == (&other.action, other.actor, &other.actor_name)
        && says(one) == says(other)
}
