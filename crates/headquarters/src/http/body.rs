//! Bodies in and out: zstd or plain JSON in, zstd out.
//!
//! Whatever is sent, reading it takes bounded time and memory: a body has so long to arrive, and
//! only so many large ones are held at once. Small ones (every enrolment, every poll) never wait.

use super::Refused;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use holdfast_protocol::body::{self, BodyError, ENCODING};
use holdfast_protocol::{ENROL_BYTES_MAX, PROTOCOL, Problem, ProblemCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};

/// Up to here a body may be held without waiting for a turn.
const SMALL: usize = ENROL_BYTES_MAX;
/// How many larger ones are held at once.
const LARGE_AT_ONCE: usize = 64;
/// How long a larger one waits for its turn.
const TURN_TIME: Duration = Duration::from_secs(10);
/// How long a body may take to arrive.
const ARRIVAL_TIME: Duration = Duration::from_secs(30);
/// How much more of a too large body is read and thrown away: a client that is cut off in the middle
/// of sending may never see the answer.
const DISCARDED_MAX: usize = 4 * 1024 * 1024;
/// When a device may come back that found every turn taken.
const RETRY_AFTER_SECONDS: u64 = 10;
/// The first bytes of every zstd frame.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Only the version of a body whose rest may be of another one.
#[derive(serde::Deserialize)]
struct Versioned {
    protocol: u32,
}

/// Reads bodies, all that arrive at one time.
#[derive(Debug)]
pub(super) struct Bodies {
    large: Semaphore,
    turn_time: Duration,
    arrival_time: Duration,
}

impl Default for Bodies {
    fn default() -> Self {
        Self {
            large: Semaphore::new(LARGE_AT_ONCE),
            turn_time: TURN_TIME,
            arrival_time: ARRIVAL_TIME,
        }
    }
}

/// A body as it was sent, and its turn if it is a large one.
#[derive(Default)]
struct Held<'a> {
    bytes: Vec<u8>,
    turn: Option<SemaphorePermit<'a>>,
}

impl Bodies {
    /// Reads a request's body of at most `max` bytes.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        body: Body,
        max: usize,
    ) -> Result<T, Refused> {
        let held = self.collect(body.into_data_stream(), max).await?;
        decode(headers, &held.bytes, max).or_else(|error| {
            let version: Result<Versioned, _> = decode(headers, &held.bytes, max);
            version.map_or(Ok(()), |version| check_protocol(version.protocol))?;
            Err(problem(&error).into())
        })
    }

    async fn collect(&self, mut stream: BodyDataStream, max: usize) -> Result<Held<'_>, Problem> {
        let mut held = Held::default();
        let mut deadline = Instant::now() + self.arrival_time;
        loop {
            let arrived = timeout_at(deadline, stream.next()).await.map_err(|_| too_slow())?;
            let Some(chunk) = arrived else { return Ok(held) };
            let chunk = chunk.map_err(|error| {
                Problem::new(ProblemCode::BadRequest, format!("The body broke off: {error}."))
            })?;
            let length = held.bytes.len() + chunk.len();
            if length > max {
                drop((held, chunk));
                // However it ends, the answer is the same.
                let _ = timeout_at(deadline, discard(stream)).await;
                return Err(problem(&BodyError::TooLarge { max }));
            }
            if length > SMALL && held.turn.is_none() {
                let asked = Instant::now();
                held.turn = Some(self.turn().await?);
                // Waiting for us is not the sender's fault.
                deadline += asked.elapsed();
                held.bytes.reserve_exact(max - held.bytes.len());
            }
            held.bytes.extend_from_slice(&chunk);
        }
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        match timeout(self.turn_time, self.large.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            // The semaphore is never closed.
            Ok(Err(_)) | Err(_) => Err(busy()),
        }
    }
}

async fn discard(mut stream: BodyDataStream) {
    let mut room = DISCARDED_MAX;
    while let Some(Ok(chunk)) = stream.next().await {
        let Some(left) = room.checked_sub(chunk.len()) else { return };
        room = left;
    }
}

/// Not a bad request: a device gives up on those, and a line that was slow once may do next time.
fn too_slow() -> Problem {
    Problem::new(
        ProblemCode::Unavailable,
        "The line is too slow: what was sent did not arrive in time. Nothing is lost; try again.",
    )
}

fn busy() -> Problem {
    let details = serde_json::json!({ "retry_after_seconds": RETRY_AFTER_SECONDS });
    let message = "Headquarters is busy. Nothing is lost; try again in a moment.";
    Problem { details, ..Problem::new(ProblemCode::Unavailable, message) }
}

/// Headquarters serves its own protocol and the one before.
pub(super) fn check_protocol(protocol: u32) -> Result<(), Problem> {
    if protocol > PROTOCOL {
        return Err(Problem::new(
            ProblemCode::UpgradeHq,
            "This device is newer than headquarters. It goes on working; what it did waits until \
             headquarters is upgraded.",
        ));
    }
    if protocol + 1 < PROTOCOL {
        return Err(Problem::new(
            ProblemCode::UpgradeDevice,
            "This program is too old for headquarters. Install the newest version; nothing that \
             waits is lost.",
        ));
    }
    Ok(())
}

