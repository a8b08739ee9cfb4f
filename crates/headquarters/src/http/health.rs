//! `GET /healthz`: whether headquarters can do its work, for whoever watches it.

use super::{App, Refused};
use axum::Json;
use axum::extract::State;
use holdfast_protocol::PROTOCOL;
use serde_json::{Value, json};

pub(super) async fn health(State(app): State<App>) -> Result<Json<Value>, Refused> {
    let session = app.db.session().await?;
    let answered = crate::store::session::ping(&session.client).await;
    answered.inspect_err(|failure| app.notice(failure))?;
    Ok(Json(json!({
        "status": "ok",
        "protocol": PROTOCOL,
        "version": env!("CARGO_PKG_VERSION"),
    })))
}
