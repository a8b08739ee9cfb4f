//! What was asked and answered, kept to be read when the two sides disagree.

use holdfast_domain::{Command, Timestamp};

/// What a story that did not shrink shows: its end.
const LONGEST: usize = 60;

#[derive(Default)]
pub(super) struct Told(Vec<String>);

impl Told {
    pub(super) fn say(&mut self, line: String) {
        self.0.push(line);
    }

    /// A command, by whom and when, and what was answered.
    pub(super) fn ask(&mut self, who: &str, at: Timestamp, command: &Command, answer: &str) {
        let when = at.to_utc().format("%d %b %H:%M:%S");
        let text = text(command);
        self.say(format!("{when} {who} asks {text}\n    the replica: {answer}"));
    }
}

/// A command as it travels, which leaves out what it does not say.
pub(super) fn text(command: &Command) -> String {
    serde_json::to_string(command).unwrap()
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let before = self.0.len().saturating_sub(LONGEST);
        if before > 0 {
            writeln!(f, "({before} lines before)")?;
        }
        self.0[before..].iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
