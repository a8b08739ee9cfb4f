//! Which customer is meant. What can be put right again may be typed short; what hits the wrong one
//! hard (an erasure, a deletion, a merge) wants all of what they are told by.

use crate::desk::Desk;
use crate::output::tame;
use crate::stop::Stop;
use holdfast_domain::{Change, Customer, CustomerId, Entity};
use holdfast_replica::query::Found;
use serde_json::{Value, json};

impl Desk {
    /// The customer of a name or id, or of what only one customer has.
    pub(crate) fn customer(&self, field: &str, text: &str) -> Result<Customer, Stop> {
        if text.trim().is_empty() {
            let message = "say which customer: a name, an id, an e-mail address or a phone number";
            return Err(Stop::bad_input(field, message));
        }
        self.customer_of(self.replica.find_customer(text)?, field, text)
    }

    /// The one customer that was found.
    pub(crate) fn customer_of(
        &self,
        found: Found<Customer>,
        field: &str,
        text: &str,
    ) -> Result<Customer, Stop> {
        let what = (field, Entity::Customer, text);
        self.one(found, what, "`holdfast customers --search TEXT` finds them.", candidate)
    }

    /// The customer of a whole name, an id, an e-mail address or a telephone number: a part of them
    /// is too little for what hits the wrong one hard.
    pub(crate) fn customer_in_full(&self, field: &str, text: &str) -> Result<Customer, Stop> {
        let customer = match self.replica.find_customer(text)? {
            Found::Many(rows) => {
                let whole = rows.iter().filter(|row| is_in_full(row, text)).cloned().collect();
                match Found::of(whole) {
                    Found::None => self.customer_of(Found::Many(rows), field, text)?,
                    found => self.customer_of(found, field, text)?,
                }
            }
            _ => self.customer(field, text)?,
        };
        if is_in_full(&customer, text) {
            return Ok(customer);
        }
        let message = format!(
            "“{text}” is not enough to be sure. If {} is meant, write the whole name, the id, the \
             e-mail address or the phone number",
            tame(&customer.name)
        );
        let mut stop = Stop::bad_input(field, &message);
        stop.notice.details["candidates"] = json!([candidate(&customer)]);
        Err(stop)
    }

    /// The same for an erasure, which a deleted customer is open to, too: by the id, as nobody else
    /// of that name can be meant by it.
    pub(crate) fn customer_to_erase(&self, text: &str) -> Result<Customer, Stop> {
        let found = self.customer_in_full("customer", text);
        let Err(mut stop) = found else { return found };
        if let (Found::One(Change::Customer(customer)), "not_found") =
            (self.replica.find_deleted(Entity::Customer, text)?, stop.notice.code.as_str())
            && is_in_full(&customer, text)
        {
            let id = customer.id;
            stop.notice
                .message
                .push_str(&format!(" To erase them as they are, give their id: {id}."));
        }
        Err(stop)
    }
}

fn candidate(customer: &Customer) -> Value {
    json!({
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "address": customer.address,
    })
}

/// Whether `text` is all of what a customer can be told by.
fn is_in_full(customer: &Customer, text: &str) -> bool {
    let text = text.trim();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_phone = text.chars().all(|c| c.is_ascii_digit() || " -()/.+".contains(c));
    text.parse().is_ok_and(|id: CustomerId| id == customer.id)
        || [&customer.name, &customer.email]
            .iter()
            .any(|it| it.to_lowercase() == text.to_lowercase())
        || (is_phone && !digits(text).is_empty() && digits(text) == digits(&customer.phone))
}
