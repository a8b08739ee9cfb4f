//! What the commands share: this desk's replica and how its sync is getting on.
//!
//! Commands have a connection of their own, apart from the one that syncs: the two meet only in
//! SQLite, which lets a person write while a round is under way. The replica is opened with the
//! first question, so that the window never waits for it, and a replica that cannot be opened is an
//! answer that the window shows.

use crate::background::Order;
use crate::problem;
use crate::view::{Problem, Progress, ReplicaChanged, SyncChanged, SyncStatus};
use holdfast_domain::Timestamp;
use holdfast_replica::query::SyncState;
use holdfast_replica::{Founding, Replica, now};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tauri::AppHandle;
use tauri_specta::Event;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// One desk: see the module.
#[derive(Debug)]
pub(crate) struct Desk {
    app: AppHandle,
    dir: PathBuf,
    sample: bool,
    replica: Mutex<Option<Replica>>,
    progress: Mutex<Progress>,
    seen: Mutex<Option<Mark>>,
    orders: UnboundedSender<Order>,
}

/// What tells that a replica has changed: its last operation, how its sync stands, and whether it has
/// a headquarters.
type Mark = (u64, SyncState, bool);

impl Desk {
    /// A desk on the replica in `dir`, and the orders that it will give to the background.
    pub(crate) fn new(
        app: AppHandle,
        dir: PathBuf,
        sample: bool,
    ) -> (Self, UnboundedReceiver<Order>) {
        let (orders, received) = unbounded_channel();
        let desk = Self {
            app,
            dir,
            sample,
            replica: Mutex::default(),
            progress: Mutex::default(),
            seen: Mutex::default(),
            orders,
        };
        (desk, received)
    }

    /// Answers a question from the replica.
    pub(crate) fn ask<T>(
        &self,
        question: impl FnOnce(&mut Replica) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mut slot = lock(&self.replica);
        let replica = match slot.as_mut() {
            Some(replica) => replica,
            None => slot.insert(self.open()?),
        };
        question(replica)
    }

    /// Changes something in the replica, now; then tells the window and the background.
    pub(crate) fn act<T>(
        &self,
        work: impl FnOnce(&mut Replica, Timestamp) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let done = self.ask(|replica| work(replica, now()))?;
        self.announce_change();
        self.order(Order::Changed);
        Ok(done)
    }

    /// Changes something that takes its time, on a connection of its own: what else the window asks
    /// is answered meanwhile. Then tells the window and the background.
    pub(crate) fn beside<T>(
        &self,
        work: impl FnOnce(&mut Replica, Timestamp) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mut replica = self.ask(|replica| Ok(replica.reopen()?))?;
        let done = work(&mut replica, now());
        // Where it broke off half way, what was done before stays done.
        self.announce_change();
        self.order(Order::Changed);
        done
    }

    fn open(&self) -> Result<Replica, Problem> {
        let mut replica = Replica::open(&self.dir)?;
        if self.sample && replica.identity()?.is_none() {
            start_sample(&mut replica, now())?;
        }
        Ok(replica)
    }

    /// Where the replica is, for another connection to it.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether there is a headquarters to sync with, and the person wants to.
    pub(crate) fn may_sync(&self) -> bool {
        self.ask(|replica| Ok(!replica.is_standalone()? && !replica.works_offline()?))
            .unwrap_or(false)
    }

    /// How sync stands.
    pub(crate) fn status(&self) -> Result<SyncStatus, Problem> {
        let progress = lock(&self.progress).clone();
        self.ask(|replica| Ok(SyncStatus::of(replica, &progress, now())?))
    }

    /// Notes how sync is getting on, and tells the window.
    pub(crate) fn note(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut lock(&self.progress));
        self.announce_sync();
    }

    /// Whether the last round went wrong.
    pub(crate) fn has_failed(&self) -> bool {
        lock(&self.progress).failure.is_some()
    }

    /// Gives the background something to do. Without one (at the very end) nothing is lost: what
    /// waits, waits in the replica.
    pub(crate) fn order(&self, order: Order) {
        _ = self.orders.send(order);
    }

    /// Tells the window that what it shows may be out of date.
    pub(crate) fn announce_change(&self) {
        self.remember();
        _ = ReplicaChanged.emit(&self.app);
        self.announce_sync();
    }

    /// Tells the window something. One that cannot be told is about to close.
    pub(crate) fn tell<T: Event + Clone + serde::Serialize>(&self, event: &T) {
        _ = event.clone().emit(&self.app);
    }

    /// The window knows the replica as it is now.
    pub(crate) fn remember(&self) {
        let mark = self.mark();
        *lock(&self.seen) = mark;
    }

    /// Whether another program has changed the replica since the window was last told.
    pub(crate) fn is_out_of_date(&self) -> bool {
        let mark = self.mark();
        mark.is_some() && mark != *lock(&self.seen)
    }

    fn mark(&self) -> Option<Mark> {
        self.ask(|replica| {
            Ok((replica.last_seq()?, replica.sync_state()?, replica.is_standalone()?))
        })
        .ok()
    }

    /// Tells the window how sync stands. A window that cannot be told is about to close.
    pub(crate) fn announce_sync(&self) {
        if let Ok(status) = self.status() {
            _ = SyncChanged(status).emit(&self.app);
        }
    }
}

/// A thread that panicked while it held the lock left nothing half done: SQLite rolled it back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a sample organisation, where this computer is.
pub(crate) fn start_sample(replica: &mut Replica, at: Timestamp) -> Result<(), Problem> {
    let founding = Founding {
        org_name: "Holdfast Sports Club".into(),
        owner_name: "Robin Park".into(),
        venue_name: "Riverside".into(),
        timezone: local_timezone(),
        currency: "EUR".into(),
        slot_minutes: 30,
    };
    let venue_id = replica.found(&founding, at)?.map_err(|refusal| problem::refused(&refusal))?;
    holdfast_replica::sample::fill(replica, venue_id, at)?;
    Ok(())
}

/// This computer's zone; one that the time zone database knows.
fn local_timezone() -> String {
    iana_time_zone::get_timezone()
        .ok()
        .filter(|name| holdfast_domain::Zone::parse(name).is_ok())
        .unwrap_or_else(|| "Europe/Berlin".into())
}

/// The right to be the one window on a replica, held for as long as the process lives.
#[derive(Debug)]
pub(crate) struct InstanceLock(#[expect(dead_code, reason = "held, not read")] File);

impl InstanceLock {
    /// Takes it, or says for a person why not.
    pub(crate) fn take(dir: &Path) -> Result<Self, String> {
        let path = dir.join("window.lock");
        let cannot = |error: std::io::Error| format!("{} cannot be used: {error}", path.display());
        std::fs::create_dir_all(dir).map_err(cannot)?;
        let file =
            File::options().create(true).truncate(false).write(true).open(&path).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(format!(
                "a window is already open on the replica in {}. Use that window, or start with \
                 --replica and another directory.",
                dir.display()
            )),
            Err(TryLockError::Error(error)) => Err(cannot(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_window_on_one_replica_is_told_so() {
        let dir = tempfile::tempdir().unwrap();
        let first = InstanceLock::take(dir.path()).unwrap();
        assert!(InstanceLock::take(dir.path()).unwrap_err().contains("already open"));
        drop(first);
        assert!(InstanceLock::take(dir.path()).is_ok());
    }

    #[test]
    fn the_sample_starts_in_a_zone_that_exists() {
        assert!(holdfast_domain::Zone::parse(&local_timezone()).is_ok());
    }
}
