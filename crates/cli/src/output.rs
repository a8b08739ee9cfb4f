//! The one place that prints. Without `--json` results go to stdout and what went wrong to stderr;
//! with it, exactly one JSON document goes to stdout, whatever happens. Either way the exit code
//! comes from here.

mod table;

pub(crate) use table::{Table, tame};

use crate::args::Unread;
use crate::stop::{Exit, Stop};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use holdfast_domain::Notice;
use serde_json::{Value, json};
use std::io::{ErrorKind as IoErrorKind, Write};
use std::process::ExitCode;

/// What a command has to say, for programs and for people.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) json: Value,
    pub(crate) text: String,
    pub(crate) exit: Exit,
}

impl Answer {
    pub(crate) fn new(json: Value, text: impl Into<String>) -> Self {
        Self { json, text: text.into(), exit: Exit::Done }
    }

    /// Says what the person should know of what they did.
    pub(crate) fn warning(mut self, warnings: &[Notice]) -> Self {
        for warning in warnings {
            self.text.push_str(&format!("  Note: {}\n", tame(&warning.message)));
        }
        self.json["warnings"] = json!(warnings);
        self
    }
}

/// How a command ends.
pub(crate) type Ending = Result<Answer, Stop>;

/// Prints how a command ended.
pub(crate) fn finish(ending: Ending, as_json: bool) -> ExitCode {
    let (exit, printed) = match ending {
        Ok(answer) if as_json => (answer.exit, print(&answer.json.to_string())),
        Ok(answer) => (answer.exit, print(&answer.text)),
        Err(stop) if as_json => (stop.exit, print(&document(&stop).to_string())),
        Err(stop) => {
            eprint_line(&explained(&stop));
            (stop.exit, true)
        }
    };
    code(if printed { exit } else { Exit::Failure })
}

/// Prints what is to be said about a command line that could not be read, or the help it asks for.
pub(crate) fn unread(unread: &Unread) -> ExitCode {
    let error = &unread.error;
    let is_help = !error.use_stderr();
    if !unread.json {
        if error.kind() == ErrorKind::ValueValidation {
            eprint_line(&plainly(&error.render().to_string()));
            return code(Exit::BadInput);
        }
        // clap knows whether the terminal takes colours.
        return if error.print().is_ok() || is_help {
            code(if is_help { Exit::Done } else { Exit::BadInput })
        } else {
            code(Exit::BadInput)
        };
    }
    let text = error.render().to_string();
    let json = match error.kind() {
        ErrorKind::DisplayVersion => json!({ "version": env!("CARGO_PKG_VERSION") }),
        _ if is_help => json!({ "help": text }),
        _ => document(&misread(error, &text)),
    };
    let printed = print(&json.to_string());
    code(if !printed {
        Exit::Failure
    } else if is_help {
        Exit::Done
    } else {
        Exit::BadInput
    })
}

/// clap's complaint, without the usage that follows it.
fn misread(error: &clap::Error, text: &str) -> Stop {
    let complaint = text.split("\n\nUsage").next().unwrap_or(text);
    let complaint = complaint.split("\n\nFor more").next().unwrap_or(complaint);
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "say what is to be done; see --help",
        _ => complaint.trim_start_matches("error: "),
    };
    let message = plainly(message);
    let message = message.split_whitespace().collect::<Vec<_>>();
    let arguments = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => vec![field_of(argument)],
        Some(ContextValue::Strings(arguments)) => arguments.iter().map(|a| field_of(a)).collect(),
        _ => Vec::new(),
    };
    let details = match arguments.first() {
        Some(field) => json!({ "field": field, "fields": arguments }),
        None => Value::Null,
    };
    Stop::new(Exit::BadInput, "bad_input", &message.join(" "), details)
}

