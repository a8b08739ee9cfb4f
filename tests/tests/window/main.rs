//! Stories in the real window: two programs under Xvfb, only by clicking and typing.
//!
//! With `HOLDFAST_SCREENSHOTS=DIR` they leave pictures of what they went through, in light and dark.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a story that cannot go on ends there")]

mod beside;
mod calendar;
mod classes;
mod demo;
mod exchange;
mod first_start;
mod forms;
mod halls;
mod hand;
mod keyboard;
mod laptop;
mod life;
mod lock;
mod lost_reply;
mod narrow;
mod offers;
mod people;
mod reach;
mod refusals;
mod reports;
mod requests;
mod rooms;
mod sales;
mod series;
mod staff;
mod two_desks;
