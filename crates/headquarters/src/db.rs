//! The way to Postgres: a pool whose connections are handed out only when the schema is the one that
//! this program was built for, and the incarnation of the database behind it.
//!
//! Both are looked at again whenever the line was lost: a database that comes back may be another
//! one, restored from a backup. Nothing here speaks of any table.

use crate::failure::causes;
use crate::{Failure, migrations};
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
};
use sha2::{Digest, Sha256};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio_postgres::NoTls;
use tokio_postgres::config::{ChannelBinding, SslMode};

/// How long a request waits for a connection before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most connections of one process.
const CONNECTIONS_MAX: usize = 16;

/// What every connection relies on, whatever the server's defaults are: single statements wait for
/// each other's rows and go on, and do not fail over them.
const SETTINGS: &str = "set default_transaction_isolation = 'read committed'";

/// The database, reachable or not.
#[derive(Clone, Debug)]
pub struct Database {
    pool: Pool,
    incarnation: Arc<RwLock<Option<Arc<str>>>>,
}

/// A connection to a database whose schema fits.
#[derive(Debug)]
pub struct Session {
    /// The connection.
    pub(crate) client: Object,
    /// Which database this is: it changes when headquarters is restored from a backup.
    pub(crate) incarnation: Arc<str>,
}

impl Database {
    /// A database by its URL. Nothing is connected yet.
    ///
    /// # Errors
    /// Where the URL makes no sense.
    pub fn new(url: &str) -> Result<Self, Failure> {
        let manager = Manager::from_config(
            config(url)?,
            NoTls,
            ManagerConfig { recycling_method: RecyclingMethod::Fast },
        );
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS_MAX)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .post_create(Hook::async_fn(|client, _| {
                Box::pin(
                    async move { client.batch_execute(SETTINGS).await.map_err(HookError::Backend) },
                )
            }))
            .build()
            .map_err(|error| Failure::Config(error.to_string()))?;
        Ok(Self { pool, incarnation: Arc::default() })
    }

    /// A connection.
    ///
    /// # Errors
    /// [`Failure::Unreachable`] while the database is away, [`Failure::Schema`] where its schema is
    /// older or newer than this program.
    pub async fn session(&self) -> Result<Session, Failure> {
        let client = match self.pool.get().await {
            Ok(client) => client,
            Err(error) => {
                self.forget();
                return Err(error.into());
            }
        };
        if let Some(incarnation) = self.known() {
            return Ok(Session { client, incarnation });
        }
        migrations::check(&client).await?;
        let incarnation: Arc<str> = incarnation(&client).await?.into();
        if let Ok(mut known) = self.incarnation.write() {
            *known = Some(Arc::clone(&incarnation));
        }
        Ok(Session { client, incarnation })
    }

    /// Says that the line was lost: what is behind it next time must be looked at again.
    pub(crate) fn forget(&self) {
        if let Ok(mut known) = self.incarnation.write() {
            *known = None;
        }
    }

    fn known(&self) -> Option<Arc<str>> {
        self.incarnation.read().ok().and_then(|known| known.clone())
    }
}

/// A connection's settings from a URL, with a limit on how long connecting may take.
pub(crate) fn config(url: &str) -> Result<tokio_postgres::Config, Failure> {
    let mut config: tokio_postgres::Config = url.parse().map_err(|error| unreadable(&error))?;
    if config.get_ssl_mode() == SslMode::Require
        || config.get_channel_binding() == ChannelBinding::Require
    {
        return Err(no_tls());
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    if config.get_application_name().is_none() {
        config.application_name("holdfast-hq");
    }
    Ok(config)
}

/// libpq's other wishes for TLS (`sslmode=verify-full`, `sslrootcert`) are not even parsed.
fn unreadable(error: &tokio_postgres::Error) -> Failure {
    let text = causes(error);
    if text.contains("`ssl") {
        return no_tls();
    }
    Failure::Config(format!("The database URL cannot be read: {text}."))
}

fn no_tls() -> Failure {
    Failure::Config(
        "The database URL asks for an encrypted connection, and TLS to Postgres is not supported \
         yet. Keep Postgres on this host or on a network that you trust, and leave sslmode and the \
         other ssl settings out of the URL."
            .into(),
    )
}

/// The cluster's identity and timeline, and which of its databases this is. A restore changes the
/// timeline or the cluster; a dump loaded elsewhere changes the database.
async fn incarnation(client: &Object) -> Result<String, Failure> {
    let row = client
        .query_one(
            "select system_identifier::text, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
                 (select oid::text from pg_database where datname = current_database())
             from pg_control_system()",
            &[],
        )
        .await?;
    let mut sha = Sha256::new();
    for n in 0..3 {
        sha.update(row.try_get::<_, String>(n)?);
        sha.update([0]);
    }
    let hex = hex::encode(sha.finalize());
    Ok(hex[..32].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_for_tls_is_answered_clearly() {
        for url in [
            "postgres://u@h/d?sslmode=require",
            "postgres://u@h/d?sslmode=verify-full",
            "host=h user=u sslmode=verify-ca",
            "postgres://u@h/d?sslrootcert=/ca.pem",
            "postgres://u@h/d?channel_binding=require",
        ] {
            let message = config(url).unwrap_err().to_string();
            assert!(message.contains("TLS to Postgres is not supported"), "{url}: {message}");
        }
        for url in ["postgres://u@h/d", "postgres://u@h/d?sslmode=prefer", "host=h sslmode=disable"]
        {
            assert!(config(url).is_ok(), "{url}");
        }
        let message = config("postgres://u@h/d?connect_timeout=soon").unwrap_err().to_string();
        assert!(!message.contains("TLS"), "{message}");
    }
}
