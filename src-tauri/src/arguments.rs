//! What the program can be started with.

use clap::{Parser, ValueEnum};
use std::path::PathBuf;

/// Holdfast: the booking manager that goes on when the line is down.
#[derive(Parser, Clone, Debug)]
#[command(name = "holdfast-desk", version)]
pub(crate) struct Arguments {
    /// Directory of the replica; the default is the same as `holdfast`'s.
    #[arg(long, value_name = "DIR", env = "HOLDFAST_REPLICA")]
    replica: Option<PathBuf>,
    /// On the very first start: fill a sample venue rather than asking what to begin with.
    #[arg(long)]
    pub(crate) sample: bool,
    /// Light or dark, whatever the system prefers.
    #[arg(long, value_enum)]
    pub(crate) theme: Option<Theme>,
}

/// How the window looks.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Theme {
    Light,
    Dark,
    System,
}

impl Theme {
    /// What to ask of the system; `None` to follow it.
    pub(crate) fn native(self) -> Option<tauri::Theme> {
        match self {
            Self::Light => Some(tauri::Theme::Light),
            Self::Dark => Some(tauri::Theme::Dark),
            Self::System => None,
        }
    }
}

impl Arguments {
    /// Where the replica is.
    pub(crate) fn replica_dir(&self) -> PathBuf {
        self.replica.clone().unwrap_or_else(|| {
            directories::ProjectDirs::from("app", "Holdfast", "holdfast").map_or_else(
                || PathBuf::from("holdfast-replica"),
                |dirs| dirs.data_dir().join("replica"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_and_the_look_can_be_chosen() {
        let given = ["holdfast-desk", "--replica", "a b", "--sample", "--theme", "dark"];
        let arguments = Arguments::try_parse_from(given).unwrap();
        assert_eq!(arguments.replica_dir(), PathBuf::from("a b"));
        assert_eq!(arguments.theme, Some(Theme::Dark));
        assert!(arguments.sample);
        assert!(Arguments::try_parse_from(["holdfast-desk", "--theme", "pink"]).is_err());
    }
}
