//! Customers, who is one with whom, and finding them.

mod search;

use super::AsJson;
use super::rows::{self, Shown};
use holdfast_domain::{Customer, CustomerId};
use rusqlite::Connection;
pub(crate) use search::search;
use search::{folded, quoted};
use std::collections::HashSet;

/// The ids of a customer, `?1`, and of all who turned out to be them.
pub(super) const SAME: &str = "with recursive same (id) as (
    select ?1 union select c.id from customers c join same on c.merged_into = same.id)
    select id from same";

/// The ids of a customer, `?1`, of whoever they turned out to be, and of all who turned out to be that
/// one, too.
pub(super) const ALL_ONE: &str = "with recursive
    up (id) as (select ?1 union select c.merged_into from customers c
        join up on c.id = up.id where c.merged_into is not null),
    one (id) as (select id from up
        union select c.id from customers c join one on c.merged_into = one.id)
    select id from one";

/// Everybody whose data was erased.
pub(crate) fn erased(db: &Connection) -> rusqlite::Result<HashSet<CustomerId>> {
    db.prepare_cached("select id from customers where erased_at is not null")?
        .query_map([], |row| row.get(0).map(CustomerId))?
        .collect()
}

/// A customer, whoever they turned out to be, and all who turned out to be that one, too.
pub(crate) fn all_one(db: &Connection, id: CustomerId) -> rusqlite::Result<Vec<CustomerId>> {
    // Hardly anybody is several, and each booking asks.
    let is_several: bool = db
        .prepare_cached(
            "select exists (select 1 from customers where id = ?1 and merged_into is not null)
                 or exists (select 1 from customers where merged_into = ?1)",
        )?
        .query_row([id.0], |row| row.get(0))?;
    if !is_several {
        return Ok(vec![id]);
    }
    db.prepare_cached(ALL_ONE)?.query_map([id.0], |row| row.get(0).map(CustomerId))?.collect()
}

/// Those whose name is exactly `name`, case aside.
pub(crate) fn by_name(db: &Connection, name: &str) -> rusqlite::Result<Vec<Customer>> {
    let rest = "t.merged_into is null and t.name = ?1 collate nocase order by t.n";
    let named: Vec<Customer> = rows::listed(db, Shown::Kept, ("", rest), &[&name])?;
    if !named.is_empty() || name.is_ascii() {
        return Ok(named);
    }
    // SQLite knows the case of no other letters than those of ASCII.
    let rest = "t.merged_into is null and t.n in (
             select rowid from customers_trigram where customers_trigram match ?1)
         order by t.n";
    let mut like: Vec<Customer> = rows::listed(db, Shown::Kept, ("", rest), &[&quoted(name)])?;
    like.retain(|customer| customer.name.to_lowercase() == name.to_lowercase());
    Ok(like)
}

/// Those with `text` in a tag, by name.
pub(crate) fn by_tag(db: &Connection, shown: Shown, text: &str) -> rusqlite::Result<Vec<Customer>> {
    let sql =
        "select distinct tag.value from customers t, json_each(t.tags) tag where t.tags <> '[]'";
    let mut asked = db.prepare_cached(sql)?;
    let tags = asked.query_map([], |row| row.get(0))?;
    let mut tags: Vec<String> = tags.collect::<Result<_, _>>()?;
    tags.retain(|tag| folded(tag).contains(&folded(text)));
    if tags.is_empty() {
        return Ok(Vec::new());
    }
    let rest = "t.merged_into is null and t.tags <> '[]'
           and exists (select 1 from json_each(t.tags) tag
               where tag.value in (select value from json_each(?1)))
         order by t.name collate nocase, t.n";
    rows::listed(db, shown, ("", rest), &[&AsJson(tags)])
}

/// Those who turned out to be somebody else.
pub(crate) fn merged(db: &Connection) -> rusqlite::Result<Vec<Customer>> {
    rows::all(db, "where t.merged_into is not null order by t.name collate nocase, t.n", &[])
}