/// What the readers of numbers say, in words for people.
fn plainly(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let Some((head, problem)) = line.rsplit_once(": ") else { return line.to_owned() };
        match plain_number(problem) {
            Some(plain) => format!("{head}: {plain}"),
            None => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `-1 is not in 0..=4294967295` -> `write a whole number from 0 up`
fn plain_number(problem: &str) -> Option<String> {
    if let Some((_, bounds)) = problem.split_once(" is not in ") {
        let (min, max) = bounds.split_once("..")?;
        let max = max.trim_start_matches('=');
        let is_open = max.parse::<i64>().map_or(true, |max| max >= i64::from(u32::MAX));
        let until = if is_open { " up".into() } else { format!(" to {max}") };
        return Some(format!("write a whole number from {min}{until}"));
    }
    match problem {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            Some("write a whole number".into())
        }
        "number too large to fit in target type" => Some("write a smaller number".into()),
        "number too small to fit in target type" => Some("write a larger number".into()),
        _ => None,
    }
}

/// `--slot-minutes <N>` -> `slot_minutes`
fn field_of(argument: &str) -> String {
    let name = argument.split([' ', '=']).next().unwrap_or(argument);
    name.trim_matches(['-', '<', '>', '.']).replace('-', "_").to_lowercase()
}

fn document(stop: &Stop) -> Value {
    let key = if stop.exit == Exit::Refused { "refusal" } else { "error" };
    json!({ key: stop.notice })
}

/// For people: what went wrong, and the candidates where there were several.
fn explained(stop: &Stop) -> String {
    let mut text = String::new();
    for note in stop.notice.details["notes"].as_array().into_iter().flatten() {
        text.push_str(&format!("Note: {}\n", tame(note.as_str().unwrap_or_default())));
    }
    text.push_str(&tamed_lines(&stop.notice.message));
    for line in &stop.more {
        text.push_str(&format!("\n  {}", tame(line)));
    }
    if let Some(candidates) = stop.notice.details["candidates"].as_array() {
        let mut table = Table::new(&[]);
        for candidate in candidates {
            table.row(candidate_cells(candidate));
        }
        text.push('\n');
        text.push_str(&table.to_string());
    }
    text
}

/// A text of several lines, such as what is wrong in a file and where: those after the first stand
/// in a little.
fn tamed_lines(text: &str) -> String {
    text.trim_end().lines().map(tame).collect::<Vec<_>>().join("\n  ")
}

/// The id, to be copied; the name; and whatever tells one candidate from another.
fn candidate_cells(candidate: &Value) -> Vec<String> {
    let Some(fields) = candidate.as_object() else { return Vec::new() };
    let first = ["id", "name"].into_iter().filter_map(|key| fields.get(key));
    let rest = fields.iter().filter(|(key, _)| !matches!(key.as_str(), "id" | "name"));
    let cells = first.chain(rest.map(|(_, value)| value));
    cells.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Prints to stdout, and answers whether the exit code stands. A reader that has gone away (`head`)
/// has seen what it wanted.
fn print(text: &str) -> bool {
    let mut out = std::io::stdout().lock();
    let text = text.trim_end_matches('\n');
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Ok(()) => true,
        Err(error) if error.kind() == IoErrorKind::BrokenPipe => true,
        Err(error) => {
            eprint_line(&format!("The result could not be written: {error}."));
            false
        }
    }
}

/// Prints to stderr; where even that is closed there is nobody to tell.
fn eprint_line(text: &str) {
    _ = writeln!(std::io::stderr(), "{}", text.trim_end_matches('\n'));
}

fn code(exit: Exit) -> ExitCode {
    ExitCode::from(exit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_said_in_words() {
        for (problem, plain) in [
            ("-1 is not in 0..=4294967295", "write a whole number from 0 up"),
            ("600 is not in 1..=500", "write a whole number from 1 to 500"),
            ("invalid digit found in string", "write a whole number"),
        ] {
            let text =
                format!("error: invalid value 'x' for '--minutes <N>': {problem}\n\nFor more");
            let said = format!("error: invalid value 'x' for '--minutes <N>': {plain}\n\nFor more");
            assert_eq!(plainly(&text), said);
        }
    }

    #[test]
    fn what_is_wrong_in_a_file_keeps_its_lines() {
        let stop = Stop::bad_input("mapping", "it is no TOML:\n2 | x\n  | ^\u{1b}[31m");
        assert_eq!(explained(&stop), "It is no TOML:\n  2 | x\n    | ^ [31m.");
    }
}
