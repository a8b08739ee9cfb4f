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
        }
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

const SOURCE_NAME: Column = text("source_name").of("source", "name");
const SOURCE_ID: Column = text("source_id").of("source", "id");

const VENUES: Table = Table {
    name: "venues",
    columns: &[id("id"), text("name"), text("timezone"), text("currency"), integer("slot_minutes")],
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
    ],
};

const STAFF: Table =
    Table { name: "staff", columns: &[id("id"), text("name"), text("role"), flag("active")] };

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
        integer("price_minor").of("price", "minor"),
        text("price_currency").of("price", "currency"),
        SOURCE_NAME,
        SOURCE_ID,
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
