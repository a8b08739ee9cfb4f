//! The table `audit`: who changed which row, when, on which device, from what to what. Partitioned
//! by month; lines are only ever added, and lose their details only when a person's data is erased.

use super::{OrgId, Tx, signed, stamp, time};
use crate::Failure;
use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use holdfast_domain::{DeviceId, OperationId, StaffId, Timestamp};
use serde_json::{Value, json};
use tokio_postgres::types::{Json, ToSql};
use uuid::Uuid;

/// Most bytes of a line's row before and after together, as Postgres writes JSON: its guard
/// (`audit_size`) holds no more, and would hold up everything behind it.
const DETAIL_BYTES_MAX: usize = 64 * 1024;
/// How many months ahead partitions are made.
const MONTHS_AHEAD: i32 = 3;

/// One changed row.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) operation_id: OperationId,
    pub(crate) ordinal: i32,
    pub(crate) commit_no: u64,
    pub(crate) at: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) actor: StaffId,
    pub(crate) device: DeviceId,
    pub(crate) address: String,
    pub(crate) client: String,
    pub(crate) action: &'static str,
    pub(crate) entity: &'static str,
    pub(crate) row_id: Uuid,
    pub(crate) before: Option<Value>,
    pub(crate) after: Value,
}

/// Makes the partitions of the months to come.
pub(crate) async fn make_partitions(db: &impl GenericClient) -> Result<(), Failure> {
    db.execute("select audit_ahead($1)", &[&MONTHS_AHEAD]).await?;
    Ok(())
}

pub(crate) async fn insert(tx: &Tx<'_>, org: OrgId, lines: &[Line]) -> Result<(), Failure> {
    if lines.is_empty() {
        return Ok(());
    }
    let insert = tx
        .prepare_cached(
            "insert into audit (org_id, operation_id, ordinal, commit_no, at, received_at, actor,
                 device_id, address, client, action, entity, row_id, before, after)
             select $1, * from unnest($2::uuid[], $3::int4[], $4::int8[], $5::timestamptz[],
                 $6::timestamptz[], $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::text[],
                 $12::text[], $13::uuid[], $14::jsonb[], $15::jsonb[])",
        )
        .await?;
    fn column<'a, T>(lines: &'a [Line], of: impl Fn(&'a Line) -> T) -> Vec<T> {
        lines.iter().map(of).collect()
    }
    let details: Vec<_> = lines.iter().map(Line::details).collect();
    let (before, after): (Vec<Option<Json<Value>>>, Vec<Json<Value>>) = details.into_iter().unzip();
    let at: Vec<DateTime<Utc>> = column(lines, |line| time(line.at));
    let received: Vec<DateTime<Utc>> = column(lines, |line| time(line.received_at));
    tx.execute(
        &insert,
        &[
            &org.0,
            &column(lines, |line| line.operation_id.0),
            &column(lines, |line| line.ordinal),
            &column(lines, |line| signed(line.commit_no)),
            &at,
            &received,
            &column(lines, |line| line.actor.0),
            &column(lines, |line| line.device.0),
            &column(lines, |line| line.address.as_str()),
            &column(lines, |line| line.client.as_str()),
            &column(lines, |line| line.action),
            &column(lines, |line| line.entity),
            &column(lines, |line| line.row_id),
            &before,
            &after,
        ],
    )
    .await?;
    Ok(())
}

impl Line {
    /// The row before and after, where that is not too much.
    fn details(&self) -> (Option<Json<Value>>, Json<Value>) {
        let bytes = self.before.as_ref().map_or(0, bytes_kept) + bytes_kept(&self.after);
        if bytes > DETAIL_BYTES_MAX {
            return (None, Json(json!({ "left_out_bytes": bytes })));
        }
        (self.before.clone().map(Json), Json(self.after.clone()))
    }
}

/// At most how many bytes a value is in Postgres, which writes a space after each colon and comma.
/// Those within texts are counted, too: it may be a little less.
fn bytes_kept(value: &Value) -> usize {
    let text = value.to_string();
    text.len() + text.matches([':', ',']).count()
}

