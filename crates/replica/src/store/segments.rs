//! Customers by what they have in common: a tag, or what they agreed to. Whoever was deleted, or
//! turned out to be somebody else, is in none of it.

use super::AsJson;
use super::rows::{self, Shown};
use holdfast_domain::Customer;
use rusqlite::Connection;

/// What somebody agreed to get.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wish {
    Offers,
    TextMessages,
}

/// How many customers there are.
pub(crate) fn count(db: &Connection) -> rusqlite::Result<usize> {
    let sql =
        format!("select count(*) from customers t where {}", present("t.merged_into is null"));
    db.prepare_cached(&sql)?.query_row([], |row| row.get(0))
}

/// Every tag that somebody has, as it is written.
pub(crate) fn tags(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = format!(
        "select distinct tag.value from customers t, json_each(t.tags) tag where {}
         order by tag.value",
        present("t.merged_into is null and t.tags <> '[]'")
    );
    db.prepare_cached(&sql)?.query_map([], |row| row.get(0))?.collect()
}

/// Those who have one of `tags`, as these are written, by name.
pub(crate) fn tagged(db: &Connection, tags: &[String]) -> rusqlite::Result<Vec<Customer>> {
    let rest = "t.merged_into is null and t.tags <> '[]'
           and exists (select 1 from json_each(t.tags) tag
               where tag.value in (select value from json_each(?1)))
         order by t.name collate nocase, t.n";
    rows::listed(db, Shown::Kept, ("", rest), &[&AsJson(tags)])
}

/// Those who agreed to get something, by name.
pub(crate) fn agreed(db: &Connection, wish: Wish) -> rusqlite::Result<Vec<Customer>> {
    let rest = format!("{} order by t.name collate nocase, t.n", condition(wish));
    rows::listed(db, Shown::Kept, ("", &rest), &[])
}

/// Whether anybody did.
pub(crate) fn somebody_agreed(db: &Connection, wish: Wish) -> rusqlite::Result<bool> {
    let sql = format!("select 1 from customers t where {}", present(condition(wish)));
    db.prepare_cached(&sql)?.exists([])
}

fn present(rest: &str) -> String {
    format!("{} and {rest}", Shown::Kept.condition())
}

fn condition(wish: Wish) -> &'static str {
    match wish {
        Wish::Offers => "t.merged_into is null and t.consent_marketing = 1",
        Wish::TextMessages => "t.merged_into is null and t.consent_sms = 1",
    }
}
