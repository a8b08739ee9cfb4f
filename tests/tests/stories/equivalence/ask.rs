//! Who asks: what somebody might want next, sensible or not.

use super::CREW;
use super::dice::Dice;
use super::picture::Picture;
use chrono::{Duration, NaiveTime};
use holdfast_domain::command::Delete;
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    Command, Customer, Entity, Resource, ResourceId, StaffId, Stay, Timestamp, Venue, VenueId,
};

pub(super) struct Asker {
    pub(super) dice: Dice,
    pub(super) picture: Picture,
    /// The clock of the story. It lies in the past, so that headquarters believes every minute of it.
    pub(super) at: Timestamp,
    pub(super) owner: StaffId,
}

impl Asker {
    /// Some minutes pass.
    pub(super) fn wait(&mut self) {
        let minutes = self.dice.roll(6) as i64;
        self.at = self.at.plus_ms(minutes * MINUTE_MS + 1_000);
    }

    /// Mostly the owner, sometimes somebody who may do less.
    pub(super) fn somebody(&self, who: usize) -> (&'static str, StaffId) {
        match who {
            0..=2 => ("the owner", self.owner),
            3 => ("the manager", CREW[0]),
            4 => ("the front desk", CREW[1]),
            _ => ("the instructor", CREW[2]),
        }
    }

    pub(super) fn command(&mut self) -> Command {
        match self.dice.roll(100) {
            0..=19 => self.book(),
            20..=21 => self.record(),
            22..=24 => self.import(),
            25..=34 => self.reschedule(),
            35..=40 => self.cancel(),
            41..=44 => self.edit_booking(),
            45..=51 => self.set_status(),
            52..=53 => self.pay(),
            54..=55 => self.book_series(),
            56..=58 => self.change_series(),
            59..=64 => self.add_attendance(),
            65..=66 => self.promote(),
            67..=69 => self.cancel_attendance(),
            70..=71 => self.check_in(),
            72 => self.set_capacity(),
            73 => self.event(),
            74..=77 => self.sell(),
            78 if self.dice.one_in(2) => self.correct(),
            78 => self.expire(),
            79 => self.record(),
            80 => self.product(),
            81..=82 => self.service(),
            83..=84 => self.customer(),
            85 => self.merge(),
            86 => self.staff(),
            87..=89 => self.resource(),
            90..=91 => self.venue(),
            92..=94 => self.exceptions(),
            95 => self.withdraw_exceptions(),
            _ => self.delete_or_restore(),
        }
    }

    pub(super) fn any_venue(&mut self) -> Venue {
        let odd = self.dice.one_in(15);
        let open = |it: &Venue| odd || it.deletion.is_none();
        let venue = self.picture.some::<Venue>(&mut self.dice, open);
        venue.unwrap_or_else(|| self.picture.any::<Venue>(&mut self.dice).unwrap())
    }

    pub(super) fn venue_of(&self, id: VenueId) -> Venue {
        let first = || self.picture.all::<Venue>().next().unwrap();
        self.picture.get::<Venue>(id).unwrap_or_else(first).clone()
    }

    /// A time on the wall of a venue, mostly ahead and mostly sound.
    pub(super) fn stay(&mut self, venue: &Venue) -> Stay {
        let today = venue.timezone.date(self.at);
        let days = self.dice.one_of(&[-1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 3, 12]);
        let hour = if self.dice.one_in(8) { self.dice.roll(24) } else { 8 + self.dice.roll(12) };
        let minute = self.dice.one_of(&[0, 0, 0, 0, 0, 0, 0, 30, 30, 30, 30, 15, 7]);
        let minutes = self
            .dice
            .one_of(&[30, 30, 60, 60, 60, 60, 60, 60, 90, 90, 120, 120, 240, 0, -30, 1_440, 1_470]);
        let start = (today + Duration::days(days)).and_time(NaiveTime::MIN)
            + Duration::minutes(60 * hour as i64 + minute);
        let mut stay = Stay::resolve(venue.timezone, start, start + Duration::minutes(minutes)).0;
        if self.dice.one_in(60) {
            match self.dice.roll(5) {
                0 => stay.local_start += Duration::hours(5),
                1 => stay.local_end += Duration::milliseconds(500),
                2 => stay.starts_at = self.far(),
                3 => stay.ends_at = self.far(),
                _ => stay.local_end = start + Duration::days(365 * 200),
            }
        }
        stay
    }

    /// An instant that no desk would mean.
    pub(super) fn far(&mut self) -> Timestamp {
        let years = self.dice.one_of(&[-2_000_i64, -600, -130, 200, 7_000]);
        self.at.plus_ms(years * 365 * 24 * 60 * MINUTE_MS)
    }

    /// One to three resources, mostly of the venue.
    pub(super) fn resources(&mut self, venue_id: VenueId) -> Vec<ResourceId> {
        let odd = self.dice.one_in(15);
        let sound = |it: &Resource| {
            it.venue_ids.contains(&venue_id) && (odd || it.active && it.deletion.is_none())
        };
        let mut ids = Vec::new();
        for _ in 0..self.dice.one_of(&[1, 1, 1, 1, 1, 1, 1, 1, 2, 3]) {
            let elsewhere = self.dice.one_in(25);
            let of = self.picture.some::<Resource>(&mut self.dice, |it| elsewhere || sound(it));
            ids.push(ResourceId(self.dice.known(of.map(|resource| resource.id.0))));
        }
        if self.dice.one_in(60) {
            ids.clear();
        }
        ids
    }

    /// A customer who may book, mostly.
    pub(super) fn any_customer(&mut self) -> Option<Customer> {
        let any = self.dice.one_in(20);
        let may = |it: &Customer| {
            any || it.erased_at.is_none()
                && it.deletion.is_none()
                && it.merged_into.is_none()
                && it.blocked_reason.is_empty()
        };
        self.picture.some::<Customer>(&mut self.dice, may)
    }

    fn delete_or_restore(&mut self) -> Command {
        let sorts = [
            Entity::Resource,
            Entity::Customer,
            Entity::Service,
            Entity::Product,
            Entity::Event,
            Entity::Booking,
        ];
        let entity = if self.dice.one_in(20) { Entity::Venue } else { self.dice.one_of(&sorts) };
        let rows = self.picture.entities().filter(|(it, _)| *it == entity);
        let ids = rows.flat_map(|(_, rows)| rows.iter().map(|row| row.id()));
        let id = self.dice.pick_by(ids.map(|id| (self.picture.name(id), id)));
        let c = Delete { entity, id: self.dice.known(id) };
        let seldom = if entity == Entity::Venue { 20 } else { 4 };
        if self.dice.one_in(seldom) { Command::Delete(c) } else { Command::Restore(c) }
    }
}
