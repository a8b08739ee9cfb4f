//! A club on a replica of its own, as a case has it: two courts, a hall of them, two instructors and
//! a court that takes no bookings.

use super::case::{Case, NEEDED, There};
use chrono::{Datelike, Duration, NaiveDate, NaiveTime};
use holdfast_domain::command::{
    AddExceptions, AddResource, AddService, Book, EditResource, EditVenue, ExceptionTime,
    WithdrawExceptions,
};
use holdfast_domain::schedule::Ask;
use holdfast_domain::time::MINUTE_MS;
use holdfast_domain::{
    BookingId, Command, ExceptionId, ExceptionKind, Interval, OpenSpan, Patch, Policy, Refusal,
    ResourceId, ResourceKind, Role, Service, ServiceId, Stay, Timestamp, Venue, Zone,
};
use holdfast_replica::draft::{self, Choice};
use holdfast_replica::{Founding, Replica, Submission};
use uuid::Uuid;

/// The first day from `date` on that is no 24 hours long.
pub(super) fn next_turn(zone: Zone, date: NaiveDate) -> NaiveDate {
    let is_even = |day: &NaiveDate| zone.day(*day).duration_ms() == 24 * 60 * MINUTE_MS;
    date.iter_days().take(400).find(|day| !is_even(day)).unwrap_or(date)
}

pub(super) struct Stage {
    pub(super) replica: Replica,
    pub(super) day: NaiveDate,
    pub(super) at: Timestamp,
    /// What takes any one resource.
    pub(super) hour: ServiceId,
    /// What takes one of each kind that it needs.
    pub(super) lesson: ServiceId,
    venue: Venue,
    resources: Vec<ResourceId>,
    _directory: tempfile::TempDir,
}

impl Stage {
    /// The club, of which is asked `at` a moment about a `day`.
    pub(super) fn set(case: &Case, (day, at): (NaiveDate, Timestamp)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut replica = Replica::open(&directory.path().join("replica")).unwrap();
        let founding = Founding {
            org_name: "Club".into(),
            owner_name: "Olga".into(),
            venue_name: "Riverside".into(),
            timezone: case.zone.into(),
            currency: "EUR".into(),
            slot_minutes: case.slot_minutes,
        };
        let venue_id = replica.found(&founding, at).unwrap().unwrap();
        let venue = replica.venue(venue_id).unwrap().unwrap();
        let (hour, lesson) = (ServiceId(draft::new_id()), ServiceId(draft::new_id()));
        let resources = Vec::new();
        let mut stage =
            Self { replica, day, at, hour, lesson, venue, resources, _directory: directory };
        stage.furnish(case);
        stage.shut(case);
        stage.book_up(case);
        stage
    }

    fn furnish(&mut self, case: &Case) {
        let (coach, add_coach) = draft::add_staff("Coach", Role::Instructor);
        let hall = if case.hall_is_room { ResourceKind::Room } else { ResourceKind::Court };
        let mut commands = vec![add_coach];
        for (n, (name, kind)) in [
            ("Court 1", ResourceKind::Court),
            ("Court 2", ResourceKind::Court),
            ("Hall", hall),
            ("Coach", ResourceKind::Instructor),
            ("Guest", ResourceKind::Instructor),
            ("Old court", ResourceKind::Court),
        ]
        .into_iter()
        .enumerate()
        {
            let (id, add) = draft::add_resource(name, kind, "", "", vec![self.venue.id]);
            let Command::AddResource(add) = add else { panic!("{add:?}") };
            let part_ids =
                if name == "Hall" { self.resources[..case.parts].to_vec() } else { vec![] };
            let staff_id = (name == "Coach").then_some(coach);
            let hours = self.hours(case, n + 1);
            commands.push(Command::AddResource(AddResource { part_ids, staff_id, hours, ..add }));
            self.resources.push(id);
        }
        let active = Some(Patch { from: true, to: false });
        let edit = EditResource { resource_id: self.resources[5], active, ..Default::default() };
        commands.extend([
            Command::EditResource(edit),
            self.service(case, (self.hour, "Hour"), &[]),
            self.service(case, (self.lesson, "Lesson"), NEEDED[case.needed]),
            Command::EditVenue(EditVenue {
                venue_id: self.venue.id,
                name: None,
                currency: None,
                slot_minutes: None,
                hours: Some(Patch { from: vec![], to: self.hours(case, 0) }),
                policy: Some(Patch { from: self.venue.policy.clone(), to: self.policy(case) }),
            }),
        ]);
        self.done(&commands);
        self.venue = self.replica.venue(self.venue.id).unwrap().unwrap();
    }

