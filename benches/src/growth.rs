//! What a desk's questions cost as its history grows: at ten thousand, a hundred thousand and a
//! million bookings, with a customer for every ten. What matters is the growth; the figure at a
//! million is held against its aim.

use crate::median;
use crate::rows::Club;
use anyhow::{Context, Result};
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use holdfast_domain::command::{AddExceptions, EditVenue, ExceptionTime, Patch};
use holdfast_domain::schedule::Ask;
use holdfast_domain::{
    BookingId, ClaimId, Command, ExceptionId, ExceptionKind, Interval, OpenSpan, Resource, Stay,
    Timestamp, Zone, report,
};
use holdfast_replica::{Replica, Submission, now};
use rusqlite::Connection;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const RESOURCES: usize = 60;
/// Bookings of one resource on one day: an hour each, from 08:00 on.
const PER_DAY: usize = 12;
const ROUNDS: usize = 15;
const SUBMITS: usize = 200;

/// One question, how long it may take, and how long it took at each size.
struct Row {
    question: &'static str,
    aim: Option<Duration>,
    took: Vec<Duration>,
}

pub(crate) fn run() -> Result<()> {
    let mut rows: Vec<Row> = Vec::new();
    let mut desks = Vec::with_capacity(SIZES.len());
    for (size, bookings) in SIZES.into_iter().enumerate() {
        let dir = tempfile::tempdir()?;
        let (replica, club) = grown(dir.path(), bookings)?;
        let measured = measure(&replica, &club)?;
        desks.push((dir, replica, club));
        for (n, (question, aim, took)) in measured.into_iter().enumerate() {
            if size == 0 {
                rows.push(Row { question, aim, took: Vec::new() });
            }
            rows[n].took.push(took);
        }
    }
    let took = submits(&mut desks)?;
    rows.push(Row { question: "submit of a booking", aim: None, took });
    println!(
        "A desk's questions as its history grows ({RESOURCES} resources, a customer per ten bookings, \
         a class in twenty):"
    );
    println!("  {:<42} {:>10} {:>10} {:>10} {:>8}  aim", "", "10k", "100k", "1M", "growth");
    for row in &rows {
        let last = row.took[row.took.len() - 1];
        let growth = last.as_secs_f64() / row.took[0].as_secs_f64();
        let shown: Vec<String> = row.took.iter().map(|took| format!("{took:.1?}")).collect();
        let verdict = match row.aim {
            Some(aim) => {
                let met = if last <= aim { "met" } else { "NOT MET" };
                format!("at 1M under {aim:?}: {met}")
            }
            None => {
                let met = if growth <= 1.2 { "met" } else { "NOT MET" };
                format!("growth at most 1.2x: {met}")
            }
        };
        let (question, first, second, third) = (row.question, &shown[0], &shown[1], &shown[2]);
        println!("  {question:<42} {first:>10} {second:>10} {third:>10} {growth:>7.1}x  {verdict}");
    }
    println!();
    Ok(())
}

