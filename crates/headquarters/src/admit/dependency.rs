//! Which operations hang on a refused one. Only those of the same device that name a row which the
//! refused one would have made, or rely on a value that it would have written: what merely comes
//! later stands on its own.

use holdfast_domain::recurrence::OCCURRENCES_MAX;
use holdfast_domain::{BookingStatus, Command, Entity, Refusal};
use serde_json::Value;
use uuid::Uuid;

/// The field name that stands for the row itself.
const ROW: &str = "";

/// A row, or one field of it with a value: what one command writes and another relies on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Name {
    pub(super) entity: Entity,
    pub(super) id: Uuid,
    /// The field, or empty for the row itself.
    pub(super) field: String,
    /// The field's value as JSON text; empty for the row itself.
    pub(super) value: String,
}

/// What `command` would make or write.
pub(super) fn names_written(command: &Command) -> Vec<Name> {
    let row = |(entity, id)| Name { entity, id, field: ROW.into(), value: String::new() };
    let made: Vec<Name> = command.made().into_iter().map(row).collect();
    if let Command::ChangeSeries(c) = command {
        let dates = c.changes.iter().take(OCCURRENCES_MAX).cloned().map(Command::from);
        return dates.flat_map(|one| names_written(&one)).collect();
    }
    let Some((entity, id)) = command.edited() else { return made };
    let name = |(field, _, to): Edited| Name { entity, id, field, value: to.to_string() };
    edits(command).into_iter().map(name).chain(made).collect()
}

/// What a refused command missed: a row that is not there, or a value that is not what it relied on.
pub(super) fn missed(command: &Command, refusal: &Refusal) -> Option<Name> {
    match refusal {
        Refusal::NotFound { entity, id } => {
            Some(Name { entity: *entity, id: *id, field: ROW.into(), value: String::new() })
        }
        Refusal::ChangedElsewhere { entity, id, field, .. } => {
            let (_, from, _) = edits(command).into_iter().find(|(name, _, _)| name == field)?;
            Some(Name { entity: *entity, id: *id, field: field.clone(), value: from.to_string() })
        }
        _ => None,
    }
}

/// A field, what the person saw in it, and what it was to become.
type Edited = (String, Value, Value);

/// The fields that a command edits. Every edit is a patch, `{from, to}` under the field's name; a
/// cancellation is one of the status.
fn edits(command: &Command) -> Vec<Edited> {
    if let Command::Cancel(c) = command {
        let status = |status: BookingStatus| Value::from(status.as_str());
        return vec![("status".into(), status(c.from_status), status(BookingStatus::Cancelled))];
    }
    let Ok(Value::Object(fields)) = serde_json::to_value(command) else { return Vec::new() };
    fields
        .into_iter()
        .filter_map(|(field, mut patch)| {
            let patch = patch.as_object_mut()?;
            Some((field, patch.remove("from")?, patch.remove("to")?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_domain::command::{AddCustomer, Cancel, EditCustomer};
    use holdfast_domain::{BookingId, CustomerId, Patch};

    fn edit(from: &str, to: &str) -> Command {
        Command::EditCustomer(EditCustomer {
            customer_id: CustomerId(Uuid::from_u128(7)),
            name: None,
            email: None,
            phone: Some(Patch { from: from.into(), to: to.into() }),
            address: None,
            note: None,
            ..EditCustomer::default()
        })
    }

    #[test]
    fn a_new_row_is_named_whole_and_an_edit_by_its_fields() {
        let id = Uuid::from_u128(7);
        let add = Command::AddCustomer(AddCustomer {
            customer_id: CustomerId(id),
            name: "Ann".into(),
            email: String::new(),
            phone: String::new(),
            address: String::new(),
            note: String::new(),
            source: None,
            about: Default::default(),
            chosen: false,
        });
        let row = Name { entity: Entity::Customer, id, field: String::new(), value: String::new() };
        assert_eq!(names_written(&add), std::slice::from_ref(&row));
        let phone = Name { field: "phone".into(), value: "\"2\"".into(), ..row.clone() };
        assert_eq!(names_written(&edit("1", "2")), std::slice::from_ref(&phone));
        let absent = Refusal::NotFound { entity: Entity::Customer, id };
        assert_eq!(missed(&edit("1", "2"), &absent), Some(row));
        let changed = Refusal::ChangedElsewhere {
            entity: Entity::Customer,
            id,
            field: "phone".into(),
            current: "9".into(),
            wanted: "3".into(),
        };
        assert_eq!(
            missed(&edit("2", "3"), &changed),
            Some(phone),
            "it relied on the refused value"
        );
        assert_eq!(missed(&edit("2", "3"), &Refusal::ZeroLength { field: "end".into() }), None);
    }

    #[test]
    fn a_cancellation_is_an_edit_of_the_status() {
        let cancel = Command::Cancel(Cancel {
            booking_id: BookingId(Uuid::from_u128(1)),
            from_status: BookingStatus::Confirmed,
            reason: "Rain".into(),
            initiator: Default::default(),
            late: false,
            waive_reason: String::new(),
            package_id: None,
            cancelled_at: None,
        });
        let names = names_written(&cancel);
        assert_eq!((names[0].field.as_str(), names[0].value.as_str()), ("status", "\"cancelled\""));
    }
}
