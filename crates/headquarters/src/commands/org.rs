//! `holdfast-hq org`

use super::{Context, Output};
use holdfast_headquarters::{Failure, registry};
use serde_json::json;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Org {
    /// Enter an organisation
    Create {
        /// Its name
        name: String,
    },
    /// List organisations
    List,
}

pub(super) async fn run(context: &Context, command: Org) -> Result<Output, Failure> {
    let session = context.session().await?;
    match command {
        Org::Create { name } => {
            let id = registry::create_org(&session, &name).await?;
            let name = name.trim();
            Ok(Output::new(format!("{id}  {name}"), json!({ "org_id": id.0, "name": name })))
        }
        Org::List => {
            let orgs = registry::orgs(&session).await?;
            let lines: Vec<String> =
                orgs.iter().map(|org| format!("{}  {}", org.id, org.name)).collect();
            let json = orgs.iter().map(
                |org| json!({ "org_id": org.id.0, "name": org.name, "created_at": org.created_at }),
            );
            Ok(Output::new(lines.join("\n"), json.collect()))
        }
    }
}
