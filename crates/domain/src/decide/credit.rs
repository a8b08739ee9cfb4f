//! Prepaid credits: products, packages, and the ledger. A balance changes only together with its
//! line, here.

use super::place::check_may_book;
use super::record::spent_for;
use super::{Decision, changed, is_here, patch, sorted};
use crate::change::{Change, Entity};
use crate::command::{AddProduct, CorrectCredits, EditProduct, ExpirePackage, SellPackage};
use crate::facts::{Facts, Related, TimeRules};
use crate::field;
use crate::id::{BookingId, CreditEntryId, CustomerId, PackageId, ServiceId, StaffId, VenueId};
use crate::refusal::Refusal;
use crate::rows::{
    Attendance, Booking, CreditEntry, CreditKind, Customer, Package, Product, ProductStatus,
    Service, Venue,
};
use crate::time::Timestamp;

const DAY_MS: i64 = 24 * 3_600_000;

pub(super) fn add_product(c: &AddProduct, facts: &Facts) -> Result<Decision, Refusal> {
    let product = Product {
        id: c.product_id,
        name: c.name.clone(),
        description: c.description.clone(),
        category: c.category.clone(),
        popular: c.popular,
        features: c.features.clone(),
        position: c.position,
        status: c.status,
        credits: c.credits,
        validity_days: c.validity_days,
        price: c.price,
        service_ids: sorted(&c.service_ids),
        venue_id: c.venue_id,
        deletion: None,
    };
    check_product(&product, facts)?;
    let same = |it: &Product| *it == Product { deletion: it.deletion.clone(), ..product.clone() };
    if is_here(c.product_id, same, facts)? {
        return Ok(Decision::default());
    }
    Ok(vec![Change::Product(product)].into())
}

pub(super) fn edit_product(c: &EditProduct, facts: &Facts) -> Result<Decision, Refusal> {
    let before: &Product = facts.get(c.product_id)?;
    let row = (Entity::Product, c.product_id.0);
    let mut after = before.clone();
    patch(&mut after.name, &c.name, row, "name")?;
    patch(&mut after.description, &c.description, row, "description")?;
    patch(&mut after.category, &c.category, row, "category")?;
    patch(&mut after.popular, &c.popular, row, "popular")?;
    patch(&mut after.features, &c.features, row, "features")?;
    patch(&mut after.position, &c.position, row, "position")?;
    patch(&mut after.status, &c.status, row, "status")?;
    patch(&mut after.credits, &c.credits, row, "credits")?;
    patch(&mut after.validity_days, &c.validity_days, row, "validity_days")?;
    patch(&mut after.price, &c.price, row, "price")?;
    patch(&mut after.service_ids, &c.service_ids, row, "service_ids")?;
    patch(&mut after.venue_id, &c.venue_id, row, "venue_id")?;
    after.service_ids = sorted(&after.service_ids);
    check_product(&after, facts)?;
    Ok(changed(before, after, Change::Product))
}

fn check_product(product: &Product, facts: &Facts) -> Result<(), Refusal> {
    field::name("name", &product.name)?;
    field::text("description", &product.description, field::TEXT_MAX)?;
    field::text("category", &product.category, field::NAME_MAX)?;
    field::range("features", field::count(&product.features), 0, field::LIST_MAX)?;
    for feature in &product.features {
        field::text("features", feature, field::NAME_MAX)?;
    }
    field::range("credits", i64::from(product.credits), 1, i64::from(field::CREDITS_MAX))?;
    field::range("validity_days", i64::from(product.validity_days), 1, field::VALIDITY_DAYS_MAX)?;
    field::price("price", product.price)?;
    field::position(product.position)?;
    field::range("service_ids", field::count(&product.service_ids), 0, field::LIST_MAX)?;
    for id in product.service_ids.iter().filter(|id| facts.asked::<Service>(**id)) {
        facts.find::<Service>(*id)?;
    }
    if let Some(id) = product.venue_id.filter(|id| facts.asked::<Venue>(*id)) {
        facts.find::<Venue>(id)?;
    }
    Ok(())
}

