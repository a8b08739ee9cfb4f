//! The flat form of rows: which column of a table holds which field, the same in both stores. The
//! word of a field in JSON is its column's name; a field within a field (`source.name`) is one
//! column (`source_name`).
//!
//! A field at its default is left out of JSON, so that rows written before the field existed mean
//! the same and hash the same; in a table it is the default of its kind. Tables whose rows are too
//! frequent for this detour have their own code in the stores.
//!
//! No SQL is here, and no constraint: those are in the migrations.

use crate::change::Entity;
use serde_json::{Map, Value};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A UUID.
    Id,
    /// A text, empty where it is left out.
    Text,
    /// A whole number, 0 where it is left out.
    Integer,
    /// Yes or no; no where it is left out.
    Flag,
    /// An instant.
    Instant,
    /// A time on the wall.
    Local,
    /// A list of UUIDs, empty where it is left out.
    Ids,
    /// A list of anything else, empty where it is left out.
    List,
    /// Anything, as JSON.
    Json,
}

/// One column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name in SQL.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether there may be nothing in it.
    pub optional: bool,
    /// The field that the field is in, where it is in one.
    pub within: Option<&'static str>,
    /// The field's name in JSON.
    pub field: &'static str,
    /// The row that must be there for this one to be, where it names one that has the same
    /// audiences.
    pub parent: Option<Entity>,
}

/// What stands for an erased reason where there has to be one.
pub const ERASED: &str = "(erased)";

/// What a customer is called of whom nothing is known any more.
pub const NOBODY: &str = "Erased customer";

/// One table; its first column is the identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Table {
    /// Its name in SQL.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
}

impl Column {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, optional: false, within: None, field: name, parent: None }
    }

    const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    const fn of(mut self, within: &'static str, field: &'static str) -> Self {
        self.within = Some(within);
        self.field = field;
        self.optional = true;
        self
    }

    const fn parent(mut self, parent: Entity) -> Self {
        self.parent = Some(parent);
        self
    }

    /// What a column holds where its field is left out.
    fn default(&self) -> Value {
        match self.kind {
            _ if self.optional => Value::Null,
            Kind::Text => "".into(),
            Kind::Integer => 0.into(),
            Kind::Flag => false.into(),
            Kind::Ids | Kind::List => Value::Array(Vec::new()),
            Kind::Id | Kind::Instant | Kind::Local | Kind::Json => Value::Null,
        }
    }
}

