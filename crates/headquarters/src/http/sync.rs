//! `POST /v1/sync`: a whole round. First what the device did is admitted, then it is told what
//! changed in its scopes, its own verdicts among it.

use super::{App, Refused, body, token_unknown};
use crate::admit::{Origin, Push};
use crate::enrol::token;
use crate::store::devices::{self, Device};
use crate::{Failure, feed};
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use chrono::Utc;
use holdfast_domain::Timestamp;
use holdfast_protocol::{BODY_BYTES_MAX, Problem, ProblemCode, SyncReply, SyncRequest};
use std::net::SocketAddr;

/// How often it is noted that a device asked: a poll shall not cost a commit.
const SEEN_EVERY_MS: i64 = 60_000;

pub(super) async fn sync(
    State(app): State<App>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refused> {
    let received_at = Timestamp::from_utc(Utc::now());
    let device = authenticate(&app, &headers, received_at).await?;
    let request: SyncRequest = app.bodies.read(&headers, body, BODY_BYTES_MAX).await?;
    body::check_protocol(request.protocol)?;
    if request.device != device.id {
        return Err(token_of_another().into());
    }
    let clock_offset_ms = received_at.0.saturating_sub(request.device_time.0);
    let mut verdicts = Vec::new();
    if !request.operations.is_empty() {
        let push = Push::new(
            device.id,
            request.operations,
            request.told,
            received_at,
            clock_offset_ms,
            origin(&headers, address),
        );
        verdicts = app.lanes.push(device.org, push).await?;
    }
    let mut session = app.db.session().await?;
    let page =
        feed::pull(&mut session, &device, &request.cursors).await.inspect_err(|failure| {
            if matches!(failure, Failure::Unreachable(_)) {
                app.db.forget();
            }
        })?;
    body::reply(&SyncReply {
        incarnation: session.incarnation.to_string(),
        verdicts,
        changes: page.rows,
        cursors: page.cursors,
        more: page.more,
        clock_offset_ms,
        retry_after_ms: app.lanes.retry_after_ms(device.org),
    })
}

/// Who asked, for the audit. Behind a proxy the address is the proxy's, unless it says otherwise;
/// what it says is believed only for being written down.
fn origin(headers: &HeaderMap, address: SocketAddr) -> Origin {
    let text = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.chars().take(200).collect::<String>()
    };
    let forwarded = text("x-forwarded-for");
    let address = match forwarded.is_empty() {
        true => address.ip().to_string(),
        false => format!("{forwarded} via {}", address.ip()),
    };
    Origin { address, client: text("user-agent") }
}

/// The device whose token this is.
async fn authenticate(app: &App, headers: &HeaderMap, now: Timestamp) -> Result<Device, Refused> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(token_unknown)?;
    let found = find(app, token, now).await.inspect_err(|failure| app.notice(failure))?;
    Ok(found.ok_or_else(token_unknown)?)
}

async fn find(app: &App, token: &str, now: Timestamp) -> Result<Option<Device>, Failure> {
    let session = app.db.session().await?;
    let found = devices::by_token(&session.client, &token::hash(token)).await?;
    let Some(device) = found.filter(|device| device.revoked_at.is_none()) else { return Ok(None) };
    if device.last_seen_at.is_none_or(|seen| now > seen.plus_ms(SEEN_EVERY_MS)) {
        devices::seen(&session.client, &device).await?;
    }
    Ok(Some(device))
}

fn token_of_another() -> Problem {
    Problem::new(
        ProblemCode::TokenOfAnotherDevice,
        "This token belongs to another device. Pair this device anew; nothing that waits on it is \
         lost.",
    )
}
