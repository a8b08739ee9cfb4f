//! Rows of every entity alike, by the flat form that the domain gives them. What a table is asked
//! besides is in its own module; bookings and claims, which come by the thousand, have all of their
//! code there.

use super::{bookings, claims};
use holdfast_domain::table::{Column, Kind, Table};
use holdfast_domain::{Change, Entity, Row, Timestamp};
use rusqlite::types::{Type, Value as Sql, ValueRef};
use rusqlite::{Connection, ToSql};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use uuid::Uuid;

/// The row of an entity, if it is there.
pub(crate) fn read(db: &Connection, entity: Entity, id: Uuid) -> rusqlite::Result<Option<Change>> {
    match entity {
        Entity::Booking => Ok(bookings::get(db, id)?.map(Change::Booking)),
        Entity::Claim => Ok(claims::get(db, id)?.map(Change::Claim)),
        Entity::BookingClaim => Ok(claims::get_link(db, id)?.map(Change::BookingClaim)),
        _ => {
            let key = Table::of(entity).columns[0].name;
            Ok(select(db, entity, &format!("where t.{key} = ?1"), &[&id])?.pop())
        }
    }
}

/// The row of a type, if it is there.
pub(crate) fn get<T: Row + Clone>(db: &Connection, id: T::Id) -> rusqlite::Result<Option<T>> {
    Ok(read(db, T::ENTITY, id.into())?.and_then(|change| T::of(&change).cloned()))
}

/// The rows of a type that `rest` (`where`, `order by` and so on, of the table `t`) leaves.
pub(crate) fn all<T: Row + Clone>(
    db: &Connection,
    rest: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<Vec<T>> {
    let rows = select(db, T::ENTITY, rest, values)?;
    Ok(rows.iter().filter_map(|change| T::of(change).cloned()).collect())
}

/// Which rows of a sort that people can delete a list shows. Every list takes its
/// condition from here: so none forgets it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Shown {
    /// What was not deleted.
    #[default]
    Kept,
    /// What was deleted and can be restored.
    Deleted,
    /// Both: history goes on naming what was deleted.
    All,
}

impl Shown {
    /// The condition on a table `t` whose rows can be deleted.
    pub(super) fn condition(self) -> &'static str {
        match self {
            Self::Kept => "t.deleted_at is null",
            Self::Deleted => "t.deleted_at is not null",
            Self::All => "true",
        }
    }
}

/// The rows of a type that `shown` and `rest` leave; `rest` begins with a condition. `joins` brings
/// in other tables, where the list needs any.
pub(crate) fn listed<T: Row + Clone>(
    db: &Connection,
    shown: Shown,
    (joins, rest): (&str, &str),
    values: &[&dyn ToSql],
) -> rusqlite::Result<Vec<T>> {
    all(db, &format!("{joins} where {} and {rest}", shown.condition()), values)
}

/// `select`, the columns of each sort of row, and `from` its table `t`.
static SELECTS: LazyLock<BTreeMap<Entity, String>> = LazyLock::new(|| {
    let select = |table: &Table| {
        let columns: Vec<String> = table.columns.iter().map(|c| format!("t.{}", c.name)).collect();
        format!("select {} from {} t", columns.join(", "), table.name)
    };
    Entity::ALL.iter().map(|&entity| (entity, select(Table::of(entity)))).collect()
});

pub(super) fn select(
    db: &Connection,
    entity: Entity,
    rest: &str,
    values: &[&dyn ToSql],
) -> rusqlite::Result<Vec<Change>> {
    let table = Table::of(entity);
    let sql = format!("{} {rest}", SELECTS[&entity]);
    db.prepare_cached(&sql)?.query_map(values, |row| from_row(entity, table, row))?.collect()
}

fn from_row(entity: Entity, table: &Table, row: &rusqlite::Row<'_>) -> rusqlite::Result<Change> {
    let mut values = Vec::with_capacity(table.columns.len());
    for (n, column) in table.columns.iter().enumerate() {
        values.push(to_json(column, row.get_ref(n)?).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(n, Type::Text, error.into())
        })?);
    }
    Change::from_row(entity, table.nest(values))
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
}

/// Writes a whole row, new or not.
pub(crate) fn write(db: &Connection, change: &Change) -> rusqlite::Result<()> {
    match change {
        Change::Booking(row) => return bookings::put(db, row),
        Change::Claim(row) => return claims::put(db, row),
        Change::BookingClaim(row) => return claims::put_link(db, row),
        _ => {}
    }
    let table = Table::of(change.entity());
    let invalid = |error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::ToSqlConversionFailure(error)
    };
    let row = change.to_row().map_err(|error| invalid(error.into()))?;
    let mut values = Vec::with_capacity(table.columns.len());
    for (column, value) in table.columns.iter().zip(table.flatten(row)) {
        values.push(to_sql(column, value).map_err(|error| invalid(error.into()))?);
    }
    db.prepare_cached(&upsert(table))?.execute(rusqlite::params_from_iter(values))?;
    Ok(())
}

