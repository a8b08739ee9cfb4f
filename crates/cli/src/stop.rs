//! Why a command was not done, and the exit code that says so. The one place where refusals of a
//! rule, failures of this device and problems of headquarters become codes; docs/CLI.md lists them.

use holdfast_domain::{Entity, Notice, Refusal};
use holdfast_protocol::ProblemCode;
use holdfast_replica::Failure;
use holdfast_replica::sync::SyncFailure;
use serde_json::{Value, json};

/// How a command ended. The numbers are promised in docs/CLI.md.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    Done = 0,
    BadInput = 2,
    Refused = 3,
    Failure = 4,
    Unreachable = 5,
}

/// Why a command was not done.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) exit: Exit,
    pub(crate) notice: Notice,
    /// Lines for people, after the message: programs find the same in the details.
    pub(crate) more: Vec<String>,
}

impl Stop {
    /// `message` is a sentence for a person, with what to do.
    pub(crate) fn new(exit: Exit, code: &str, message: &str, details: Value) -> Self {
        let notice = Notice { code: code.into(), message: sentence(message), details };
        Self { exit, notice, more: Vec::new() }
    }

    /// What was typed for `field` (an option's name, `_` for `-`) makes no sense.
    pub(crate) fn bad_input(field: &str, message: &str) -> Self {
        Self::new(Exit::BadInput, "bad_input", message, json!({ "field": field }))
    }

    /// Nothing has this name or id.
    pub(crate) fn not_found(field: &str, entity: Entity, text: &str, help: &str) -> Self {
        Self::new(
            Exit::BadInput,
            "not_found",
            &format!("there is no {} “{text}”. {help}", entity.noun()),
            json!({ "field": field, "entity": entity, "text": text }),
        )
    }

    /// With what the clock made of the times that were typed.
    pub(crate) fn noting(mut self, notes: &[String]) -> Self {
        if let (Value::Object(details), false) = (&mut self.notice.details, notes.is_empty()) {
            details.insert("notes".into(), json!(notes));
        }
        self
    }

    /// A row that was there a moment ago is gone: another program changed the replica meanwhile.
    pub(crate) fn vanished(entity: Entity) -> Self {
        let message = format!("the {} is gone meanwhile; try again", entity.noun());
        Self::new(Exit::Failure, "vanished", &message, json!({ "entity": entity }))
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self { exit: Exit::Refused, notice: refusal.notice(), more: Vec::new() }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        let (code, details) = match &failure {
            Failure::Database(_) => ("database", Value::Null),
            Failure::Migration(_) => ("migration", Value::Null),
            Failure::NewerSchema { found, known } => {
                ("newer_schema", json!({ "found": found, "known": known }))
            }
            Failure::File { path, .. } => ("file", json!({ "path": path.to_string_lossy() })),
            Failure::Empty => ("empty_replica", Value::Null),
            Failure::NotEmpty { org_name } => ("not_empty", json!({ "org_name": org_name })),
            Failure::SignedOut => ("signed_out", Value::Null),
            Failure::Laptop => ("laptop", Value::Null),
            Failure::Corrupt(_) => ("corrupt", Value::Null),
            _ => ("failure", Value::Null),
        };
        Self::new(Exit::Failure, code, &failure.to_string(), details)
    }
}

impl From<SyncFailure> for Stop {
    fn from(failure: SyncFailure) -> Self {
        let exit = match &failure {
            SyncFailure::BadUrl { .. } => Exit::BadInput,
            SyncFailure::Unreachable { .. } => Exit::Unreachable,
            SyncFailure::Problem(problem) if problem.code == ProblemCode::Unavailable => {
                Exit::Unreachable
            }
            _ => Exit::Failure,
        };
        let (code, message) = (failure.code(), failure.to_string());
        let details = match failure {
            SyncFailure::Failure(failure) => return failure.into(),
            SyncFailure::BadUrl { url } => json!({ "field": "hq", "url": url }),
            SyncFailure::Unreachable { url, reason }
            | SyncFailure::NotHeadquarters { url, reason } => {
                json!({ "url": url, "reason": reason })
            }
            SyncFailure::Problem(problem) => problem.details,
            SyncFailure::Standalone | SyncFailure::AlreadySyncing | SyncFailure::WorkingOffline => {
                Value::Null
            }
        };
        Self::new(exit, &code, &message, details)
    }
}

/// A failure's text as a sentence: with a full stop, and with a capital letter unless it begins with
/// something that has its own spelling, such as a path.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let (word, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
    let mut sentence = String::with_capacity(text.len() + 1);
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if word.chars().all(char::is_alphabetic) => {
            sentence.extend(first.to_uppercase());
            sentence.push_str(letters.as_str());
        }
        _ => sentence.push_str(word),
    }
    sentence.push_str(rest);
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
