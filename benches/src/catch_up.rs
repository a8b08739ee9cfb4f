//! How long a person waits for `submit` while a sync is under way: what waits is pushed, and what
//! another desk did meanwhile is put under it. Against `submit` on the same replica at rest.

use crate::rows::Club;
use anyhow::{Result, ensure};
use holdfast_replica::sync::{self, Client, SyncLock};
use holdfast_replica::{Replica, Submission, now};
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Cluster;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The longest that a person may be kept waiting, 99 times of 100.
const AIM: Duration = Duration::from_millis(50);
/// Bookings that another desk made meanwhile.
const ELSEWHERE: usize = 1_000;
/// Pause between two bookings of a very fast person.
const PAUSE: Duration = Duration::from_millis(4);

pub(crate) async fn run() -> Result<()> {
    println!(
        "submit while a sync pushes what waits and brings {ELSEWHERE} bookings of another desk,"
    );
    println!("against submit at rest, 99 times of 100:");
    for waiting in [1_000, 10_000] {
        measure(waiting).await?;
    }
    println!();
    Ok(())
}

async fn measure(waiting: usize) -> Result<()> {
    let cluster = Cluster::private();
    let hq = Headquarters::start(&cluster.database("catch_up"));
    let (here, there) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let (mut desk, club) = Club::found(here.path())?;
    hq.create_org("Bench");
    let client = Client::new()?;
    let founding = hq.pair("Bench", None);
    sync::enrol(&mut desk, &client, &hq.url(), &founding, None).await?;
    sync::sync(&mut desk, &client, |_| {}).await?;

    let mut other = Replica::open(there.path())?;
    let code = hq.pair("Bench", Some("Club"));
    sync::enrol(&mut other, &client, &hq.url(), &code, None).await?;
    sync::sync(&mut other, &client, |_| {}).await?;
    let at = now();
    // Every tenth of the other desk's bookings clashes with one that waits here.
    let theirs: Vec<_> = (0..ELSEWHERE)
        .map(|n| club.booking(if n % 10 == 0 { n } else { 100_000 + n }, at))
        .collect();
    ensure!(other.submit_all(&theirs, at)?.iter().all(|s| matches!(s, Submission::Done(_))));
    sync::sync(&mut other, &client, |_| {}).await?;
    let ours: Vec<_> = (0..waiting).map(|n| club.booking(n, at)).collect();
    desk.submit_all(&ours, at)?;

    let mut person = desk.reopen()?;
    let resting = book_until(&mut person, &club, 200_000, |n| n == 500)?;
    let done = AtomicBool::new(false);
    let syncing = std::thread::scope(|scope| -> Result<Vec<Duration>> {
        let booking = scope
            .spawn(|| book_until(&mut person, &club, 300_000, |_| done.load(Ordering::Relaxed)));
        let _lock = SyncLock::take(&desk)?;
        let synced = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(sync::sync(&mut desk, &client, |_| {}))
        });
        done.store(true, Ordering::Relaxed);
        let times = booking.join().map_err(|_| anyhow::anyhow!("the person gave up"))??;
        synced?;
        Ok(times)
    })?;
    let (resting_p99, syncing_p99) = (percentile(resting), percentile(syncing.clone()));
    let met = if syncing_p99 < AIM { "met" } else { "NOT MET" };
    println!(
        "  {waiting} waiting: {syncing_p99:?} of {} bookings, at rest {resting_p99:?}: {:.1}x \
         (aim: under {AIM:?}) {met}",
        syncing.len(),
        syncing_p99.as_secs_f64() / resting_p99.as_secs_f64()
    );
    Ok(())
}

fn book_until(
    replica: &mut Replica,
    club: &Club,
    from: usize,
    mut enough: impl FnMut(usize) -> bool,
) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    while !enough(times.len()) {
        let command = club.booking(from + times.len(), now());
        let started = Instant::now();
        let submission = replica.submit(&command, now())?;
        times.push(started.elapsed());
        ensure!(matches!(submission, Submission::Done(_)), "{submission:?}");
        std::thread::sleep(PAUSE);
    }
    Ok(times)
}

/// What 99 of 100 stay below.
fn percentile(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() * 99 / 100]
}
