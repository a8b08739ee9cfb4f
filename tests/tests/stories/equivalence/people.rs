//! Asking about people.

use super::CREW;
use super::ask::Asker;
use holdfast_domain::command::{
    AboutCustomer, AddCustomer, AddStaff, EditCustomer, EditStaff, EraseCustomer, MergeCustomers,
    RecordDataRequest, SetPin,
};
use holdfast_domain::{
    Command, Consent, Contact, Customer, CustomerId, DataRequest, DataRequestId, DataRequestKind,
    Entity, Patch, Role, Staff, StaffId,
};

impl Asker {
    pub(super) fn customer(&mut self) -> Command {
        if self.dice.one_in(8) {
            return self.personal_data();
        }
        let few = self.picture.count(Entity::Customer) < 40;
        if let Some(it) =
            self.picture.any::<Customer>(&mut self.dice).filter(|_| !few || self.dice.one_in(2))
        {
            let (name, phone) = (self.dice.text("Ann"), self.dice.text("555"));
            let email = self.dice.one_of(&["", "a@b.example", "nonsense"]);
            let blocked = if self.dice.one_in(3) { "owes" } else { "" };
            let tags = vec![self.dice.text("member"), "family".into(), "family".into()];
            return Command::EditCustomer(EditCustomer {
                customer_id: it.id,
                name: self.dice.edit(4, it.name.clone(), "stale".into(), name),
                phone: self.dice.edit(3, it.phone.clone(), "stale".into(), phone),
                email: self.dice.edit(4, it.email.clone(), "stale".into(), email.into()),
                email_verified: self.dice.edit(5, it.email_verified, it.email_verified, true),
                blocked_reason: self.dice.edit(
                    5,
                    it.blocked_reason.clone(),
                    "stale".into(),
                    blocked.into(),
                ),
                tags: self.dice.edit(4, it.tags.clone(), Vec::new(), tags),
                ..EditCustomer::default()
            });
        }
        let existing = self.picture.any::<Customer>(&mut self.dice).map(|customer| customer.id);
        let new = CustomerId(self.dice.id());
        let given_at = if self.dice.one_in(30) { self.far() } else { self.at };
        let consent = Consent {
            given_at,
            version: self.dice.text("1"),
            marketing: true,
            sms: self.dice.one_in(2),
        };
        Command::AddCustomer(AddCustomer {
            customer_id: existing.filter(|_| self.dice.one_in(15)).unwrap_or(new),
            name: self.dice.one_of(&["Ann", "", "  Bob  ", "민준"]).into(),
            email: self.dice.one_of(&["", " a@b.example ", "nonsense"]).into(),
            phone: self.dice.text("555-0101"),
            address: self.dice.text(""),
            note: self.dice.text(""),
            source: None,
            about: AboutCustomer {
                preferred_contact: Some(self.dice.one_of(Contact::ALL)),
                language: self.dice.text("de"),
                tags: vec![self.dice.text("member")],
                consent: Some(consent).filter(|_| self.dice.one_in(2)),
                ..AboutCustomer::default()
            },
            chosen: false,
        })
    }

    /// What a customer may ask about their data, and seldom that it goes.
    fn personal_data(&mut self) -> Command {
        let customer = self.picture.any::<Customer>(&mut self.dice).map(|customer| customer.id.0);
        let customer_id = CustomerId(self.dice.known(customer));
        if self.dice.one_in(4) {
            let reason = self.dice.text("asked for it");
            let other = self.picture.any::<Customer>(&mut self.dice).map(|customer| customer.id);
            let along_with = other.filter(|_| self.dice.one_in(3));
            let ago = i64::from(self.dice.one_of(&[-30, 0, 1, 60])) * 24 * 3_600_000;
            let quiet_since = Some(self.at.plus_ms(-ago)).filter(|_| self.dice.one_in(3));
            let erase = EraseCustomer::new(customer_id, reason);
            return Command::EraseCustomer(EraseCustomer { along_with, quiet_since, ..erase });
        }
        let existing = self.picture.any::<DataRequest>(&mut self.dice);
        let existing = existing.filter(|_| self.dice.one_in(3));
        let new = DataRequestId(self.dice.id());
        let (request_id, kind, customer_id) = existing.map_or_else(
            || (new, self.dice.one_of(DataRequestKind::ALL), customer_id),
            |it| (it.id, it.kind, it.customer_id),
        );
        Command::RecordDataRequest(RecordDataRequest {
            request_id,
            customer_id,
            kind,
            done: self.dice.one_in(2),
            expires_at: Some(self.at).filter(|_| self.dice.one_in(2)),
        })
    }

    /// Mostly taken back again, so that customers do not run out.
    pub(super) fn merge(&mut self) -> Command {
        let merged = |it: &Customer| it.merged_into.is_some();
        let merged = self.picture.some::<Customer>(&mut self.dice, merged);
        if let Some(it) = merged.filter(|_| self.dice.one_in(2)) {
            let merged_into = Patch { from: it.merged_into, to: None };
            return Command::MergeCustomers(MergeCustomers { customer_id: it.id, merged_into });
        }
        let into = self.picture.any::<Customer>(&mut self.dice).map(|customer| customer.id.0);
        let Some(it) = self.picture.any::<Customer>(&mut self.dice) else { return self.customer() };
        let to = Some(CustomerId(self.dice.known(into)));
        let merged_into = Patch { from: it.merged_into, to };
        Command::MergeCustomers(MergeCustomers { customer_id: it.id, merged_into })
    }

    pub(super) fn staff(&mut self) -> Command {
        let owner = self.owner;
        // Those who give the commands of this story stay who they are.
        let other = |it: &Staff| it.id != owner && !CREW.contains(&it.id);
        let other = self.picture.some::<Staff>(&mut self.dice, other);
        match self.dice.roll(5) {
            0 => Command::AddStaff(AddStaff {
                staff_id: if self.dice.one_in(5) { owner } else { StaffId(self.dice.id()) },
                name: self.dice.text("Ben"),
                // Another owner would let the first one be shut out, and the story end there.
                role: self.dice.one_of(&[Role::Manager, Role::FrontDesk, Role::Instructor]),
                description: self.dice.text(""),
                photo_url: String::new(),
                timezone: None,
            }),
            1 => Command::EditStaff(EditStaff {
                staff_id: owner,
                active: Some(Patch { from: true, to: false }),
                ..EditStaff::default()
            }),
            2 => Command::SetPin(SetPin {
                staff_id: StaffId(self.dice.known(other.map(|staff| staff.id.0))),
                verifier: self.dice.one_of(&["", "1234", "$argon2id$v=19$m=1,t=1,p=1$a$b"]).into(),
            }),
            _ => {
                let Some(it) = other else { return self.customer() };
                let (name, active) = (self.dice.text("Carla"), self.dice.one_in(2));
                Command::EditStaff(EditStaff {
                    staff_id: it.id,
                    name: self.dice.edit(2, it.name.clone(), "stale".into(), name),
                    active: self.dice.edit(2, it.active, !it.active, active),
                    role: self.dice.edit(3, it.role, Role::Owner, Role::Instructor),
                    ..EditStaff::default()
                })
            }
        }
    }
}
