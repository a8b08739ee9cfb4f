//! Asking about places, what can be booked there, what is sold, and when they are open.

use super::ask::Asker;
use chrono::NaiveTime;
use holdfast_domain::command::{
    AddExceptions, AddResource, AddService, EditResource, EditService, EditVenue, ExceptionTime,
    OpenVenue, WithdrawExceptions,
};
use holdfast_domain::{
    AvailabilityException, Command, CustomerOverlap, Entity, ExceptionId, ExceptionKind, OpenSpan,
    Policy, Resource, ResourceId, ResourceKind, Service, ServiceId, Staff, StaffId, Tier, Venue,
    VenueId,
};

impl Asker {
    pub(super) fn hours(&mut self) -> Vec<OpenSpan> {
        let time = |hour: u32, second| NaiveTime::from_hms_opt(hour % 24, 0, second).unwrap();
        if self.dice.one_in(2) {
            return Vec::new();
        }
        let (opens, closes) = (6 + self.dice.roll(3) as u32, 20 + self.dice.roll(7) as u32);
        let odd = u32::from(self.dice.one_in(20));
        let last = if self.dice.one_in(20) { 8 } else { 7 };
        let span = |weekday| OpenSpan {
            weekday,
            opens: time(opens, odd),
            closes: time(closes, 0),
            valid_from: None,
            valid_until: None,
            inactive: false,
        };
        let mut hours: Vec<OpenSpan> = (1..=last).map(span).collect();
        if self.dice.one_in(20) {
            hours.push(hours[0]);
        }
        hours
    }

    pub(super) fn resource(&mut self) -> Command {
        let venue = self.any_venue();
        let staff = self.picture.any::<Staff>(&mut self.dice).map(|staff| staff.id);
        let parts = self.parts();
        let few = self.picture.count(Entity::Resource) < 14;
        if let Some(it) =
            self.picture.any::<Resource>(&mut self.dice).filter(|_| !few || !self.dice.one_in(4))
        {
            let (name, hours) = (self.dice.text("Court"), self.hours());
            let active = !self.dice.one_in(8);
            let venues = if self.dice.one_in(9) { Vec::new() } else { self.venue_ids(venue.id) };
            let needs_approval = self.dice.one_in(8);
            return Command::EditResource(EditResource {
                resource_id: it.id,
                name: self.dice.edit(4, it.name.clone(), "stale".into(), name),
                active: self.dice.edit(2, it.active, !it.active, active),
                venue_ids: self.dice.edit(8, it.venue_ids.clone(), Vec::new(), venues),
                part_ids: self.dice.edit(3, it.part_ids.clone(), Vec::new(), parts),
                staff_id: self.dice.edit(5, it.staff_id, None, staff),
                hours: self.dice.edit(4, it.hours.clone(), Vec::new(), hours),
                needs_approval: self.dice.edit(5, it.needs_approval, false, needs_approval),
                ..EditResource::default()
            });
        }
        let existing = self.picture.any::<Resource>(&mut self.dice).map(|resource| resource.id);
        let new = ResourceId(self.dice.id());
        Command::AddResource(AddResource {
            resource_id: existing.filter(|_| self.dice.one_in(15)).unwrap_or(new),
            name: self.dice.text("Room"),
            kind: self.dice.one_of(ResourceKind::ALL),
            location: self.dice.text(""),
            description: String::new(),
            venue_ids: self.venue_ids(venue.id),
            source: None,
            part_ids: if self.dice.one_in(3) { parts } else { Vec::new() },
            staff_id: staff.filter(|_| self.dice.one_in(3)),
            hours: self.hours(),
            needs_approval: self.dice.one_in(6),
        })
    }

    fn parts(&mut self) -> Vec<ResourceId> {
        let count = self.dice.roll(3);
        let some = |asker: &mut Self| {
            let resource = asker.picture.any::<Resource>(&mut asker.dice);
            ResourceId(asker.dice.known(resource.map(|resource| resource.id.0)))
        };
        (0..count).map(|_| some(self)).collect()
    }

    fn venue_ids(&mut self, id: VenueId) -> Vec<VenueId> {
        let mut ids = vec![VenueId(self.dice.known(Some(id.0)))];
        if self.dice.one_in(3) {
            ids.push(self.any_venue().id);
        }
        ids
    }

    pub(super) fn venue(&mut self) -> Command {
        let it = self.any_venue();
        if self.dice.one_in(10) {
            return Command::OpenVenue(OpenVenue {
                venue_id: it.id,
                name: "Again".into(),
                timezone: it.timezone,
                currency: it.currency,
                slot_minutes: 15,
            });
        }
        let hours = self.hours();
        let policy = self.policy();
        let slots = self.dice.one_of(&[15, 30, 30, 30, 35, 4]);
        let name = self.dice.text(&it.name);
        Command::EditVenue(EditVenue {
            venue_id: it.id,
            name: self.dice.edit(9, it.name.clone(), "stale".into(), name),
            slot_minutes: self.dice.edit(4, it.slot_minutes, 45, slots),
            hours: self.dice.edit(3, it.hours.clone(), Vec::new(), hours),
            policy: self.dice.edit(2, it.policy.clone(), Policy::default(), policy),
            ..EditVenue::default()
        })
    }

