//! The id of a device is no secret, and a pairing code does not open the device that has it.

use crate::club::{book, headquarters, join_empty_org, on_day, second_desk, small_club};
use crate::device::Device;
use holdfast_domain::DeviceId;
use holdfast_protocol::{EnrolReply, EnrolRequest, PROTOCOL, Problem, ProblemCode, Resuming, body};
use holdfast_tests::desk::Cli;
use holdfast_tests::hq::Headquarters;
use holdfast_tests::postgres::Database;
use std::path::PathBuf;

/// What a device sends to join by a code.
fn joining(code: String, device: DeviceId) -> EnrolRequest {
    let device_name = "Pretender".into();
    EnrolRequest { protocol: PROTOCOL, code, device, device_name, bringing: None, resuming: None }
}

async fn ask(hq: &Headquarters, request: &EnrolRequest) -> Result<EnrolReply, Problem> {
    let response = reqwest::Client::new()
        .post(format!("{}/v1/enrol", hq.url()))
        .header("content-encoding", body::ENCODING)
        .body(body::encode(request).unwrap())
        .send()
        .await
        .unwrap();
    let joined = response.status() == 200;
    let bytes = response.bytes().await.unwrap();
    if joined {
        return Ok(body::decode(&bytes, 1_000_000).unwrap());
    }
    Err(serde_json::from_slice(&bytes).unwrap())
}

/// All that headquarters knows of a device, but for when it was last heard of.
fn known(database: &Database, device: DeviceId) -> String {
    database.run(&format!(
        "select name, staff_id, venue_id, laptop, history_seq, revoked_at, token_hash, last_seq
         from devices where device_id = '{device}'"
    ))
}

fn id_of(desk: &Cli) -> DeviceId {
    desk.ok(&["status"])["device_id"].as_str().unwrap().parse().unwrap()
}

fn founded(name: &str) -> (Database, Headquarters, Cli) {
    let (database, hq) = headquarters(name);
    let desk = small_club();
    join_empty_org(&desk, &hq, &hq.url());
    (database, hq, desk)
}

/// A replica of its own that holds what another one holds at this moment.
fn copy_of(desk: &Cli) -> (Cli, PathBuf) {
    let directory = std::env::temp_dir().join(format!("holdfast-copy-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&directory).unwrap();
    for file in std::fs::read_dir(desk.replica()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), directory.join(file.file_name())).unwrap();
    }
    (Cli::at(&directory), directory)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_code_does_not_become_the_desk_that_founded_the_club() {
    let (database, hq, founder) = founded("takeover");
    let other = Device::enrol(&hq, "Club", "Riverside").await;
    other.push(vec![]).await.unwrap();
    for victim in [id_of(&founder), other.id] {
        let before = known(&database, victim);
        let code = hq.pair("Club", Some("Riverside"));
        let refused = ask(&hq, &joining(code.clone(), victim)).await.unwrap_err();
        assert_eq!(refused.code, ProblemCode::CodeForOther, "{refused}");
        // Saying that one was it, without its token, does not help.
        let resuming = Resuming {
            device: victim,
            token: String::new(),
            waiting_of: None,
            last_seq: 0,
            chain_head: holdfast_protocol::Digest::start(),
        };
        let again = EnrolRequest { resuming: Some(resuming), ..joining(code.clone(), victim) };
        assert_eq!(ask(&hq, &again).await.unwrap_err().code, ProblemCode::CodeForOther);
        assert_eq!(known(&database, victim), before);
        // The code is as good as it was, for what it is for.
        let own = DeviceId(uuid::Uuid::now_v7());
        let joined = ask(&hq, &joining(code, own)).await.unwrap();
        assert!(joined.venue_id.is_some(), "a desk of a venue, and no founder");
    }
    book(&founder, "Court 1", &on_day(3, "10:00"), "Tracy Smith");
    assert_eq!(founder.ok(&["sync"])["accepted"], 1, "nobody locked it out");
    other.push(vec![]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_overheard_does_not_open_the_desk_that_used_it() {
    let (database, hq, _founder) = founded("overheard");
    let code = hq.pair("Club", Some("Riverside"));
    let desk = Cli::new();
    desk.ok(&["enrol", "--hq", &hq.url(), "--code", &code]);
    let id = id_of(&desk);
    let before = known(&database, id);
    assert!(ask(&hq, &joining(code, id)).await.is_err());
    assert_eq!(known(&database, id), before);
    desk.ok(&["sync"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_whose_token_never_arrived_gets_another_with_the_code_or_a_new_one() {
    let (_database, hq, _founder) = founded("lost_reply");
    let code = hq.pair("Club", Some("Riverside"));
    let device = DeviceId(uuid::Uuid::now_v7());
    let lost = ask(&hq, &joining(code.clone(), device)).await.unwrap();
    let again = ask(&hq, &joining(code, device)).await.unwrap();
    assert_ne!(lost.token, again.token);
    let new_code = hq.pair("Club", Some("Riverside"));
    assert!(ask(&hq, &joining(new_code, device)).await.is_ok(), "the first one expired");
}

#[test]
fn a_copy_of_a_desk_that_was_about_to_join_joins_as_a_device_of_its_own() {
    let (_database, hq, _founder) = founded("copied_before");
    let first = Cli::new();
    let wrong = first.run(&["enrol", "--hq", &hq.url(), "--code", "AAAA-AAAA"]);
    assert_ne!(wrong.code, 0, "it has an id now, and no headquarters");
    let (second, directory) = copy_of(&first);
    for desk in [&first, &second] {
        let code = hq.pair("Club", Some("Riverside"));
        desk.ok(&["enrol", "--hq", &hq.url(), "--code", &code]);
    }
    first.ok(&["sync"]);
    assert_ne!(id_of(&first), id_of(&second));
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn an_older_state_of_the_founder_is_told_what_to_do_and_changes_nothing() {
    let (database, hq) = headquarters("older_founder");
    let founder = small_club();
    let (older, directory) = copy_of(&founder);
    join_empty_org(&founder, &hq, &hq.url());
    let _second = second_desk(&hq, &hq.url(), "Riverside");
    let before = known(&database, id_of(&founder));
    let code = hq.pair("Club", Some("Riverside"));
    let refused = older.run(&["enrol", "--hq", &hq.url(), "--code", &code]);
    assert_eq!(refused.json["error"]["code"], "code_for_other", "{}", refused.stdout);
    assert!(refused.stdout.contains("join with an empty replica"), "{}", refused.stdout);
    assert_eq!(known(&database, id_of(&founder)), before);
    founder.ok(&["sync"]);
    std::fs::remove_dir_all(directory).unwrap();
}