fn upsert(table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let places: Vec<String> = (1..=names.len()).map(|n| format!("?{n}")).collect();
    let sets: Vec<String> =
        names[1..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!(
        "insert into {} ({}) values ({}) on conflict ({}) do update set {}",
        table.name,
        names.join(", "),
        places.join(", "),
        names[0],
        sets.join(", ")
    )
}

/// Whether a row is there.
pub(crate) fn exists(db: &Connection, entity: Entity, id: Uuid) -> rusqlite::Result<bool> {
    let table = Table::of(entity);
    let key = table.columns[0].name;
    db.prepare_cached(&format!("select exists (select 1 from {} where {key} = ?1)", table.name))?
        .query_row([id], |row| row.get(0))
}

/// Removes a row.
pub(crate) fn delete(db: &Connection, entity: Entity, id: Uuid) -> rusqlite::Result<()> {
    let table = Table::of(entity);
    let key = table.columns[0].name;
    db.prepare_cached(&format!("delete from {} where {key} = ?1", table.name))?.execute([id])?;
    Ok(())
}

/// Whether rows hang on a row, besides those that go with it.
pub(crate) fn has_children(db: &Connection, entity: Entity, id: Uuid) -> rusqlite::Result<bool> {
    for &child in Entity::ALL {
        let table = Table::of(child);
        for column in table.columns.iter().filter(|column| column.parent == Some(entity)) {
            let sql = match column.kind {
                Kind::Ids => format!(
                    "select exists (select 1 from {} where instr({}, ?1) > 0)",
                    table.name, column.name
                ),
                _ => format!(
                    "select exists (select 1 from {} where {} = ?1)",
                    table.name, column.name
                ),
            };
            let mut found = db.prepare_cached(&sql)?;
            let found: bool = match column.kind {
                Kind::Ids => found.query_row([id.to_string()], |row| row.get(0))?,
                _ => found.query_row([id], |row| row.get(0))?,
            };
            if found {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// A field's value as its column holds it.
fn to_sql(column: &Column, value: Value) -> Result<Sql, String> {
    let wrong = |value: &Value| format!("{}: {value} does not fit", column.name);
    Ok(match (column.kind, value) {
        (_, Value::Null) => Sql::Null,
        (Kind::Id, Value::String(text)) => {
            let id: Uuid = text.parse().map_err(|_| format!("{}: {text}", column.name))?;
            Sql::Blob(id.as_bytes().to_vec())
        }
        (Kind::Text | Kind::Local, Value::String(text)) => Sql::Text(text),
        (Kind::Integer, value) => Sql::Integer(value.as_i64().ok_or_else(|| wrong(&value))?),
        (Kind::Flag, Value::Bool(flag)) => Sql::Integer(flag.into()),
        (Kind::Instant, value) => {
            let at: Timestamp = serde_json::from_value(value).map_err(|e| e.to_string())?;
            Sql::Integer(at.0)
        }
        (Kind::Ids | Kind::List | Kind::Json, value) => Sql::Text(value.to_string()),
        (_, value) => return Err(wrong(&value)),
    })
}

/// What a column holds, as its field's value.
fn to_json(column: &Column, value: ValueRef<'_>) -> Result<Value, String> {
    let wrong = |what: &dyn std::fmt::Debug| format!("{}: {what:?} does not fit", column.name);
    Ok(match (column.kind, value) {
        (_, ValueRef::Null) => Value::Null,
        (Kind::Id, ValueRef::Blob(bytes)) => {
            Uuid::from_slice(bytes).map_err(|_| wrong(&bytes))?.to_string().into()
        }
        (Kind::Text | Kind::Local, ValueRef::Text(text)) => {
            std::str::from_utf8(text).map_err(|_| wrong(&text))?.into()
        }
        (Kind::Integer, ValueRef::Integer(number)) => number.into(),
        (Kind::Flag, ValueRef::Integer(flag)) => (flag != 0).into(),
        (Kind::Instant, ValueRef::Integer(at)) => Timestamp(at).to_string().into(),
        (Kind::Ids | Kind::List | Kind::Json, ValueRef::Text(text)) => {
            serde_json::from_slice(text).map_err(|error| error.to_string())?
        }
        (_, value) => return Err(wrong(&value)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_table_has_the_columns_of_its_rows_and_no_others() {
        let db = super::super::open(std::path::Path::new(":memory:")).unwrap();
        for &entity in Entity::ALL {
            let table = Table::of(entity);
            let named: BTreeSet<String> = table.columns.iter().map(|c| c.name.into()).collect();
            let mut there: BTreeSet<String> = db
                .prepare("select name from pragma_table_info(?1)")
                .unwrap()
                .query_map([table.name], |row| row.get(0))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            there.remove("n");
            assert_eq!(named, there, "{}", table.name);
        }
    }
}
