//! Customers, and finding them from the first letter.

use super::both;
use holdfast_domain::{Customer, CustomerId, Source};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

const COLUMNS: &str =
    "c.id, c.name, c.email, c.phone, c.address, c.note, c.source_name, c.source_id";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Customer> {
    Ok(Customer {
        id: CustomerId(row.get(0)?),
        name: row.get(1)?,
        email: row.get(2)?,
        phone: row.get(3)?,
        address: row.get(4)?,
        note: row.get(5)?,
        source: both(row.get(6)?, row.get(7)?).map(|(name, id)| Source { name, id }),
    })
}

pub(crate) fn get(db: &Connection, id: Uuid) -> rusqlite::Result<Option<Customer>> {
    db.prepare_cached(&format!("select {COLUMNS} from customers c where c.id = ?1"))?
        .query_row([id], from_row)
        .optional()
}

/// Those with every word of `text` in name, e-mail or phone: anywhere for words of three letters
/// and more, at the beginning of a word for shorter ones. Best first; all by name where `text` is
/// blank.
pub(crate) fn search(db: &Connection, text: &str, limit: usize) -> rusqlite::Result<Vec<Customer>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (short, long): (Vec<&str>, Vec<&str>) =
        text.split_whitespace().partition(|word| word.chars().count() < 3);
    // Each word becomes a quoted FTS5 string, so that nothing a person types is query syntax.
    let quoted = |word: &str| format!("\"{}\"", word.replace('"', "\"\""));
    let trigram = long.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    let prefix =
        short.iter().map(|word| format!("{}*", quoted(word))).collect::<Vec<_>>().join(" ");
    let (from, order) = match (long.is_empty(), short.is_empty()) {
        (true, true) => ("customers c where ?1 = ?2", "c.name collate nocase, c.n"),
        (false, true) => (
            "customers_trigram t join customers c on c.n = t.rowid
             where customers_trigram match ?1 and ?2 = ''",
            "t.rank, c.n",
        ),
        (true, false) => (
            "customers_prefix p join customers c on c.n = p.rowid
             where customers_prefix match ?2 and ?1 = ''",
            "c.n",
        ),
        (false, false) => (
            "customers_trigram t join customers c on c.n = t.rowid
             where customers_trigram match ?1
               and c.n in (select rowid from customers_prefix where customers_prefix match ?2)",
            "t.rank, c.n",
        ),
    };
    db.prepare_cached(&format!("select {COLUMNS} from {from} order by {order} limit ?3"))?
        .query_map((trigram, prefix, limit), from_row)?
        .collect()
}

/// Those whose name is exactly `name`, case aside.
pub(crate) fn by_name(db: &Connection, name: &str) -> rusqlite::Result<Vec<Customer>> {
    db.prepare_cached(&format!(
        "select {COLUMNS} from customers c where c.name = ?1 collate nocase order by c.n"
    ))?
    .query_map([name], from_row)?
    .collect()
}

pub(crate) fn put(db: &Connection, customer: &Customer) -> rusqlite::Result<()> {
    let source = customer.source.as_ref();
    db.prepare_cached(
        "insert into customers (id, name, email, phone, address, note, source_name, source_id)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         on conflict (id) do update set name = excluded.name, email = excluded.email,
             phone = excluded.phone, address = excluded.address, note = excluded.note,
             source_name = excluded.source_name, source_id = excluded.source_id",
    )?
    .execute((
        customer.id.0,
        &customer.name,
        &customer.email,
        &customer.phone,
        &customer.address,
        &customer.note,
        source.map(|source| &source.name),
        source.map(|source| &source.id),
    ))?;
    Ok(())
}
