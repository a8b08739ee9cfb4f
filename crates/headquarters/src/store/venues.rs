//! The table `venues`.

use super::{OrgId, Tx, by_key, corrupt};
use crate::Failure;
use deadpool_postgres::GenericClient;
use holdfast_domain::{Currency, Venue, VenueId, Zone};
use tokio_postgres::{Error, Row, Statement};
use uuid::Uuid;

const SELECT: &str = "select id, name, timezone, currency, slot_minutes from venues";

pub(super) const UPSERT: &str =
    "insert into venues (org_id, id, name, timezone, currency, slot_minutes)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (org_id, id) do update set name = excluded.name, timezone = excluded.timezone,
         currency = excluded.currency, slot_minutes = excluded.slot_minutes";

fn read(row: &Row) -> Result<Venue, Failure> {
    let corrupt = corrupt("venues");
    Ok(Venue {
        id: VenueId(row.try_get("id")?),
        name: row.try_get("name")?,
        timezone: Zone::parse(row.try_get("timezone")?).map_err(|no| corrupt(no.message()))?,
        currency: Currency::parse(row.try_get("currency")?).map_err(|no| corrupt(no.message()))?,
        slot_minutes: u32::try_from(row.try_get::<_, i32>("slot_minutes")?)
            .map_err(|error| corrupt(error.to_string()))?,
    })
}

pub(crate) async fn by_ids(tx: &Tx<'_>, org: OrgId, ids: &[Uuid]) -> Result<Vec<Venue>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = tx.prepare_cached(&by_key(SELECT)).await?;
    tx.query(&select, &[&org.0, &ids]).await?.iter().map(read).collect()
}

pub(crate) async fn of_org(db: &impl GenericClient, org: OrgId) -> Result<Vec<Venue>, Failure> {
    let select =
        db.prepare_cached(&format!("{SELECT} where org_id = $1 order by name, id")).await?;
    db.query(&select, &[&org.0]).await?.iter().map(read).collect()
}

pub(super) async fn upsert(
    tx: &Tx<'_>,
    upsert: &Statement,
    org: OrgId,
    row: &Venue,
) -> Result<(), Error> {
    let slot_minutes = i32::try_from(row.slot_minutes).unwrap_or(i32::MAX);
    let (timezone, currency) = (row.timezone.name(), row.currency.code());
    tx.execute(upsert, &[&org.0, &row.id.0, &row.name, &timezone, &currency, &slot_minutes])
        .await?;
    Ok(())
}
