//! Whether headquarters is well: durable, on the right schema, and true to its invariants. What is
//! checked here does not rely on the constraints that it checks.
//!
//! The scope hashes are compared with those of replicas, whose own doctor prints the same.

use crate::store::devices::Device;
use crate::store::{OrgId, Tx, claims, devices, feed, operations, orgs, scope_counters, session};
use crate::{Failure, Session, migrations};
use futures_util::TryStreamExt;
use holdfast_protocol::{Digest, Scope, ScopeHash};
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::IsolationLevel;
use uuid::Uuid;

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Every check below is fine. Durability is apart: a test database may do without.
    pub ok: bool,
    /// Postgres neither runs with fsync off nor answers before it has written.
    pub durable: bool,
    /// The schema's version.
    pub schema_version: i32,
    /// Which headquarters this is.
    pub incarnation: String,
    /// The checks.
    pub checks: Vec<Check>,
    /// Each organisation asked about.
    pub orgs: Vec<OrgReport>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// Whether it is as it must be.
    pub ok: bool,
    /// What was found.
    pub found: String,
}

/// An organisation's state.
#[derive(Clone, Debug, Serialize)]
pub struct OrgReport {
    /// Identity.
    pub org_id: Uuid,
    /// Name.
    pub name: String,
    /// Devices that are not shut out.
    pub devices: usize,
    /// Operations in the ledger.
    pub operations: i64,
    /// Operations that were taken and have no verdict; must be 0.
    pub operations_without_verdict: i64,
    /// Active claims that overlap another one of their resource; must be 0.
    pub overlapping_claims: i64,
    /// What each audience has been told, those of a single device apart.
    pub scopes: Vec<ScopeReport>,
}

/// One audience.
#[derive(Clone, Debug, Serialize)]
pub struct ScopeReport {
    /// Which.
    pub scope: String,
    /// Its counter.
    pub version: u64,
    /// Rows in it.
    pub rows: usize,
    /// Their hash.
    pub hash: Digest,
}

/// Examines one organisation, or all.
///
/// # Errors
/// Where the database fails; what is wrong with the data is in the report.
pub async fn examine(session: &mut Session, only: Option<OrgId>) -> Result<Report, Failure> {
    let incarnation = session.incarnation.to_string();
    let schema_version = migrations::version(&session.client).await?.unwrap_or(0);
    let tx = session
        .client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let durability = [setting(&tx, "fsync").await?, setting(&tx, "synchronous_commit").await?];
    let mut reports = Vec::new();
    for org in orgs::all(&tx).await? {
        if only.is_none_or(|only| only == org.id) {
            reports.push(examine_org(&tx, org.id, org.name).await?);
        }
    }
    tx.commit().await?;
    let mut checks = vec![
        Check {
            name: "schema_version",
            ok: schema_version == migrations::newest(),
            found: schema_version.to_string(),
        },
        total("overlapping_claims", &reports, |org| org.overlapping_claims),
        total("operations_without_verdict", &reports, |org| org.operations_without_verdict),
    ];
    let ok = checks.iter().all(|check| check.ok);
    let durable = durability.iter().all(|check| check.ok);
    checks.splice(0..0, durability);
    Ok(Report { ok, durable, schema_version, incarnation, checks, orgs: reports })
}

async fn setting(tx: &Tx<'_>, name: &'static str) -> Result<Check, Failure> {
    let found = session::setting(tx, name).await?;
    Ok(Check { name, ok: found != "off", found })
}

fn total(name: &'static str, orgs: &[OrgReport], of: fn(&OrgReport) -> i64) -> Check {
    let sum: i64 = orgs.iter().map(of).sum();
    Check { name, ok: sum == 0, found: sum.to_string() }
}

async fn examine_org(tx: &Tx<'_>, org: OrgId, name: String) -> Result<OrgReport, Failure> {
    let (operations, operations_without_verdict) = operations::count(tx, org).await?;
    let devices: Vec<Device> = devices::of_org(tx, org).await?;
    let mut scopes = Vec::new();
    for (scope, version) in scope_counters::visible(tx, org).await? {
        if !is_of_one_device(&scope) {
            scopes.push(examine_scope(tx, org, scope, version).await?);
        }
    }
    Ok(OrgReport {
        org_id: org.0,
        name,
        devices: devices.iter().filter(|device| device.revoked_at.is_none()).count(),
        operations,
        operations_without_verdict,
        overlapping_claims: claims::count_overlapping(tx, org).await?,
        scopes,
    })
}

/// What one device alone is told are verdicts. Replicas keep those with what they are about, not as
/// rows, so there is nothing to compare.
fn is_of_one_device(scope: &str) -> bool {
    matches!(scope.parse(), Ok(Scope::Device(_)))
}

async fn examine_scope(
    tx: &Tx<'_>,
    org: OrgId,
    scope: String,
    version: u64,
) -> Result<ScopeReport, Failure> {
    let (mut hash, mut rows) = (ScopeHash::default(), 0);
    let mut lines = std::pin::pin!(feed::rows(tx, org, &scope).await?);
    while let Some(line) = lines.try_next().await? {
        let row = line.row.unwrap_or_default();
        let row: Value = serde_json::from_str(&row)
            .map_err(|error| Failure::Corrupt { table: "feed", problem: error.to_string() })?;
        hash.add(&line.entity, line.row_id, &row);
        rows += 1;
    }
    Ok(ScopeReport { scope, version, rows, hash: hash.finish() })
}
