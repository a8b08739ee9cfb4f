//! Calendars taken over: series, changes of a later version, what does not fit, and holidays.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod founded;

use founded::founded;
use holdfast_domain::command::AddResource;
use holdfast_domain::{
    AvailabilityException, Booking, BookingStatus, Command, ResourceId, ResourceKind, Timestamp,
    VenueId,
};
use holdfast_replica::import::{CalendarOptions, CalendarReport, Place, PlaceField};
use holdfast_replica::{Filter, Replica, Submission};
use serde_json::{Value, json};
use std::path::PathBuf;
use uuid::Uuid;

/// 2026-11-20T10:00:00Z.
const NOW: Timestamp = Timestamp(1_795_168_800_000);

struct Club {
    replica: Replica,
    venue_id: VenueId,
    courts: [ResourceId; 2],
    dir: tempfile::TempDir,
}

impl Club {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (mut replica, venue) =
            founded(&dir.path().join("replica"), ("Europe/Berlin", "EUR"), 30, NOW);
        let venue_id = venue.id;
        let courts = [1, 2].map(|n| {
            let resource_id = ResourceId(Uuid::now_v7());
            let command = Command::AddResource(AddResource {
                resource_id,
                name: format!("Court {n}"),
                kind: ResourceKind::Court,
                location: String::new(),
                description: String::new(),
                venue_ids: vec![venue_id],
                source: None,
                part_ids: Vec::new(),
                staff_id: None,
                hours: Vec::new(),
                needs_approval: false,
            });
            assert!(matches!(replica.submit(&command, NOW).unwrap(), Submission::Done(_)));
            resource_id
        });
        Self { replica, venue_id, courts, dir }
    }

    fn file(&self, events: &str) -> PathBuf {
        let path = self.dir.path().join("training.ics");
        let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n");
        std::fs::write(&path, text.replace('\n', "\r\n")).unwrap();
        path
    }

    fn import_on(&mut self, place: Place, events: &str, dry_run: bool) -> CalendarReport {
        let path = self.file(events);
        let options =
            CalendarOptions { venue_id: self.venue_id, place, from: None, to: None, dry_run };
        self.replica.import_calendar(&path, &options, NOW).unwrap()
    }

    /// Imports, after a dry run that foretold the same; answers what became of each occurrence.
    fn import(&mut self, place: Place, events: &str) -> Vec<(String, String)> {
        let before = self.replica.last_seq().unwrap();
        let dry = self.import_on(place, events, true);
        assert_eq!(self.replica.last_seq().unwrap(), before, "a dry run does nothing");
        let real = self.import_on(place, events, false);
        let foretold: Vec<_> = told(&dry)
            .into_iter()
            .map(|(at, fate)| {
                (at, fate.replace("would_book", "booked").replace("would_update", "updated"))
            })
            .collect();
        assert_eq!(foretold, told(&real));
        told(&real)
    }

    fn bookings(&self) -> Vec<Booking> {
        let all = Filter { with_ended: true, ..Filter::default() };
        self.replica.list(&all).unwrap().into_iter().map(|listed| listed.booking).collect()
    }

    /// Start on the wall and status of every booking.
    fn shown(&self) -> Vec<(String, BookingStatus)> {
        let bookings = self.bookings().into_iter();
        bookings.map(|it| (wall(it.stay.local_start), it.status)).collect()
    }
}

fn wall(local: chrono::NaiveDateTime) -> String {
    local.format("%m-%d %H:%M").to_string()
}

fn told(report: &CalendarReport) -> Vec<(String, String)> {
    let word = |value: Value| value.as_str().unwrap().to_owned();
    let rows = report.occurrences.iter();
    rows.map(|it| (wall(it.local_start), word(json!(it.outcome)))).collect()
}

fn pairs<T: Clone>(rows: &[(&str, T)]) -> Vec<(String, T)> {
    rows.iter().map(|(at, what)| ((*at).to_owned(), what.clone())).collect()
}

fn words(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(at, what)| ((*at).to_owned(), (*what).to_owned())).collect()
}

