//! Rows of every entity alike, by the flat form that the domain gives them: Postgres itself turns a
//! row's JSON into typed columns and back. Claims, which come by the thousand and are asked by time,
//! have their own module.

use super::{OrgId, Tx};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::table::Table;
use holdfast_domain::{Change, Entity, Row};
use serde_json::{Map, Value};
use tokio_postgres::types::Json;
use tokio_postgres::{Error, Statement};
use uuid::Uuid;

/// The statement that writes a row of `entity`.
pub(super) fn upsert_of(entity: Entity) -> String {
    let table = Table::of(entity);
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let values: Vec<String> = names.iter().map(|name| format!("given.{name}")).collect();
    let sets: Vec<String> =
        names[1..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!(
        "insert into {table} (org_id, {names}) select $1, {values}
         from jsonb_populate_record(null::{table}, $2) given
         on conflict (org_id, {key}) do update set {sets}",
        table = table.name,
        names = names.join(", "),
        values = values.join(", "),
        key = names[0],
        sets = sets.join(", ")
    )
}

pub(super) async fn upsert(
    tx: &Tx<'_>,
    upsert: &Statement,
    org: OrgId,
    change: &Change,
) -> Result<(), Error> {
    let table = Table::of(change.entity());
    // A row that cannot be told as JSON is written as nothing, which its columns refuse.
    let values = table.flatten(change.to_row().unwrap_or_default());
    let names = table.columns.iter().map(|column| column.name.to_owned());
    let row: Map<String, Value> = names.zip(values).collect();
    tx.execute(upsert, &[&org.0, &Json(row)]).await?;
    Ok(())
}

/// Each looked up by its key. A plan for `id = any($2)` that was made and kept while the table was
/// nearly empty would walk it all when it is large; the limit leaves only the nested loop.
pub(crate) async fn by_ids(
    tx: &Tx<'_>,
    org: OrgId,
    entity: Entity,
    ids: &[Uuid],
) -> Result<Vec<Change>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let table = Table::of(entity);
    let select = format!(
        "select to_jsonb(found) from unnest($2::uuid[]) wanted (wanted_id)
         cross join lateral (select * from {table} where org_id = $1 and {key} = wanted_id limit 1)
             found",
        table = table.name,
        key = table.columns[0].name
    );
    let select = tx.prepare_cached(&select).await?;
    let rows = tx.query(&select, &[&org.0, &ids]).await?;
    rows.iter().map(|row| read(entity, row.try_get(0)?)).collect()
}

/// The rows of a type that `rest` (`and`, `order by` and so on, of the table `t`) leaves of an
/// organisation's; `rest` names further values from `$2` on.
pub(crate) async fn all<T: Row + Clone>(
    db: &impl GenericClient,
    org: OrgId,
    rest: &str,
    values: &[&(dyn tokio_postgres::types::ToSql + Sync)],
) -> Result<Vec<T>, Failure> {
    let table = Table::of(T::ENTITY).name;
    let select = format!("select to_jsonb(t) from {table} t where t.org_id = $1 {rest}");
    let select = db.prepare_cached(&select).await?;
    let mut given: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> = vec![&org.0];
    given.extend(values);
    let mut found = Vec::new();
    for row in db.query(&select, &given).await? {
        found.extend(T::of(&read(T::ENTITY, row.try_get(0)?)?).cloned());
    }
    Ok(found)
}

fn read(entity: Entity, mut row: Value) -> Result<Change, Failure> {
    let table = Table::of(entity);
    let mut value = |name: &str| row.get_mut(name).map(Value::take).unwrap_or_default();
    let values: Vec<Value> = table.columns.iter().map(|column| value(column.name)).collect();
    Change::from_row(entity, table.nest(values))
        .map_err(|error| Failure::Corrupt { table: table.name, problem: error.to_string() })
}
