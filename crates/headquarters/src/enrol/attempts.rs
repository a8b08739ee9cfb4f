//! How often codes may be guessed: ten wrong ones per minute and address. Right codes cost nothing,
//! so a whole office may join at once.
//!
//! A code that is being looked up has one of the ten places until it is known to be right, so a burst
//! of guesses is counted like any other; who finds no place free waits for one. Nothing is locked
//! while the database is asked.
//!
//! The address is where the connection comes from. Behind a proxy that is the proxy's, for every desk:
//! one guesser may hold up everybody's pairing, so limit `/v1/enrol` by client there. No header is
//! believed, because anybody can send one.

use holdfast_protocol::{Problem, ProblemCode};
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Wrong codes per address and [`WINDOW`].
const WRONG_MAX: usize = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses that are kept before those are looked for that can be forgotten.
const PEERS_MIN: usize = 1_000;

/// Attempts of the last minute.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<Peers>);

#[derive(Debug, Default)]
struct Peers {
    known: HashMap<IpAddr, Peer>,
    /// How many there were after the last time that some were forgotten.
    kept: usize,
}

#[derive(Debug, Default)]
struct Peer {
    /// When it was wrong, oldest first.
    wrong: VecDeque<Instant>,
    /// Its codes that are being looked up.
    open: usize,
    closed: Arc<Notify>,
}

/// One attempt, while its code is being looked up.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    attempts: &'a Attempts,
    peer: IpAddr,
}

impl Attempts {
    /// Waits for a place; says no to whoever was wrong too often.
    pub(super) async fn open(&self, peer: IpAddr) -> Result<Attempt<'_>, Problem> {
        loop {
            let closed = {
                let mut peers = self.peers();
                let known = peers.get(peer, Instant::now());
                if known.wrong.len() >= WRONG_MAX {
                    return Err(too_many(known.wrong[0] + WINDOW - Instant::now()));
                }
                if known.wrong.len() + known.open < WRONG_MAX {
                    known.open += 1;
                    return Ok(Attempt { attempts: self, peer });
                }
                Arc::clone(&known.closed).notified_owned()
            };
            closed.await;
        }
    }

    /// A code was wrong.
    pub(super) fn was_wrong(&self, peer: IpAddr) {
        let now = Instant::now();
        self.peers().get(peer, now).wrong.push_back(now);
    }

    fn peers(&self) -> MutexGuard<'_, Peers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut peers = self.attempts.peers();
        let known = peers.get(self.peer, Instant::now());
        known.open -= 1;
        known.closed.notify_waiters();
    }
}

impl Peers {
    fn get(&mut self, peer: IpAddr, now: Instant) -> &mut Peer {
        if self.known.len() >= PEERS_MIN.max(2 * self.kept) {
            self.known.retain(|_, known| {
                known.forget_old(now);
                known.open > 0 || !known.wrong.is_empty()
            });
            self.kept = self.known.len();
        }
        let known = self.known.entry(peer.to_canonical()).or_default();
        known.forget_old(now);
        known
    }
}

impl Peer {
    fn forget_old(&mut self, now: Instant) {
        while self.wrong.front().is_some_and(|at| now.duration_since(*at) >= WINDOW) {
            self.wrong.pop_front();
        }
    }
}

fn too_many(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + 1;
    let message = format!("Too many wrong codes. Wait {seconds} seconds, then try again.");
    let details = serde_json::json!({ "retry_after_seconds": seconds });
    Problem { details, ..Problem::new(ProblemCode::TooManyAttempts, message) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    #[tokio::test]
    async fn ten_wrong_codes_are_allowed_and_right_ones_do_not_count() {
        let attempts = Attempts::default();
        for _ in 0..50 {
            attempts.open(PEER).await.unwrap();
        }
        for _ in 0..10 {
            attempts.open(PEER).await.unwrap();
            attempts.was_wrong(PEER);
        }
        let problem = attempts.open(PEER).await.unwrap_err();
        assert_eq!(problem.code, ProblemCode::TooManyAttempts, "even a right code has to wait now");
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert!(attempts.open(mapped).await.is_err());
        assert!(attempts.open([192, 0, 2, 2].into()).await.is_ok());
        attempts.peers().known.get_mut(&PEER).unwrap().wrong[0] -= WINDOW;
        assert!(attempts.open(PEER).await.is_ok(), "one is a minute old");
    }

    #[tokio::test]
    async fn a_burst_of_guesses_is_counted_like_any_other() {
        let attempts = Attempts::default();
        let guess = async || {
            let attempt = attempts.open(PEER).await.map_err(|problem| problem.code)?;
            tokio::time::sleep(Duration::from_millis(5)).await;
            attempts.was_wrong(PEER);
            drop(attempt);
            Ok::<_, ProblemCode>(())
        };
        let guesses = futures_util::future::join_all((0..100).map(|_| guess())).await;
        assert_eq!(guesses.iter().filter(|guess| guess.is_ok()).count(), WRONG_MAX);
    }

    #[tokio::test]
    async fn nobody_waits_for_another_address() {
        let attempts = Attempts::default();
        let open =
            futures_util::future::join_all((0..WRONG_MAX).map(|_| attempts.open(PEER))).await;
        assert!(attempts.open(PEER).now_or_never().is_none(), "every place is taken");
        assert!(attempts.open([192, 0, 2, 2].into()).now_or_never().is_some());
        drop(open);
        assert!(attempts.open(PEER).now_or_never().is_some());
    }

    #[tokio::test]
    async fn addresses_are_forgotten() {
        let attempts = Attempts::default();
        for n in 0..u32::try_from(3 * PEERS_MIN).unwrap() {
            attempts.open(IpAddr::V4(n.into())).await.unwrap();
        }
        assert!(attempts.peers().known.len() <= PEERS_MIN);
    }
}
