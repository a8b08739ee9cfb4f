//! What an organisation or a venue may not see, it does not get; and the guards hold by themselves.

use crate::club::two_desks;
use crate::device::{Device, resource_id};
use holdfast_domain::Command;
use holdfast_protocol::{Outcome, Scope};
use holdfast_tests::desk::Cli;

#[tokio::test(flavor = "multi_thread")]
async fn no_organisation_sees_another() {
    let (database, hq, _a, _b) = two_desks("orgs");
    let other = Cli::new();
    other.ok(&["init", "--org", "Rival", "--venue", "Hill", "--timezone", "Europe/London"]);
    other.ok(&["resource", "add", "--name", "Secret Court", "--kind", "court", "--venue", "Hill"]);
    hq.create_org("Rival");
    let code = hq.pair("Rival", None);
    other.ok(&["enrol", "--hq", &hq.url(), "--code", &code]);

    let mut rival = Device::enrol(&hq, "Rival", "Hill").await;
    let everything = rival.push(vec![]).await.unwrap();
    let text = serde_json::to_string(&everything.changes).unwrap();
    assert!(
        text.contains("Secret Court") && !text.contains("Riverside") && !text.contains("Tracy")
    );
    // Naming another organisation's row comes to nothing.
    let theirs = resource_id(&database, "Court 1");
    let book = Command::Book(rival.book(theirs, 3, 600, 60));
    let operation = rival.operation(&book);
    let reply = rival.push(vec![operation]).await.unwrap();
    assert!(
        matches!(&reply.verdicts[0].outcome, Outcome::Refused { refusal, .. } if refusal.code == "not_found"),
        "{:?}",
        reply.verdicts
    );
    // Asking for another organisation's scopes comes to nothing, either.
    let riverside = database.run("select id from venues where name = 'Riverside'");
    rival.cursors.insert(Scope::Desk(riverside.parse().unwrap()), 0);
    let reply = rival.push(vec![]).await.unwrap();
    assert!(!reply.cursors.keys().any(|scope| scope.to_string().contains(&riverside)));
}

#[test]
fn a_desk_works_as_the_person_that_it_is_paired_for_and_as_far_as_their_role_goes() {
    let (_database, hq, a, _b) = two_desks("roles");
    a.ok(&["staff", "add", "--name", "Ben", "--role", "front_desk"]);
    a.ok(&["sync"]);
    let code = hq.admin(&["pair", "--org", "Club", "--venue", "Riverside", "--staff", "Ben"]);
    let bens = Cli::new();
    bens.ok(&["enrol", "--hq", &hq.url(), "--code", code["code"].as_str().unwrap()]);
    assert_eq!(bens.ok(&["status"])["staff"]["name"], "Ben");
    let start = crate::club::on_day(3, "10:00");
    let id = crate::club::book(&bens, "Court 1", &start, "Tracy Smith");
    assert_eq!(bens.ok(&["sync"])["refused"], 0);
    let shown = bens.ok(&["show", &id]).to_string();
    assert!(shown.contains(bens.ok(&["status"])["staff"]["id"].as_str().unwrap()), "{shown}");
    let refused = bens.run(&["staff", "add", "--name", "Eve", "--role", "owner"]);
    assert_eq!(refused.json["refusal"]["code"], "role_not_allowed", "{}", refused.stdout);
    let refused = a.run(&["staff", "edit", "Owner", "--inactive"]);
    assert!([2, 3].contains(&refused.code), "{}", refused.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn row_security_holds_whatever_the_program_asks() {
    let (database, _hq, _a, _b) = two_desks("rls");
    let as_pull = |org: &str, scopes: &str| {
        format!(
            "begin; set local role holdfast_pull;
             select set_config('holdfast.org', '{org}', true);
             select set_config('holdfast.scopes', '{scopes}', true);"
        )
    };
    let org = database.run("select org_id from orgs");
    let count = |setup: String, query: &str| {
        let output = database.run(&format!("{setup} {query}; commit"));
        let numbers: Vec<&str> =
            output.lines().filter(|line| line.parse::<u64>().is_ok()).collect();
        numbers.last().map(|n| n.parse::<u64>().unwrap())
    };
    let all = "select count(*) from feed";
    assert!(count(as_pull(&org, "{org}"), all).unwrap() > 0);
    assert_eq!(count(as_pull(&org, "{}"), all), Some(0), "no scope, no row");
    let nobody = "00000000-0000-0000-0000-000000000000";
    assert_eq!(count(as_pull(nobody, "{org,people}"), all), Some(0), "another org, no row");
    let people = "select count(*) from feed where scope = 'people'";
    assert_eq!(count(as_pull(&org, "{org}"), people), Some(0));
    let push = format!(
        "begin; set local role holdfast_push; select set_config('holdfast.org', '{nobody}', true);"
    );
    assert_eq!(count(push, "select count(*) from resources"), Some(0));
}

#[test]
fn the_database_refuses_what_no_program_should_ask() {
    let (database, _hq, _a, _b) = two_desks("guards");
    let refuses = |sql: &str, state: &str| {
        let script = format!(
            "do $$ begin {sql}; raise exception 'let through'; exception when sqlstate '{state}'
             then null; end $$"
        );
        database.run(&script);
    };
    let claim = |org: &str, resource: &str, from: &str, to: &str, active: &str| {
        format!(
            "insert into claims (org_id, id, resource_id, starts_at, ends_at, active)
             select {org}, gen_random_uuid(), {resource}, '{from}', '{to}', {active}
             from resources r where r.name = 'Court 1'"
        )
    };
    let (org, court) = ("r.org_id", "r.id");
    database.run(&claim(org, court, "2030-01-01 10:00Z", "2030-01-01 11:00Z", "true"));
    for (from, to) in [
        ("2030-01-01 10:30Z", "2030-01-01 11:30Z"),
        ("2030-01-01 09:00Z", "2030-01-01 12:00Z"),
        ("2030-01-01 10:15Z", "2030-01-01 10:20Z"),
    ] {
        refuses(&claim(org, court, from, to, "true"), "23P01");
    }
    database.run(&claim(org, court, "2030-01-01 10:30Z", "2030-01-01 11:30Z", "false"));
    database.run(&claim(org, court, "2030-01-01 11:00Z", "2030-01-01 12:00Z", "true"));
    refuses(&claim(org, court, "2030-01-01 15:00Z", "2030-01-01 15:00Z", "true"), "23514");
    refuses(&claim(org, "null", "2030-01-01 15:00Z", "2030-01-01 16:00Z", "true"), "23502");
    // A parent of another organisation is no parent.
    refuses(
        &claim("gen_random_uuid()", court, "2030-01-01 15:00Z", "2030-01-01 16:00Z", "true"),
        "23503",
    );
    // History is not deleted with what it is about.
    refuses("delete from devices", "23503");
    // Every key begins with the organisation.
    let without = database.run(
        "select conrelid::regclass || '.' || conname from pg_constraint c
         where contype in ('p', 'u', 'x', 'f') and connamespace = 'public'::regnamespace
           and conrelid::regclass::text <> 'refinery_schema_history'
           and not exists (select 1 from pg_attribute a
               where a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname = 'org_id')",
    );
    let allowed = ["orgs", "incarnation", "installation"];
    let offenders: Vec<&str> = without
        .lines()
        .filter(|line| !allowed.iter().any(|table| line.starts_with(table)))
        .collect();
    assert!(offenders.is_empty(), "{offenders:?}");
}
