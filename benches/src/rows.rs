//! A club to book at.

use anyhow::{Context, Result};
use chrono::Days;
use holdfast_domain::command::BookingText;
use holdfast_domain::{Command, CustomerId, ResourceId, ResourceKind, Timestamp, Venue};
use holdfast_replica::draft::{self, BookingDraft};
use holdfast_replica::{Founding, Replica, Submission, now};
use std::path::Path;

/// What can be booked, and by whom.
pub(crate) struct Club {
    pub(crate) venue: Venue,
    pub(crate) courts: Vec<ResourceId>,
    pub(crate) customers: Vec<CustomerId>,
}

/// Bookings of one court and day.
const PER_DAY: usize = 24;

impl Club {
    /// A venue with ten courts and a hundred customers.
    pub(crate) fn found(dir: &Path) -> Result<(Replica, Self)> {
        Self::found_with(dir, 10)
    }

    /// The same with so many courts.
    pub(crate) fn found_with(dir: &Path, court_count: usize) -> Result<(Replica, Self)> {
        let mut replica = Replica::open(dir)?;
        let at = now();
        let founding = Founding {
            org_name: "Bench".into(),
            owner_name: "Owner".into(),
            venue_name: "Club".into(),
            timezone: "Europe/Berlin".into(),
            currency: "EUR".into(),
            slot_minutes: 15,
        };
        let venue_id =
            replica.found(&founding, at)?.map_err(|refusal| anyhow::anyhow!(refusal.message()))?;
        let venue = replica.venue(venue_id)?.context("a founded venue")?;
        let mut commands = Vec::new();
        let (mut courts, mut customers) = (Vec::new(), Vec::new());
        for n in 1..=court_count {
            let name = format!("Court {n}");
            let (id, command) =
                draft::add_resource(&name, ResourceKind::Court, "", "", vec![venue_id]);
            courts.push(id);
            commands.push(command);
        }
        for n in 1..=100 {
            let (id, command) = draft::add_customer(&format!("Customer {n}"), |_| {});
            customers.push(id);
            commands.push(command);
        }
        let done = replica.submit_all(&commands, at)?;
        anyhow::ensure!(
            done.iter().all(|s| matches!(s, Submission::Done(_))),
            "the club is set up"
        );
        Ok((replica, Self { venue, courts, customers }))
    }

    /// The `n`th booking: no two of them overlap.
    pub(crate) fn booking(&self, n: usize, at: Timestamp) -> Command {
        let court = self.courts[n % self.courts.len()];
        let n_here = n / self.courts.len();
        let day = self.venue.timezone.date(at) + Days::new(1 + (n_here / PER_DAY) as u64);
        let start = day.and_time(chrono::NaiveTime::MIN)
            + chrono::Duration::minutes((n_here % PER_DAY) as i64 * 60);
        BookingDraft {
            venue_id: self.venue.id,
            resource_ids: vec![court],
            local_start: start,
            local_end: start + chrono::Duration::minutes(45),
            customer_id: Some(self.customers[n % self.customers.len()]),
            text: BookingText { title: "Training".into(), ..BookingText::default() },
        }
        .book(&self.venue)
        .command
    }
}
