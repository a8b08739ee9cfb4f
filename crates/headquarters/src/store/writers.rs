//! Writing changes: one upsert per entity, and one operation's changes as one subtransaction that
//! travels to Postgres in one go.

use super::{
    Guard, OrgId, Tx, booking_claims, bookings, claims, customers, resources, staff, venues,
};
use crate::Failure;
use futures_util::future::{join, maybe_done};
use holdfast_domain::Change;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use tokio_postgres::{Error, Statement};

/// The upserts, prepared. They must be before the first is sent: preparing in the middle would let
/// later statements overtake it.
pub(crate) struct Writers {
    venue: Statement,
    resource: Statement,
    staff: Statement,
    customer: Statement,
    booking: Statement,
    claim: Statement,
    booking_claim: Statement,
}

impl Writers {
    pub(crate) async fn prepare(tx: &Tx<'_>) -> Result<Self, Failure> {
        Ok(Self {
            venue: tx.prepare_cached(venues::UPSERT).await?,
            resource: tx.prepare_cached(resources::UPSERT).await?,
            staff: tx.prepare_cached(staff::UPSERT).await?,
            customer: tx.prepare_cached(customers::UPSERT).await?,
            booking: tx.prepare_cached(bookings::UPSERT).await?,
            claim: tx.prepare_cached(claims::UPSERT).await?,
            booking_claim: tx.prepare_cached(booking_claims::UPSERT).await?,
        })
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
        match change {
            Change::Venue(row) => venues::upsert(tx, &self.venue, org, row).await,
            Change::Resource(row) => resources::upsert(tx, &self.resource, org, row).await,
            Change::Staff(row) => staff::upsert(tx, &self.staff, org, row).await,
            Change::Customer(row) => customers::upsert(tx, &self.customer, org, row).await,
            Change::Booking(row) => bookings::upsert(tx, &self.booking, org, row).await,
            Change::Claim(row) => claims::upsert(tx, &self.claim, org, row).await,
            Change::BookingClaim(row) => {
                booking_claims::upsert(tx, &self.booking_claim, org, row).await
            }
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
