//! The network: two requests, and every way in which they can go wrong.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{meta, meta::Key};
use holdfast_protocol::{
    EnrolReply, EnrolRequest, Problem, ProblemCode, REPLY_BYTES_MAX, SyncReply, SyncRequest, body,
};
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::Url;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long headquarters may be silent.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Why a round, or an enrolment, did not happen. The outbox is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SyncFailure {
    /// This desk works alone.
    #[error("this desk has no headquarters: join one with `enrol`")]
    Standalone,
    /// Another program is syncing this replica.
    #[error("another program is syncing this replica at this moment; try again")]
    AlreadySyncing,
    /// The person works offline.
    #[error("this desk works offline by choice; switch “work offline” off to sync")]
    WorkingOffline,
    /// The address is none.
    #[error("“{url}” is not an address of a headquarters: it begins with http:// or https://")]
    BadUrl {
        /// What was given.
        url: String,
    },
    /// Nobody answered.
    #[error("headquarters at {url} cannot be reached: {reason}")]
    Unreachable {
        /// Where.
        url: String,
        /// Why.
        reason: String,
    },
    /// Somebody answered who is no headquarters.
    #[error("what answers at {url} is not a headquarters: {reason}")]
    NotHeadquarters {
        /// Where.
        url: String,
        /// How that showed.
        reason: String,
    },
    /// Headquarters would not serve the request.
    #[error("{0}")]
    Problem(Problem),
    /// This device broke.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl SyncFailure {
    /// Whether it may go away by itself: the line is down, or headquarters is.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::AlreadySyncing | Self::NotHeadquarters { .. } => true,
            Self::Problem(problem) => matches!(
                problem.code,
                ProblemCode::Unavailable
                    | ProblemCode::Failure
                    | ProblemCode::TooManyAttempts
                    | ProblemCode::SequenceGap
            ),
            _ => false,
        }
    }

    /// A stable code.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Standalone => "standalone".into(),
            Self::AlreadySyncing => "already_syncing".into(),
            Self::WorkingOffline => "working_offline".into(),
            Self::BadUrl { .. } => "bad_url".into(),
            Self::Unreachable { .. } => "headquarters_unreachable".into(),
            Self::NotHeadquarters { .. } => "not_headquarters".into(),
            Self::Problem(problem) => serde_json::to_value(problem.code)
                .ok()
                .and_then(|code| code.as_str().map(str::to_owned))
                .unwrap_or_else(|| "unknown".into()),
            Self::Failure(_) => "failure".into(),
        }
    }
}

/// A connection pool to headquarters.
#[derive(Clone, Debug)]
pub struct Client(reqwest::Client);

impl Client {
    /// A client that trusts what this machine trusts.
    ///
    /// # Errors
    /// Where TLS cannot be set up on this machine.
    pub fn new() -> Result<Self, SyncFailure> {
        reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .no_zstd()
            .user_agent(concat!("holdfast/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Self)
            .map_err(|error| SyncFailure::Unreachable { url: String::new(), reason: why(&error) })
    }

    /// One round.
    pub(crate) async fn sync(
        &self,
        replica: &Replica,
        request: &SyncRequest,
    ) -> Result<SyncReply, SyncFailure> {
        let (url, token) = {
            let read = |key| meta::get(&replica.db, key).map_err(Failure::from);
            (read(Key::HeadquartersUrl)?, read(Key::Token)?)
        };
        let (Some(url), Some(token)) = (url, token) else { return Err(SyncFailure::Standalone) };
        self.post(&url, "v1/sync", Some(&token), request).await
    }

    /// Turns a pairing code into a token.
    pub(crate) async fn enrol(
        &self,
        url: &str,
        request: &EnrolRequest,
    ) -> Result<EnrolReply, SyncFailure> {
        self.post(url, "v1/enrol", None, request).await
    }

    async fn post<Q: Serialize, A: DeserializeOwned>(
        &self,
        base: &str,
        path: &str,
        token: Option<&str>,
        request: &Q,
    ) -> Result<A, SyncFailure> {
        let url = endpoint(base, path)?;
        let unreachable = |error: &reqwest::Error| SyncFailure::Unreachable {
            url: base.into(),
            reason: why(error),
        };
        let bytes = body::encode(request)
            .map_err(|error| Failure::Corrupt(format!("a request has no JSON form: {error}")))?;
        let mut post = self
            .0
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_ENCODING, body::ENCODING)
            .body(bytes);
        if let Some(token) = token {
            post = post.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let response = post.send().await.map_err(|error| unreachable(&error))?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|error| unreachable(&error))?;
        let stranger = |reason: String| SyncFailure::NotHeadquarters { url: base.into(), reason };
        if status.is_success() {
            return body::decode(&bytes, REPLY_BYTES_MAX)
                .map_err(|error| stranger(error.to_string()));
        }
        match serde_json::from_slice::<Problem>(&bytes) {
            Ok(problem) => Err(SyncFailure::Problem(problem)),
            Err(_) => Err(stranger(format!("it answered {status}"))),
        }
    }
}

/// `path` below the address of a headquarters.
fn endpoint(base: &str, path: &str) -> Result<Url, SyncFailure> {
    let bad = || SyncFailure::BadUrl { url: base.into() };
    let mut url = Url::parse(base.trim()).map_err(|_| bad())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(bad());
    }
    url.set_query(None);
    url.set_fragment(None);
    url.path_segments_mut().map_err(|()| bad())?.pop_if_empty().extend(path.split('/'));
    Ok(url)
}

/// The innermost reason: "connection refused" rather than "error sending request".
fn why(error: &reqwest::Error) -> String {
    let mut source: &dyn std::error::Error = error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    if error.is_timeout() { "it took too long to answer".into() } else { source.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_lie_below_the_given_address() {
        for (base, url) in [
            ("http://127.0.0.1:7420", "http://127.0.0.1:7420/v1/sync"),
            ("https://hq.example/holdfast/", "https://hq.example/holdfast/v1/sync"),
        ] {
            assert_eq!(endpoint(base, "v1/sync").unwrap().as_str(), url);
        }
        for base in ["", "hq.example", "ftp://hq.example", "file:///etc", "http://"] {
            assert!(matches!(endpoint(base, "v1/sync"), Err(SyncFailure::BadUrl { .. })), "{base}");
        }
    }
}
