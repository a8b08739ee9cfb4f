//! `holdfast-hq serve`: listens at once, database or not, and says where.

use super::{Context, Output};
use holdfast_headquarters::{App, Failure, serve};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::time::Duration;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "HOLDFAST_LISTEN", default_value = "127.0.0.1:7420")]
    listen: String,
    /// How often headquarters does by itself what is due: lapsed requests, expired credits, places
    /// for those who wait
    #[arg(long, env = "HOLDFAST_HOUSEKEEPING_SECONDS", default_value_t = 30,
          value_parser = clap::value_parser!(u64).range(1..=86_400), value_name = "SECONDS")]
    housekeeping_seconds: u64,
}

pub(super) async fn run(context: &Context, args: Serve) -> Result<Output, Failure> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let db = context.database()?;
    refuse_wrong_schema(&db).await?;
    let listener = TcpListener::bind(&args.listen)
        .await
        .map_err(|error| Failure::Config(format!("cannot listen on {}: {error}", args.listen)))?;
    say_where(context, &format!("http://{}", listener.local_addr()?))?;
    let housekeeping = Duration::from_secs(args.housekeeping_seconds);
    serve(App::new(db), listener, housekeeping, stop()).await?;
    Ok(Output::new("", Value::Null))
}

/// A schema that does not fit will not mend itself: say so now. A database that is away may come
/// back: then the schema is looked at on the first connection.
async fn refuse_wrong_schema(db: &holdfast_headquarters::Database) -> Result<(), Failure> {
    match db.session().await {
        Ok(_) => Ok(()),
        Err(Failure::Unreachable(problem)) => {
            tracing::warn!(problem, "the database is away; devices are told to come back");
            Ok(())
        }
        Err(failure) => Err(failure),
    }
}

/// Whoever started this program reads the address from here.
fn say_where(context: &Context, url: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    if context.json {
        writeln!(out, "{}", json!({ "listening": url }))?;
    } else {
        writeln!(out, "listening on {url}")?;
    }
    out.flush()?;
    Ok(())
}

/// Until somebody asks to stop: ctrl-c anywhere, SIGTERM where there is one.
async fn stop() {
    let interrupted = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "ctrl-c cannot be waited for");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => _ = signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
