//! `POST /v1/enrol`: a pairing code becomes a device token.

use super::{App, Refused, body};
use crate::enrol;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::response::Response;
use holdfast_domain::field;
use holdfast_protocol::{EnrolRequest, Problem, ProblemCode};
use std::net::SocketAddr;

pub(super) async fn enrol(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    let request: EnrolRequest = body::read(&headers, body).await?;
    body::check_protocol(request.protocol)?;
    field::name("device_name", &request.device_name)
        .map_err(|refusal| Problem::new(ProblemCode::BadRequest, refusal.message()))?;
    let mut turn = app.attempts.turn(peer.ip()).await?;
    let enrolled = enrol::enrol(&app.db, &request).await?;
    if let Err(problem) = &enrolled
        && problem.code == ProblemCode::CodeWrong
    {
        turn.was_wrong()?;
    }
    body::reply(&enrolled?)
}
