//! What somebody typed as an amount: read as the command line and imports read it, and nowhere else.

use crate::problem;
use crate::view::{Price, Problem};
use holdfast_domain::{Currency, Money, Refusal};

/// The amount that a text means, in `currency` where it names none. What means none is a problem of
/// `field`.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn read_money(field: String, text: String, currency: String) -> Result<Price, Problem> {
    let money = Money::parse(&text, Currency::parse(&currency)?);
    money.map(Into::into).map_err(|refusal| match refusal {
        Refusal::FieldInvalid { problem, .. } => problem::invalid(&field, problem),
        other => other.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, currency: &str) -> Result<String, Problem> {
        read_money("amount".into(), text.into(), currency.into()).map(|price| price.text)
    }

    #[test]
    fn an_amount_is_read_as_the_command_line_reads_it() {
        for (text, currency, means) in [
            ("1,234", "EUR", "1234.00 EUR"),
            ("25.505", "EUR", "25505.00 EUR"),
            ("1.234,50", "EUR", "1234.50 EUR"),
            ("$ 25", "EUR", "25.00 USD"),
            ("25", "HUF", "25.00 HUF"),
            ("0.25", "IQD", "0.250 IQD"),
        ] {
            assert_eq!(read(text, currency).unwrap(), means, "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_names_its_field() {
        for (text, currency) in [("25.5", "JPY"), ("", "EUR"), ("free", "EUR"), ("1.2.3", "EUR")] {
            let problem = read(text, currency).unwrap_err();
            assert_eq!(problem.code, "field_invalid", "{text}");
            assert_eq!(problem.details["field"], "amount", "{text}");
        }
    }
}
