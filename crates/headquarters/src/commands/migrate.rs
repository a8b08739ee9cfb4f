//! `holdfast-hq migrate`

use super::{Context, Output};
use holdfast_headquarters::{Failure, migrations};
use serde_json::json;

pub(super) async fn run(context: &Context) -> Result<Output, Failure> {
    let applied = migrations::migrate(&context.url).await?;
    let version = migrations::newest();
    let text = if applied.is_empty() {
        format!("The schema is up to date (version {version}).")
    } else {
        format!("Applied {}. The schema is up to date (version {version}).", applied.join(", "))
    };
    Ok(Output::new(text, json!({ "applied": applied, "schema_version": version })))
}
