//! Sync in the background: one thread with its own connection and its own small runtime.
//!
//! It makes a round soon after a change, every minute otherwise, at ever longer intervals while
//! headquarters cannot be reached, and at once when a person asks. Rounds of one replica never run
//! at the same time: this thread makes one after the other, and a file lock keeps other programs
//! out. What it is doing is told to the window through [`Desk::note`]; how often is in [`pace`].
//!
//! It decides nothing about bookings, and nothing waits for it but joining a headquarters.

mod pace;

use crate::desk::Desk;
use crate::view::{JoinHeadquarters, Problem, Progress, RoundFailure};
use holdfast_replica::sync::{Client, Report, SyncFailure, SyncLock, enrol, sync};
use holdfast_replica::{Replica, now};
use pace::Pace;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until};

/// How often the window hears of a long round.
const TICK: Duration = Duration::from_millis(500);
/// How often it is looked whether another program has changed the replica.
const WATCH: Duration = Duration::from_secs(2);
/// How long the end of the program waits for a round to break off.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the background is asked to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Something was saved that headquarters should know soon.
    Changed,
    /// A person wants a round at once.
    Now,
    /// A person wants none any more: one under way is broken off.
    Offline,
    /// Join a headquarters, and answer when this desk knows its venue.
    Join(JoinHeadquarters, oneshot::Sender<Result<(), Problem>>),
    /// The program ends.
    Stop,
}

/// The running background.
#[derive(Debug)]
pub(crate) struct Thread {
    desk: Arc<Desk>,
    handle: JoinHandle<()>,
}

impl Thread {
    /// Breaks off what is under way and gives the thread a moment to let go of the replica. What
    /// was not pushed stays in the outbox, and SQLite outlives a thread that takes longer.
    pub(crate) fn stop(&self) {
        self.desk.order(Order::Stop);
        let patience = std::time::Instant::now() + PATIENCE;
        while !self.handle.is_finished() && std::time::Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Starts the background.
pub(crate) fn start(desk: Arc<Desk>, orders: UnboundedReceiver<Order>) -> std::io::Result<Thread> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let background = Background {
        desk: Arc::clone(&desk),
        orders,
        replica: None,
        client: None,
        pace: Pace::default(),
        due: Instant::now(),
        stopping: false,
    };
    let handle = std::thread::Builder::new()
        .name("sync".into())
        .spawn(move || runtime.block_on(background.run()))?;
    Ok(Thread { desk, handle })
}

struct Background {
    desk: Arc<Desk>,
    orders: UnboundedReceiver<Order>,
    replica: Option<Replica>,
    client: Option<Client>,
    pace: Pace,
    /// When the next round is made unless somebody asks for one before.
    due: Instant,
    stopping: bool,
}

/// Why a round ended.
enum Ended {
    /// By itself.
    Done(Result<Report, SyncFailure>),
    /// A person, or the end of the program, broke it off.
    BrokenOff,
}

impl Background {
    async fn run(mut self) {
        self.desk.remember();
        while !self.stopping {
            let order = tokio::select! {
                order = self.orders.recv() => order.unwrap_or(Order::Stop),
                () = sleep_until(self.due) => {
                    // A round that nobody asked for does not hide that the last one failed.
                    let shown = !self.desk.has_failed();
                    _ = self.round(shown).await;
                    continue;
                }
                () = sleep(WATCH) => {
                    self.watch();
                    continue;
                }
            };
            match order {
                Order::Changed => self.hurry(),
                Order::Now => _ = self.round(true).await,
                Order::Offline => {}
                Order::Join(join, answer) => {
                    let joined = self.join(&join).await;
                    _ = answer.send(joined);
                }
                Order::Stop => self.stopping = true,
            }
        }
    }

    /// Other programs may read and submit: what they did is shown, and pushed soon.
    fn watch(&mut self) {
        if self.desk.is_out_of_date() {
            self.desk.announce_change();
            self.hurry();
        }
    }

    fn wait(&mut self, time: Duration) {
        self.due = Instant::now() + time;
    }

    /// The next round is due soon.
    fn hurry(&mut self) {
        if let Some(delay) = self.pace.after_change() {
            self.due = self.due.min(Instant::now() + delay);
        }
    }

