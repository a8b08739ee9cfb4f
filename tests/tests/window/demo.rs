//! `cargo xtask demo`, of which the README speaks, where there is no screen.

use std::process::Command;

use holdfast_tests::parts::{program, workspace};

#[test]
fn the_demo_opens_two_desks_of_one_headquarters_and_leaves_a_picture_of_each() {
    let pictures =
        ["a", "b"].map(|desk| workspace().join(format!("target/holdfast-demo-{desk}.png")));
    for picture in &pictures {
        let _ = std::fs::remove_file(picture);
    }
    let mut demo = Command::new(program("holdfast-demo"));
    demo.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    let demo = demo.output().unwrap();
    let said = String::from_utf8_lossy(&demo.stdout);
    assert!(demo.status.success(), "{said}\n{}", String::from_utf8_lossy(&demo.stderr));
    assert!(said.contains("Headquarters: http://127.0.0.1:"), "{said}");
    for picture in &pictures {
        assert!(picture.metadata().unwrap().len() > 10_000, "{} is empty", picture.display());
    }
}
