//! Personal data, as scripts meet it.

use crate::desk::Desk;
use std::path::Path;

#[test]
fn an_archive_is_kept_by_the_replica_and_its_copy_by_whoever_asked() {
    let desk = Desk::with_a_court();
    let answer = desk.done(&["privacy", "export", "Tracy Smith"], &[]);
    assert_eq!((&answer["changed"], &answer["copy"]), (&true.into(), &serde_json::Value::Null));
    let kept = answer["archive"]["path"].as_str().unwrap();
    assert!(Path::new(kept).is_file());
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("hers.zip");
    let copy = copy.to_str().unwrap();
    let answer = desk.done(&["privacy", "export", "Tracy Smith", "--out", copy], &[]);
    let second = answer["archive"]["path"].as_str().unwrap();
    assert_eq!(std::fs::read(copy).unwrap(), std::fs::read(second).unwrap());
    let again = desk.stopped(&["privacy", "export", "Tracy Smith", "--out", copy], 2);
    assert_eq!(again["details"]["field"], "out", "what is there is left alone");
    let doctor = desk.done(&["doctor"], &[]);
    assert_eq!(doctor["archives"].as_array().unwrap().len(), 2);

    desk.done(&["privacy", "erase", "Tracy Smith", "--reason", "asked", "--yes"], &[]);
    assert!(!Path::new(kept).exists() && !Path::new(second).exists());
    assert!(Path::new(copy).exists(), "a copy is the person's own to delete");
    assert_eq!(desk.done(&["doctor"], &[])["archives"], serde_json::json!([]));
}