impl Table {
    /// The table of an entity.
    #[must_use]
    pub fn of(entity: Entity) -> &'static Self {
        match entity {
            Entity::Venue => &VENUES,
            Entity::Resource => &RESOURCES,
            Entity::Staff => &STAFF,
            Entity::Customer => &CUSTOMERS,
            Entity::Booking => &BOOKINGS,
            Entity::Claim => &CLAIMS,
            Entity::BookingClaim => &BOOKING_CLAIMS,
            Entity::Service => &SERVICES,
            Entity::Payment => &PAYMENTS,
            Entity::AvailabilityException => &AVAILABILITY_EXCEPTIONS,
            Entity::Product => &PRODUCTS,
            Entity::Package => &PACKAGES,
            Entity::CreditEntry => &CREDIT_ENTRIES,
            Entity::Event => &EVENTS,
            Entity::Attendance => &ATTENDANCES,
            Entity::Series => &SERIES,
            Entity::StaffPin => &STAFF_PINS,
            Entity::DataRequest => &DATA_REQUESTS,
            Entity::HistoryEntry => &HISTORY_ENTRIES,
        }
    }

    /// The columns that hold words about a customer, of rows that are kept when they are erased: what
    /// erasing empties, or replaces by [`ERASED`].
    pub fn words(&self) -> impl Iterator<Item = &'static Column> {
        let words: &[&str] = match self.name {
            "bookings" => &[
                "title",
                "description",
                "customer_note",
                "staff_note",
                "meeting_url",
                "outside_hours_reason",
                "cancel_reason",
                "reject_reason",
                "source_name",
                "source_id",
            ],
            "payments" => &["note"],
            "attendances" | "credit_entries" => &["reason"],
            "series" => &["title"],
            _ => &[],
        };
        self.columns.iter().filter(|column| words.contains(&column.name))
    }

    /// The values of a row's columns, in their order, from its JSON.
    #[must_use]
    pub fn flatten(&self, mut row: Value) -> Vec<Value> {
        self.columns
            .iter()
            .map(|column| {
                let within = match column.within {
                    Some(within) => row.get_mut(within),
                    None => Some(&mut row),
                };
                let value = within.and_then(|within| within.get_mut(column.field));
                value.map(Value::take).filter(|value| !value.is_null()).unwrap_or(column.default())
            })
            .collect()
    }

    /// A row's JSON from the values of its columns, in their order.
    #[must_use]
    pub fn nest(&self, values: impl IntoIterator<Item = Value>) -> Value {
        let mut row = Map::new();
        for (column, value) in self.columns.iter().zip(values) {
            if value.is_null() {
                continue;
            }
            match column.within {
                None => _ = row.insert(column.field.into(), value),
                Some(within) => {
                    let inner = row.entry(within).or_insert_with(|| Value::Object(Map::new()));
                    if let Some(inner) = inner.as_object_mut() {
                        inner.insert(column.field.into(), value);
                    }
                }
            }
        }
        Value::Object(row)
    }

    /// Which rows must be there for `row` to be.
    #[must_use]
    pub fn parents(&self, row: &Value) -> Vec<(Entity, uuid::Uuid)> {
        let id = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
        let named = self.columns.iter().filter_map(|column| Some((column, column.parent?)));
        named
            .flat_map(|(column, parent)| {
                let value = row.get(column.field).unwrap_or(&Value::Null);
                let ids: Vec<uuid::Uuid> = match value {
                    Value::Array(values) => values.iter().filter_map(id).collect(),
                    value => id(value).into_iter().collect(),
                };
                ids.into_iter().map(move |id| (parent, id))
            })
            .collect()
    }
}

const fn id(name: &'static str) -> Column {
    Column::new(name, Kind::Id)
}
const fn text(name: &'static str) -> Column {
    Column::new(name, Kind::Text)
}
const fn integer(name: &'static str) -> Column {
    Column::new(name, Kind::Integer)
}
const fn flag(name: &'static str) -> Column {
    Column::new(name, Kind::Flag)
}
const fn instant(name: &'static str) -> Column {
    Column::new(name, Kind::Instant)
}
const fn local(name: &'static str) -> Column {
    Column::new(name, Kind::Local)
}
const fn ids(name: &'static str) -> Column {
    Column::new(name, Kind::Ids)
}

const fn list(name: &'static str) -> Column {
    Column::new(name, Kind::List)
}
const fn json(name: &'static str) -> Column {
    Column::new(name, Kind::Json).optional()
}

const PRICE_MINOR: Column = integer("price_minor").of("price", "minor");
const PRICE_CURRENCY: Column = text("price_currency").of("price", "currency");
const DELETED_AT: Column = instant("deleted_at").of("deletion", "deleted_at");
const DELETED_BY: Column = id("deleted_by").of("deletion", "deleted_by");
const SOURCE_NAME: Column = text("source_name").of("source", "name");
const SOURCE_ID: Column = text("source_id").of("source", "id");

const VENUES: Table = Table {
    name: "venues",
    columns: &[
        id("id"),
        text("name"),
        text("timezone"),
        text("currency"),
        integer("slot_minutes"),
        list("hours"),
        json("policy"),
        DELETED_AT,
        DELETED_BY,
    ],
};

const RESOURCES: Table = Table {
    name: "resources",
    columns: &[
        id("id"),
        text("name"),
        text("kind"),
        text("location"),
        text("description"),
        flag("active"),
        ids("venue_ids").parent(Entity::Venue),
        SOURCE_NAME,
        SOURCE_ID,
        ids("part_ids"),
        id("staff_id").optional(),
        list("hours"),
        flag("needs_approval"),
        DELETED_AT,
        DELETED_BY,
    ],
};

