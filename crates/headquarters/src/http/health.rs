//! `GET /healthz`: whether headquarters can do its work, for whoever watches it.

use super::{App, Refused};
use axum::Json;
use axum::extract::State;
use holdfast_protocol::PROTOCOL;
use serde_json::{Value, json};

pub(super) async fn health(State(app): State<App>) -> Result<Json<Value>, Refused> {
    let session = app.db.session().await?;
    let alive = session.client.simple_query("select 1").await.map_err(crate::Failure::from);
    alive.inspect_err(|failure| app.notice(failure))?;
    Ok(Json(json!({
        "status": "ok",
        "protocol": PROTOCOL,
        "version": env!("CARGO_PKG_VERSION"),
    })))
}
