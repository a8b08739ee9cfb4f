//! Plain lists of rows of any sort: those with certain words or ids in certain columns, in the order
//! that people expect. What a table is asked besides is in its own module.

use super::AsJson;
use super::rows::{self, Shown};
use holdfast_domain::table::{Kind, Table};
use holdfast_domain::{Change, Entity, Row};
use rusqlite::{Connection, ToSql};
use uuid::Uuid;

/// Columns by which lists are in order, the first that a table has.
const ORDERS: [&str; 9] = [
    "position",
    "starts_at",
    "taken_at",
    "entered_at",
    "joined_at",
    "sold_at",
    "made_at",
    "name",
    "title",
];

/// The rows of an entity whose `columns` hold what is asked, deleted ones only where `deleted`.
/// A column that the table does not have, or an id that is none, leaves nothing.
pub(crate) fn all(
    db: &Connection,
    entity: Entity,
    columns: &[(&str, &str)],
    deleted: bool,
) -> rusqlite::Result<Vec<Change>> {
    let table = Table::of(entity);
    let mut conditions = vec!["true".to_owned()];
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    for &(name, value) in columns {
        let Some(column) = table.columns.iter().find(|column| column.name == name) else {
            return Ok(Vec::new());
        };
        match (column.kind, value.parse::<Uuid>()) {
            (Kind::Id, Ok(id)) => values.push(Box::new(id)),
            (Kind::Id, Err(_)) => return Ok(Vec::new()),
            _ => values.push(Box::new(value.to_owned())),
        }
        conditions.push(format!("t.{} = ?{}", column.name, values.len()));
    }
    let has = |name: &str| table.columns.iter().any(|column| column.name == name);
    if has("deleted_at") {
        let shown = if deleted { Shown::All } else { Shown::Kept };
        conditions.push(shown.condition().into());
    }
    let named = ["name", "title"].into_iter().find(|name| has(name));
    let order = ORDERS.into_iter().find(|name| has(name)).or(named);
    // What is sold most stands before what has its place, and what was bought before what was used of it, however
    // the clock stood.
    let bought = (entity == Entity::CreditEntry).then_some("kind <> 'purchase'");
    let first = has("popular").then_some("popular desc").or(bought);
    let order: Vec<String> =
        first.into_iter().chain(order).chain(named).map(|name| format!("t.{name}, ")).collect();
    // What one operation used for several dates stands in their order.
    let dated = match entity {
        Entity::CreditEntry => "(select b.starts_at from bookings b where b.id = t.booking_id), ",
        _ => "",
    };
    let rest = format!(
        "where {} order by {}{dated}t.{}",
        conditions.join(" and "),
        order.concat(),
        table.columns[0].name
    );
    let values: Vec<&dyn ToSql> = values.iter().map(AsRef::as_ref).collect();
    rows::select(db, entity, &rest, &values)
}

/// The deleted rows of an entity that people can delete, latest first.
pub(crate) fn deleted(db: &Connection, entity: Entity) -> rusqlite::Result<Vec<Change>> {
    let rest = format!("where {} order by t.deleted_at desc", Shown::Deleted.condition());
    rows::select(db, entity, &rest, &[])
}

/// The rows with these ids, in no order.
pub(crate) fn by_ids<T: Row + Clone>(db: &Connection, ids: &[Uuid]) -> rusqlite::Result<Vec<T>> {
    let wanted = "where t.id in (select unhex(replace(value, '-', '')) from json_each(?1))";
    rows::all(db, wanted, &[&AsJson(ids)])
}
