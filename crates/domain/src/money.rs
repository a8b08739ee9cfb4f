//! Money as an amount in minor units of one ISO 4217 currency.

use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 currency, e.g. `EUR`. Constructed only for codes that the standard lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The currency of a code such as `EUR`.
    ///
    /// # Errors
    /// [`Refusal::FieldInvalid`] of field `currency` where ISO 4217 has no such code.
    pub fn parse(code: &str) -> Result<Self, Refusal> {
        iso_currency::Currency::from_code(&code.to_uppercase()).map(Self).ok_or_else(|| {
            Refusal::FieldInvalid {
                field: "currency".into(),
                problem: format!("“{code}” is not a currency code of ISO 4217, such as EUR or USD"),
            }
        })
    }

    /// The three-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimal digits the minor unit has: 2 for EUR, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn digits(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(0))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let code = String::deserialize(d)?;
        Self::parse(&code).map_err(|refusal| serde::de::Error::custom(refusal.message()))
    }
}

/// An amount: `minor` units (cents) of `currency`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Money {
    /// Amount in minor units: 2550 is 25.50 EUR.
    pub minor: i64,
    /// Of which currency.
    pub currency: Currency,
}

impl Money {
    /// Reads an amount as people write it: `5`, `15.5`, `15,50`, `1.234,50`, `€ 25.00`,
    /// `25.00 EUR`. Without a currency it is in `default`. The last `.` or `,` followed by at most
    /// as many digits as the currency has is the decimal mark; other marks group thousands.
    ///
    /// # Errors
    /// [`Refusal::FieldInvalid`] of field `price`.
    pub fn parse(text: &str, default: Currency) -> Result<Self, Refusal> {
        let invalid = |problem: String| Refusal::FieldInvalid { field: "price".into(), problem };
        let is_figure = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '\'' | ' ');
        let word: String = text.chars().filter(|c| !is_figure(*c) && !c.is_whitespace()).collect();
        let currency = match word.as_str() {
            "" => default,
            "€" => Currency::parse("EUR")?,
            "$" => Currency::parse("USD")?,
            "£" => Currency::parse("GBP")?,
            "¥" => Currency::parse("JPY")?,
            code => Currency::parse(code).map_err(|_| {
                invalid(format!("“{text}” is no amount, or names no known currency"))
            })?,
        };
        let figures: String = text.chars().filter(|c| is_figure(*c) && *c != ' ').collect();
        let (sign, figures) = match figures.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, figures.as_str()),
        };
        let digits = currency.digits() as usize;
        let (whole, fraction) = match figures.rfind(['.', ',']) {
            Some(at) if (1..=digits).contains(&(figures.len() - at - 1)) => {
                (&figures[..at], &figures[at + 1..])
            }
            _ => (figures, ""),
        };
        if !is_grouped(whole) {
            return Err(invalid(format!("“{text}” is not an amount of {currency}")));
        }
        let whole: String = whole.chars().filter(|c| !matches!(c, '.' | ',' | '\'')).collect();
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid(format!("“{text}” is not an amount")));
        }
        let minor: i64 = format!("{whole}{fraction:0<digits$}")
            .parse()
            .map_err(|_| invalid(format!("“{text}” is not an amount")))?;
        Ok(Self { minor: sign * minor, currency })
    }
}

impl fmt::Display for Money {
    /// `25.50 EUR`, which [`Money::parse`] reads again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.digits() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let figures = format!("{:0>width$}", self.minor.unsigned_abs(), width = digits + 1);
        let (whole, fraction) = figures.split_at(figures.len() - digits);
        let mark = if digits == 0 { "" } else { "." };
        write!(f, "{sign}{whole}{mark}{fraction} {}", self.currency)
    }
}

/// Whether marks in a whole number stand where thousands do: `1.234`, `1'234'567`, and not `0.125`.
fn is_grouped(whole: &str) -> bool {
    let mut groups = whole.split(['.', ',', '\'']);
    let first = groups.next().unwrap_or("");
    let rest: Vec<&str> = groups.collect();
    rest.is_empty()
        || ((1..=3).contains(&first.len())
            && !first.starts_with('0')
            && rest.iter().all(|group| group.len() == 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        let eur = Currency::parse("EUR").unwrap();
        for (text, minor, code) in [
            ("5", 500, "EUR"),
            ("15.5", 1550, "EUR"),
            ("15,50", 1550, "EUR"),
            ("1.234,50", 123_450, "EUR"),
            ("1,234", 123_400, "EUR"),
            ("€ 25.00", 2500, "EUR"),
            ("$25", 2500, "USD"),
            ("25.00 GBP", 2500, "GBP"),
            ("1500 JPY", 1500, "JPY"),
            ("-3.5", -350, "EUR"),
        ] {
            let money = Money::parse(text, eur).unwrap();
            assert_eq!((money.minor, money.currency.code()), (minor, code), "{text}");
            assert_eq!(Money::parse(&money.to_string(), eur).unwrap(), money, "{text} and back");
        }
        for text in
            ["", "free", "1-2", "12 XXQ", "99999999999999999999", "0.125", "1.2345", "1,23,456"]
        {
            assert_eq!(Money::parse(text, eur).unwrap_err().code(), "field_invalid", "{text}");
        }
    }
}