pub(super) fn sell(c: &SellPackage, facts: &Facts) -> Result<Decision, Refusal> {
    let product: &Product = facts.get(c.product_id)?;
    if facts.existing::<Package>(c.package_id).is_some() {
        return Err(Refusal::AlreadyExists { entity: Entity::Package, id: c.package_id.0 });
    }
    if product.status != ProductStatus::Active || product.deletion.is_some() {
        return Err(Refusal::FieldInvalid {
            field: "product_id".into(),
            problem: "it is not sold".into(),
        });
    }
    let changed = |field: &str, current: serde_json::Value, wanted: serde_json::Value| {
        Refusal::TermsChanged { field: field.into(), current, wanted }
    };
    if c.credits != product.credits {
        return Err(changed("credits", product.credits.into(), c.credits.into()));
    }
    if c.price != product.price {
        let json = |price| serde_json::to_value(price).unwrap_or_default();
        return Err(changed("price", json(product.price), json(c.price)));
    }
    if !Timestamp::RANGE.contains(&c.valid_from) || !Timestamp::RANGE.contains(&c.valid_until) {
        return Err(Refusal::FieldInvalid {
            field: "valid_from".into(),
            problem: "the year is not between 1900 and 2199".into(),
        });
    }
    // The last day is a day on a venue's wall: a day more than on another's, at most.
    let days = (c.valid_until.0 - c.valid_from.0) / DAY_MS;
    if c.valid_until <= c.valid_from || days > i64::from(product.validity_days) + 2 {
        return Err(changed("validity_days", product.validity_days.into(), days.into()));
    }
    if let Some(customer) = facts.find::<Customer>(c.customer_id)? {
        check_may_book(customer)?;
    }
    let package = Package {
        id: c.package_id,
        customer_id: c.customer_id,
        product_id: c.product_id,
        name: product.name.clone(),
        price: product.price,
        service_ids: product.service_ids.clone(),
        venue_id: product.venue_id,
        valid_from: c.valid_from,
        valid_until: c.valid_until,
        balance: 0,
        line_count: 0,
        sold_at: facts.now,
        sold_by: facts.actor,
    };
    let line = Line { kind: CreditKind::Purchase, ..Line::default() };
    enter(&package, i64::from(c.credits), line, facts).map(Decision::from)
}

pub(super) fn correct(c: &CorrectCredits, facts: &Facts) -> Result<Decision, Refusal> {
    field::reason("reason", &c.reason)?;
    let most = i64::from(field::CREDITS_MAX);
    field::range("credits", i64::from(c.credits), -most, most)?;
    if c.credits == 0 {
        return Err(adds_nothing());
    }
    let package: &Package = facts.get(c.package_id)?;
    if facts.existing::<CreditEntry>(c.entry_id).is_some() {
        return Err(Refusal::AlreadyExists { entity: Entity::CreditEntry, id: c.entry_id.0 });
    }
    if let Some(id) = c.booking_id {
        let booking = facts.existing::<Booking>(id);
        let mut roster = facts.related::<Attendance>(&Related::Roster(id));
        let pays = |by: Option<PackageId>, credits: u32| by == Some(package.id) && credits > 0;
        if booking.is_some_and(|it| pays(it.package_id, it.credits))
            || roster.any(|it| pays(it.package_id, it.credits))
        {
            return Err(Refusal::FieldInvalid {
                field: "booking_id".into(),
                problem: "the package pays for it here: call it off instead".into(),
            });
        }
        let lines = facts.related::<CreditEntry>(&Related::LinesOf(package.id));
        let used = spent_for(id, lines.clone().filter(|it| it.kind == CreditKind::Use));
        let spent = spent_for(id, lines);
        // No more comes back than was spent, and no more is spent again than came back.
        field::range("credits", i64::from(c.credits), spent - used, spent)?;
    }
    let line = Line {
        kind: CreditKind::Correction,
        id: Some(c.entry_id),
        booking_id: c.booking_id,
        reason: c.reason.clone(),
        ..Line::default()
    };
    enter(package, i64::from(c.credits), line, facts).map(Decision::from)
}

pub(super) fn adds_nothing() -> Refusal {
    Refusal::FieldInvalid {
        field: "credits".into(),
        problem: "nothing is added or taken away".into(),
    }
}

/// Writes off what is left of a package whose time is over; nothing, where nothing is.
pub(super) fn expire(c: &ExpirePackage, facts: &Facts) -> Result<Decision, Refusal> {
    let package: &Package = facts.get(c.package_id)?;
    if facts.now < package.valid_until {
        return Err(not_valid(package));
    }
    if package.balance == 0 {
        return Ok(Decision::default());
    }
    let line = Line { kind: CreditKind::Expiry, ..Line::default() };
    enter(package, -i64::from(package.balance), line, facts).map(Decision::from)
}

/// What a package is to pay for.
pub(super) struct Payment {
    pub(super) package_id: PackageId,
    pub(super) credits: u32,
    pub(super) customer_id: Option<CustomerId>,
    pub(super) service_id: Option<ServiceId>,
    pub(super) venue_id: VenueId,
    pub(super) starts_at: Timestamp,
    pub(super) booking_id: BookingId,
}

/// Pays with credits. A package that may not be seen here is left to headquarters.
pub(super) fn spend(payment: &Payment, facts: &Facts) -> Result<Vec<Change>, Refusal> {
    field::range("credits", i64::from(payment.credits), 1, i64::from(field::CREDITS_MAX))?;
    let Some(package) = facts.find::<Package>(payment.package_id)? else { return Ok(Vec::new()) };
    let package_id = package.id;
    let mut owners = facts.related::<Customer>(&Related::OwnersOf(package_id));
    // Who bought it and who pays may have turned out to be one.
    let customer_id = match payment.customer_id {
        Some(id) if owners.any(|owner| owner.id == id) => Some(package.customer_id),
        customer_id => customer_id,
    };
    let problem = package.cannot_pay(customer_id, payment.service_id, payment.venue_id);
    if let Some(problem) = problem {
        return Err(Refusal::PackageNotFor { package_id, problem: problem.into() });
    }
    check_valid(package_id, payment.starts_at, facts)?;
    let line =
        Line { kind: CreditKind::Use, booking_id: Some(payment.booking_id), ..Line::default() };
    enter(package, -i64::from(payment.credits), line, facts)
}

