//! Admitting operations: the one path on which anything changes at headquarters.
//!
//! [`Lanes`] gathers an organisation's concurrent pushes; [`batch`] is one transaction under the
//! organisation's lock; [`operation`] settles one operation: seen before, next in its chain,
//! readable, given by the device's own person, then facts, `decide`, apply. Every operation that is
//! taken ends with a verdict in the ledger, in the same transaction as its effects and the feed.
//!
//! [`foresight`] asks the same rules beforehand.
//!
//! Rules are not here: they are `holdfast_domain::decide`. HTTP is not here either.

mod alternatives;
mod batch;
mod dependency;
pub(crate) mod foresight;
mod ground;
mod lane;
mod notices;
mod operation;
mod plan;

pub(crate) use lane::{Lanes, Origin, Push};
