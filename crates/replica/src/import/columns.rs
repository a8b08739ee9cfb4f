//! The parts of a mapping: which columns of one file are read as what. docs/IMPORT.md explains every
//! key. What a mapping leaves out stays as it is here, or as it is in what is new.

use super::mapping::{Length, Moment, Piece, Text, Word};
use holdfast_domain::{
    AttendanceStatus, BookingStatus, CreditKind, EventStatus, ExceptionKind, Initiator,
    PaymentMethod, ProductStatus, ResourceKind, Role,
};
use serde::Deserialize;

/// The columns that a part of the mapping reads: each must be in its file.
pub(super) trait Columns {
    fn columns(&self) -> Vec<&str>;
}

/// A part of a mapping: its keys, and their columns.
macro_rules! part {
    ($name:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            pub(super) file: String,
            $(pub(super) $field: $type),+
        }
        impl Columns for $name {
            fn columns(&self) -> Vec<&str> {
                [$(self.$field.columns()),+].concat()
            }
        }
    };
}

part!(StaffColumns {
    id: String,
    name: Text,
    role: Word<Role>,
    active: Option<String>,
    description: Option<Text>,
    photo_url: Option<Text>,
    timezone: Option<String>,
});

part!(ServiceColumns {
    id: String,
    name: Text,
    minutes: String,
    description: Option<Text>,
    buffer_before_minutes: Option<String>,
    buffer_after_minutes: Option<String>,
    price: Option<String>,
    capacity: Option<String>,
    kinds: Option<String>,
    everywhere: Option<String>,
    needs_approval: Option<String>,
    free_cancel_minutes: Option<String>,
    credits: Option<String>,
    active: Option<String>,
    position: Option<String>,
    colour: Option<Text>,
});

part!(ProductColumns {
    id: String,
    name: Text,
    credits: String,
    validity_days: String,
    description: Option<Text>,
    category: Option<Text>,
    popular: Option<String>,
    features: Option<String>,
    position: Option<String>,
    status: Option<Word<ProductStatus>>,
    price: Option<String>,
    services: Option<String>,
    everywhere: Option<String>,
});

part!(ResourceColumns {
    id: String,
    name: Text,
    kind: Word<ResourceKind>,
    location: Option<Text>,
    description: Option<Text>,
    active: Option<String>,
    parts: Option<String>,
    staff: Option<String>,
    hours: Option<String>,
    needs_approval: Option<String>,
});

part!(CustomerColumns {
    id: String,
    name: Text,
    email: Option<Text>,
    phone: Option<Text>,
    address: Option<Text>,
    note: Option<Text>,
    preferred_contact: Option<String>,
    email_verified: Option<String>,
    timezone: Option<String>,
    language: Option<Text>,
    tags: Option<String>,
    preferences: Option<Text>,
    photo_url: Option<Text>,
    blocked_reason: Option<Text>,
    consent: Option<ConsentColumns>,
    merged_into: Option<String>,
    deleted: Option<String>,
    erased: Option<String>,
});

part!(EventColumns {
    id: String,
    title: Text,
    slug: Text,
    capacity: String,
    description: Option<Text>,
    category: Option<Text>,
    image_url: Option<Text>,
    position: Option<String>,
    status: Option<Word<EventStatus>>,
});

part!(ExceptionColumns {
    id: String,
    kind: Word<ExceptionKind>,
    start: Moment,
    end: Moment,
    resource: Option<String>,
    staff: Option<String>,
    all_day: Option<String>,
    reason: Option<Text>,
    group: Option<String>,
    withdrawn: Option<String>,
});