const WEEKLY: &str = "BEGIN:VEVENT
UID:weekly
DTSTART;TZID=Europe/Berlin:20270316T180000
DTEND;TZID=Europe/Berlin:20270316T190000
RRULE:FREQ=WEEKLY;COUNT=4
EXDATE;TZID=Europe/Berlin:20270330T180000
SUMMARY:Training
END:VEVENT
BEGIN:VEVENT
UID:weekly
RECURRENCE-ID;TZID=Europe/Berlin:20270323T180000
DTSTART;TZID=America/New_York:20270323T150000
DTEND;TZID=America/New_York:20270323T160000
SUMMARY:Training\\, later
END:VEVENT
";

#[test]
fn what_recurs_becomes_a_series_and_importing_again_adds_nothing() {
    let mut club = Club::new();
    let on = Place::On(club.courts[0]);
    let booked =
        words(&[("03-16 18:00", "booked"), ("03-23 20:00", "booked"), ("04-06 18:00", "booked")]);
    assert_eq!(club.import(on, WEEKLY), booked);
    let bookings = club.bookings();
    let series: Vec<_> = bookings.iter().map(|it| it.series_id).collect();
    assert!(series[0].is_some() && series.iter().all(|it| *it == series[0]), "{series:?}");
    assert_eq!(bookings[2].stay.starts_at.to_string(), "2027-04-06T16:00:00.000Z");
    assert_eq!(bookings[1].title, "Training, later");
    let seq = club.replica.last_seq().unwrap();
    assert!(club.import(on, WEEKLY).iter().all(|(_, fate)| fate == "unchanged"));
    assert_eq!(club.replica.last_seq().unwrap(), seq);
}

#[test]
fn a_later_version_moves_renames_and_calls_off_what_changed() {
    let mut club = Club::new();
    let on = Place::On(club.courts[0]);
    club.import(on, WEEKLY);
    // The first date is gone, the second is back where the rule has it, the last is called off.
    let later = WEEKLY
        .replace(
            "EXDATE;TZID=Europe/Berlin:20270330T180000",
            "EXDATE;TZID=Europe/Berlin:20270316T180000",
        )
        .replace(
            "DTSTART;TZID=America/New_York:20270323T150000",
            "DTSTART;TZID=Europe/Berlin:20270323T180000",
        )
        .replace(
            "DTEND;TZID=America/New_York:20270323T160000",
            "DTEND;TZID=Europe/Berlin:20270323T193000",
        )
        + "BEGIN:VEVENT\nUID:weekly\nRECURRENCE-ID;TZID=Europe/Berlin:20270406T180000\n\
           DTSTART;TZID=Europe/Berlin:20270406T180000\nSTATUS:CANCELLED\nEND:VEVENT\n";
    let became = words(&[
        ("03-16 18:00", "cancelled"),
        ("03-23 18:00", "updated"),
        ("03-30 18:00", "booked"),
        ("04-06 18:00", "cancelled"),
    ]);
    assert_eq!(club.import(on, &later), became);
    use BookingStatus::{Cancelled, Confirmed};
    let shown = pairs(&[
        ("03-16 18:00", Cancelled),
        ("03-23 18:00", Confirmed),
        ("03-30 18:00", Confirmed),
        ("04-06 18:00", Cancelled),
    ]);
    assert_eq!(club.shown(), shown);
    let examination = club.replica.examine().unwrap();
    assert!(examination.ok, "{examination:?}");
}

#[test]
fn a_whole_series_can_move_by_a_week_onto_its_own_dates() {
    let mut club = Club::new();
    let on = Place::On(club.courts[0]);
    let daily = "BEGIN:VEVENT\nUID:d\nDTSTART:20270301T100000Z\nDTEND:20270301T110000Z\n\
                 RRULE:FREQ=DAILY;COUNT=3\nSUMMARY:Daily\nEND:VEVENT\n";
    assert_eq!(club.import(on, daily).len(), 3);
    // Each date an hour longer and half an hour earlier, by overrides of every one.
    let mut moved = daily.to_owned();
    for day in 1..=3 {
        moved.push_str(&format!(
            "BEGIN:VEVENT\nUID:d\nRECURRENCE-ID:2027030{day}T100000Z\n\
             DTSTART:2027030{day}T093000Z\nDTEND:2027030{day}T113000Z\nSUMMARY:Daily\nEND:VEVENT\n"
        ));
    }
    assert!(club.import(on, &moved).iter().all(|(_, fate)| fate == "updated"));
    assert_eq!(club.shown()[0].0, "03-01 10:30");
}