    #[track_caller]
    fn done(&mut self, commands: &[Command]) {
        for (command, done) in
            commands.iter().zip(self.replica.submit_all(commands, self.at).unwrap())
        {
            assert!(!matches!(done, Submission::Refused(_)), "{command:?}: {done:?}");
        }
    }

    fn service(&self, case: &Case, of: (ServiceId, &str), needed: &[ResourceKind]) -> Command {
        Command::AddService(AddService {
            service_id: of.0,
            name: of.1.into(),
            description: String::new(),
            duration_minutes: case.minutes,
            buffer_before_minutes: case.buffers.0,
            buffer_after_minutes: case.buffers.1,
            price: None,
            capacity: 1,
            needed_kinds: needed.to_vec(),
            venue_ids: vec![],
            needs_approval: false,
            free_cancel_minutes: None,
            credits: 0,
            position: 0,
            colour: String::new(),
        })
    }

    fn policy(&self, case: &Case) -> Policy {
        let distance = (self.day - self.venue.timezone.date(self.at)).num_days();
        let ahead = case.ahead.map(|more| u32::try_from(distance + more).unwrap_or_default());
        let (min_notice_minutes, max_advance_days) = (case.notice_minutes, ahead);
        Policy { min_notice_minutes, max_advance_days, ..self.venue.policy.clone() }
    }

    fn hours(&self, case: &Case, of: usize) -> Vec<OpenSpan> {
        let half_hour = |n: u32| NaiveTime::from_hms_opt(n / 2, n % 2 * 30, 0).unwrap();
        let mut spans: Vec<OpenSpan> = Vec::new();
        for it in case.hours.iter().filter(|it| it.of == of) {
            let day = self.day + Duration::days(it.day);
            let valid_from = it.valid_from.map(|days| self.day + Duration::days(days));
            let first = valid_from.unwrap_or(self.day - Duration::days(4));
            let span = OpenSpan {
                weekday: day.weekday().number_from_monday() as u8,
                opens: half_hour(it.opens_half_hour),
                closes: half_hour(it.closes_half_hour),
                valid_from,
                valid_until: it.valid_days.map(|days| first + Duration::days(days)),
                inactive: it.inactive,
            };
            if !spans.contains(&span) {
                spans.push(span);
            }
        }
        spans
    }

    fn stay(&self, it: &There) -> Stay {
        let from = self.venue.timezone.day_start(self.day.pred_opt().unwrap());
        let quarter = |n: i64| from.plus_ms(n * 15 * MINUTE_MS);
        let (starts_at, ends_at) = (quarter(it.quarter), quarter(it.quarter + it.quarters));
        Stay::between(self.venue.timezone, Interval::new(starts_at, ends_at).unwrap())
    }

    /// Closures and the like; some were withdrawn.
    fn shut(&mut self, case: &Case) {
        let coach = self.replica.resource(self.resources[3]).unwrap().unwrap().staff_id;
        let mut commands = Vec::new();
        for it in &case.exceptions {
            // Openings more often than the others: they alone add to what is free.
            let kind = *ExceptionKind::ALL.get(it.what).unwrap_or(&ExceptionKind::Opening);
            let of_resource = !matches!(kind, ExceptionKind::TimeOff | ExceptionKind::Closure);
            let exception_id = ExceptionId(draft::new_id());
            commands.push(Command::AddExceptions(AddExceptions {
                kind,
                venue_id: self.venue.id,
                resource_id: of_resource.then_some(self.resources[it.of]),
                staff_id: coach.filter(|_| kind == ExceptionKind::TimeOff),
                all_day: false,
                reason: String::new(),
                group_id: None,
                times: vec![ExceptionTime { exception_id, stay: self.stay(it) }],
            }));
            if it.ended {
                let exception_ids = vec![exception_id];
                commands.push(Command::WithdrawExceptions(WithdrawExceptions {
                    exception_ids,
                    restored: false,
                }));
            }
        }
        self.done(&commands);
    }

