//! A desk of these stories: it has a headquarters of its own, and syncs after every line.

use crate::club;
use crate::lines::forty_days_earlier;
use holdfast_tests::desk::{Cli, Output};
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Database;
use serde_json::{Value, json};
use std::cell::{Cell, OnceCell};

pub(crate) struct Desk {
    cli: Cli,
    /// From the first line on that makes an organisation.
    headquarters: OnceCell<(Database, Headquarters)>,
    cut_off: Cell<bool>,
}

impl Desk {
    /// A desk without a replica.
    pub(crate) fn nowhere() -> Self {
        Self { cli: Cli::new(), headquarters: OnceCell::new(), cut_off: Cell::new(false) }
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

    /// Time passes: all that was booked lies as much earlier, here and at headquarters.
    pub(crate) fn forty_days_pass(&self) {
        let replica = self.cli.replica().join("replica.sqlite");
        let replica = rusqlite::Connection::open(replica).unwrap();
        replica.execute_batch(&forty_days_earlier()).unwrap();
        let (database, _) = self.headquarters.get().unwrap();
        let (utc, wall) = (["starts_at", "ends_at"], ["local_start", "local_end"]);
        for (table, columns, form) in
            [("bookings", utc, ".MS\"Z\""), ("claims", utc, ".MS\"Z\""), ("bookings", wall, "")]
        {
            let [start, end] = columns;
            let earlier = |column: &str| format!("{column} = {column} - interval '40 days'");
            database.run(&format!("update {table} set {}, {}", earlier(start), earlier(end)));
            // And in what desks that join are told.
            let told = |column: &str| {
                format!(
                    "'{column}', to_char((\"row\" ->> '{column}')::timestamp - interval '40 days',
                         'YYYY-MM-DD\"T\"HH24:MI:SS{form}')"
                )
            };
            database.run(&format!(
                "update feed set \"row\" = \"row\" || jsonb_build_object({}, {})
                 where entity || 's' = '{table}' and \"row\" is not null",
                told(start),
                told(end)
            ));
        }
    }

    /// What became of a place that was given back: headquarters gives it on in its own time, or the
    /// desk by hand.
    #[track_caller]
    pub(crate) fn gives_on(&self, class: &str, given_back: &Value) -> Value {
        assert_eq!(given_back["promoted"], Value::Null, "not this desk's to do");
        let promoted = self.done(&["class", "promote", class], &[]);
        json!({ "skipped": promoted["skipped"], "promoted": promoted })
    }

    /// Whether what is due has come of itself by the next line: headquarters takes its minute.
    pub(crate) fn keeps_house(&self) -> bool {
        false
    }

    /// From now on it works without a line.
    pub(crate) fn is_cut_off(&self) {
        self.cli.ok(&["offline", "on"]);
        self.cut_off.set(true);
    }

    /// It goes well, here and at headquarters.
    #[track_caller]
    pub(crate) fn done(&self, args: &[&str], more: &[&str]) -> Value {
        let answer = self.cli.ok(&[args, more].concat());
        if args.first() == Some(&"init") {
            let (database, hq) = club::headquarters("domain");
            club::join_empty_org(&self.cli, &hq, &hq.url());
            assert!(self.headquarters.set((database, hq)).is_ok(), "a desk is made once");
        }
        if !self.cut_off.get() {
            self.sync(args);
        }
        answer
    }

    /// A rule says no.
    #[track_caller]
    pub(crate) fn refused(&self, args: &[&str]) -> Value {
        self.ends(args, 3).json["refusal"].clone()
    }

    /// It ends with an error and this exit code.
    #[track_caller]
    pub(crate) fn stopped(&self, args: &[&str], code: i32) -> Value {
        let error = self.ends(args, code).json["error"].clone();
        assert!(error["message"].is_string(), "{args:?}: {error}");
        error
    }

    #[track_caller]
    fn ends(&self, args: &[&str], code: i32) -> Output {
        let output = self.cli.run(args);
        assert_eq!(output.code, code, "{args:?}: {}{}", output.stdout, output.stderr);
        output
    }

    #[track_caller]
    fn sync(&self, args: &[&str]) {
        let synced = self.cli.ok(&["sync"]);
        assert_eq!(synced["refused"], 0, "headquarters refused {args:?}: {synced}");
        assert_eq!(self.cli.ok(&["status"])["waiting"], 0, "{args:?}");
    }
}

/// Whatever the story was: it is the same everywhere.
impl Drop for Desk {
    fn drop(&mut self) {
        let Some((database, hq)) = self.headquarters.get() else { return };
        if std::thread::panicking() {
            return;
        }
        if self.cut_off.get() {
            self.cli.ok(&["offline", "off"]);
            self.sync(&["offline", "off"]);
        }
        let other = club::second_desk(hq, &hq.url(), "Hall");
        club::assert_same(database, &[&self.cli, &other]);
    }
}
