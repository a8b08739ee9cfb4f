//! Headquarters: one Postgres behind a small, stateless sync endpoint. It has the last word on what
//! stands, and remembers every word it said.
//!
//! A push goes `http` -> `admit` (an organisation's lane, one transaction: facts, decide, apply) ->
//! `feed` (counters and rows, last in that transaction); a pull reads the feed of the device's
//! scopes in one snapshot. All SQL is in `store`, one module per table.
//!
//! There is no rule here: those are in `holdfast-domain`. Postgres holds the guards. This crate
//! deliberately does not know replicas.

mod admit;
mod db;
pub mod doctor;
pub mod enrol;
mod failure;
mod feed;
mod housekeeping;
mod http;
pub mod migrations;
pub mod records;
pub mod registry;
mod store;

pub use db::{Database, Session};
pub use failure::Failure;
pub use http::{App, serve};
pub use store::OrgId;
