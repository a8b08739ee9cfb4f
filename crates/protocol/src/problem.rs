//! Why a whole request was not served. Unlike a refusal it says nothing about any operation: the
//! outbox stays as it is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The body of every answer that is not 200.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// What a program can act on.
    pub code: ProblemCode,
    /// A sentence for a person, with what to do.
    pub message: String,
    /// What the code is about.
    #[serde(default)]
    pub details: Value,
}

/// What a program can act on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// 400: not JSON, or not of this protocol's shape.
    BadRequest,
    /// 401: the token is unknown or revoked.
    TokenUnknown,
    /// 403: the token belongs to another device.
    TokenOfAnotherDevice,
    /// 403: the pairing code is wrong, used or expired.
    CodeWrong,
    /// 409: this code is for a desk that brings its history, or the other way round.
    CodeForOther,
    /// 409: the organisation has data already.
    OrgNotEmpty,
    /// 409: another desk is still bringing its history.
    OrgBeingFilled,
    /// 409: operations are missing; `details.expected_seq` says from where to send.
    SequenceGap,
    /// 409: this device's chain differs from what headquarters has: it was cloned or rolled back.
    ChainForked,
    /// 413: the body is larger than headquarters reads.
    BodyTooLarge,
    /// 426: the device speaks a newer protocol than headquarters.
    UpgradeHq,
    /// 426: the device speaks a protocol that headquarters no longer serves.
    UpgradeDevice,
    /// 429: too many attempts; come back later.
    TooManyAttempts,
    /// 503: headquarters cannot reach its database.
    Unavailable,
    /// 500: something broke at headquarters.
    Failure,
    /// A code that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Problem {
    /// A problem without details.
    #[must_use]
    pub fn new(code: ProblemCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: Value::Null }
    }

    /// The same problem with details.
    #[must_use]
    pub fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }

    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.code {
            ProblemCode::BadRequest => 400,
            ProblemCode::TokenUnknown => 401,
            ProblemCode::TokenOfAnotherDevice | ProblemCode::CodeWrong => 403,
            ProblemCode::CodeForOther
            | ProblemCode::OrgNotEmpty
            | ProblemCode::OrgBeingFilled
            | ProblemCode::SequenceGap
            | ProblemCode::ChainForked => 409,
            ProblemCode::BodyTooLarge => 413,
            ProblemCode::UpgradeHq | ProblemCode::UpgradeDevice => 426,
            ProblemCode::TooManyAttempts => 429,
            ProblemCode::Unavailable => 503,
            ProblemCode::Failure | ProblemCode::Unknown => 500,
        }
    }
}
