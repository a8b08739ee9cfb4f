//! Stories of desks and their headquarters, told with the real programs on a real Postgres.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a story that cannot go on ends there")]

mod alternatives;
mod club;
mod crash;
mod device;
mod device_takeover;
mod equivalence;
mod erased_kept;
mod erased_passed;
mod erased_restored;
mod erased_series;
mod erased_then;
mod erased_unseen;
mod faults;
mod fight;
mod fight_rosters;
mod free;
mod guards;
mod halls;
mod housekeeping;
mod housekeeping_rounds;
mod isolation;
mod joins_whole;
mod laptop;
mod long_queue;
mod people;
mod promotion;
mod records;
mod refusals_elsewhere;
mod refusals_here;
mod refusals_named;
mod roles;
mod takes_over;
mod taking_back;
mod two_desks;
mod two_venues;
mod verdicts;
