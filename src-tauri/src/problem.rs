//! The one place where whatever went wrong becomes a [`Problem`] that the window acts on. Matched by
//! variant, never by text. A refusal is an answer; a failure is something broken.

use crate::view::{Problem, ProblemKind, with_texts};
use holdfast_domain::{Notice, Refusal};
use holdfast_protocol::ProblemCode;
use holdfast_replica::Failure;
use holdfast_replica::import::ImportFailure;
use holdfast_replica::sync::SyncFailure;
use serde_json::{Value, json};

/// A rule said no.
pub(crate) fn refused(refusal: &Refusal) -> Problem {
    noticed(refusal.notice())
}

/// A rule said no, here or at headquarters.
pub(crate) fn noticed(notice: Notice) -> Problem {
    let Notice { code, message, mut details, .. } = notice;
    with_texts(&mut details);
    Problem { kind: ProblemKind::Refusal, code, message, details }
}

/// A field of what the window sent makes no sense.
pub(crate) fn invalid(field: &str, problem: String) -> Problem {
    refused(&Refusal::FieldInvalid { field: field.into(), problem })
}

/// A row that the window names is not there.
pub(crate) fn not_found(entity: holdfast_domain::Entity, id: uuid::Uuid) -> Problem {
    refused(&Refusal::NotFound { entity, id })
}

/// Something on this device broke.
pub(crate) fn broken(message: &str) -> Problem {
    let (kind, code) = (ProblemKind::Failure, "failure".into());
    Problem { kind, code, message: sentence(message), details: Value::Null }
}

/// A refusal of the shell's own: about the inbox, of which `decide` knows nothing.
pub(crate) fn refused_as(code: &str, message: &str) -> Problem {
    Problem {
        kind: ProblemKind::Refusal,
        code: code.into(),
        message: message.into(),
        details: Value::Null,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        refused(&refusal)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let code = match &failure {
            Failure::NewerSchema { .. } => "newer_schema",
            Failure::Empty => "replica_empty",
            Failure::SignedOut => "signed_out",
            Failure::Laptop => "laptop",
            Failure::NotEmpty { .. } => "replica_not_empty",
            // What else breaks on this device, nobody can act on but by reading the message.
            _ => "failure",
        };
        Self {
            kind: ProblemKind::Failure,
            code: code.into(),
            message: sentence(&failure.to_string()),
            details: Value::Null,
        }
    }
}

impl From<ImportFailure> for Problem {
    fn from(failure: ImportFailure) -> Self {
        // It begins with the name of a file, which is as it is.
        let (code, message) = (failure.code().into(), ended(failure.to_string()));
        match failure {
            ImportFailure::Failure(failure) => failure.into(),
            _ => Self { kind: ProblemKind::Refusal, code, message, details: Value::Null },
        }
    }
}

impl From<SyncFailure> for Problem {
    fn from(failure: SyncFailure) -> Self {
        let code = failure.code();
        let message = sentence(&failure.to_string());
        let (kind, details) = match failure {
            SyncFailure::Failure(failure) => return failure.into(),
            SyncFailure::Standalone | SyncFailure::AlreadySyncing | SyncFailure::WorkingOffline => {
                (ProblemKind::Refusal, Value::Null)
            }
            SyncFailure::BadUrl { url } => {
                (ProblemKind::Refusal, json!({ "field": "url", "url": url }))
            }
            SyncFailure::Unreachable { url, .. } | SyncFailure::NotHeadquarters { url, .. } => {
                (ProblemKind::Failure, json!({ "url": url }))
            }
            SyncFailure::Problem(problem) => of_headquarters(problem.code, problem.details),
        };
        Self { kind, code, message, details }
    }
}

/// A request that headquarters did not serve: because of what was asked, or because it is broken.
fn of_headquarters(code: ProblemCode, details: Value) -> (ProblemKind, Value) {
    match code {
        ProblemCode::CodeWrong => (ProblemKind::Refusal, json!({ "field": "code" })),
        ProblemCode::CodeForOther
        | ProblemCode::OrgNotEmpty
        | ProblemCode::OrgBeingFilled
        | ProblemCode::TokenUnknown
        | ProblemCode::TokenOfAnotherDevice
        | ProblemCode::TooManyAttempts
        | ProblemCode::UpgradeHq
        | ProblemCode::UpgradeDevice => (ProblemKind::Refusal, details),
        ProblemCode::BadRequest
        | ProblemCode::SequenceGap
        | ProblemCode::ChainForked
        | ProblemCode::BodyTooLarge
        | ProblemCode::Unavailable
        | ProblemCode::Failure
        | ProblemCode::Unknown => (ProblemKind::Failure, details),
    }
}

/// `this replica is empty` -> `This replica is empty.`
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String =
        letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    ended(first + letters.as_str())
}

fn ended(mut sentence: String) -> String {
    if !sentence.ends_with(['.', '!', '?', '”']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_code_and_names_its_field() {
        let problem = invalid("local_start", "it is no time".into());
        assert_eq!((problem.kind, problem.code.as_str()), (ProblemKind::Refusal, "field_invalid"));
        assert_eq!(problem.details["field"], "local_start");
    }

    #[test]
    fn what_breaks_on_this_device_is_a_failure_with_a_sentence() {
        let newer = Problem::from(Failure::NewerSchema { found: 9, known: 1 });
        assert_eq!((newer.kind, newer.code.as_str()), (ProblemKind::Failure, "newer_schema"));
        assert!(newer.message.starts_with("This replica was written by a newer version"));
        assert_eq!(Problem::from(Failure::Empty).code, "replica_empty");
        assert_eq!(Problem::from(Failure::Corrupt("x".into())).code, "failure");
    }

    #[test]
    fn headquarters_answers_differ_from_a_line_that_is_down() {
        let url = || "http://hq.example".to_string();
        let down = SyncFailure::Unreachable { url: url(), reason: "connection refused".into() };
        let wrong = holdfast_protocol::Problem::new(ProblemCode::CodeWrong, "Wrong code.");
        for (failure, kind, code, field) in [
            (down, ProblemKind::Failure, "headquarters_unreachable", None),
            (SyncFailure::BadUrl { url: url() }, ProblemKind::Refusal, "bad_url", Some("url")),
            (SyncFailure::Problem(wrong), ProblemKind::Refusal, "code_wrong", Some("code")),
            (SyncFailure::Standalone, ProblemKind::Refusal, "standalone", None),
            (SyncFailure::Failure(Failure::Empty), ProblemKind::Failure, "replica_empty", None),
        ] {
            let problem = Problem::from(failure);
            assert_eq!((problem.kind, problem.code.as_str()), (kind, code));
            assert_eq!(problem.details["field"].as_str(), field, "{code}");
        }
    }
}
