//! When the next round is made. Random parts keep a hundred desks from knocking at the same moment
//! after headquarters was away.

use std::time::Duration;

/// After a change: long enough for a second one to come along, short enough to feel at once.
const AFTER_CHANGE: Duration = Duration::from_millis(300);
/// While nothing happens here: what others did arrives this often.
const REGULAR: Duration = Duration::from_secs(60);
/// After the first failure; doubled by each further one.
const FIRST_RETRY: Duration = Duration::from_secs(2);
/// However often it failed.
const LAST_RETRY: Duration = Duration::from_secs(300);
/// Another program on this computer holds the replica's sync.
pub(super) const WHILE_ANOTHER_SYNCS: Duration = Duration::from_secs(5);

/// How things went lately.
#[derive(Debug, Default)]
pub(super) struct Pace {
    failures: u32,
}

impl Pace {
    /// Until the next round, after one that went well.
    pub(super) fn succeeded(&mut self) -> Duration {
        self.failures = 0;
        self.regular()
    }

    /// Until the next round, after one that went wrong.
    pub(super) fn failed(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        spread(backoff(self.failures), rand::random())
    }

    /// Until a round because of a change; `None` while headquarters fails anyway, which a change
    /// does not mend.
    pub(super) fn after_change(&self) -> Option<Duration> {
        (self.failures == 0).then_some(AFTER_CHANGE)
    }

    /// Until a round for no particular reason.
    pub(super) fn regular(&self) -> Duration {
        spread(REGULAR, rand::random())
    }
}

fn backoff(failures: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
    FIRST_RETRY.saturating_mul(doubled).min(LAST_RETRY)
}

/// `time` give or take a fifth; `random` lies between 0 and 1.
fn spread(time: Duration, random: f64) -> Duration {
    time.mul_f64(0.8 + 0.4 * random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_grow_from_two_seconds_to_five_minutes() {
        let seconds: Vec<u64> = (1..=10).map(|n| backoff(n).as_secs()).collect();
        assert_eq!(seconds, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(backoff(u32::MAX), LAST_RETRY);
    }

    #[test]
    fn a_change_hurries_only_while_headquarters_answers() {
        let mut pace = Pace::default();
        assert_eq!(pace.after_change(), Some(AFTER_CHANGE));
        pace.failed();
        assert_eq!(pace.after_change(), None);
        pace.succeeded();
        assert_eq!(pace.after_change(), Some(AFTER_CHANGE));
    }

    #[test]
    fn desks_do_not_knock_at_the_same_moment() {
        assert_eq!(spread(REGULAR, 0.0), Duration::from_secs(48));
        assert_eq!(spread(REGULAR, 1.0), Duration::from_secs(72));
    }
}
