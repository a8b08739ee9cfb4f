//! Amounts as the window shows them. The window neither reads nor writes figures itself: how many
//! digits a currency has, and what `1,234` means, only the domain knows, so every amount that goes to
//! the window has its text with it.

use holdfast_domain::{Currency, Money};
use serde::Serialize;
use serde_json::Value;
use specta::Type;

/// An amount in minor units: 2550 is 25.50 EUR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct Price {
    #[specta(type = i32)]
    pub(crate) minor: i64,
    pub(crate) currency: String,
    /// `25.50 EUR`.
    pub(crate) text: String,
}

impl From<Money> for Price {
    fn from(money: Money) -> Self {
        let currency = money.currency.code().into();
        Self { minor: money.minor, currency, text: money.to_string() }
    }
}

/// Gives every amount in a row, or in the details of a refusal, its text.
pub(crate) fn with_texts(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(with_texts),
        Value::Object(fields) => {
            fields.values_mut().for_each(with_texts);
            let (minor, currency) = (fields.get("minor"), fields.get("currency"));
            if let (Some(Value::Number(_)), Some(Value::String(_)), 2) =
                (minor, currency, fields.len())
                && let Ok(money) = serde_json::from_value::<Money>(Value::Object(fields.clone()))
            {
                fields.insert("text".into(), money.to_string().into());
            }
        }
        _ => {}
    }
}

/// `2550` of EUR is `25.50 EUR`; what is no amount stays as it is.
pub(crate) fn text_of(minor: &str, currency: &str) -> String {
    match (minor.parse(), Currency::parse(currency)) {
        (Ok(minor), Ok(currency)) => Money { minor, currency }.to_string(),
        _ => minor.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_amount_has_the_digits_of_its_currency_wherever_it_stands() {
        let mut row = json!({
            "name": "Lesson",
            "price": { "minor": 2500, "currency": "HUF" },
            "terms": [{ "fee": { "minor": 25, "currency": "JPY" } }],
        });
        let before = row.clone();
        with_texts(&mut row);
        assert_eq!(row["price"]["text"], "25.00 HUF");
        assert_eq!(row["terms"][0]["fee"]["text"], "25 JPY");
        let mut again = row.clone();
        with_texts(&mut again);
        assert_eq!(again, row);
        let read = |row: &Value| serde_json::from_value::<Money>(row["price"].clone()).unwrap();
        assert_eq!(read(&row), read(&before), "the text is no part of the amount");
    }

    #[test]
    fn what_only_looks_like_an_amount_has_no_text() {
        let mut row =
            json!({ "currency": "EUR", "minor": 5, "of": "revenue", "x": { "minor": 1 } });
        let before = row.clone();
        with_texts(&mut row);
        assert_eq!(row, before);
        assert_eq!(
            (text_of("2550", "EUR").as_str(), text_of("", "EUR").as_str()),
            ("25.50 EUR", "")
        );
    }
}
