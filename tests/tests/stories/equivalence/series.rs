//! Asking about bookings that recur.

use super::ask::Asker;
use chrono::Duration;
use holdfast_domain::command::{BookSeries, ChangeSeries, OnConflict, SeriesChange, SetStatus};
use holdfast_domain::{
    Booking, BookingStatus, Command, Limit, Patch, Recurrence, Series, SeriesId, Stay,
};

impl Asker {
    pub(super) fn book_series(&mut self) -> Command {
        let venue = self.any_venue();
        let mut template = self.new_booking(&venue);
        let rules = ["FREQ=DAILY;COUNT=4", "FREQ=WEEKLY;COUNT=3", "FREQ=DAILY;INTERVAL=2;COUNT=6"];
        let rrule = Recurrence::parse(self.dice.one_of(&rules)).unwrap();
        let start = template.stay.local_start;
        let length = template.stay.local_end - start;
        let expanded = rrule.expand(start, venue.timezone, &[], Limit::SERIES);
        let mut stays: Vec<Stay> = expanded.map_or_else(
            |_| vec![template.stay],
            |dates| {
                let date = |local| Stay::resolve(venue.timezone, local, local + length).0;
                dates.occurrences.iter().map(|date_| date(date_.local)).collect()
            },
        );
        match self.dice.roll(25) {
            0 => stays.clear(),
            1 => stays.reverse(),
            2 => stays.push(
                Stay::resolve(
                    venue.timezone,
                    start + Duration::days(800),
                    start + Duration::days(800) + length,
                )
                .0,
            ),
            _ => {}
        }
        if let Some(first) = stays.first() {
            template.stay = *first;
        }
        let existing = self.picture.any::<Series>(&mut self.dice).map(|series| series.id);
        let new = SeriesId(self.dice.id());
        Command::BookSeries(BookSeries {
            series_id: existing.filter(|_| self.dice.one_in(15)).unwrap_or(new),
            rrule,
            local_start: start,
            template,
            stays,
            on_conflict: if self.dice.one_in(3) { OnConflict::Refuse } else { OnConflict::Skip },
            skipped: Vec::new(),
            may_be_empty: self.dice.one_in(4),
        })
    }

    /// All bookings of a series, or those from one on: called off, shifted, or written on.
    pub(super) fn change_series(&mut self) -> Command {
        let Some(series) = self.picture.any::<Series>(&mut self.dice) else {
            return self.book_series();
        };
        // Those that were called off may be taken up again.
        let again = self.dice.one_in(5);
        let mut bookings: Vec<Booking> = self
            .picture
            .all::<Booking>()
            .filter(|it| it.series_id == Some(series.id) && (again || it.status.is_open()))
            .cloned()
            .collect();
        bookings.sort_by_key(|booking| booking.stay.starts_at);
        let first = if bookings.is_empty() { 0 } else { self.dice.roll(bookings.len()) };
        let mut following = bookings.split_off(first);
        if self.dice.one_in(15) {
            following.extend(self.any_booking());
        }
        let zone = self.venue_of(series.venue_id).timezone;
        let kind = self.dice.roll(6);
        let shift = Duration::minutes(self.dice.one_of(&[-1_440, -60, 30, 60, 1_440, 2_880]));
        let next: Vec<Booking> =
            following.iter().cycle().skip(1).take(following.len()).cloned().collect();
        let changes = following.iter().zip(next).map(|(booking, next)| match kind {
            _ if again && !booking.status.is_open() => {
                let status = Patch { from: booking.status, to: BookingStatus::Confirmed };
                SeriesChange::SetStatus(SetStatus {
                    booking_id: booking.id,
                    status,
                    reason: String::new(),
                    lapsed: false,
                    package_id: booking.package_id,
                })
            }
            0 => SeriesChange::Cancel(self.cancel_of(booking)),
            1 => SeriesChange::EditBooking(self.edit_of(booking)),
            _ => {
                let mut moved = self.move_of(booking);
                if kind == 3 {
                    // Each takes the place of the next.
                    moved.stay = Patch { from: booking.stay, to: next.stay };
                    moved.resource_ids.to = next.resource_ids;
                } else if kind != 2 {
                    let start = booking.stay.local_start + shift;
                    let length = booking.stay.local_end - booking.stay.local_start;
                    let to = Stay::resolve(zone, start, start + length).0;
                    moved.stay = Patch { from: booking.stay, to };
                    moved.resource_ids.to.clone_from(&booking.resource_ids);
                }
                SeriesChange::Reschedule(moved)
            }
        });
        let changes = changes.collect();
        Command::ChangeSeries(ChangeSeries { series_id: series.id, changes })
    }
}
