//! The harness itself, before anything is built on it: its parts start, work, and end with us.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod bad_line;
mod parts_end_with_us;
mod throwaway_postgres;
mod windows;
