//! What can break on this device. A refusal is not among it: that is an answer.

use std::path::PathBuf;

/// Disk, network or a bug; never a rule.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// SQLite said no: a full or read-only disk, a damaged file, or a bug.
    #[error("the replica cannot be read or written: {0}")]
    Database(#[from] rusqlite::Error),
    /// The schema could not be brought up to date.
    #[error("the replica's schema cannot be brought up to date: {0}")]
    Migration(#[from] refinery::Error),
    /// The replica was written by a newer version of this program. It is left untouched.
    #[error(
        "this replica was written by a newer version of Holdfast (schema {found}, this program \
         knows {known}). Nothing was changed. Install the newer version."
    )]
    NewerSchema {
        /// The replica's schema version.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// A file or directory could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no organisation in this replica yet.
    #[error("this replica is empty: start with `init`, or join a headquarters with `enrol`")]
    Empty,
    /// There is an organisation in this replica already.
    #[error("this replica already belongs to “{org_name}”: use another directory")]
    NotEmpty {
        /// Which organisation.
        org_name: String,
    },
    /// Nobody is signed in at this desk.
    #[error("this desk is locked: sign in with your PIN first")]
    SignedOut,
    /// This is a laptop, and the question is about what all know together.
    #[error("this laptop knows one person's schedule only: do this at a desk")]
    Laptop,
    /// What is stored is not what this program writes.
    #[error("the replica holds something that this program does not understand: {0}")]
    Corrupt(String),
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}

impl Failure {
    /// A closure that says which path an I/O error is about.
    pub(crate) fn at(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
