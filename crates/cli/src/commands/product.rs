//! Credits that can be bought.

use super::service::price;
use super::{changed, listed, patch};
use crate::args::{AboutProduct, ProductAdd, ProductCommand, ProductEdit};
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use holdfast_domain::command::{AddProduct, EditProduct};
use holdfast_domain::{Command, Product, ProductId, ProductStatus, ServiceId};
use holdfast_replica::draft;
use serde_json::json;

pub(super) fn run(desk: &mut Desk, command: &ProductCommand) -> Ending {
    match command {
        ProductCommand::Add(args) => add(desk, args),
        ProductCommand::Edit(args) => edit(desk, args),
        ProductCommand::List { deleted } => list(desk, *deleted),
    }
}

fn add(desk: &mut Desk, args: &ProductAdd) -> Ending {
    let about = &args.about;
    let product_id = ProductId(draft::new_id());
    let venue = about.venue.as_deref().map(|text| desk.venue("venue", text)).transpose()?;
    let command = Command::AddProduct(AddProduct {
        product_id,
        name: args.name.trim().into(),
        description: about.description.clone().unwrap_or_default(),
        category: about.category.clone().unwrap_or_default(),
        popular: about.popular,
        features: about.feature.clone(),
        position: about.position.unwrap_or_default(),
        status: status(about)?.unwrap_or(ProductStatus::Active),
        credits: args.credits,
        validity_days: args.validity_days,
        price: about.price.as_deref().map(|text| price(desk, text)).transpose()?.flatten(),
        service_ids: service_ids(desk, about)?,
        venue_id: venue.map(|venue| venue.id),
    });
    let receipt = desk.submit(&command)?;
    let name = tame(&args.name);
    let done = match status(about)? {
        Some(ProductStatus::Draft) => format!("{name} is entered, and not sold yet."),
        Some(ProductStatus::Archived) => format!("{name} is entered, and not sold any more."),
        Some(ProductStatus::Active) | None => format!("{name} can be bought."),
    };
    Ok(changed("product_id", &product_id, receipt.as_ref(), &done))
}

fn edit(desk: &mut Desk, args: &ProductEdit) -> Ending {
    let product = desk.product("product", &args.product)?;
    let about = &args.about;
    let price = about.price.as_deref().map(|text| price(desk, text)).transpose()?;
    let services = (args.all_services || !about.service.is_empty())
        .then(|| service_ids(desk, about))
        .transpose()?;
    let venue = about.venue.as_deref().map(|text| desk.venue("venue", text)).transpose()?;
    let venue_id = (args.all_venues || venue.is_some()).then(|| venue.map(|venue| venue.id));
    let features = (!about.feature.is_empty()).then(|| about.feature.clone());
    let command = Command::EditProduct(EditProduct {
        product_id: product.id,
        name: patch(&product.name, args.name.clone()),
        description: patch(&product.description, about.description.clone()),
        category: patch(&product.category, about.category.clone()),
        popular: patch(&product.popular, super::either(about.popular, args.not_popular)),
        features: patch(&product.features, features),
        position: patch(&product.position, about.position),
        status: patch(&product.status, status(about)?),
        credits: patch(&product.credits, args.credits),
        validity_days: patch(&product.validity_days, args.validity_days),
        price: patch(&product.price, price),
        service_ids: patch(&product.service_ids, services),
        venue_id: patch(&product.venue_id, venue_id),
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is changed.", tame(args.name.as_ref().unwrap_or(&product.name)));
    Ok(changed("product_id", &product.id, receipt.as_ref(), &done))
}

fn status(about: &AboutProduct) -> Result<Option<ProductStatus>, Stop> {
    let read =
        |text: &str| text.parse().map_err(|problem: String| Stop::bad_input("status", &problem));
    about.status.as_deref().map(read).transpose()
}

/// Sorted, as rows have them.
fn service_ids(desk: &Desk, about: &AboutProduct) -> Result<Vec<ServiceId>, Stop> {
    let services = about.service.iter().map(|text| Ok(desk.service("service", text)?.id));
    let mut ids: Vec<ServiceId> = services.collect::<Result<_, Stop>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn list(desk: &Desk, deleted: bool) -> Ending {
    let products: Vec<Product> = desk.replica.listed(&[], deleted)?;
    let mut table = Table::new(&["name", "credits", "days", "price", "status", "id"]);
    for product in &products {
        let status = product.status.as_str();
        table.row([
            product.name.clone(),
            product.credits.to_string(),
            product.validity_days.to_string(),
            product.price.map(|price| price.to_string()).unwrap_or_default(),
            if product.deletion.is_some() { "deleted" } else { status }.into(),
            product.id.to_string(),
        ]);
    }
    let rows = products.iter().map(|product| json!(product)).collect();
    Ok(Answer::new(listed("products", rows), table.or("There is nothing to be bought yet.")))
}
