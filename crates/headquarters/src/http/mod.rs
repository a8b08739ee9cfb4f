//! What headquarters answers to devices: `/v1/enrol`, `/v1/sync`, `/healthz`. Handlers are thin:
//! they read a body, ask, and write the answer. Every answer that is not 200 is a `Problem`.
//!
//! Nothing here knows SQL or rules. TLS and public addresses are the business of a proxy before it.

mod body;
mod enrol;
mod health;
mod sync;

use crate::admit::Lanes;
use crate::enrol::Arrivals;
use crate::{Database, Failure};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use body::Bodies;
use holdfast_protocol::{Problem, ProblemCode};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tower_http::trace::TraceLayer;

/// All that the handlers share.
#[derive(Clone, Debug)]
pub struct App {
    db: Database,
    lanes: Lanes,
    arrivals: Arc<Arrivals>,
    bodies: Arc<Bodies>,
}

impl App {
    /// Headquarters on this database, which need not be reachable yet.
    #[must_use]
    pub fn new(db: Database) -> Self {
        Self {
            lanes: Lanes::new(db.clone()),
            arrivals: Arc::new(Arrivals::new(db.clone())),
            bodies: Arc::default(),
            db,
        }
    }

    /// Takes note of a failure that says that the line to the database was lost.
    fn notice(&self, failure: &Failure) {
        if matches!(failure, Failure::Unreachable(_)) {
            self.db.forget();
        }
    }

    fn router(self) -> Router {
        Router::new()
            .route("/v1/enrol", post(enrol::enrol))
            .route("/v1/sync", post(sync::sync))
            .route("/healthz", get(health::health))
            .fallback(no_such_page)
            .method_not_allowed_fallback(no_such_page)
            // Bodies are read by hand, to answer a large one with a problem of ours.
            .layer(DefaultBodyLimit::disable())
            .layer(TraceLayer::new_for_http())
            .with_state(self)
    }
}

/// Serves until `stop` resolves, and does every `housekeeping_every` what is due by itself; requests under way are answered first.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    app: App,
    listener: TcpListener,
    housekeeping_every: Duration,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    // Both end with the runtime: they hold nothing that has to be put away.
    tokio::spawn(crate::records::look_after_partitions(app.db.clone()));
    let (db, lanes) = (app.db.clone(), app.lanes.clone());
    tokio::spawn(crate::housekeeping::look_after(db, lanes, housekeeping_every));
    let service = app.router().into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await?;
    Ok(())
}

async fn no_such_page() -> Refused {
    Refused(Problem::new(
        ProblemCode::BadRequest,
        "There is nothing at this address, or not for this method. Check the URL of headquarters.",
    ))
}

/// The token is unknown or revoked: told in the same words.
pub(crate) fn token_unknown() -> Problem {
    Problem::new(
        ProblemCode::TokenUnknown,
        "Headquarters does not know this device, or not any more. Pair it anew; nothing that waits \
         on it is lost.",
    )
}

/// A request that is not served.
#[derive(Debug)]
struct Refused(Problem);

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        tracing::error!(%failure, "a request was not served");
        Self(failure.problem())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = axum::http::StatusCode::from_u16(self.0.status())
            .unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR);
        (status, axum::Json(self.0)).into_response()
    }
}