const STAFF: Table = Table {
    name: "staff",
    columns: &[
        id("id"),
        text("name"),
        text("role"),
        flag("active"),
        text("description"),
        text("photo_url"),
        text("timezone").optional(),
    ],
};

const CUSTOMERS: Table = Table {
    name: "customers",
    columns: &[
        id("id"),
        text("name"),
        text("email"),
        text("phone"),
        text("address"),
        text("note"),
        SOURCE_NAME,
        SOURCE_ID,
        text("preferred_contact").optional(),
        flag("email_verified"),
        text("timezone").optional(),
        text("language"),
        list("tags"),
        text("preferences"),
        text("photo_url"),
        text("blocked_reason"),
        instant("consent_given_at").of("consent", "given_at"),
        text("consent_version").of("consent", "version"),
        flag("consent_marketing").of("consent", "marketing"),
        flag("consent_sms").of("consent", "sms"),
        id("merged_into").optional(),
        instant("erased_at").optional(),
        DELETED_AT,
        DELETED_BY,
    ],
};

const BOOKINGS: Table = Table {
    name: "bookings",
    columns: &[
        id("id"),
        id("venue_id").parent(Entity::Venue),
        ids("resource_ids"),
        instant("starts_at"),
        instant("ends_at"),
        local("local_start"),
        local("local_end"),
        text("status"),
        id("customer_id").optional(),
        id("made_by"),
        instant("made_at"),
        instant("confirmed_at").optional(),
        instant("cancelled_at").of("cancellation", "cancelled_at"),
        id("cancelled_by").of("cancellation", "cancelled_by"),
        text("cancel_reason").of("cancellation", "reason"),
        text("title"),
        text("description"),
        text("customer_note"),
        text("staff_note"),
        integer("attendee_count"),
        text("meeting_url"),
        PRICE_MINOR,
        PRICE_CURRENCY,
        SOURCE_NAME,
        SOURCE_ID,
        text("cancel_initiator").of("cancellation", "initiator"),
        flag("cancelled_late").of("cancellation", "late"),
        id("service_id").optional(),
        text("service_name"),
        integer("buffer_before_minutes"),
        integer("buffer_after_minutes"),
        ids("claimed_ids"),
        id("series_id").optional(),
        id("event_id").optional(),
        integer("capacity").optional(),
        integer("places_taken"),
        flag("competing"),
        instant("approve_by").optional(),
        id("confirmed_by").optional(),
        instant("rejected_at").of("rejection", "rejected_at"),
        id("rejected_by").of("rejection", "rejected_by"),
        text("reject_reason").of("rejection", "reason"),
        instant("released_at").optional(),
        id("package_id").optional(),
        integer("credits"),
        integer("free_cancel_minutes").optional(),
        text("outside_hours_reason"),
        flag("moved_late"),
    ],
};

const CLAIMS: Table = Table {
    name: "claims",
    columns: &[
        id("id"),
        id("resource_id").parent(Entity::Resource),
        instant("starts_at"),
        instant("ends_at"),
        flag("active"),
    ],
};

const BOOKING_CLAIMS: Table = Table {
    name: "booking_claims",
    columns: &[id("claim_id"), id("booking_id").parent(Entity::Booking)],
};

const SERVICES: Table = Table {
    name: "services",
    columns: &[
        id("id"),
        text("name"),
        text("description"),
        integer("duration_minutes"),
        integer("buffer_before_minutes"),
        integer("buffer_after_minutes"),
        PRICE_MINOR,
        PRICE_CURRENCY,
        integer("capacity"),
        list("needed_kinds"),
        ids("venue_ids"),
        flag("needs_approval"),
        integer("free_cancel_minutes").optional(),
        integer("credits"),
        flag("active"),
        integer("position"),
        text("colour"),
        DELETED_AT,
        DELETED_BY,
    ],
};

