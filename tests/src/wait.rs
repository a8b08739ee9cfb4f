//! Waiting with a deadline: for what becomes true by itself, never for a guessed time.

use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(20);

/// Asks until there is an answer; panics with `what` when there is none in time.
#[track_caller]
pub fn eventually<T>(what: &str, timeout: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + timeout;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {timeout:?} in vain until {what}");
        std::thread::sleep(PAUSE);
    }
}

/// As [`eventually`], for questions that are themselves asynchronous.
pub async fn eventually_async<T>(
    what: &str,
    timeout: Duration,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let deadline = Instant::now() + timeout;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {timeout:?} in vain until {what}");
        tokio::time::sleep(PAUSE).await;
    }
}
