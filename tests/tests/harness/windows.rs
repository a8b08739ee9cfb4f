use holdfast_tests::display::Display;
use holdfast_tests::parts::{free_port, tool};
use std::collections::BTreeSet;
use std::sync::Barrier;

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
fn displays_and_ports_that_are_asked_for_at_once_are_all_different() {
    let names = at_once(|| {
        let display = Display::start();
        let name = display.name().to_owned();
        (name, display)
    });
    assert_eq!(different(names.iter().map(|(name, _)| name)), names.len());
    let ports = at_once(|| (0..100).map(|_| free_port()).collect::<Vec<_>>());
    assert_eq!(different(ports.iter().flatten()), 800);
}

/// What eight threads get that ask at the same moment.
fn at_once<T: Send>(ask: impl Fn() -> T + Sync) -> Vec<T> {
    let (gate, ask) = (&Barrier::new(8), &ask);
    std::thread::scope(|scope| {
        let asked = (0..8).map(|_| {
            scope.spawn(move || {
                gate.wait();
                ask()
            })
        });
        let asked: Vec<_> = asked.collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn different<T: Ord>(all: impl Iterator<Item = T>) -> usize {
    all.collect::<BTreeSet<_>>().len()
}

#[test]
fn the_drivers_of_the_window_are_installed() {
    for name in ["tauri-driver", "WebKitWebDriver", "Xvfb", "import"] {
        assert!(tool(name).is_file());
    }
}
