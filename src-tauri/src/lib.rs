//! The desktop shell: one window on one replica.
//!
//! The window asks through thin [`commands`]; each is one question to, or one submission into, the
//! replica. What goes to the window and comes back is shaped in [`view`]; everything that can go
//! wrong becomes a [`problem`]. [`background`] syncs on its own thread and connection, so that
//! nothing a person does ever waits for a network.
//!
//! There is no rule here (`holdfast-domain` has them) and no SQL (`holdfast-replica` has it).

mod arguments;
mod background;
mod commands;
mod desk;
mod problem;
mod view;

use arguments::Arguments;
use clap::Parser;
use desk::{Desk, InstanceLock};
use std::process::ExitCode;
use std::sync::Arc;
use tauri::{AppHandle, Manager, RunEvent, WebviewUrl, WebviewWindowBuilder};
use tauri_specta::{ErrorHandlingMode, collect_events};

/// Opens the window and runs until it is closed.
///
/// # Panics
/// Where the system has no web view to show a window with.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let dir = arguments.replica_dir();
    // Held until the process ends.
    let _lock = match InstanceLock::take(&dir) {
        Ok(lock) => lock,
        Err(message) => {
            eprintln!("holdfast-desk: {message}");
            return ExitCode::from(2);
        }
    };
    commands::remove_left_behind(&dir);
    let bindings = bindings();
    let app = tauri::Builder::default()
        .invoke_handler(bindings.invoke_handler())
        .setup(move |app| {
            bindings.mount_events(app);
            let (desk, orders) = Desk::new(app.handle().clone(), dir, arguments.sample);
            let desk = Arc::new(desk);
            app.manage(Arc::clone(&desk));
            app.handle().set_theme(arguments.theme.and_then(arguments::Theme::native));
            open_window(app.handle())?;
            app.manage(background::start(desk, orders)?);
            Ok(())
        })
        .build(tauri::generate_context!())
        .expect("this system can show a window");
    let code = app.run_return(|app, event| {
        if let RunEvent::Exit = event {
            app.state::<background::Thread>().stop();
        }
    });
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// The window opens before the replica does: what there is to see arrives with the first answers.
fn open_window(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, "desk", WebviewUrl::default())
        .title("Holdfast")
        .inner_size(1440.0, 900.0)
        .min_inner_size(900.0, 600.0)
        .build()?;
    Ok(())
}

/// Everything that the window can call and hear.
fn bindings() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::new()
        .error_handling(ErrorHandlingMode::Throw)
        .disable_serde_phases()
        .commands(commands::all())
        .events(collect_events![view::ReplicaChanged, view::SyncChanged, view::ImportProgressed])
}

#[cfg(test)]
mod tests {
    use super::*;
    use specta_typescript::Typescript;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn generated() -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("bindings.ts");
        let header = "/* eslint-disable */\n";
        bindings().export(Typescript::default().header(header), &path).unwrap();
        std::fs::read_to_string(path).unwrap()
    }

    /// `HOLDFAST_WRITE_BINDINGS=1 cargo test -p holdfast-desk` writes them.
    #[test]
    fn bindings_are_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/bindings.ts");
        let generated = generated();
        if std::env::var_os("HOLDFAST_WRITE_BINDINGS").is_some_and(|value| value == "1") {
            std::fs::write(&path, &generated).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(
            committed == generated,
            "{} is not what the commands say; run this test with HOLDFAST_WRITE_BINDINGS=1",
            path.display()
        );
    }

    #[test]
    fn the_window_may_call_exactly_our_commands() {
        let generated = generated();
        let called: BTreeSet<&str> = generated
            .split("__TAURI_INVOKE<")
            .filter_map(|call| call.split_once(">(\"")?.1.split('"').next())
            .collect();
        let permission = include_str!("../permissions/desk.toml");
        let (_, allowed) = permission.split_once("commands.allow").unwrap();
        let allowed: BTreeSet<&str> = allowed.split('"').skip(1).step_by(2).collect();
        assert_eq!(called, allowed);
        assert!(called.len() > 15);
    }
}
