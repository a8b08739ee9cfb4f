//! How often codes may be guessed: ten wrong ones per minute and address. Right codes cost nothing,
//! so a whole office may join at once.
//!
//! Attempts take turns, so that a burst of guesses at once is counted like any other.

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use holdfast_protocol::{Problem, ProblemCode};
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, MutexGuard};

/// Wrong codes per minute and address.
const WRONG_PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("ten is not zero");

/// Wrong attempts so far.
pub(crate) struct Attempts {
    wrong: DefaultKeyedRateLimiter<IpAddr>,
    /// Who has to wait, until when.
    waiting: Mutex<HashMap<IpAddr, Instant>>,
}

impl Default for Attempts {
    fn default() -> Self {
        let quota = Quota::per_minute(WRONG_PER_MINUTE);
        Self { wrong: RateLimiter::keyed(quota), waiting: Mutex::default() }
    }
}

impl std::fmt::Debug for Attempts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempts").finish_non_exhaustive()
    }
}

/// One attempt, while it lasts.
pub(crate) struct Turn<'a> {
    attempts: &'a Attempts,
    peer: IpAddr,
    waiting: MutexGuard<'a, HashMap<IpAddr, Instant>>,
}

impl Attempts {
    /// Waits for a turn; says no to whoever guessed too often.
    pub(crate) async fn turn(&self, peer: IpAddr) -> Result<Turn<'_>, Problem> {
        let mut waiting = self.waiting.lock().await;
        let now = Instant::now();
        waiting.retain(|_, until| *until > now);
        if let Some(until) = waiting.get(&peer) {
            return Err(too_many(*until - now));
        }
        self.wrong.retain_recent();
        Ok(Turn { attempts: self, peer, waiting })
    }
}

impl Turn<'_> {
    /// The code was wrong: it counts, and may be one too many.
    pub(crate) fn was_wrong(&mut self) -> Result<(), Problem> {
        let Err(until) = self.attempts.wrong.check_key(&self.peer) else { return Ok(()) };
        let wait = until.wait_time_from(DefaultClock::default().now());
        self.waiting.insert(self.peer, Instant::now() + wait);
        Err(too_many(wait))
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

    #[tokio::test]
    async fn ten_wrong_codes_are_allowed_and_right_ones_do_not_count() {
        let attempts = Attempts::default();
        let peer: IpAddr = [192, 0, 2, 1].into();
        for _ in 0..50 {
            attempts.turn(peer).await.unwrap();
        }
        for _ in 0..10 {
            attempts.turn(peer).await.unwrap().was_wrong().unwrap();
        }
        let problem = attempts.turn(peer).await.unwrap().was_wrong().unwrap_err();
        assert_eq!(problem.code, ProblemCode::TooManyAttempts);
        assert!(attempts.turn(peer).await.is_err(), "even a right code has to wait now");
        assert!(attempts.turn([192, 0, 2, 2].into()).await.is_ok());
    }
}
