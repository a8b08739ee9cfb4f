//! Throwaway Postgres clusters: made with `initdb` in a temporary directory, reachable through a
//! unix socket in it, and gone with the test process. A database per test keeps stories apart.
//!
//! fsync is off unless asked for: a story about power loss needs [`Cluster::durable`], the rest
//! need speed. As root the server runs as another user, because Postgres refuses to be root.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tempfile::TempDir;

use crate::owned::Watchdog;
use crate::parts::program;

const TEMPLATE: &str = "holdfast_migrated";
/// A socket's path must fit in 108 bytes, so a long TMPDIR is not for us.
const LONGEST_TEMP: usize = 60;
/// Ends the server, then removes what it left. `$1` is the directory, the rest runs pg_ctl.
const CLEAN_UP: &str = r#"d=$1; shift; "$@" -D "$d/data" -m immediate -w stop; rm -rf "$d""#;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Durability {
    Off,
    On,
}

/// A Postgres of our own.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    tools: PathBuf,
    run_as: Vec<String>,
    databases: AtomicU32,
    migrated: Mutex<bool>,
    _watchdog: Watchdog,
}

/// One empty database, for one test: it goes with the last that knows of it, so that the disk never
/// has to hold those of all tests.
#[derive(Clone, Debug)]
pub struct Database {
    pub name: String,
    /// Understood by tokio-postgres and by every program of ours.
    pub url: String,
    program: PathBuf,
    _made: Option<Arc<Made>>,
}

/// A database that was made, and is dropped.
#[derive(Debug)]
struct Made {
    name: String,
    server: Database,
}

impl Drop for Made {
    fn drop(&mut self) {
        let sql = format!("drop database if exists \"{}\" with (force)", self.name);
        // A server that was stopped takes its databases along when its cluster is removed.
        let _ = self.server.psql(&sql);
    }
}

impl Cluster {
    /// The one cluster of this test process. Never stop it: other tests are using it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(Self::private)
    }

    /// A cluster for one test alone, which may stop, start and crash it.
    pub fn private() -> Self {
        Self::create(Durability::Off)
    }

    /// As private, but with fsync on, as in production: for `doctor`, for crashes, for benches.
    pub fn durable() -> Self {
        Self::create(Durability::On)
    }

    fn create(durability: Durability) -> Self {
        let tools = tools();
        let directory = temporary_directory();
        let run_as = run_as(&directory);
        let cluster = Self {
            _watchdog: watch(&directory, &run_as, &tools),
            directory,
            tools,
            run_as,
            databases: AtomicU32::new(0),
            migrated: Mutex::new(false),
        };
        let data = cluster.data();
        cluster.tool(
            "initdb",
            &[
                "-D",
                &data,
                "-A",
                "trust",
                "-U",
                "postgres",
                "--no-sync",
                "--no-locale",
                "-E",
                "UTF8",
            ],
        );
        cluster.configure(durability);
        cluster.start();
        cluster
    }

    fn configure(&self, durability: Durability) {
        let mut settings = format!(
            "unix_socket_directories = '{}'\nlisten_addresses = ''\nmax_connections = 200\n\
             timezone = 'UTC'\nlog_timezone = 'UTC'\n",
            self.directory.display()
        );
        if durability == Durability::Off {
            // Nothing is recovered from the log, so little of it is kept.
            settings += "fsync = off\nfull_page_writes = off\n\
                         min_wal_size = 32MB\nmax_wal_size = 64MB\n";
        }
        OpenOptions::new()
            .append(true)
            .open(self.directory.join("data/postgresql.conf"))
            .and_then(|mut file| file.write_all(settings.as_bytes()))
            .expect("initdb wrote postgresql.conf");
    }

    /// A fresh, empty database; `name` only makes it easy to recognise.
    pub fn database(&self, name: &str) -> Database {
        self.create_database(name, "template1")
    }

    /// A fresh database with headquarters' schema, copied from one that was migrated once.
    pub fn migrated(&self, name: &str) -> Database {
        let mut migrated = self.migrated.lock().unwrap_or_else(PoisonError::into_inner);
        if !*migrated {
            self.server().run(&format!("create database {TEMPLATE}"));
            let url = &self.named(TEMPLATE).url;
            let done = Command::new(program("holdfast-hq"))
                .args(["--database-url", url, "migrate"])
                .output();
            let done = done.expect("holdfast-hq starts");
            assert!(done.status.success(), "migrate: {}", String::from_utf8_lossy(&done.stderr));
            *migrated = true;
        }
        drop(migrated);
        self.create_database(name, TEMPLATE)
    }

    /// A copy of a database to which nobody is connected.
    pub fn backup(&self, database: &Database) -> Database {
        self.create_database("backup", &database.name)
    }

    /// Puts a backup in the place of a database to which nobody is connected.
    pub fn restore(&self, database: &Database, backup: &Database) {
        let server = self.server();
        server.run(&format!("drop database \"{}\"", database.name));
        server.run(&format!("create database \"{}\" template {}", database.name, backup.name));
    }

    fn create_database(&self, name: &str, template: &str) -> Database {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        // Postgres cuts names at 63 bytes.
        let short: String =
            name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(48).collect();
        let database = self.named(&format!("{}_{number}", short.to_lowercase()));
        self.server().run(&format!("create database \"{}\" template {template}", database.name));
        let made = Made { name: database.name.clone(), server: self.server() };
        Database { _made: Some(Arc::new(made)), ..database }
    }

    fn server(&self) -> Database {
        self.named("postgres")
    }

    fn named(&self, name: &str) -> Database {
        let host = percent_encode(&self.directory.to_string_lossy());
        Database {
            name: name.to_owned(),
            url: format!("postgresql://postgres@{host}/{name}"),
            program: self.tools.join("psql"),
            _made: None,
        }
    }

    /// Starts the server again after [`stop`](Self::stop) or [`crash`](Self::crash).
    pub fn start(&self) {
        let log = self.directory.join("data/server.log");
        self.tool("pg_ctl", &["-D", &self.data(), "-l", &log.to_string_lossy(), "-w", "start"]);
    }

    /// An orderly stop that ends every connection.
    pub fn stop(&self) {
        self.tool("pg_ctl", &["-D", &self.data(), "-m", "fast", "-w", "stop"]);
    }

    /// A stop without a checkpoint: the next start has to recover.
    pub fn crash(&self) {
        self.tool("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-w", "stop"]);
    }

    /// What the server wrote to its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("data/server.log")).unwrap_or_default()
    }

    fn data(&self) -> String {
        self.directory.join("data").to_string_lossy().into_owned()
    }

    fn tool(&self, name: &str, args: &[&str]) {
        let line = command_line(&self.run_as, &self.tools.join(name));
        let output = Command::new(&line[0])
            .args(&line[1..])
            .args(args)
            .current_dir("/")
            .output()
            .unwrap_or_else(|e| panic!("{} does not start: {e}", line[0]));
        assert!(
            output.status.success(),
            "{name} failed:\n{}{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
            self.log()
        );
    }
}

