//! Customers, and finding them from the first letter.

use super::AsJson;
use super::rows::{self, Shown};
use holdfast_domain::Customer;
use rusqlite::Connection;
use std::collections::HashSet;

/// The ids of a customer, `?1`, and of all who turned out to be them.
pub(super) const SAME: &str = "with recursive same (id) as (
    select ?1 union select c.id from customers c join same on c.merged_into = same.id)
    select id from same";

/// Those whose name begins with `text`, then those with every word of it in name, e-mail or phone:
/// anywhere where each has three letters or more, at the beginning of a word where one is shorter;
/// last those who have a booking with such a title. Where these are nobody, those with all of it
/// anywhere, a telephone number by its digits. All by name where `text` is blank. Who turned out to be
/// somebody else is left out; looked for by what was known of them, the one they are is found.
///
/// Each question stops as soon as it has enough, so that a hundred thousand customers cost no more
/// than a few; only the last one looks at everybody.
pub(crate) fn search(
    db: &Connection,
    shown: Shown,
    text: &str,
    limit: usize,
) -> rusqlite::Result<Vec<Customer>> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let text = text.trim();
    if text.is_empty() {
        let rest = "t.merged_into is null order by t.name collate nocase, t.n limit ?1";
        return rows::listed(db, shown, ("", rest), &[&most]);
    }
    let mut found = Vec::new();
    for question in [Question::Name, Question::Word, Question::Title] {
        if found.len() < limit {
            found.extend(whose(db, shown, question.ask(db, shown, text, most)?)?);
            let mut seen = HashSet::new();
            found.retain(|n| seen.insert(*n));
        }
    }
    if found.is_empty() {
        found = whose(db, shown, anywhere(db, shown, text, most)?)?;
        let mut seen = HashSet::new();
        found.retain(|n| seen.insert(*n));
    }
    found.truncate(limit);
    let rest = "t.n in (select value from json_each(?1))
        order by (select key from json_each(?1) where value = t.n)";
    rows::listed(db, Shown::All, ("", rest), &[&AsJson(found)])
}

/// The rowids of those who those of `found` are: themselves, or whom they turned out to be.
fn whose(db: &Connection, shown: Shown, found: Vec<i64>) -> rusqlite::Result<Vec<i64>> {
    let sql = format!(
        "with recursive whose (place, n, merged_into) as (
             select f.key, c.n, c.merged_into from json_each(?1) f join customers c on c.n = f.value
             union
             select w.place, c.n, c.merged_into from whose w join customers c
                 on c.id = w.merged_into)
         select t.n from whose w join customers t on t.n = w.n
         where w.merged_into is null and {} order by w.place",
        shown.condition()
    );
    db.prepare_cached(&sql)?.query_map([AsJson(found)], |row| row.get(0))?.collect()
}

/// A way to look for customers.
#[derive(Clone, Copy)]
enum Question {
    /// Their name begins with what was typed.
    Name,
    /// Every word of it is somewhere in name, e-mail or phone.
    Word,
    /// It is in the title of a booking of theirs.
    Title,
}

impl Question {
    /// The rowids of those whom it finds, best first.
    fn ask(
        self,
        db: &Connection,
        shown: Shown,
        text: &str,
        limit: i64,
    ) -> rusqlite::Result<Vec<i64>> {
        let kept = shown.condition();
        let (sql, value) = match self {
            Self::Name => {
                let sql = format!(
                    "select t.n from customers t where t.name >= ?1 collate nocase
                       and t.name < ?1 || char(1114109) collate nocase and {kept}
                     order by t.name collate nocase, t.n limit ?2"
                );
                (sql, text.to_owned())
            }
            Self::Word => {
                let (index, value) = words(text);
                // By rowid, the index itself stops at the limit; by rank it would weigh them all.
                let sql = format!(
                    "select t.n from {index} f cross join customers t on t.n = f.rowid
                     where {index} match ?1 and {kept} order by f.rowid limit ?2"
                );
                (sql, value)
            }
            Self::Title if text.chars().count() < 3 => return Ok(Vec::new()),
            Self::Title => {
                let sql = format!(
                    "select t.n from booking_titles_trigram f
                     cross join booking_titles b on b.n = f.rowid
                     cross join customers t on t.id = b.customer_id
                     where booking_titles_trigram match ?1 and {kept}
                     order by f.rowid desc limit ?2"
                );
                (sql, quoted(text))
            }
        };
        db.prepare_cached(&sql)?.query_map((value, limit), |row| row.get(0))?.collect()
    }
}

/// The rowids of those who have all of `text` anywhere, by name.
fn anywhere(db: &Connection, shown: Shown, text: &str, limit: i64) -> rusqlite::Result<Vec<i64>> {
    let is_number = |c: char| c.is_ascii_digit() || " -()/.+".contains(c);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = if text.chars().all(is_number) { digits } else { String::new() };
    let phone = [" ", "-", "(", ")", "/", ".", "+"]
        .iter()
        .fold("t.phone".to_owned(), |phone, mark| format!("replace({phone}, '{mark}', '')"));
    let sql = format!(
        "select t.n from customers t
         where (instr(lower(t.name || ' ' || t.email || ' ' || t.phone), lower(?1)) > 0
             or (?2 <> '' and instr({phone}, ?2) > 0))
           and {} order by t.name collate nocase, t.n limit ?3",
        shown.condition()
    );
    db.prepare_cached(&sql)?.query_map((text, digits, limit), |row| row.get(0))?.collect()
}

/// Which index knows the words of `text`, and how it is asked.
fn words(text: &str) -> (&'static str, String) {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.iter().all(|word| word.chars().count() >= 3) {
        let all: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        return ("customers_trigram", all.join(" "));
    }
    let all: Vec<String> = words.iter().map(|word| format!("{}*", quoted(word))).collect();
    ("customers_prefix", all.join(" "))
}

/// As an FTS5 string, so that nothing a person types is query syntax.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

/// Those whose name is exactly `name`, case aside.
pub(crate) fn by_name(db: &Connection, name: &str) -> rusqlite::Result<Vec<Customer>> {
    let rest = "t.merged_into is null and t.name = ?1 collate nocase order by t.n";
    rows::listed(db, Shown::Kept, ("", rest), &[&name])
}

/// Those with `text` in a tag, by name.
pub(crate) fn by_tag(db: &Connection, shown: Shown, text: &str) -> rusqlite::Result<Vec<Customer>> {
    let rest = "t.merged_into is null and t.tags <> '[]'
           and exists (select 1 from json_each(t.tags) tag
               where instr(lower(tag.value), lower(?1)) > 0)
         order by t.name collate nocase, t.n";
    rows::listed(db, shown, ("", rest), &[&text])
}

/// Those who turned out to be somebody else.
pub(crate) fn merged(db: &Connection) -> rusqlite::Result<Vec<Customer>> {
    rows::all(db, "where t.merged_into is not null order by t.name collate nocase, t.n", &[])
}
