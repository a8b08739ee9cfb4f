//! `POST /v1/enrol`: a pairing code becomes a device token.

use super::{App, Refused, body};
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::response::Response;
use holdfast_domain::field;
use holdfast_protocol::{ENROL_BYTES_MAX, EnrolRequest, Problem, ProblemCode};
use std::net::SocketAddr;

pub(super) async fn enrol(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    let request: EnrolRequest = app.bodies.read(&headers, body, ENROL_BYTES_MAX).await?;
    body::check_protocol(request.protocol)?;
    field::name("device_name", &request.device_name)
        .map_err(|refusal| Problem::new(ProblemCode::BadRequest, refusal.message()))?;
    let enrolled = app.arrivals.enrol(peer.ip(), &request).await;
    body::reply(&enrolled.inspect_err(|failure| app.notice(failure))??)
}