fn decode<T: DeserializeOwned>(
    headers: &HeaderMap,
    bytes: &[u8],
    max: usize,
) -> Result<T, BodyError> {
    let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|it| it != "identity");
    if encoded || bytes.starts_with(&ZSTD_MAGIC) {
        body::decode(bytes, max)
    } else {
        Ok(serde_json::from_slice(bytes)?)
    }
}

fn problem(error: &BodyError) -> Problem {
    match error {
        BodyError::TooLarge { max } => {
            let message = format!("The body is larger than {max} bytes. Send less at once.");
            Problem::new(ProblemCode::BodyTooLarge, message)
        }
        BodyError::Compression(_) | BodyError::Json(_) => {
            Problem::new(ProblemCode::BadRequest, format!("The body cannot be read: {error}."))
        }
    }
}

/// A 200 whose body is compressed.
pub(super) fn reply<T: Serialize>(value: &T) -> Result<Response, Refused> {
    let bytes = body::encode(value).map_err(|error| crate::Failure::Bug(error.to_string()))?;
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::CONTENT_ENCODING, ENCODING)];
    Ok((headers, bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const CHUNK: usize = 9_000;

    #[test]
    fn plain_and_compressed_json_are_read_and_anything_else_is_a_bad_request() {
        let none = HeaderMap::new();
        assert_eq!(decode::<u8>(&none, b"7", 9).unwrap(), 7);
        assert_eq!(decode::<u8>(&none, &body::encode(&7).unwrap(), 9).unwrap(), 7);
        let mut gzip = HeaderMap::new();
        gzip.insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
        let error = decode::<u8>(&gzip, b"7", 9).unwrap_err();
        assert_eq!(problem(&error).code, ProblemCode::BadRequest);
    }

    #[test]
    fn the_protocol_before_is_served_and_a_newer_one_is_not() {
        assert!(check_protocol(PROTOCOL).is_ok() && check_protocol(PROTOCOL - 1).is_ok());
        assert_eq!(check_protocol(PROTOCOL + 1).unwrap_err().code, ProblemCode::UpgradeHq);
    }

    /// Some bytes, and then nothing: neither more nor an end.
    fn stalling(bytes: usize) -> BodyDataStream {
        let first = std::iter::repeat_n(vec![0_u8; 1_000], bytes.div_ceil(1_000));
        let first = futures_util::stream::iter(first.map(Ok::<_, std::io::Error>));
        Body::from_stream(first.chain(futures_util::stream::pending())).into_data_stream()
    }

    fn hasty() -> Bodies {
        let (turn_time, arrival_time) = (Duration::from_millis(50), Duration::from_secs(1));
        Bodies { large: Semaphore::new(2), turn_time, arrival_time }
    }

    async fn refused(bodies: &Bodies, stream: BodyDataStream, max: usize) -> Problem {
        bodies.collect(stream, max).await.err().expect("it is not read")
    }

    #[tokio::test]
    async fn stalling_senders_are_few_in_memory_and_let_go_in_time() {
        let bodies = hasty();
        let attackers = (0..20).map(|_| refused(&bodies, stalling(1_000_000), 4_000_000));
        let attack = futures_util::future::join_all(attackers);
        let small = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert_eq!(bodies.large.available_permits(), 0);
            bodies.collect(Body::from(vec![0; SMALL]).into_data_stream(), SMALL).await.map(drop)
        };
        let (problems, small) = futures_util::future::join(attack, small).await;
        assert!(small.is_ok(), "a small body needs no turn");
        assert!(problems.iter().all(|it| it.code == ProblemCode::Unavailable));
        let told_to_return = problems.iter().filter(|it| it.details.is_object()).count();
        assert_eq!(told_to_return, 18, "two were being read");
        assert_eq!(bodies.large.available_permits(), 2, "turns are given back");
    }

    #[tokio::test]
    async fn a_large_body_is_thrown_away_up_to_a_point_and_a_time() {
        let bodies = hasty();
        // Nothing more ever comes: but for the time limit, this would not come back.
        let problem = refused(&bodies, stalling(2 * SMALL), SMALL).await;
        assert_eq!(problem.code, ProblemCode::BodyTooLarge);
        let sent = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&sent);
        let endless = futures_util::stream::repeat_with(move || {
            counted.fetch_add(CHUNK, Ordering::Relaxed);
            Ok::<_, std::io::Error>(vec![0; CHUNK])
        });
        let endless = Body::from_stream(endless).into_data_stream();
        assert_eq!(refused(&bodies, endless, SMALL).await.code, ProblemCode::BodyTooLarge);
        let sent = sent.load(Ordering::Relaxed);
        assert!(sent > DISCARDED_MAX, "a sender that is done in time sees the answer");
        assert!(sent < SMALL + DISCARDED_MAX + 2 * CHUNK, "{sent}");
        assert_eq!(bodies.large.available_permits(), 2);
    }
}