    /// Bookings, outside of all hours, too; some were called off. Not all of them fit beside each other.
    fn book_up(&mut self, case: &Case) {
        let slot = i64::from(case.slot_minutes / 15);
        let on_grid = |quarters: i64| (quarters + slot - 1) / slot * slot;
        for it in &case.booked {
            let quarters = on_grid(it.quarters);
            let quarter = if it.is_eve { 96 - quarters } else { on_grid(it.quarter) };
            let it = There { quarter, quarters, ..*it };
            let id = BookingId(Uuid::now_v7());
            let book = Book {
                service_id: (it.what > 0).then_some(self.hour),
                outside_hours_reason: "a match".into(),
                ..Book::new(id, self.venue.id, vec![self.resources[it.of]], self.stay(&it))
            };
            let book = self.replica.with_terms(Command::Book(book), self.at).unwrap();
            let done = self.replica.submit(&book, self.at).unwrap();
            if it.ended && matches!(done, Submission::Done(_)) {
                let booking = self.replica.get(id).unwrap().unwrap();
                self.done(&[draft::cancel(&booking, "rain".into())]);
            }
        }
    }

    pub(super) fn is_on_the_day(&self, at: Timestamp) -> bool {
        let day = self.venue.timezone.day(self.day);
        day.starts_at() <= at && at < day.ends_at()
    }

    /// The stays that somebody could wish for: at every start of the day that a wall shows, on the
    /// grid or not. Of a time that it shows twice, nobody can ask for the second.
    pub(super) fn stays(&self) -> Vec<Stay> {
        let (zone, day) = (self.venue.timezone, self.venue.timezone.day(self.day));
        let step_ms = i64::from(self.venue.slot_minutes) * MINUTE_MS / 2;
        let service: Service = self.replica.get(self.hour).unwrap().unwrap();
        let minutes = i64::from(service.duration_minutes);
        std::iter::successors(Some(day.starts_at()), |at| Some(at.plus_ms(step_ms)))
            .take_while(|at| *at < day.ends_at())
            .filter_map(|at| Interval::new(at, at.plus_ms(minutes * MINUTE_MS)))
            .map(|period| Stay::between(zone, period))
            .filter(|stay| zone.resolve(stay.local_start).0 == stay.starts_at)
            .collect()
    }

    /// The resources among which a service is looked for.
    pub(super) fn searched(&self, service: ServiceId) -> Vec<(ResourceId, String)> {
        let kinds = self.needed(service);
        let mut resources = self.replica.resources().unwrap();
        resources.retain(|it| kinds.is_empty() || kinds.contains(&it.kind));
        resources.into_iter().map(|it| (it.id, it.name)).collect()
    }

    fn needed(&self, service: ServiceId) -> Vec<ResourceKind> {
        self.replica.get::<Service>(service).unwrap().unwrap().needed_kinds
    }

    /// What the replica offers of every resource.
    pub(super) fn offered(&self) -> super::Offered {
        let service: Service = self.replica.get(self.hour).unwrap().unwrap();
        let (day, next) = (self.day, self.day.succ_opt().unwrap());
        let ends_at = self.venue.timezone.day(next).ends_at();
        let from = self.venue.timezone.day_start(day);
        let ask = Ask {
            within: Interval::new(from, ends_at).unwrap(),
            minutes: service.duration_minutes,
            buffer_before_minutes: service.buffer_before_minutes,
            buffer_after_minutes: service.buffer_after_minutes,
            now: Some(self.at),
        };
        let resources = self.replica.resources().unwrap();
        let free = self.replica.free(&self.venue, &resources, &ask).unwrap();
        let all = free.into_iter().map(|(id, stay)| (id, stay.starts_at));
        all.filter(|(_, starts_at)| self.is_on_the_day(*starts_at)).collect()
    }

    /// What speaks against booking a service then, on `named` and whatever else it needs.
    pub(super) fn refusal(
        &self,
        stay: Stay,
        service: ServiceId,
        named: Option<ResourceId>,
    ) -> Option<Refusal> {
        let at = self.at;
        let id = BookingId(Uuid::now_v7());
        let mut book = Book::new(id, self.venue.id, named.into_iter().collect(), stay);
        book.service_id = Some(service);
        let with_terms = |book| self.replica.with_terms(Command::Book(book), at).unwrap();
        let mut kinds = self.needed(service);
        if let Some(id) = named {
            let named = self.replica.resource(id).unwrap().unwrap();
            kinds.retain(|kind| *kind != named.kind);
        }
        if !kinds.is_empty() {
            let Command::Book(with_buffers) = with_terms(book.clone()) else { panic!() };
            match self.replica.choose(&with_buffers, &kinds, at).unwrap() {
                Choice::Of(chosen) => book.resource_ids.extend(chosen.iter().map(|it| it.id)),
                Choice::Refused(refusal) => return Some(refusal),
                Choice::NoneOf(kind) => return Some(Refusal::ResourceKindMissing { kind }),
            }
        }
        self.replica.preview(&with_terms(book), at).unwrap()
    }
}