#[test]
fn what_does_not_fit_is_reported_and_the_rest_is_booked() {
    let mut club = Club::new();
    let on = Place::On(club.courts[0]);
    let match_day = "BEGIN:VEVENT\nUID:match\nDTSTART;TZID=Europe/Berlin:20270323T183000\n\
                     DTEND;TZID=Europe/Berlin:20270323T213000\nSUMMARY:Match\nEND:VEVENT\n";
    assert_eq!(club.import(on, match_day), words(&[("03-23 18:30", "booked")]));
    let plain = "BEGIN:VEVENT\nUID:w\nDTSTART;TZID=Europe/Berlin:20270316T180000\n\
                 DTEND;TZID=Europe/Berlin:20270316T190000\nRRULE:FREQ=WEEKLY;COUNT=3\n\
                 SUMMARY:Training\nEND:VEVENT\n";
    let became =
        words(&[("03-16 18:00", "booked"), ("03-23 18:00", "conflict"), ("03-30 18:00", "booked")]);
    assert_eq!(club.import(on, plain), became);
    let report = club.import_on(on, plain, true);
    let clash = &report.occurrences[1];
    assert_eq!((clash.code.as_deref(), clash.booking_id), (Some("slot_taken"), None));
    assert!(clash.message.as_ref().unwrap().contains("18:30 to 21:30"), "{clash:?}");
}

#[test]
fn the_past_and_times_off_the_grid_are_taken_as_they_were() {
    let mut club = Club::new();
    let past = "BEGIN:VEVENT\nUID:p\nDTSTART;TZID=Europe/Berlin:20261116T101000\n\
                DTEND;TZID=Europe/Berlin:20261116T105500\nRRULE:FREQ=WEEKLY;COUNT=2\n\
                SUMMARY:Odd\nEND:VEVENT\n";
    let became = words(&[("11-16 10:10", "booked"), ("11-23 10:10", "booked")]);
    assert_eq!(club.import(Place::On(club.courts[0]), past), became);
    assert!(club.bookings().iter().all(|booking| booking.series_id.is_some()));
}

#[test]
fn the_resource_is_told_by_category_place_or_title() {
    let mut club = Club::new();
    let event = |uid: &str, more: &str| {
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nDTSTART:20270301T100000Z\nDTEND:20270301T110000Z\n{more}\n\
             END:VEVENT\n"
        )
    };
    let events = event("1", "CATEGORIES:Training,court 2")
        + &event("2", "LOCATION:Court 1\\, indoor\nSUMMARY:Court 12 is not ours")
        + &event("3", "TRANSP:TRANSPARENT\nLOCATION:Court 2");
    let fates = |club: &mut Club, field| -> Vec<_> {
        let report = club.import_on(Place::Named(field), &events, true);
        report.occurrences.iter().map(|it| (it.resource.clone(), json!(it.outcome))).collect()
    };
    let court = |n: u32| Some(format!("Court {n}"));
    assert_eq!(
        fates(&mut club, PlaceField::Categories)[..2],
        [(court(2), json!("would_book")), (None, json!("no_resource"))]
    );
    assert_eq!(
        fates(&mut club, PlaceField::Location)[1..],
        [(court(1), json!("would_book")), (court(2), json!("leaves_free"))]
    );
    assert_eq!(fates(&mut club, PlaceField::Summary)[1], (None, json!("no_resource")));
}

#[test]
fn days_outside_the_period_are_listed_and_left_out() {
    let mut club = Club::new();
    let path = club.file(WEEKLY);
    let options = CalendarOptions {
        venue_id: club.venue_id,
        place: Place::On(club.courts[0]),
        from: Some("2027-03-20".parse().unwrap()),
        to: Some("2027-03-31".parse().unwrap()),
        dry_run: true,
    };
    let report = club.replica.import_calendar(&path, &options, NOW).unwrap();
    let became = words(&[
        ("03-16 18:00", "outside_period"),
        ("03-23 20:00", "would_book"),
        ("04-06 18:00", "outside_period"),
    ]);
    assert_eq!(told(&report), became);
}