    fn policy(&mut self) -> Policy {
        let tier = |name: &str, points| Tier { name: name.into(), points };
        let minutes = self.dice.one_of(&[60, 600, 3_000]);
        let approval = self.dice.number(300);
        Policy {
            free_cancel_minutes: Some(minutes).filter(|_| self.dice.one_in(2)),
            min_notice_minutes: if self.dice.one_in(4) { self.dice.number(120) } else { 0 },
            max_advance_days: Some(8).filter(|_| self.dice.one_in(4)),
            customer_overlap: self.dice.one_of(CustomerOverlap::ALL),
            approval_minutes: Some(approval).filter(|_| self.dice.one_in(2)),
            requests_compete: self.dice.one_in(2),
            points_per_unit: self.dice.number(2),
            tiers: match self.dice.roll(6) {
                0 => vec![tier("gold", 100), tier("silver", 10)],
                1 => vec![tier("silver", 10), tier("gold", u32::MAX)],
                _ => Vec::new(),
            },
            auto_lock_minutes: None,
            retention_days: Some(self.dice.one_of(&[29, 30, 400])).filter(|_| self.dice.one_in(8)),
        }
    }

    pub(super) fn service(&mut self) -> Command {
        let venue = self.any_venue();
        let kinds = vec![self.dice.one_of(&[ResourceKind::Court, ResourceKind::Instructor])];
        if let Some(it) =
            self.picture.any::<Service>(&mut self.dice).filter(|_| self.dice.one_in(2))
        {
            let (name, price) = (self.dice.text("Lesson"), self.money(&venue));
            let (buffer, credits) = (self.dice.number(15), self.dice.number(1));
            let (active, approval) = (!self.dice.one_in(5), self.dice.one_in(5));
            return Command::EditService(EditService {
                service_id: it.id,
                name: self.dice.edit(4, it.name.clone(), "stale".into(), name),
                price: self.dice.edit(4, it.price, None, Some(price)),
                buffer_after_minutes: self.dice.edit(4, it.buffer_after_minutes, 77, buffer),
                credits: self.dice.edit(4, it.credits, 77, credits),
                active: self.dice.edit(4, it.active, it.active, active),
                needs_approval: self.dice.edit(5, it.needs_approval, false, approval),
                needed_kinds: self.dice.edit(6, it.needed_kinds.clone(), Vec::new(), kinds),
                ..EditService::default()
            });
        }
        let existing = self.picture.any::<Service>(&mut self.dice).map(|service| service.id);
        let new = ServiceId(self.dice.id());
        Command::AddService(AddService {
            service_id: existing.filter(|_| self.dice.one_in(15)).unwrap_or(new),
            name: self.dice.text("Lesson"),
            description: self.dice.text(""),
            duration_minutes: self.dice.number(60),
            buffer_before_minutes: self.dice.number(0),
            buffer_after_minutes: self.dice.number(15),
            price: Some(self.money(&venue)).filter(|_| self.dice.one_in(2)),
            capacity: self.dice.number(4),
            needed_kinds: if self.dice.one_in(5) { kinds } else { Vec::new() },
            venue_ids: if self.dice.one_in(4) { self.venue_ids(venue.id) } else { Vec::new() },
            needs_approval: self.dice.one_in(8),
            free_cancel_minutes: Some(self.dice.number(120)).filter(|_| self.dice.one_in(4)),
            credits: self.dice.number(1),
            position: self.dice.number(1),
            colour: self.dice.one_of(&["", "#336699", "blue"]).into(),
        })
    }

    pub(super) fn exceptions(&mut self) -> Command {
        let venue: Venue = self.any_venue();
        let kind = self.dice.one_of(ExceptionKind::ALL);
        let resource = self.picture.any::<Resource>(&mut self.dice).map(|it| it.id.0);
        let staff = self.picture.any::<Staff>(&mut self.dice).map(|it| it.id.0);
        let odd = self.dice.one_in(15);
        let of_staff = kind == ExceptionKind::TimeOff;
        let of_resource = !of_staff && kind != ExceptionKind::Closure;
        let existing = self.picture.any::<AvailabilityException>(&mut self.dice).map(|it| it.id);
        let times = (0..self.dice.one_of(&[0, 1, 1, 1, 2, 3]))
            .map(|_| ExceptionTime {
                exception_id: existing
                    .filter(|_| self.dice.one_in(20))
                    .unwrap_or_else(|| ExceptionId(self.dice.id())),
                stay: self.stay(&venue),
            })
            .collect();
        Command::AddExceptions(AddExceptions {
            kind,
            venue_id: venue.id,
            resource_id: (of_resource != odd).then(|| ResourceId(self.dice.known(resource))),
            staff_id: (of_staff != odd).then(|| StaffId(self.dice.known(staff))),
            all_day: self.dice.one_in(2),
            reason: self.dice.text("holiday"),
            group_id: None,
            times,
        })
    }

    pub(super) fn withdraw_exceptions(&mut self) -> Command {
        let one = self.picture.any::<AvailabilityException>(&mut self.dice).map(|it| it.id.0);
        let ids = [ExceptionId(self.dice.known(one))];
        let count = usize::from(!self.dice.one_in(20));
        Command::WithdrawExceptions(WithdrawExceptions {
            exception_ids: ids[..count].to_vec(),
            restored: self.dice.one_in(4),
        })
    }
}
