//! System packages: which ones a command needs and why, and how to get the missing ones.
//!
//! On Debian and its children they are installed, as root only if something is missing. On other
//! systems the missing ones are named and the command stops: guessing another distribution's
//! package names would be wrong too often. Postgres is wanted for its programs alone; no server
//! set up by hand, nor the one that Debian's package may set up, is ever used.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::step::exec;

/// What a command needs the packages for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Build,
    /// A window on a machine without a display, and pictures of it.
    Headless,
    /// Driving the real window, and a Postgres for the stories.
    Stories,
}

struct Package {
    need: Need,
    name: &'static str,
    why: &'static str,
    found: Found,
}

/// How to tell that a package is there where dpkg cannot be asked.
enum Found {
    Program(&'static str),
    PkgConfig(&'static str),
    /// Not worth stopping for.
    Assumed,
    /// Asked like this on Debian too: any version will do.
    PostgresServer,
}

const POSTGRES: &str = "postgresql-15";
const PACKAGES: [Package; 11] = [
    package(Need::Build, "build-essential", "compiler and linker", Found::Program("cc")),
    package(Need::Build, "pkg-config", "finds the libraries", Found::Program("pkg-config")),
    package(Need::Build, "libssl-dev", "TLS for the build tools", Found::PkgConfig("openssl")),
    package(
        Need::Build,
        "libwebkit2gtk-4.1-dev",
        "the web view in the desk's window",
        Found::PkgConfig("webkit2gtk-4.1"),
    ),
    package(Need::Headless, "xvfb", "a display in memory", Found::Program("Xvfb")),
    package(Need::Headless, "xauth", "access to that display", Found::Program("xauth")),
    package(Need::Headless, "fonts-dejavu-core", "letters in that window", Found::Assumed),
    package(Need::Headless, "imagemagick", "takes the screenshot", Found::Program("import")),
    package(
        Need::Stories,
        "webkit2gtk-driver",
        "clicks and types in the real window",
        Found::Program("WebKitWebDriver"),
    ),
    package(
        Need::Stories,
        "util-linux",
        "runs Postgres as somebody else than root",
        Found::Program("setpriv"),
    ),
    package(
        Need::Stories,
        POSTGRES,
        "throwaway servers for headquarters (its programs; no running server is used)",
        Found::PostgresServer,
    ),
];

const fn package(need: Need, name: &'static str, why: &'static str, found: Found) -> Package {
    Package { need, name, why, found }
}

/// Makes sure that the packages for these needs are there.
pub(crate) fn ensure(needs: &[Need]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return elsewhere(needs);
    }
    let debian = Path::new("/etc/debian_version").exists() && on_path("apt-get").is_some();
    let wanted = PACKAGES.iter().filter(|p| needs.contains(&p.need));
    let missing: Vec<&Package> = if debian {
        let installed = installed_by_dpkg()?;
        wanted.filter(|p| !present_on_debian(p, &installed)).collect()
    } else {
        wanted.filter(|p| !present(&p.found)).collect()
    };
    if missing.is_empty() {
        println!("all system packages are there");
        return Ok(());
    }
    for package in &missing {
        println!("missing: {:<22} {}", package.name, package.why);
    }
    if debian {
        install(&missing)
    } else {
        bail!("install what your system calls these, then try again")
    }
}

fn elsewhere(needs: &[Need]) -> Result<()> {
    let os = std::env::consts::OS;
    if needs.contains(&Need::Stories) && on_path("initdb").is_none() {
        bail!("on {os}, install PostgreSQL 15 or newer with its programs (initdb, pg_ctl) in PATH");
    }
    println!("{os} brings its own web view: nothing to install");
    Ok(())
}

fn installed_by_dpkg() -> Result<Vec<String>> {
    let names = PACKAGES.iter().map(|p| p.name);
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\n"])
        .args(names)
        .stderr(Stdio::null())
        .output()
        .context("dpkg-query")?;
    // It fails when one name is unknown, and still lists the others.
    let list = String::from_utf8_lossy(&output.stdout);
    Ok(list.lines().filter_map(|l| l.strip_suffix(" installed")).map(str::to_owned).collect())
}

fn present_on_debian(package: &Package, installed: &[String]) -> bool {
    match package.found {
        Found::PostgresServer => present(&package.found),
        _ => installed.iter().any(|name| name == package.name),
    }
}

fn present(found: &Found) -> bool {
    match found {
        Found::Assumed => true,
        Found::Program(name) => on_path(name).is_some(),
        Found::PkgConfig(name) => {
            let asked = Command::new("pkg-config").args(["--exists", name]).status();
            asked.is_ok_and(|status| status.success())
        }
        Found::PostgresServer => {
            let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
            let mut debian = debian.map(|version| version.path().join("bin/initdb"));
            on_path("initdb").is_some() || debian.any(|initdb| initdb.is_file())
        }
    }
}

fn install(missing: &[&Package]) -> Result<()> {
    exec(&mut apt_get(&["update", "-q"])?)?;
    let mut names: Vec<&str> = missing.iter().map(|p| p.name).collect();
    for name in &mut names {
        // Releases other than Debian 12 carry another version; the plain name means the newest.
        if *name == POSTGRES && !offered(POSTGRES) {
            *name = "postgresql";
        }
    }
    let args = ["install", "-q", "-y", "--no-install-recommends"];
    exec(&mut apt_get(&[&args[..], &names].concat())?)
}

fn offered(package: &str) -> bool {
    let policy = Command::new("apt-cache").args(["show", package]).stderr(Stdio::null()).output();
    policy.is_ok_and(|output| output.status.success() && !output.stdout.is_empty())
}

fn apt_get(args: &[&str]) -> Result<Command> {
    let quiet = "DEBIAN_FRONTEND=noninteractive";
    let mut command = if is_root()? {
        Command::new("env")
    } else if on_path("sudo").is_some() {
        println!("root is needed to install them");
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    } else {
        bail!("run as root: apt-get {}", args.join(" "));
    };
    command.args([quiet, "apt-get"]).args(args);
    Ok(command)
}

fn is_root() -> Result<bool> {
    let output = Command::new("id").arg("-u").output().context("id -u")?;
    Ok(output.stdout.trim_ascii() == b"0")
}

pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|p| p.is_file())
}

/// Whether a window could be opened for a person to see.
pub(crate) fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