/// What is looked for in the audit; nothing named, everything.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Of which row.
    pub row_id: Option<Uuid>,
    /// By whom.
    pub actor: Option<Uuid>,
    /// Which command.
    pub action: Option<String>,
    /// From when on.
    pub from: Option<Timestamp>,
    /// Up to when.
    pub until: Option<Timestamp>,
    /// At most so many, newest first.
    pub limit: i64,
}

/// A line as it is shown.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Shown {
    /// When headquarters took it.
    pub received_at: Timestamp,
    /// When it was done, by the device.
    pub at: Timestamp,
    /// The operation.
    pub operation_id: Uuid,
    /// Its place among all accepted ones.
    pub commit: i64,
    /// Who.
    pub actor: Uuid,
    /// Their name.
    pub actor_name: Option<String>,
    /// On which device.
    pub device_id: Uuid,
    /// From which address.
    pub address: String,
    /// With which version of the program.
    pub client: String,
    /// The command.
    pub action: String,
    /// What sort of row.
    pub entity: String,
    /// Which.
    pub row_id: Uuid,
    /// As it was.
    pub before: Option<Value>,
    /// As it became.
    pub after: Option<Value>,
}

/// The lines that a search finds, newest first.
pub(crate) async fn find(
    db: &impl GenericClient,
    org: OrgId,
    search: &Search,
) -> Result<Vec<Shown>, Failure> {
    let (from, until) = (search.from.map(time), search.until.map(time));
    let values: [&(dyn ToSql + Sync); 7] =
        [&org.0, &search.row_id, &search.actor, &search.action, &from, &until, &search.limit];
    let select = "select a.*, s.name as actor_name from audit a
        left join staff s on s.org_id = a.org_id and s.id = a.actor
        where a.org_id = $1 and ($2::uuid is null or a.row_id = $2)
          and ($3::uuid is null or a.actor = $3) and ($4::text is null or a.action = $4)
          and ($5::timestamptz is null or a.at >= $5 and a.received_at >= $5 - interval '1 day')
          and ($6::timestamptz is null or a.at < $6)
        order by a.at desc, a.commit_no desc, a.ordinal limit $7";
    let rows = db.query(select, &values).await?;
    rows.iter()
        .map(|row| {
            Ok(Shown {
                received_at: stamp(row, "received_at")?,
                at: stamp(row, "at")?,
                operation_id: row.try_get("operation_id")?,
                commit: row.try_get("commit_no")?,
                actor: row.try_get("actor")?,
                actor_name: row.try_get("actor_name")?,
                device_id: row.try_get("device_id")?,
                address: row.try_get("address")?,
                client: row.try_get("client")?,
                action: row.try_get("action")?,
                entity: row.try_get("entity")?,
                row_id: row.try_get("row_id")?,
                before: row.try_get("before")?,
                after: row.try_get("after")?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(before: Option<Value>, after: Value) -> Line {
        Line {
            operation_id: OperationId(Uuid::nil()),
            ordinal: 0,
            commit_no: 1,
            at: Timestamp(0),
            received_at: Timestamp(0),
            actor: StaffId(Uuid::nil()),
            device: DeviceId(Uuid::nil()),
            address: String::new(),
            client: String::new(),
            action: "edit_booking",
            entity: "booking",
            row_id: Uuid::nil(),
            before,
            after,
        }
    }

    fn is_kept(before: Option<Value>, after: Value) -> bool {
        line(before, after).details().1.0.get("left_out_bytes").is_none()
    }

    #[test]
    fn a_line_holds_as_much_as_its_table_does_and_no_more() {
        let text = |bytes: usize| json!("x".repeat(bytes - 2));
        assert!(is_kept(None, text(DETAIL_BYTES_MAX)));
        assert!(!is_kept(None, text(DETAIL_BYTES_MAX + 1)));
        assert!(is_kept(Some(text(DETAIL_BYTES_MAX / 2)), text(DETAIL_BYTES_MAX / 2)));
        assert!(!is_kept(Some(text(DETAIL_BYTES_MAX / 2 + 1)), text(DETAIL_BYTES_MAX / 2)));
        // 46 KiB here, and 69 there.
        let numbers = json!(vec![1; 23 * 1024]);
        assert!(!is_kept(None, numbers), "every comma takes a space");
    }
}