type Measured = (&'static str, Option<Duration>, Duration);

fn measure(replica: &Replica, club: &Club) -> Result<Vec<Measured>> {
    let ms = |n| Some(Duration::from_millis(n));
    let (venue, zone) = (&club.venue, club.venue.timezone);
    let today = zone.date(now());
    let resources: Vec<Resource> = replica.resources()?.into_iter().take(50).collect();
    let week = days(zone, today + Days::new(1), 7)?;
    let ask = Ask {
        within: week,
        minutes: 60,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        now: Some(now()),
    };
    let free = timed(ROUNDS, || Ok(replica.free(venue, &resources, &ask)?.len()))?;
    let board = timed(ROUNDS, || {
        let board = replica.board(venue.id, today)?.context("a board")?;
        Ok(board.bookings.len())
    })?;
    let searches = searches(replica)?;
    let month = report::Days::new(zone, today - Days::new(30), today - Days::new(1));
    let month = month.map_err(|refusal| anyhow::anyhow!(refusal.message()))?;
    let report = timed(ROUNDS, || Ok(replica.utilisation(venue, &month)?.len()))?;
    let mut measured = vec![
        ("free slots of 50 resources for a week", ms(5), free),
        ("day view of 60 resources", ms(8), board),
    ];
    measured.extend(searches.into_iter().map(|(question, took)| (question, ms(1), took)));
    measured.push(("utilisation of 30 days", ms(50), report));
    Ok(measured)
}

/// Each way in which somebody looks for a customer, found or not.
fn searches(replica: &Replica) -> Result<Vec<(&'static str, Duration)>> {
    const SEARCHES: [(&str, &str, bool); 13] = [
        ("customer search: one letter", "m", true),
        ("customer search: part of a word", "illersen", true),
        ("customer search: two words", "anna mill", true),
        ("customer search: a short part", "ll", true),
        ("customer search: a part beside a name", "anna le", true),
        ("customer search: a letter of everybody", "@", true),
        ("customer search: digits of a phone", "5550004", true),
        ("customer search: a booking's title", "birthday", true),
        ("customer search: no match", "nobody", false),
        ("customer search: no match, two letters", "qx", false),
        ("customer search: no match, a part beside a name", "anna qx", false),
        ("customer search: no match, of a seventh of all", "bruno el", false),
        ("customer search: no match, two parts of many", "ru li", false),
    ];
    SEARCHES
        .into_iter()
        .map(|(question, text, somebody)| {
            let found = || {
                let found = replica.customers(text, 20)?.len();
                anyhow::ensure!((found > 0) == somebody, "{question}: {found} found");
                Ok(1)
            };
            Ok((question, timed(ROUNDS, found)?))
        })
        .collect()
}

/// In turn at each size: what the disk is busy with besides delays all alike.
fn submits(desks: &mut [(TempDir, Replica, Club)]) -> Result<Vec<Duration>> {
    let mut took: Vec<Vec<Duration>> = desks.iter().map(|_| Vec::with_capacity(SUBMITS)).collect();
    for n in 0..SUBMITS {
        for ((_, replica, club), took) in desks.iter_mut().zip(&mut took) {
            // Far ahead of what is there.
            let command = club.booking(2_000_000 + n, now());
            let started = Instant::now();
            replica.submit(&command, now())?;
            took.push(started.elapsed());
        }
    }
    Ok(took.into_iter().map(median).collect())
}

fn timed(rounds: usize, mut ask: impl FnMut() -> Result<usize>) -> Result<Duration> {
    let mut took = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let started = Instant::now();
        let rows = ask()?;
        took.push(started.elapsed());
        anyhow::ensure!(rows > 0, "a question was answered with nothing");
    }
    Ok(median(took))
}

fn days(zone: Zone, from: NaiveDate, count: u64) -> Result<Interval> {
    let (starts_at, ends_at) = (zone.day_start(from), zone.day_start(from + Days::new(count)));
    Interval::new(starts_at, ends_at).context("some days")
}

/// A desk with so many bookings behind and before it, written past the rules: they are not what is
/// measured. Two of three lie in the past.
fn grown(dir: &Path, bookings: usize) -> Result<(Replica, Club)> {
    let (replica, club) = Club::found_with(&dir.join("desk"), RESOURCES)?;
    drop(replica);
    let mut db = Connection::open(dir.join("desk/replica.sqlite"))?;
    db.pragma_update(None, "synchronous", "OFF")?;
    let tx = db.transaction()?;
    let customers = bookings / 10;
    let mut add = tx.prepare(
        "insert into customers (id, name, email, phone, address, note) values (?1, ?2, ?3, ?4, '', '')",
    )?;
    for n in 0..customers {
        let name = format!("{} {}{}", FIRST[n % FIRST.len()], LAST[n / 7 % LAST.len()], n / 150);
        let (email, phone) = (format!("guest{n}@club.example"), format!("555-{n:06}"));
        add.execute((id(1, n), name, email, phone))?;
    }
    drop(add);
    let per_resource = bookings / RESOURCES;
    let span = (per_resource / PER_DAY) as u64 + 1;
    let first = club.venue.timezone.date(now()) - Days::new(span * 2 / 3);
    let mut book = tx.prepare(
        "insert into bookings (id, venue_id, resource_ids, starts_at, ends_at, local_start,
             local_end, status, customer_id, made_by, made_at, confirmed_at, title, description,
             customer_note, staff_note, attendee_count, meeting_url)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'confirmed', ?8, ?9, ?4, ?4, ?10, '', '', '', 1, '')",
    )?;
    let mut claim = tx.prepare("insert into claims values (?1, ?2, ?3, ?4, 1)")?;
    let mut link = tx.prepare("insert into booking_claims values (?1, ?2)")?;
    for n in 0..bookings {
        let resource = club.courts[n % RESOURCES];
        let nth = n / RESOURCES;
        let day = first + Days::new((nth / PER_DAY) as u64);
        let start = day.and_time(NaiveTime::MIN)
            + chrono::Duration::minutes(480 + 60 * (nth % PER_DAY) as i64);
        let end = start + chrono::Duration::minutes(60);
        let at = |local| club.venue.timezone.resolve(local).0;
        let (starts_at, ends_at): (Timestamp, Timestamp) = (at(start), at(end));
        let local = |time: NaiveDateTime| time.format("%Y-%m-%dT%H:%M:%S").to_string();
        book.execute((
            id(2, n),
            *club.venue.id.0.as_bytes(),
            format!("[\"{resource}\"]"),
            starts_at.0,
            ends_at.0,
            local(start),
            local(end),
            id(1, n % customers),
            id(4, 0),
            TITLES[nth % TITLES.len()],
        ))?;
        let booking: BookingId = hex(id(2, n)).parse()?;
        let claim_id = *ClaimId::of(booking, resource).0.as_bytes();
        claim.execute((claim_id, *resource.0.as_bytes(), starts_at.0, ends_at.0))?;
        link.execute((claim_id, id(2, n)))?;
    }
    drop((book, claim, link));
    // One booking in twenty is a class with three people, and one customer in fifty turned out to be
    // another one.
    tx.execute_batch(
        "update bookings set capacity = 12, places_taken = 3, customer_id = null where rowid % 20 = 0;
         insert into attendances
             (id, booking_id, venue_id, customer_id, status, joined_at, joined_by, credits, reason)
         select randomblob(16), b.id, b.venue_id, c.id, 'booked', b.made_at, b.made_by, 0, ''
             from bookings b, (values (0), (1), (2)) place
             join customers c on c.n = (b.rowid * 3 + place.column1) % (select max(n) from customers) + 1
             where b.capacity is not null;
         update customers set merged_into =
             (select one.id from customers one where one.n = customers.n - 1) where n % 50 = 0;",
    )?;
    tx.commit()?;
    db.execute_batch("analyze; pragma wal_checkpoint(truncate);")?;
    drop(db);
    let mut replica = Replica::open(&dir.join("desk"))?;
    set_hours(&mut replica, &club)?;
    let venue = replica.venue(club.venue.id)?.context("the club's venue")?;
    Ok((replica, Club { venue, ..club }))
}

