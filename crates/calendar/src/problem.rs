//! What could not be taken from a file as it stands, each as a sentence for the person who has to
//! decide what becomes of it. A problem spoils as little as possible: a line, an event, a rule.

use serde::Serialize;

/// Most problems that are told. Who has read these needs another file, not more of them.
const PROBLEMS_MAX: usize = 1000;

/// Something in the file that is not understood, contradicts itself, or is more than can be taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Problem {
    /// Where in the file, counted from one.
    pub line: usize,
    /// The event that it is about, where known.
    pub uid: Option<String>,
    /// What is wrong and what was made of it.
    pub message: String,
}

/// Problems while they are found.
#[derive(Default, Debug)]
pub(crate) struct Problems {
    found: Vec<Problem>,
    untold: usize,
}

impl Problems {
    pub(crate) fn add(&mut self, line: usize, uid: Option<&str>, message: impl Into<String>) {
        if self.found.len() < PROBLEMS_MAX {
            let uid = uid.map(str::to_owned);
            self.found.push(Problem { line, uid, message: message.into() });
        } else {
            self.untold += 1;
        }
    }

    /// In the order of the file.
    pub(crate) fn told(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| problem.line);
        if self.untold > 0 {
            let message = format!("{} more problems are not listed.", self.untold);
            let line = self.found.last().map_or(1, |last| last.line);
            self.found.push(Problem { line, uid: None, message });
        }
        self.found
    }
}

/// What a file says, for a sentence: its first letters, on one line.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 60;
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let more = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
    format!("\"{}{more}\"", shown.take(SHOWN).collect::<String>())
}
