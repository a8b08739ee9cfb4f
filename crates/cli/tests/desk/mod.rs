//! A desk of a test: the real program on a directory of its own.

use serde_json::Value;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

pub(crate) struct Desk {
    /// Holds the directory until the desk is gone.
    _home: TempDir,
    dir: PathBuf,
}

impl Desk {
    /// A desk without a replica.
    pub(crate) fn nowhere() -> Self {
        let home = TempDir::new().unwrap();
        let dir = home.path().join("replica");
        Self { _home: home, dir }
    }

    /// A club in Berlin with half-hour slots, one court and one customer.
    pub(crate) fn with_a_court() -> Self {
        let desk = Self::nowhere();
        let zone = ["--timezone", "Europe/Berlin", "--slot-minutes", "30"];
        desk.done(&["init", "--org", "Club", "--venue", "Hall"], &zone);
        desk.done(&["resource", "add", "--name", "Court 1", "--kind", "court"], &[]);
        desk.done(&["customer", "add", "--name", "Tracy Smith"], &[]);
        desk
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.dir.join("replica.sqlite")).unwrap()
    }

    /// As if it had enrolled at `url`: everything it did waits.
    pub(crate) fn pretend_enrolled(&self, url: &str) {
        let db = self.database();
        for (key, value) in [("headquarters_url", url), ("token", "t"), ("incarnation", "i")] {
            db.execute("insert into meta (key, value) values (?1, ?2)", [key, value]).unwrap();
        }
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_holdfast"))
            .args(args)
            .env("HOLDFAST_REPLICA", &self.dir)
            .output()
            .unwrap()
    }

    /// Runs with `--json`: the exit code, and the one document on stdout.
    fn json(&self, args: &[&str]) -> (i32, Value) {
        let output = self.run(&[args, &["--json"]].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        (output.status.code().unwrap(), json)
    }

    /// It goes well.
    pub(crate) fn done(&self, args: &[&str], more: &[&str]) -> Value {
        let (code, json) = self.json(&[args, more].concat());
        assert_eq!(code, 0, "{args:?} {more:?}: {json}");
        json
    }

    /// A rule says no.
    pub(crate) fn refused(&self, args: &[&str]) -> Value {
        let (code, json) = self.json(args);
        assert_eq!(code, 3, "{args:?}: {json}");
        json["refusal"].clone()
    }

    /// It ends with an error and this exit code.
    pub(crate) fn stopped(&self, args: &[&str], code: i32) -> Value {
        let (found, json) = self.json(args);
        assert_eq!(found, code, "{args:?}: {json}");
        assert!(json["error"]["message"].is_string(), "{args:?}: {json}");
        json["error"].clone()
    }
}

/// An address of this machine at which nobody listens.
pub(crate) fn nobody_listens() -> String {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}")
}

/// Files of another system, and their mapping: four bookings, of which the second overlaps the
/// first and the last has no such date.
pub(crate) fn club_files() -> (TempDir, PathBuf) {
    let files = TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(files.path().join(name), text).unwrap();
    write("courts.csv", "\u{feff}id,name\r\n1,\"Court \"\"A\"\"\"\r\n");
    write(
        "bookings.csv",
        "id,court,start,slots\n1,1,2012-07-03 11:00:00,2\n2,1,2012-07-03 11:30:00,2\n\
         3,1,2012-07-03 12:00:00,1\n4,1,2012-02-30 12:00:00,1\n",
    );
    write(
        "mapping.toml",
        r#"
source = "old"
[resources]
file = "courts.csv"
id = "id"
name = "name"
kind = "court"
[bookings]
file = "bookings.csv"
id = "id"
resource = "court"
start = { column = "start", format = "%Y-%m-%d %H:%M:%S" }
length = { units = "slots", of_minutes = 30 }
"#,
    );
    let mapping = files.path().join("mapping.toml");
    (files, mapping)
}
