//! The change feed: who is told what, in versions that are dense and in the order of commits.
//!
//! [`Outgoing`] gathers what a push changed and maps it to scopes; [`publish`](Outgoing::publish)
//! writes it as the last thing of the push's transaction. [`pull`] reads a page for one device, in
//! one snapshot and under its own scopes. Why something changed is no matter here.

mod laptops;
mod outgoing;
mod pull;
mod scopes;

pub(crate) use laptops::{fill, refresh};
pub(crate) use outgoing::Outgoing;
pub(crate) use pull::pull;
