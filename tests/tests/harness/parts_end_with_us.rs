use std::path::Path;
use std::process::Command;
use std::time::Duration;

use holdfast_tests::owned::Owned;
use holdfast_tests::postgres::Cluster;
use holdfast_tests::wait::eventually;

const CHILD: &str = "parts_end_with_us::a_cluster_is_held_until_killed";

/// The directory of a cluster's socket, from its percent-encoded URL.
fn directory(url: &str) -> String {
    let (_, host) = url.split_once('@').unwrap();
    host.split('/').next().unwrap().replace("%2F", "/")
}

#[test]
#[ignore = "the other half of the test below, in a process of its own"]
fn a_cluster_is_held_until_killed() {
    println!("\nholding {}", directory(&Cluster::private().database("held").url));
    let cluster = Cluster::private();
    println!("\nholding {}", directory(&cluster.database("held").url));
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_test_process_ended_by_sigkill_leaves_no_server_behind() {
    let us = std::env::current_exe().unwrap();
    let mut child = Command::new(us);
    child.args([CHILD, "--exact", "--ignored", "--nocapture"]);
    let mut child = Owned::spawn("the test process", &mut child);
    let dropped = child.wait_for_line("holding ", Duration::from_secs(60));
    let held = eventually("the second cluster is up", Duration::from_secs(60), || {
        let log = child.log();
        log.lines().filter_map(|l| l.strip_prefix("holding ")).nth(1).map(str::to_owned)
    });
    assert!(!Path::new(&dropped).exists(), "a dropped cluster is removed at once");
    assert!(Path::new(&held).join("data/postmaster.pid").exists());
    child.kill();
    let gone = || (!Path::new(&held).exists()).then_some(());
    eventually("the watchdog has cleaned up", Duration::from_secs(30), gone);
}

#[test]
fn grandchildren_end_with_their_group() {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "sleep 600 & echo started $!; wait"]);
    let mut shell = Owned::spawn("sh", &mut shell);
    let grandchild = shell.wait_for_line("started ", Duration::from_secs(10));
    let alive = || {
        let state = std::fs::read_to_string(format!("/proc/{grandchild}/stat")).unwrap_or_default();
        !state.is_empty() && !state.contains(") Z")
    };
    if cfg!(target_os = "linux") {
        assert!(alive());
    }
    drop(shell);
    eventually("the grandchild is gone", Duration::from_secs(10), || (!alive()).then_some(()));
}
