//! Who may import whom. Every crate of ours is listed with the crates of ours that it may know;
//! development dependencies count too. Replica and headquarters meet in `tests` and `benches`
//! only: what one of them needs from the other is a word of `protocol` or a rule of `domain`.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::step::cargo;

const DOMAIN: &str = "holdfast-domain";
const CALENDAR: &str = "holdfast-calendar";
const PROTOCOL: &str = "holdfast-protocol";
const REPLICA: &str = "holdfast-replica";
const HEADQUARTERS: &str = "holdfast-headquarters";
const TESTS: &str = "holdfast-tests";

const MAY_KNOW: [(&str, &[&str]); 10] = [
    (DOMAIN, &[]),
    (CALENDAR, &[DOMAIN]),
    (PROTOCOL, &[DOMAIN]),
    (REPLICA, &[DOMAIN, CALENDAR, PROTOCOL]),
    (HEADQUARTERS, &[DOMAIN, PROTOCOL]),
    ("holdfast-cli", &[DOMAIN, PROTOCOL, REPLICA]),
    ("holdfast-desk", &[DOMAIN, PROTOCOL, REPLICA]),
    ("xtask", &[]),
    (TESTS, &[DOMAIN, PROTOCOL, REPLICA, HEADQUARTERS]),
    ("holdfast-benches", &[DOMAIN, PROTOCOL, REPLICA, HEADQUARTERS, TESTS]),
];

pub(super) fn problems() -> Result<Vec<String>> {
    let imports = packages()?.iter().map(imports).collect::<Result<Vec<_>>>()?;
    Ok(broken(&imports))
}

/// The workspace's packages as `cargo metadata` describes them.
pub(super) fn packages() -> Result<Vec<Value>> {
    let output = cargo().args(["metadata", "--no-deps", "--format-version", "1"]).output()?;
    let mut metadata: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let Value::Array(packages) = metadata["packages"].take() else { return Ok(Vec::new()) };
    Ok(packages)
}

fn imports(package: &Value) -> Result<(String, Vec<String>)> {
    let name = package["name"].as_str().context("a package without a name")?.to_owned();
    let all = package["dependencies"].as_array().into_iter().flatten();
    Ok((name, all.filter_map(|d| d["name"].as_str()).map(str::to_owned).collect()))
}

fn broken(imports: &[(String, Vec<String>)]) -> Vec<String> {
    let ours = |name: &str| imports.iter().any(|(package, _)| package == name);
    let mut problems = Vec::new();
    for (package, dependencies) in imports {
        let Some((_, may)) = MAY_KNOW.iter().find(|(name, _)| name == package) else {
            problems.push(format!("{package} has no place in xtask/src/lint/layering.rs"));
            continue;
        };
        let strangers = dependencies.iter().filter(|d| ours(d) && !may.contains(&d.as_str()));
        problems.extend(strangers.map(|d| format!("{package} may not know {d}")));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, imports: &[&str]) -> (String, Vec<String>) {
        (name.to_owned(), imports.iter().map(|&i| i.to_owned()).collect())
    }

    #[test]
    fn a_replica_that_knows_headquarters_is_refused() {
        let packages = [
            package(REPLICA, &["serde", DOMAIN, HEADQUARTERS]),
            package(HEADQUARTERS, &[]),
            package(DOMAIN, &[]),
        ];
        assert_eq!(broken(&packages), ["holdfast-replica may not know holdfast-headquarters"]);
    }

    #[test]
    fn a_new_crate_must_say_where_it_stands() {
        assert_eq!(broken(&[package("holdfast-new", &[])]).len(), 1);
    }
}
