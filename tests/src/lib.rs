//! The harness of the stories: it puts real parts together and takes them apart again. A real
//! Postgres, the real `holdfast-hq`, the real `holdfast`, and the real desk in a real window.
//!
//! What it keeps: nothing outlives the test process, even one ended by SIGKILL, and no server
//! set up by hand is ever used. It knows no rule and no table: the stories in `tests/tests` do.
//! Its functions panic with what to do instead of returning errors, because a story that cannot
//! have its parts has failed. Start at [`postgres::Cluster::shared`].
//!
//! The parts exist on Unix only; elsewhere this crate is empty, and so are its stories.
#![cfg(unix)]

pub mod desk;
pub mod display;
pub mod hq;
pub mod owned;
pub mod parts;
pub mod postgres;
pub mod proxy;
pub mod wait;
pub mod window;