    /// Enrols, and fetches the venue where this desk has none yet. An enrolment whose first round
    /// went wrong is not made again: its code is used.
    async fn join(&mut self, join: &JoinHeadquarters) -> Result<(), Problem> {
        let (replica, client) = ready(&self.desk, &mut self.replica, &mut self.client)?;
        let identity = replica.identity()?;
        let linked = identity.as_ref().is_some_and(|known| known.headquarters_url.is_some());
        let has_venue = identity.is_some_and(|known| known.venue_id.is_some());
        if has_venue || !linked {
            let _lock = SyncLock::take(replica)?;
            let name = Some(join.device_name.trim()).filter(|name| !name.is_empty());
            enrol(replica, client, &join.url, &join.code, name).await?;
        }
        self.desk.announce_change();
        if has_venue {
            self.wait(Duration::ZERO);
            return Ok(());
        }
        self.round(true).await
    }

    /// One round, from asking whether there is one to be made to telling how it went.
    async fn round(&mut self, shown: bool) -> Result<(), Problem> {
        if !self.desk.may_sync() {
            self.keep_house();
            self.wait(self.pace.regular());
            return Err(SyncFailure::WorkingOffline.into());
        }
        self.desk.note(|progress| progress.syncing = shown);
        let (ended, changed) = self.attempt().await;
        let result = self.conclude(ended);
        if changed {
            self.hurry();
        }
        result
    }

    /// What a desk without a headquarters does by itself. What fails is tried again in a minute.
    fn keep_house(&mut self) {
        let ready = ready(&self.desk, &mut self.replica, &mut self.client);
        let done = ready.and_then(|(replica, _)| Ok(replica.keep_house(now())?));
        if done.is_ok_and(|done| done > 0) {
            self.desk.announce_change();
        }
    }

    /// The round itself, and whether something was saved meanwhile. Orders are heard: a person who
    /// goes offline, or closes the window, waits for no network.
    async fn attempt(&mut self) -> (Ended, bool) {
        let Self { desk, orders, replica, client, stopping, .. } = self;
        let prepared = ready(desk, replica, client)
            .and_then(|(replica, client)| Ok((SyncLock::take(replica)?, replica, client)));
        let (_lock, replica, client) = match prepared {
            Ok(prepared) => prepared,
            Err(failure) => return (Ended::Done(Err(failure)), false),
        };
        let receiving = |rows| desk.note(|progress| progress.receiving = rows);
        let mut round = std::pin::pin!(sync(replica, client, receiving));
        let mut tick = interval_at(Instant::now() + TICK, TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut changed = false;
        loop {
            let order = tokio::select! {
                done = &mut round => return (Ended::Done(done), changed),
                _ = tick.tick() => {
                    desk.announce_change();
                    continue;
                }
                order = orders.recv() => order.unwrap_or(Order::Stop),
            };
            match order {
                Order::Changed => changed = true,
                Order::Now => {}
                Order::Join(_, answer) => {
                    _ = answer.send(Err(SyncFailure::AlreadySyncing.into()));
                }
                Order::Offline => return (Ended::BrokenOff, changed),
                Order::Stop => {
                    *stopping = true;
                    return (Ended::BrokenOff, changed);
                }
            }
        }
    }

    /// Plans the next round and tells the window how this one went.
    fn conclude(&mut self, ended: Ended) -> Result<(), Problem> {
        let mut failure = None;
        let mut brought = true;
        let result = match ended {
            Ended::Done(Ok(report)) => {
                brought = report.accepted + report.refused + report.rows > 0;
                let wait = self.pace.succeeded();
                self.wait(wait);
                Ok(())
            }
            Ended::Done(Err(busy @ SyncFailure::AlreadySyncing)) => {
                // Another program does the same work; what it brings is shown, too.
                self.wait(pace::WHILE_ANOTHER_SYNCS);
                Err(busy.into())
            }
            Ended::Done(Err(broken)) => {
                let wait = self.pace.failed();
                self.wait(wait);
                let transient = broken.is_transient();
                let problem = Problem::from(broken);
                failure = Some(RoundFailure { transient, message: problem.message.clone() });
                Err(problem)
            }
            Ended::BrokenOff => {
                self.wait(self.pace.regular());
                Err(SyncFailure::WorkingOffline.into())
            }
        };
        self.desk.note(|progress| *progress = Progress { failure, ..Progress::default() });
        if brought {
            self.desk.announce_change();
        } else {
            self.desk.remember();
        }
        result
    }
}

/// The background's own connection and client, made when they are first needed.
fn ready<'a>(
    desk: &Desk,
    replica: &'a mut Option<Replica>,
    client: &'a mut Option<Client>,
) -> Result<(&'a mut Replica, &'a Client), SyncFailure> {
    let replica = match replica {
        Some(replica) => replica,
        None => replica.insert(Replica::open(desk.dir())?),
    };
    let client = match client {
        Some(client) => client,
        None => client.insert(Client::new()?),
    };
    Ok((replica, client))
}
