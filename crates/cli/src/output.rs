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
    text.push_str(&tame(&stop.notice.message));
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