/// Open all day, in two spans, so that what is submitted fits; with days on which it was closed, and
/// courts that are mended during the week that is asked for.
fn set_hours(replica: &mut Replica, club: &Club) -> Result<()> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).context("noon")?;
    let span = |weekday, opens, closes| OpenSpan {
        weekday,
        opens,
        closes,
        valid_from: None,
        valid_until: None,
        inactive: false,
    };
    let day = |n| [span(n, NaiveTime::MIN, noon), span(n, noon, NaiveTime::MIN)];
    let hours = Patch { from: Vec::new(), to: (1..=7).flat_map(day).collect() };
    let venue_id = club.venue.id;
    let mut commands = vec![Command::EditVenue(EditVenue {
        venue_id,
        hours: Some(hours),
        ..EditVenue::default()
    })];
    let zone = club.venue.timezone;
    let today = zone.date(now());
    let mut except = |n, kind, resource_id, start: NaiveDateTime, hours| -> Result<()> {
        let (stay, _) = Stay::resolve(zone, start, start + chrono::Duration::hours(hours));
        let exception_id: ExceptionId = hex(id(6, n)).parse()?;
        commands.push(Command::AddExceptions(AddExceptions {
            kind,
            venue_id,
            resource_id,
            staff_id: None,
            all_day: false,
            reason: String::new(),
            group_id: None,
            times: vec![ExceptionTime { exception_id, stay }],
        }));
        Ok(())
    };
    for n in 1..=12 {
        let date = today - Days::new(n as u64 * 7);
        except(n, ExceptionKind::Closure, None, date.and_time(NaiveTime::MIN), 24)?;
    }
    for (n, court) in club.courts[..20].iter().enumerate() {
        let date = today + Days::new(1 + n as u64 % 5);
        let start = date.and_time(NaiveTime::MIN);
        except(100 + n, ExceptionKind::Maintenance, Some(*court), start, 6)?;
    }
    let done = replica.submit_all(&commands, now())?;
    let refused = done.iter().find(|it| matches!(it, Submission::Refused(_)));
    anyhow::ensure!(refused.is_none(), "{refused:?}");
    Ok(())
}

/// A made-up identity: of which sort, and the how-manieth.
fn id(sort: u8, n: usize) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[0] = sort;
    bytes[8..].copy_from_slice(&(n as u64).to_be_bytes());
    bytes
}

fn hex(bytes: [u8; 16]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const FIRST: [&str; 7] = ["Anna", "Bruno", "Clara", "David", "Elif", "Felix", "Mia"];
const LAST: [&str; 9] =
    ["Miller", "Millersen", "Schmidt", "Okafor", "Nakamura", "Rossi", "Dubois", "Novak", "Haddad"];
/// Half of the bookings have none.
const TITLES: [&str; 8] =
    ["", "Training", "", "Doubles", "", "Birthday of the year", "", "Club championship"];
