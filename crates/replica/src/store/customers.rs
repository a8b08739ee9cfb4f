//! Customers, and finding them from the first letter.

use super::rows::{self, Shown};
use holdfast_domain::Customer;
use rusqlite::Connection;

/// The ids of a customer, `?1`, and of all who turned out to be them.
pub(super) const SAME: &str = "with recursive same (id) as (
    select ?1 union select c.id from customers c join same on c.merged_into = same.id)
    select id from same";

/// Those with every word of `text` in name, e-mail or phone: anywhere for words of three letters
/// and more, at the beginning of a word for shorter ones. Best first; all by name where `text` is
/// blank. Who turned out to be somebody else is left out.
pub(crate) fn search(
    db: &Connection,
    shown: Shown,
    text: &str,
    limit: usize,
) -> rusqlite::Result<Vec<Customer>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (short, long): (Vec<&str>, Vec<&str>) =
        text.split_whitespace().partition(|word| word.chars().count() < 3);
    // Each word becomes a quoted FTS5 string, so that nothing a person types is query syntax.
    let quoted = |word: &str| format!("\"{}\"", word.replace('"', "\"\""));
    let trigram = long.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    let prefix =
        short.iter().map(|word| format!("{}*", quoted(word))).collect::<Vec<_>>().join(" ");
    let (joins, condition, order) = match (long.is_empty(), short.is_empty()) {
        (true, true) => ("", "?1 = ?2", "t.name collate nocase, t.n"),
        (false, true) => (
            "join customers_trigram f on t.n = f.rowid",
            "customers_trigram match ?1 and ?2 = ''",
            "f.rank, t.n",
        ),
        (true, false) => (
            "join customers_prefix p on t.n = p.rowid",
            "customers_prefix match ?2 and ?1 = ''",
            "t.n",
        ),
        (false, false) => (
            "join customers_trigram f on t.n = f.rowid",
            "customers_trigram match ?1
             and t.n in (select rowid from customers_prefix where customers_prefix match ?2)",
            "f.rank, t.n",
        ),
    };
    let rest = format!("t.merged_into is null and {condition} order by {order} limit ?3");
    rows::listed(db, shown, (joins, &rest), &[&trigram, &prefix, &limit])
}

/// Those whose name is exactly `name`, case aside.
pub(crate) fn by_name(db: &Connection, name: &str) -> rusqlite::Result<Vec<Customer>> {
    let rest = "t.merged_into is null and t.name = ?1 collate nocase order by t.n";
    rows::listed(db, Shown::Kept, ("", rest), &[&name])
}

/// Those with `text` in a tag, or in the title of a booking of theirs; by name.
pub(crate) fn by_words(
    db: &Connection,
    shown: Shown,
    text: &str,
) -> rusqlite::Result<Vec<Customer>> {
    let rest = "t.merged_into is null and (
             exists (select 1 from json_each(t.tags) tag
                 where instr(lower(tag.value), lower(?1)) > 0)
             or t.id in (select b.customer_id from bookings b
                 where b.title <> '' and instr(lower(b.title), lower(?1)) > 0))
         order by t.name collate nocase, t.n";
    rows::listed(db, shown, ("", rest), &[&text])
}

/// Those who turned out to be somebody else.
pub(crate) fn merged(db: &Connection) -> rusqlite::Result<Vec<Customer>> {
    rows::all(db, "where t.merged_into is not null order by t.name collate nocase, t.n", &[])
}