#[test]
fn public_holidays_become_closures_once() {
    let mut club = Club::new();
    let holidays = "BEGIN:VEVENT\nUID:xmas\nDTSTART;VALUE=DATE:20261225\n\
                    DTEND;VALUE=DATE:20261227\nSUMMARY:Christmas\nTRANSP:TRANSPARENT\nEND:VEVENT\n\
                    BEGIN:VEVENT\nUID:party\nDTSTART:20261218T180000Z\nDTEND:20261218T230000Z\n\
                    SUMMARY:Party\nEND:VEVENT\n";
    let path = club.file(holidays);
    let mut import = |path: &PathBuf| {
        let venue_id = club.venue_id;
        club.replica.import_closures(path, venue_id, (None, None), false, NOW).unwrap()
    };
    let report = import(&path);
    let became = words(&[("12-18 19:00", "not_whole_day"), ("12-25 00:00", "booked")]);
    assert_eq!(told(&report), became);
    assert_eq!(told(&import(&path))[1].1, "unchanged");
    std::fs::write(&path, std::fs::read_to_string(&path).unwrap().replace("20261227", "20261228"))
        .unwrap();
    assert_eq!(told(&import(&path))[1].1, "booked", "a third day was added");
    let name = |day: &str| format!("{} xmas {day}", club.venue_id);
    for day in ["2026-12-25", "2026-12-26", "2026-12-27"] {
        let id = holdfast_domain::id::imported("ics:training", "closure", &name(day));
        let id = holdfast_domain::ExceptionId(id);
        let closed: AvailabilityException = club.replica.get(id).unwrap().unwrap();
        assert_eq!((closed.reason.as_str(), closed.all_day), ("Christmas", true));
    }
}

#[test]
fn a_day_that_a_holiday_no_longer_has_is_open_again() {
    let mut club = Club::new();
    let holiday = |uid: &str, from: &str, until: &str| {
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nDTSTART;VALUE=DATE:202612{from}\n\
             DTEND;VALUE=DATE:202612{until}\nSUMMARY:Closed\nEND:VEVENT\n"
        )
    };
    let xmas = |until: &str| holiday("xmas", "24", until);
    let import = |club: &mut Club, events: &str, to: Option<&str>| {
        let path = club.file(events);
        let (venue_id, to) = (club.venue_id, to.map(|day| day.parse().unwrap()));
        told(&club.replica.import_closures(&path, venue_id, (None, to), false, NOW).unwrap())
    };
    let closed = |club: &Club| -> Vec<String> {
        let all = club.replica.listed::<AvailabilityException>(&[], true).unwrap();
        let closed = all.into_iter().filter(|it| !it.withdrawn);
        let mut days: Vec<_> = closed.map(|it| wall(it.stay.local_start)).collect();
        days.sort();
        days
    };
    import(&mut club, &(xmas("27") + &holiday("eve", "30", "31")), None);
    assert_eq!(closed(&club), ["12-24 00:00", "12-25 00:00", "12-26 00:00", "12-30 00:00"]);
    import(&mut club, &xmas("26"), Some("2026-12-25"));
    assert_eq!(closed(&club).len(), 4, "nobody asked about the day");
    let became = import(&mut club, &xmas("26"), None);
    assert_eq!(became, words(&[("12-24 00:00", "unchanged"), ("12-26 00:00", "cancelled")]));
    assert_eq!(closed(&club), ["12-24 00:00", "12-25 00:00", "12-30 00:00"]);
    assert_eq!(import(&mut club, &xmas("26"), None).len(), 1, "once");
}

#[test]
fn what_leaves_people_free_in_a_later_version_is_called_off_and_stands_again_when_it_does_not() {
    let mut club = Club::new();
    let on = Place::On(club.courts[0]);
    let event = |transparency: &str| {
        format!(
            "BEGIN:VEVENT\nUID:t\nDTSTART:20270301T100000Z\nDTEND:20270301T110000Z\n\
             TRANSP:{transparency}\nSUMMARY:Talk\nEND:VEVENT\n"
        )
    };
    let fate = |club: &mut Club, transparency| club.import(on, &event(transparency))[0].1.clone();
    assert_eq!(fate(&mut club, "OPAQUE"), "booked");
    assert_eq!(fate(&mut club, "TRANSPARENT"), "cancelled");
    assert_eq!(club.shown()[0].1, BookingStatus::Cancelled);
    assert_eq!(fate(&mut club, "TRANSPARENT"), "leaves_free");
    assert_eq!(club.shown()[0].1, BookingStatus::Cancelled);
    assert_eq!(fate(&mut club, "OPAQUE"), "updated");
    assert_eq!(club.shown()[0].1, BookingStatus::Confirmed);
}
