//! Rows of exceptions to opening hours. One that was entered never changes: it is taken back, and
//! another is entered.

use super::columns::ExceptionColumns;
use super::field::{flag, set, set_text, word};
use super::row::{Built, Read, Rows};
use super::table::{Record, invalid};
use crate::failure::Failure;
use crate::store;
use holdfast_domain::command::{AddExceptions, ExceptionTime, WithdrawExceptions};
use holdfast_domain::id::imported;
use holdfast_domain::{
    AvailabilityException, Command, Entity, ExceptionId, ExceptionKind, Refusal, ResourceId,
    StaffId, Stay, VenueId,
};

/// Why a row is not taken that tells of another exception than is here.
const KEPT: &str = "it is here otherwise, and an exception does not change: take it back";

impl Rows<'_> {
    pub(super) fn exception(
        &self,
        columns: &ExceptionColumns,
        row: &Record<'_>,
    ) -> Result<Read, Failure> {
        self.read(&columns.id, row, |source| {
            let id = ExceptionId(self.id(Entity::AvailabilityException, &source.id)?);
            let (starts_at, first) = self.moment(&columns.start, row)?;
            let (ends_at, last) = self.moment(&columns.end, row)?;
            let zone = self.venue.timezone;
            let stay = Stay {
                starts_at,
                ends_at,
                local_start: zone.local(starts_at),
                local_end: zone.local(ends_at),
            };
            let kind = word(&columns.kind, row)?;
            let there = store::get::<AvailabilityException>(self.db, id)?;
            let mut told = AvailabilityException {
                kind,
                stay,
                ..there.clone().unwrap_or_else(|| new_exception(id, kind, self.venue.id, stay))
            };
            if let Some(column) = &columns.resource {
                told.resource_id = match row.get(column)? {
                    "" => None,
                    _ => self.find_resources(column, row)?.first().copied(),
                };
            }
            if let Some(column) = &columns.staff {
                told.staff_id = self.find_staff(column, row)?;
            }
            set(&mut told.all_day, columns.all_day.as_ref(), |it| flag(it, row))?;
            set_text(&mut told.reason, columns.reason.as_ref(), row)?;
            set(&mut told.withdrawn, columns.withdrawn.as_ref(), |it| flag(it, row))?;
            if let Some(column) = &columns.group {
                let group = row.get(column)?;
                told.group_id =
                    (!group.is_empty()).then(|| imported(self.source, "exceptions", group));
            }
            let notes = first.into_iter().chain(last).collect();
            let (is_new, commands) = match there {
                None => (true, added(&told)),
                Some(there) if self.update => (false, ended(&there, &told, &columns.id)?),
                Some(_) => (false, Vec::new()),
            };
            Ok::<Built, _>((is_new, commands, notes))
        })
    }
}

fn new_exception(
    id: ExceptionId,
    kind: ExceptionKind,
    venue_id: VenueId,
    stay: Stay,
) -> AvailabilityException {
    AvailabilityException {
        id,
        kind,
        venue_id,
        resource_id: None,
        staff_id: None,
        stay,
        all_day: false,
        reason: String::new(),
        group_id: None,
        withdrawn: false,
    }
}

fn added(told: &AvailabilityException) -> Vec<Command> {
    let add = AddExceptions {
        kind: told.kind,
        venue_id: told.venue_id,
        resource_id: told.resource_id,
        staff_id: told.staff_id,
        all_day: told.all_day,
        reason: told.reason.clone(),
        group_id: told.group_id,
        times: vec![ExceptionTime { exception_id: told.id, stay: told.stay }],
    };
    let mut commands = vec![Command::AddExceptions(add)];
    commands.extend(told.withdrawn.then(|| withdraw(told.id)));
    commands
}

/// What is here, and what a file tells of it.
fn ended(
    there: &AvailabilityException,
    told: &AvailabilityException,
    column: &str,
) -> Result<Vec<Command>, Refusal> {
    let same = about(there) == about(told) && there.reason.trim() == told.reason;
    if !same || (there.withdrawn && !told.withdrawn) {
        return Err(invalid(column, KEPT));
    }
    let ends = told.withdrawn && !there.withdrawn;
    Ok(ends.then(|| withdraw(there.id)).into_iter().collect())
}

/// What an exception is about, and when.
type About = (ExceptionKind, Option<ResourceId>, Option<StaffId>, i64, i64);

fn about(it: &AvailabilityException) -> About {
    (it.kind, it.resource_id, it.staff_id, it.stay.starts_at.0, it.stay.ends_at.0)
}

fn withdraw(id: ExceptionId) -> Command {
    Command::WithdrawExceptions(WithdrawExceptions { exception_ids: vec![id], restored: false })
}
