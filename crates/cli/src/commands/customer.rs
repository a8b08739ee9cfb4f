//! Customers.

use super::{changed, listed, patch};
use crate::args::{CustomerAdd, CustomerEdit, Customers};
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table, tame};
use holdfast_domain::Command;
use holdfast_domain::command::EditCustomer;
use holdfast_replica::draft;
use serde_json::json;

pub(super) fn add(desk: &mut Desk, args: &CustomerAdd) -> Ending {
    let (customer_id, command) = draft::add_customer(&args.name, |customer| {
        customer.email.clone_from(&args.email);
        customer.phone.clone_from(&args.phone);
        customer.address.clone_from(&args.address);
        customer.note.clone_from(&args.note);
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is entered.", tame(&args.name));
    Ok(changed("customer_id", &customer_id, receipt.as_ref(), &done))
}

pub(super) fn edit(desk: &mut Desk, args: &CustomerEdit) -> Ending {
    let customer = desk.customer("customer", &args.customer)?;
    let command = Command::EditCustomer(EditCustomer {
        customer_id: customer.id,
        name: patch(&customer.name, args.name.clone()),
        email: patch(&customer.email, args.email.clone()),
        phone: patch(&customer.phone, args.phone.clone()),
        address: patch(&customer.address, args.address.clone()),
        note: patch(&customer.note, args.note.clone()),
        ..EditCustomer::default()
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is changed.", tame(args.name.as_ref().unwrap_or(&customer.name)));
    Ok(changed("customer_id", &customer.id, receipt.as_ref(), &done))
}

pub(super) fn list(desk: &Desk, args: &Customers) -> Ending {
    let text = args.search.as_deref().unwrap_or_default();
    let customers = desk.replica.customers(text, args.limit.unwrap_or(usize::MAX))?;
    let mut table = Table::new(&["name", "e-mail", "phone", "address", "id"]);
    for customer in &customers {
        table.row([
            customer.name.clone(),
            customer.email.clone(),
            customer.phone.clone(),
            customer.address.clone(),
            customer.id.to_string(),
        ]);
    }
    let nobody = if text.is_empty() {
        "There are no customers yet."
    } else {
        "No customer has all of that in name, e-mail or phone."
    };
    let rows = customers.iter().map(|customer| json!(customer)).collect();
    Ok(Answer::new(listed("customers", rows), table.or(nobody)))
}