part!(BookingColumns {
    id: String,
    resource: String,
    start: Moment,
    length: Length,
    customer: Option<String>,
    status: Option<Word<BookingStatus>>,
    title: Option<Text>,
    description: Option<Text>,
    customer_note: Option<Text>,
    staff_note: Option<Text>,
    attendee_count: Option<String>,
    meeting_url: Option<Text>,
    price: Option<String>,
    service: Option<String>,
    event: Option<String>,
    capacity: Option<String>,
    credits: Option<String>,
    buffer_before_minutes: Option<String>,
    buffer_after_minutes: Option<String>,
    free_cancel_minutes: Option<String>,
    competing: Option<String>,
    approve_by: Option<String>,
    outside_hours_reason: Option<Text>,
    series: Option<String>,
    made_at: Option<String>,
    made_by: Option<String>,
    confirmed_at: Option<String>,
    ended_at: Option<String>,
    ended_by: Option<String>,
    ended_reason: Option<Text>,
    initiator: Option<Word<Initiator>>,
    late: Option<String>,
    moved_late: Option<String>,
    released_at: Option<String>,
});

part!(SeriesColumns {
    id: String,
    rrule: String,
    start: Moment,
    title: Option<Text>,
    made_at: Option<Moment>,
    made_by: Option<String>,
    skipped: Option<String>,
});

part!(PackageColumns {
    id: String,
    customer: String,
    product: String,
    valid_from: Moment,
    valid_until: Moment,
    sold_at: Moment,
    sold_by: Option<String>,
    name: Option<Text>,
    price: Option<String>,
    services: Option<String>,
    everywhere: Option<String>,
});

part!(CreditEntryColumns {
    id: String,
    package: String,
    kind: Word<CreditKind>,
    credits: String,
    entered_at: Moment,
    entered_by: Option<String>,
    booking: Option<String>,
    reason: Option<Text>,
});

part!(AttendanceColumns {
    id: String,
    booking: String,
    customer: String,
    status: Word<AttendanceStatus>,
    joined_at: Option<Moment>,
    joined_by: Option<String>,
    package: Option<String>,
    credits: Option<String>,
    late: Option<String>,
    changed_at: Option<String>,
    reason: Option<Text>,
    status_before: Option<String>,
});

part!(PaymentColumns {
    id: String,
    booking: String,
    customer: Option<String>,
    amount: String,
    method: Word<PaymentMethod>,
    refund: Option<String>,
    taken_at: Moment,
    taken_by: Option<String>,
    note: Option<Text>,
});

/// What a customer agreed to; they did where `given_at` says when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsentColumns {
    pub(super) given_at: String,
    pub(super) version: Text,
    pub(super) marketing: Option<String>,
    pub(super) sms: Option<String>,
}

impl Columns for ConsentColumns {
    fn columns(&self) -> Vec<&str> {
        let (given_at, version) = (self.given_at.columns(), self.version.columns());
        [given_at, version, self.marketing.columns(), self.sms.columns()].concat()
    }
}
impl Columns for Text {
    fn columns(&self) -> Vec<&str> {
        let pieces = self.pieces().into_iter();
        pieces
            .filter_map(|piece| match piece {
                Piece::Column(column) => Some(column),
                Piece::Literal(_) => None,
            })
            .collect()
    }
}
impl Columns for String {
    fn columns(&self) -> Vec<&str> {
        vec![self]
    }
}
impl<T> Columns for Word<T> {
    fn columns(&self) -> Vec<&str> {
        match self {
            Self::Always(_) => Vec::new(),
            Self::Column { column, .. } => vec![column],
        }
    }
}
impl Columns for Moment {
    fn columns(&self) -> Vec<&str> {
        match self {
            Self::Plain(column) | Self::Column { column, .. } => vec![column],
            Self::Columns { date, time, .. } => vec![date, time],
        }
    }
}
impl Columns for Length {
    fn columns(&self) -> Vec<&str> {
        match self {
            Self::End { end } => end.columns(),
            Self::Minutes { minutes: column } | Self::Units { units: column, .. } => vec![column],
            Self::Always { .. } => Vec::new(),
        }
    }
}
impl<C: Columns> Columns for Option<C> {
    fn columns(&self) -> Vec<&str> {
        self.as_ref().map_or_else(Vec::new, Columns::columns)
    }
}
