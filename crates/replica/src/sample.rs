//! A generated venue to try things on: courts, rooms and people, booked around today. The same every
//! time but for the date.

use crate::draft::{self, BookingDraft};
use crate::failure::Failure;
use crate::replica::Replica;
use crate::submit::Submission;
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};
use holdfast_domain::command::BookingText;
use holdfast_domain::schedule::stay_at;
use holdfast_domain::{Command, CustomerId, ResourceId, ResourceKind, Timestamp, Venue, VenueId};

/// Days from today on that are booked.
const DAYS: u64 = 14;

const RESOURCES: [(&str, ResourceKind, &str); 9] = [
    ("Tennis Court 1", ResourceKind::Court, "Outside, clay"),
    ("Tennis Court 2", ResourceKind::Court, "Outside, clay"),
    ("Badminton Court", ResourceKind::Court, "Hall"),
    ("Squash Court", ResourceKind::Court, "Basement"),
    ("Studio 1", ResourceKind::Room, "First floor, mirrors"),
    ("Studio 2", ResourceKind::Room, "First floor"),
    ("Treatment Room", ResourceKind::Room, "Ground floor"),
    ("Ball Machine", ResourceKind::Equipment, "Store"),
    ("Coach Lena", ResourceKind::Instructor, ""),
];

const CUSTOMERS: [(&str, &str); 16] = [
    ("Amara Okafor", "+49 30 5550101"),
    ("Ben Fischer", "+49 30 5550102"),
    ("Chloé Martin", "+49 30 5550103"),
    ("David Lindqvist", "+49 30 5550104"),
    ("Elif Yılmaz", "+49 30 5550105"),
    ("Farid Haddad", "+49 30 5550106"),
    ("Grace Worthington-Smyth", "+49 30 5550107"),
    ("Hannah Schneider", "+49 30 5550108"),
    ("Ivo Novák", "+49 30 5550109"),
    ("김민준", "+49 30 5550110"),
    ("Lucía Fernández", "+49 30 5550111"),
    ("Mateusz Kowalski", "+49 30 5550112"),
    ("Noor van den Berg", "+49 30 5550113"),
    ("Priya Raman", "+49 30 5550114"),
    ("سارة المصري", "+49 30 5550115"),
    ("Tom Becker", "+49 30 5550116"),
];

/// Fills a founded venue: resources, customers, and two weeks of bookings from today on.
///
/// # Errors
/// Where the disk says no; or where the sample breaks a rule, which is a bug.
pub fn fill(replica: &mut Replica, venue_id: VenueId, at: Timestamp) -> Result<(), Failure> {
    let venue = replica.venue(venue_id)?.ok_or(Failure::Empty)?;
    let (resource_ids, mut commands): (Vec<ResourceId>, Vec<Command>) = RESOURCES
        .iter()
        .map(|(name, kind, location)| {
            draft::add_resource(name, *kind, location, "", vec![venue_id])
        })
        .unzip();
    let mut customer_ids = Vec::new();
    for (name, phone) in CUSTOMERS {
        let (id, command) = draft::add_customer(name, |add| add.phone = phone.into());
        customer_ids.push(id);
        commands.push(command);
    }
    let today = venue.timezone.date(at);
    for date in (0..DAYS).filter_map(|n| today.checked_add_days(Days::new(n))) {
        for (n, &resource_id) in resource_ids.iter().enumerate() {
            commands.extend(day(&venue, date, n, resource_id, &customer_ids));
        }
    }
    for submission in replica.submit_all(&commands, at)? {
        if let Submission::Refused(refusal) = submission {
            return Err(Failure::Corrupt(format!("the sample: {}", refusal.message())));
        }
    }
    Ok(())
}

/// One resource's day: bookings of one to two hours with gaps between, fewer at weekends.
fn day(
    venue: &Venue,
    date: NaiveDate,
    n: usize,
    resource_id: ResourceId,
    customers: &[CustomerId],
) -> Vec<Command> {
    let mut dice = Dice(u64::from(date.num_days_from_ce().unsigned_abs()) << 8 | n as u64);
    let mut start = date.and_time(NaiveTime::MIN) + TimeDelta::hours(8 + dice.roll(3));
    let evening = date.and_time(NaiveTime::MIN) + TimeDelta::hours(20);
    let mut commands = Vec::new();
    while start < evening {
        let minutes = 60 + 30 * dice.roll(3);
        let busy = dice.roll(10) < if date.weekday().number_from_monday() > 5 { 4 } else { 6 };
        let customer = customers[usize::try_from(dice.roll(customers.len() as i64)).unwrap_or(0)];
        // The clocks may skip an hour: nothing is booked then.
        let stay = stay_at(venue, start, u32::try_from(minutes).unwrap_or(60)).filter(|_| busy);
        if let Some(stay) = stay {
            let draft = BookingDraft {
                venue_id: venue.id,
                resource_ids: vec![resource_id],
                local_start: stay.local_start,
                local_end: stay.local_end,
                customer_id: Some(customer),
                text: BookingText::default(),
            };
            commands.push(draft.book(venue).command);
        }
        start += TimeDelta::minutes(minutes + 30 * dice.roll(3));
    }
    commands
}

/// A small deterministic sequence (SplitMix64): the sample need not be random, only uneven.
struct Dice(u64);

impl Dice {
    /// 0 up to, and without, `sides`.
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 33) as i64 % sides
    }
}