impl Database {
    /// Runs statements with psql; the rows come back as lines, columns parted by `|`.
    #[track_caller]
    pub fn run(&self, sql: &str) -> String {
        let output = self.psql(sql).expect("psql starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}in: {sql}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    fn psql(&self, sql: &str) -> std::io::Result<Output> {
        Command::new(&self.program)
            .args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", &self.url, "-c", sql])
            .output()
    }
}

/// The newest server binaries on this machine. Debian keeps them out of PATH.
fn tools() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = installed
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions
        .pop()
        .map(|(_, bin)| bin)
        .or_else(|| {
            let path = std::env::var_os("PATH")?;
            std::env::split_paths(&path).find(|d| d.join("initdb").is_file())
        })
        .expect("no Postgres server binaries; run `cargo xtask test`, which installs them")
}

fn temporary_directory() -> PathBuf {
    let temp = std::env::temp_dir();
    let short = temp.as_os_str().len() <= LONGEST_TEMP;
    let parent = if short { temp.as_path() } else { Path::new("/tmp") };
    // Kept, because the watchdog removes it after the server has let go of it.
    tempfile::Builder::new()
        .prefix("holdfast-pg-")
        .tempdir_in(parent)
        .map(TempDir::keep)
        .expect("the temporary directory can be written to")
}

/// How to run a program as somebody who is not root; empty if we are not root ourselves.
fn run_as(directory: &Path) -> Vec<String> {
    let made_by = std::fs::metadata(directory).expect("it was just made").uid();
    if made_by != 0 {
        return Vec::new();
    }
    let (user, uid, gid) = ["postgres", "nobody"]
        .into_iter()
        .find_map(|user| Some((user, id_of(user, "-u")?, id_of(user, "-g")?)))
        .expect("as root, a user `postgres` or `nobody` is needed: Postgres refuses to be root");
    std::os::unix::fs::chown(directory, Some(uid), Some(gid))
        .expect("root may give a directory away");
    let who = [format!("--reuid={user}"), format!("--regid={gid}"), "--init-groups".to_owned()];
    std::iter::once("setpriv".to_owned()).chain(who).collect()
}

fn id_of(user: &str, which: &str) -> Option<u32> {
    let output = Command::new("id").args([which, user]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn watch(directory: &Path, run_as: &[String], tools: &Path) -> Watchdog {
    let line = command_line(run_as, &tools.join("pg_ctl"));
    let directory = directory.to_string_lossy();
    let args: Vec<&str> =
        std::iter::once(&*directory).chain(line.iter().map(String::as_str)).collect();
    Watchdog::set(CLEAN_UP, &args)
}

fn command_line(run_as: &[String], program: &Path) -> Vec<String> {
    let program = program.to_string_lossy().into_owned();
    run_as.iter().cloned().chain(std::iter::once(program)).collect()
}

fn percent_encode(path: &str) -> String {
    path.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
