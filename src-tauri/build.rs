//! Embeds the window's configuration and capabilities.

fn main() {
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*");
    tauri_build::try_build(attributes).expect("the desktop shell's configuration is valid");
}
