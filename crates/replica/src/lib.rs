//! One device's SQLite replica: what it may see, what it did, and everything a desk asks of it.
//!
//! [`Replica::submit`] is the only way in which a person's work changes anything: facts, decide,
//! apply and the outbox, in one transaction. Sync pushes the outbox and pulls what headquarters
//! decided ([`sync`]); what arrives is put under the waiting operations ([`rebase`]). All questions
//! are answered from here, never from the network ([`query`]).
//!
//! This crate deliberately knows no rule (`holdfast-domain` does) and no window. SQL lives in
//! `store/`, one module per table.

mod apply;
mod archive;
pub mod doctor;
pub mod draft;
mod export;
mod facts;
mod failure;
mod history;
pub mod hours;
mod housekeeping;
pub mod import;
mod privacy;
pub mod query;
mod rebase;
mod replica;
pub mod report;
pub mod sample;
mod settle;
mod sign_in;
mod store;
mod submit;
pub mod sync;
mod undo;

pub use archive::{Archive, HandedOut};
pub use export::Exported;
pub use failure::Failure;
pub use history::Happened;
pub use privacy::Retained;
pub use replica::{Founding, Identity, Replica, now};
pub use sign_in::{Session, SignInRefusal};
pub use store::bookings::{Filter, Listed};
pub use store::outbox::{Kept, Settled};
pub use submit::{Receipt, Standing, Submission};
pub use undo::Undone;
