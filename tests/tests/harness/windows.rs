use holdfast_tests::display::Display;
use holdfast_tests::parts::tool;

#[test]
fn two_displays_live_side_by_side_and_can_be_photographed() {
    let (one, two) = (Display::start(), Display::start());
    assert_ne!(one.name(), two.name());
    let directory = tempfile::tempdir().unwrap();
    let picture = directory.path().join("screen.png");
    two.screenshot(&picture);
    let png = std::fs::read(picture).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
}

#[test]
fn the_drivers_of_the_window_are_installed() {
    for name in ["tauri-driver", "WebKitWebDriver", "Xvfb", "import"] {
        assert!(tool(name).is_file());
    }
}
