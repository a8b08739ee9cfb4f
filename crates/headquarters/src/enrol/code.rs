//! Pairing codes as people read them out: eight characters of Crockford's base 32, in two groups.

use rand::Rng;
use sha2::{Digest, Sha256};

/// No I, L, O and U: they are misread or misheard.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many characters.
const LENGTH: usize = 8;

/// A new code, as it is shown: `XXXX-XXXX`.
#[must_use]
pub fn new() -> String {
    let mut random = rand::rng();
    let code: String =
        (0..LENGTH).map(|_| char::from(ALPHABET[random.random_range(0..ALPHABET.len())])).collect();
    format!("{}-{}", &code[..LENGTH / 2], &code[LENGTH / 2..])
}

/// The code as it is meant: case, spaces and dashes do not matter, and letters that are easily
/// confused with a digit mean the digit.
#[must_use]
pub fn normal(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// The hash by which a code is known.
pub(crate) fn hash(typed: &str) -> Vec<u8> {
    Sha256::digest(normal(typed).as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_understood_as_people_type_it() {
        let code = new();
        assert_eq!(code.len(), LENGTH + 1);
        assert_eq!(hash(&code), hash(&code.to_lowercase().replace('-', " ")));
        assert_eq!(normal("o1il-7abc"), "01117ABC");
        assert_eq!(normal(" 01 11–7ABC "), "01117ABC");
        assert_ne!(new(), new());
    }
}
