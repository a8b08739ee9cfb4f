//! What can break at headquarters: the database, the configuration, a bug. A rule that says no is
//! not here; that is a refusal, and data. Here is also the one place where a failure becomes what a
//! device is told.

use deadpool_postgres::PoolError;
use holdfast_protocol::{Problem, ProblemCode};
use tokio_postgres::error::SqlState;

/// Something broke.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database cannot be reached, or went away.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The database answered with an error.
    #[error("the database said: {}", explain(.0))]
    Database(#[source] tokio_postgres::Error),
    /// The schema is not the one that this program was built for.
    #[error("{0}")]
    Schema(String),
    /// A migration failed.
    #[error("the schema could not be migrated: {}", causes(.0))]
    Migration(#[from] refinery::Error),
    /// A stored row cannot be read back.
    #[error("a row of {table} cannot be read: {problem}")]
    Corrupt {
        /// Of which table.
        table: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A question that cannot be answered as asked: an unknown name, an ambiguous one.
    #[error("{0}")]
    Input(String),
    /// The configuration cannot be used.
    #[error("{0}")]
    Config(String),
    /// Reading or writing outside the database failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A bug.
    #[error("{0}")]
    Bug(String),
}

impl Failure {
    /// The stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "database_unreachable",
            Self::Database(_) => "database",
            Self::Schema(_) => "schema",
            Self::Migration(_) => "migration",
            Self::Corrupt { .. } => "corrupt",
            Self::Input(_) => "bad_input",
            Self::Config(_) => "bad_configuration",
            Self::Io(_) => "io",
            Self::Bug(_) => "bug",
        }
    }

    /// What a device is told: to come back later, or that something broke. Details stay in the log.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Unreachable(_) => Problem::new(
                ProblemCode::Unavailable,
                "Headquarters cannot reach its database. Nothing is lost; it is tried again by itself.",
            ),
            Self::Schema(message) => Problem::new(ProblemCode::Unavailable, message.clone()),
            Self::Database(_)
            | Self::Migration(_)
            | Self::Corrupt { .. }
            | Self::Input(_)
            | Self::Config(_)
            | Self::Io(_)
            | Self::Bug(_) => Problem::new(
                ProblemCode::Failure,
                "Something broke at headquarters. Nothing is lost; tell its administrator, whose log says more.",
            ),
        }
    }

    /// Whether a lock was waited for longer than it was worth.
    pub(crate) fn is_lock_timeout(&self) -> bool {
        matches!(self, Self::Database(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE))
    }

    /// Whether two transactions got in each other's way, and trying again is the answer.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(
            error.code(),
            Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED)
        ))
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        // Classes 08 (connection), 53 (resources) and 57 (operator: shutting down, starting up)
        // pass by themselves. Without a code, it is the line or a bug of this program.
        let passing = match error.code() {
            Some(code) => ["08", "53", "57"].iter().any(|class| code.code().starts_with(class)),
            None => error.is_closed() || cause(&error).is_some_and(|it| it.is::<std::io::Error>()),
        };
        if passing { Self::Unreachable(explain(&error)) } else { Self::Database(error) }
    }
}

fn cause(error: &tokio_postgres::Error) -> Option<&(dyn std::error::Error + 'static)> {
    std::error::Error::source(error)
}

/// An error and what caused it: the outermost alone often says only "db error".
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// The error with what caused it: tokio-postgres alone says only "db error".
fn explain(error: &tokio_postgres::Error) -> String {
    match cause(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            other => Self::Unreachable(other.to_string()),
        }
    }
}
