//! Writing changes: one upsert per entity, and one operation's changes as one subtransaction that
//! travels to Postgres in one go.

use super::{Guard, OrgId, Tx, claims, rows};
use crate::Failure;
use futures_util::future::{join, maybe_done, try_join_all};
use holdfast_domain::{Change, Entity};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use tokio_postgres::{Error, Statement};

/// The upserts, prepared. They must be before the first is sent: preparing in the middle would let
/// later statements overtake it.
pub(crate) struct Writers(BTreeMap<Entity, Statement>);

impl Writers {
    pub(crate) async fn prepare(tx: &Tx<'_>) -> Result<Self, Failure> {
        let prepare = |&entity: &Entity| async move {
            let upsert = match entity {
                Entity::Claim => claims::UPSERT.to_owned(),
                other => rows::upsert_of(other),
            };
            Ok::<_, Failure>((entity, tx.prepare_cached(&upsert).await?))
        };
        Ok(Self(try_join_all(Entity::ALL.iter().map(prepare)).await?.into_iter().collect()))
    }

    /// Writes one operation's changes in a subtransaction: all, or none and the guard that spoke.
    pub(crate) async fn apply(
        &self,
        tx: &Tx<'_>,
        org: OrgId,
        changes: &[Change],
    ) -> Result<Result<(), Guard>, Failure> {
        let writes = changes.iter().map(|change| self.write(tx, org, change)).collect();
        let (begun, (written, released)) = join(
            tx.batch_execute("savepoint operation"),
            join(in_order(writes), tx.batch_execute("release operation")),
        )
        .await;
        begun?;
        // The first error is the cause; those after it only say that the transaction is broken.
        let Some(error) = written.into_iter().find_map(Result::err) else {
            released?;
            return Ok(Ok(()));
        };
        let guard = Guard::of(error)?;
        tx.batch_execute("rollback to operation; release operation").await?;
        Ok(Err(guard))
    }

    async fn write(&self, tx: &Tx<'_>, org: OrgId, change: &Change) -> Result<(), Error> {
        let upsert = &self.0[&change.entity()];
        match change {
            Change::Claim(row) => claims::upsert(tx, upsert, org, row).await,
            other => rows::upsert(tx, upsert, org, other).await,
        }
    }
}

/// Awaits futures together, starting them in order: a statement is sent when its future is first
/// polled, so this is the order in which Postgres sees them.
async fn in_order<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut all: Vec<_> = futures.into_iter().map(|one| Box::pin(maybe_done(one))).collect();
    poll_fn(|cx| {
        let mut waiting = false;
        for one in &mut all {
            waiting |= one.as_mut().poll(cx).is_pending();
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    all.iter_mut().filter_map(|one| Pin::as_mut(one).take_output()).collect()
}
