//! Content lines (RFC 5545, 3.1): folded lines put together again, and each taken apart into its
//! name, parameters and value.
//!
//! Kept for every line is where it stands in the file, for a person who has to look. A line that
//! cannot be read spoils itself only. What the names mean is not known here.

use std::borrow::Cow;

/// One property: `NAME;PARAMETER=value:value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Property {
    pub(crate) line: usize,
    /// In capitals, without a group before it.
    pub(crate) name: String,
    params: Vec<(String, String)>,
    pub(crate) value: String,
}

impl Property {
    /// The value of a parameter, without its quotes.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The value as a text, its escapes undone.
    pub(crate) fn text(&self) -> String {
        unescape(&self.value)
    }

    /// The value as a list of texts.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> {
        split(&self.value, ',').map(unescape)
    }
}

/// The file's bytes as text: UTF-8 with a byte order mark or without, UTF-16 with one, else
/// Windows-1252's letters. A line folded within a letter is folded behind it instead.
#[must_use]
pub fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        _ => {}
    }
    let text = std::str::from_utf8(bytes).map(str::to_owned);
    let text = text.or_else(|_| String::from_utf8(folded_behind_letters(bytes)));
    // Latin-1 and Windows-1252 share their letters; that is what is left in the wild.
    text.unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn folded_behind_letters(bytes: &[u8]) -> Vec<u8> {
    let mut moved = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        let fold = match rest {
            [b'\r', b'\n', b' ' | b'\t', ..] => 3,
            [b'\n', b' ' | b'\t', ..] => 2,
            _ => 0,
        };
        if fold > 0 && moved.last().is_some_and(|last| *last >= 0x80) {
            let (fold, behind) = rest.split_at(fold);
            let tail = behind.iter().take_while(|byte| (0x80..0xC0).contains(*byte)).count();
            let (tail, behind) = behind.split_at(tail);
            moved.extend_from_slice(tail);
            moved.extend_from_slice(fold);
            rest = behind;
        } else {
            moved.push(byte);
            rest = after;
        }
    }
    moved
}

/// Every property of a file, in order, or the number of a line that is none.
pub(crate) fn properties(text: &str) -> impl Iterator<Item = Result<Property, usize>> {
    unfolded(text.strip_prefix('\u{feff}').unwrap_or(text))
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| property(number, &line).ok_or(number))
}

/// Lines with the number of their first part, counted from one.
fn unfolded(text: &str) -> impl Iterator<Item = (usize, Cow<'_, str>)> {
    // Some old programs end lines by CR alone.
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let mut parts = (1..).zip(text.split(end)).peekable();
    std::iter::from_fn(move || {
        let (number, first) = parts.next()?;
        let mut line = Cow::Borrowed(first.trim_end_matches('\r'));
        while let Some((_, more)) = parts.next_if(|(_, part)| part.starts_with([' ', '\t'])) {
            line.to_mut().push_str(more[1..].trim_end_matches('\r'));
        }
        Some((number, line))
    })
}

fn property(number: usize, line: &str) -> Option<Property> {
    let named = line.find([';', ':'])?;
    let (name, mut rest) = line.split_at(named);
    let name = name.rsplit('.').next().unwrap_or(name).trim();
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return None;
    }
    let mut params = Vec::new();
    while let Some(after) = rest.strip_prefix(';') {
        let end = unquoted(after, &[';', ':'])?;
        let (param, behind) = after.split_at(end);
        if let Some((name, value)) = param.split_once('=') {
            params.push((name.trim().to_ascii_uppercase(), param_value(value)));
        }
        rest = behind;
    }
    let value = rest.strip_prefix(':')?.to_owned();
    Some(Property { line: number, name: name.to_ascii_uppercase(), params, value })
}

/// Where the first of these letters stands outside of quotes.
fn unquoted(text: &str, wanted: &[char]) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, letter)| {
        quoted ^= letter == '"';
        (!quoted && wanted.contains(&letter)).then_some(at)
    })
}

/// Without quotes, and with what RFC 6868 writes by `^` written out.
fn param_value(value: &str) -> String {
    let value = value.trim().trim_matches('"');
    if !value.contains('^') {
        return value.to_owned();
    }
    value.replace("^n", "\n").replace("^'", "\"").replace("^^", "^")
}

/// The parts of a list. A separator behind a backslash is none.
pub(crate) fn split(list: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    list.split(move |letter| {
        let separates = letter == separator && !escaped;
        escaped = letter == '\\' && !escaped;
        separates
    })
}

fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(escaped @ ('\\' | ';' | ',' | ':' | '"')) => text.push(escaped),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Property> {
        properties(text).map(Result::unwrap).collect()
    }

    #[test]
    fn a_folded_line_is_one_line_and_keeps_the_number_of_its_first_part() {
        let found = read("A:1\r\nSUMMARY:Ten\r\n nis \n\t lesson\nB:2");
        assert_eq!(found[1].value, "Tennis  lesson");
        assert_eq!((found[1].line, found[2].line), (2, 5));
    }

    #[test]
    fn quotes_guard_colons_and_semicolons() {
        let found = read(r#"DTSTART;TZID="Custom: a;b";X=^'q^':20260101T100000"#);
        assert_eq!(found[0].param("TZID"), Some("Custom: a;b"));
        assert_eq!(found[0].param("X"), Some("\"q\""));
        assert_eq!(found[0].value, "20260101T100000");
    }

    #[test]
    fn escapes_are_undone_and_an_escaped_comma_parts_nothing() {
        let found = read(r"CATEGORIES:Court\, indoor,Hall\;\nA\\,C:\x");
        let texts: Vec<_> = found[0].texts().collect();
        assert_eq!(texts, ["Court, indoor", "Hall;\nA\\", r"C:\x"]);
    }

    #[test]
    fn a_letter_cut_by_a_fold_is_whole_again() {
        let (cut, rest) = "SUMMARY:Ü".as_bytes().split_at(9);
        let bytes = [cut, b"\r\n ", rest, b"bung\r\nB:2"].concat();
        let found = read(&decode(&bytes));
        assert_eq!((found[0].value.as_str(), found[1].line), ("Übung", 3));
    }

    #[test]
    fn other_encodings_are_read_too() {
        assert_eq!(decode(b"SUMMARY:\xDCbung"), "SUMMARY:Übung");
        let utf16: Vec<u8> = "\u{feff}A:Ü".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16), "A:Ü");
        assert_eq!(read("\u{feff}A:1")[0].name, "A");
    }
}