const PAYMENTS: Table = Table {
    name: "payments",
    columns: &[
        id("id"),
        id("booking_id").parent(Entity::Booking),
        id("venue_id").parent(Entity::Venue),
        integer("amount_minor").of("amount", "minor"),
        text("amount_currency").of("amount", "currency"),
        text("method"),
        flag("refund"),
        instant("taken_at"),
        id("taken_by"),
        text("note"),
        id("attendance_id").optional().parent(Entity::Attendance),
    ],
};

const AVAILABILITY_EXCEPTIONS: Table = Table {
    name: "availability_exceptions",
    columns: &[
        id("id"),
        text("kind"),
        id("venue_id").parent(Entity::Venue),
        id("resource_id").optional(),
        id("staff_id").optional(),
        instant("starts_at"),
        instant("ends_at"),
        local("local_start"),
        local("local_end"),
        flag("all_day"),
        text("reason"),
        id("group_id").optional(),
        flag("withdrawn"),
    ],
};

const PRODUCTS: Table = Table {
    name: "products",
    columns: &[
        id("id"),
        text("name"),
        text("description"),
        text("category"),
        flag("popular"),
        list("features"),
        integer("position"),
        text("status"),
        integer("credits"),
        integer("validity_days"),
        PRICE_MINOR,
        PRICE_CURRENCY,
        ids("service_ids"),
        id("venue_id").optional(),
        DELETED_AT,
        DELETED_BY,
    ],
};

const PACKAGES: Table = Table {
    name: "packages",
    columns: &[
        id("id"),
        id("customer_id").parent(Entity::Customer),
        id("product_id"),
        text("name"),
        PRICE_MINOR,
        PRICE_CURRENCY,
        ids("service_ids"),
        id("venue_id").optional(),
        instant("valid_from"),
        instant("valid_until"),
        integer("balance"),
        integer("line_count"),
        instant("sold_at"),
        id("sold_by"),
    ],
};

const CREDIT_ENTRIES: Table = Table {
    name: "credit_entries",
    columns: &[
        id("id"),
        id("package_id").parent(Entity::Package),
        text("kind"),
        integer("credits"),
        instant("entered_at"),
        id("entered_by"),
        id("booking_id").optional(),
        text("reason"),
    ],
};

const EVENTS: Table = Table {
    name: "events",
    columns: &[
        id("id"),
        id("venue_id").parent(Entity::Venue),
        text("title"),
        text("description"),
        text("category"),
        text("image_url"),
        integer("position"),
        text("status"),
        text("slug"),
        integer("capacity"),
        DELETED_AT,
        DELETED_BY,
    ],
};

const ATTENDANCES: Table = Table {
    name: "attendances",
    columns: &[
        id("id"),
        id("booking_id").parent(Entity::Booking),
        id("venue_id").parent(Entity::Venue),
        id("customer_id"),
        text("status"),
        instant("joined_at"),
        id("joined_by"),
        id("package_id").optional(),
        integer("credits"),
        instant("changed_at").optional(),
        text("reason"),
        flag("late"),
        text("status_before").optional(),
    ],
};

const SERIES: Table = Table {
    name: "series",
    columns: &[
        id("id"),
        id("venue_id").parent(Entity::Venue),
        text("rrule"),
        local("local_start"),
        text("title"),
        id("made_by"),
        instant("made_at"),
        list("skipped"),
    ],
};

const STAFF_PINS: Table =
    Table { name: "staff_pins", columns: &[id("staff_id"), text("verifier")] };

const DATA_REQUESTS: Table = Table {
    name: "data_requests",
    columns: &[
        id("id"),
        id("customer_id").parent(Entity::Customer),
        text("kind"),
        instant("requested_at"),
        id("requested_by"),
        instant("done_at").optional(),
        instant("expires_at").optional(),
    ],
};

const HISTORY_ENTRIES: Table = Table {
    name: "history_entries",
    columns: &[
        id("id"),
        text("about"),
        id("about_id"),
        id("venue_id").optional(),
        instant("at"),
        id("actor"),
        id("device_id"),
        text("action"),
        list("changes"),
    ],
};
