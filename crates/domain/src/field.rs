//! Bounds of single fields. The same bounds stand as CHECKs in both schemas; here they become an
//! answer that names the field.

use crate::money::Money;
use crate::refusal::Refusal;

/// Longest name of a venue, resource, staff member or customer, and longest title, in characters.
pub const NAME_MAX: usize = 255;
/// Longest description, note or reason, in characters.
pub const TEXT_MAX: usize = 4000;
/// Longest meeting URL, in characters.
pub const URL_MAX: usize = 500;
/// Most attendees of one booking.
pub const ATTENDEES_MAX: u32 = 1000;
/// Most resources that one booking may claim.
pub const RESOURCES_MAX: usize = 50;

/// Longest buffer around a stay, in minutes.
pub const BUFFER_MINUTES_MAX: u32 = 240;
/// Longest that personal data is kept, in days: a century.
pub const RETENTION_DAYS_MAX: i64 = 36_500;
/// Most credits of one package, and of one booking.
pub const CREDITS_MAX: u32 = 10_000;
/// Longest validity of a package, in days: ten years.
pub const VALIDITY_DAYS_MAX: i64 = 3_650;
/// Longest notice, deadline or delay of a policy, in minutes: ninety days.
pub const POLICY_MINUTES_MAX: i64 = 90 * 24 * 60;
/// Largest price, in minor units.
pub const PRICE_MINOR_MAX: i64 = 1_000_000_000_000;
/// Most entries of a list: features, tags, services, hours.
pub const LIST_MAX: i64 = 100;

/// How many there are, for [`range`].
#[must_use]
pub fn count<T>(list: &[T]) -> i64 {
    i64::try_from(list.len()).unwrap_or(i64::MAX)
}

/// A price: none, or from zero up.
///
/// # Errors
/// `field_out_of_range`.
pub fn price(field: &str, price: Option<Money>) -> Result<(), Refusal> {
    price.map_or(Ok(()), |price| range(field, price.minor, 0, PRICE_MINOR_MAX))
}

/// A place in lists.
///
/// # Errors
/// `field_out_of_range`.
pub fn position(position: u32) -> Result<(), Refusal> {
    range("position", i64::from(position), 0, 1_000_000)
}

/// A colour such as `#336699`, or none.
///
/// # Errors
/// `field_invalid`.
pub fn colour(field: &str, value: &str) -> Result<(), Refusal> {
    let known = value.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.chars().all(|digit| digit.is_ascii_hexdigit())
    });
    if value.is_empty() || known {
        return Ok(());
    }
    Err(Refusal::FieldInvalid {
        field: field.into(),
        problem: "it is not a colour such as #336699".into(),
    })
}

/// A text that may be empty: at most `max` characters and no control characters but line breaks
/// and tabs.
///
/// # Errors
/// `field_too_long` or `field_invalid`, naming `field`.
pub fn text(field: &str, value: &str, max: usize) -> Result<(), Refusal> {
    let length = value.chars().count();
    if length > max {
        return Err(Refusal::FieldTooLong { field: field.into(), max, length });
    }
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Refusal::FieldInvalid {
            field: field.into(),
            problem: "it contains a control character".into(),
        });
    }
    Ok(())
}

/// A name: a [`text`] with something in it.
///
/// # Errors
/// `field_required` when it is blank, else as [`text`].
pub fn name(field: &str, value: &str) -> Result<(), Refusal> {
    if value.trim().is_empty() {
        return Err(Refusal::FieldRequired { field: field.into() });
    }
    text(field, value, NAME_MAX)
}

/// A text with something in it, at most [`TEXT_MAX`] characters.
///
/// # Errors
/// `field_required` when it is blank, else as [`text`].
pub fn reason(field: &str, value: &str) -> Result<(), Refusal> {
    if value.trim().is_empty() {
        return Err(Refusal::FieldRequired { field: field.into() });
    }
    text(field, value, TEXT_MAX)
}

/// A text that may be empty, but not blank: a reason that is given says something.
///
/// # Errors
/// `field_required` when it is blank, else as [`text`].
pub fn reason_if_any(field: &str, value: &str) -> Result<(), Refusal> {
    if value.is_empty() { Ok(()) } else { reason(field, value) }
}

/// A number within bounds.
///
/// # Errors
/// `field_out_of_range`.
pub fn range(field: &str, value: i64, min: i64, max: i64) -> Result<(), Refusal> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(Refusal::FieldOutOfRange { field: field.into(), min, max, value })
}

/// A meeting URL: empty, or an absolute `http` or `https` URL.
///
/// # Errors
/// `field_too_long` or `field_invalid`.
pub fn meeting_url(field: &str, value: &str) -> Result<(), Refusal> {
    if value.is_empty() {
        return Ok(());
    }
    text(field, value, URL_MAX)?;
    let known = url::Url::parse(value)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if known && !value.chars().any(char::is_whitespace) {
        return Ok(());
    }
    Err(Refusal::FieldInvalid {
        field: field.into(),
        problem: "it is not an address that begins with http:// or https://".into(),
    })
}

/// Whether it can stand in an address: small letters, digits, and dashes between them.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.chars().all(plain) && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_names_its_field() {
        let cases: [(Result<(), Refusal>, &str); 8] = [
            (name("name", "  "), "field_required"),
            (name("name", &"x".repeat(256)), "field_too_long"),
            (text("title", "nul\0", 255), "field_invalid"),
            (range("attendee_count", 0, 1, 1000), "field_out_of_range"),
            (range("attendee_count", 1001, 1, 1000), "field_out_of_range"),
            (meeting_url("meeting_url", "javascript:alert(1)"), "field_invalid"),
            (meeting_url("meeting_url", "http://"), "field_invalid"),
            (
                meeting_url("meeting_url", &format!("https://a.example/{}", "x".repeat(500))),
                "field_too_long",
            ),
        ];
        for (result, code) in cases {
            let refusal = result.unwrap_err();
            assert_eq!(refusal.code(), code);
            assert!(refusal.notice().details["field"].is_string());
        }
        assert!(meeting_url("meeting_url", "https://meet.example/abc").is_ok());
        assert!(text("title", &"한".repeat(255), 255).is_ok(), "characters, not bytes");
    }
}