/// A package that paid is still valid when the booking starts.
pub(super) fn check_valid(
    package_id: PackageId,
    starts_at: Timestamp,
    facts: &Facts,
) -> Result<(), Refusal> {
    match facts.find::<Package>(package_id)? {
        Some(package)
            if facts.time_rules == TimeRules::Apply && !package.is_valid_at(starts_at) =>
        {
            Err(not_valid(package))
        }
        _ => Ok(()),
    }
}

/// Pays for a booking again that had been called off or turned down.
pub(super) fn spend_again(booking: &Booking, facts: &Facts) -> Result<Vec<Change>, Refusal> {
    let Some(package_id) = booking.package_id else { return Ok(Vec::new()) };
    let payment = Payment {
        package_id,
        credits: booking.credits,
        customer_id: booking.customer_id,
        service_id: booking.service_id,
        venue_id: booking.venue_id,
        starts_at: booking.stay.starts_at,
        booking_id: booking.id,
    };
    spend(&payment, facts)
}

/// Gives back the credits that paid for a booking, as the command named the package.
pub(super) fn give_back(
    booking: &Booking,
    named: Option<PackageId>,
    facts: &Facts,
) -> Result<Vec<Change>, Refusal> {
    let Some(package_id) = booking.package_id else { return Ok(Vec::new()) };
    refund(package_id, named, booking.credits, booking.id, facts)
}

/// Gives credits back to the package that paid.
pub(super) fn refund(
    package_id: PackageId,
    named: Option<PackageId>,
    credits: u32,
    booking_id: BookingId,
    facts: &Facts,
) -> Result<Vec<Change>, Refusal> {
    if named != Some(package_id) {
        let json = |id: Option<PackageId>| serde_json::to_value(id).unwrap_or_default();
        return Err(Refusal::TermsChanged {
            field: "package_id".into(),
            current: json(Some(package_id)),
            wanted: json(named),
        });
    }
    let Some(package) = facts.find::<Package>(package_id)? else { return Ok(Vec::new()) };
    let line = Line { kind: CreditKind::Refund, booking_id: Some(booking_id), ..Line::default() };
    enter(package, i64::from(credits), line, facts)
}

/// Gives the credits of a place back that is called off.
pub(super) fn refund_to(
    package: &Package,
    place: &Attendance,
    facts: &Facts,
) -> Result<Vec<Change>, Refusal> {
    let line =
        Line { kind: CreditKind::Refund, booking_id: Some(place.booking_id), ..Line::default() };
    enter(package, i64::from(place.credits), line, facts)
}

/// A line of the ledger that is about to be written.
#[derive(Default)]
pub(super) struct Line {
    pub(super) kind: CreditKind,
    /// Its id, where the command brings it; else it is derived.
    pub(super) id: Option<CreditEntryId>,
    pub(super) booking_id: Option<BookingId>,
    pub(super) reason: String,
    /// When and by whom, where it is taken over from elsewhere.
    pub(super) entered: Option<(Timestamp, StaffId)>,
}

/// The package with its new balance, and the line that says why.
pub(super) fn enter(
    package: &Package,
    credits: i64,
    line: Line,
    facts: &Facts,
) -> Result<Vec<Change>, Refusal> {
    let balance = i64::from(package.balance) + credits;
    let Ok(balance) = u32::try_from(balance) else {
        return Err(Refusal::CreditsInsufficient {
            package_id: package.id,
            balance: package.balance,
            needed: u32::try_from(-credits).unwrap_or(u32::MAX),
        });
    };
    field::range("balance", i64::from(balance), 0, i64::from(field::CREDITS_MAX))?;
    let line_count = package.line_count.saturating_add(1);
    let derived = || CreditEntryId::of(package.id, line_count);
    let (entered_at, entered_by) = line.entered.unwrap_or((facts.now, facts.actor));
    let entry = CreditEntry {
        id: line.id.unwrap_or_else(derived),
        package_id: package.id,
        kind: line.kind,
        credits: i32::try_from(credits).unwrap_or(i32::MAX),
        entered_at,
        entered_by,
        booking_id: line.booking_id,
        reason: line.reason,
    };
    let package = Package { balance, line_count, ..package.clone() };
    Ok(vec![Change::Package(package), Change::CreditEntry(entry)])
}

fn not_valid(package: &Package) -> Refusal {
    let (valid_from, valid_until) = (package.valid_from, package.valid_until);
    Refusal::PackageNotValid { package_id: package.id, valid_from, valid_until }
}
