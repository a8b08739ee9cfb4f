//! What a club is like, and what speaks against its bookings: drawn by chance, as small numbers that can
//! be made smaller.

use holdfast_domain::ResourceKind;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const ZONES: &[&str] = &[
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Africa/Casablanca",
    "Africa/Cairo",
    "America/Havana",
    "Pacific/Chatham",
    "Europe/Berlin",
    "Asia/Tokyo",
];
/// What a lesson needs.
pub(super) const NEEDED: &[&[ResourceKind]] = &[
    &[ResourceKind::Court, ResourceKind::Instructor],
    &[ResourceKind::Room, ResourceKind::Instructor],
    &[ResourceKind::Court, ResourceKind::Room, ResourceKind::Instructor],
    &[ResourceKind::Court],
];

/// Weekly hours: of the venue, or of a resource. Days count from the day that is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hours {
    pub(super) of: usize,
    pub(super) day: i64,
    pub(super) opens_half_hour: u32,
    pub(super) closes_half_hour: u32,
    pub(super) valid_from: Option<i64>,
    pub(super) valid_days: Option<i64>,
    pub(super) inactive: bool,
}

/// An exception, or a booking there already. Quarters of an hour count from the day before.
#[derive(Clone, Copy, Debug)]
pub(super) struct There {
    pub(super) what: usize,
    pub(super) of: usize,
    pub(super) quarter: i64,
    pub(super) quarters: i64,
    /// Ends with the day before: then only a buffer reaches into the day.
    pub(super) is_eve: bool,
    pub(super) ended: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) zone: &'static str,
    pub(super) turns: bool,
    pub(super) days: u64,
    pub(super) now_minutes: i64,
    pub(super) slot_minutes: u32,
    pub(super) hours: Vec<Hours>,
    pub(super) exceptions: Vec<There>,
    pub(super) booked: Vec<There>,
    pub(super) minutes: u32,
    pub(super) buffers: (u32, u32),
    pub(super) notice_minutes: u32,
    /// How many days ahead may be booked, from the day that is looked at.
    pub(super) ahead: Option<i64>,
    pub(super) hall_is_room: bool,
    pub(super) parts: usize,
    pub(super) needed: usize,
}

pub(super) fn case() -> impl Strategy<Value = Case> {
    let when = (
        (0..ZONES.len(), any::<bool>(), 0_u64..3_500, -2_000_i64..600),
        prop_oneof![Just(15_u32), Just(30), Just(60)],
        vec(hours(), 0..6),
        vec(there(0..7, 40), 0..5),
        vec(there(0..3, 9), 2..12),
    );
    let what = (
        prop_oneof![8 => Just(60_u32), 3 => Just(120), 1 => Just(240), 1 => Just(90), 1 => Just(30)],
        prop_oneof![Just((0, 0)), Just((15, 0)), Just((10, 25))],
        prop_oneof![4 => Just(0_u32), 2 => Just(90), 1 => Just(1_000)],
        option::weighted(0.3, prop_oneof![1 => Just(-1_i64), 4 => Just(0), 2 => Just(1)]),
        (
            any::<bool>(),
            prop_oneof![1 => Just(0_usize), 2 => Just(1), 1 => Just(2)],
            0..NEEDED.len(),
        ),
    );
    (when, what).prop_map(|(when, what)| Case {
        zone: ZONES[when.0.0],
        turns: when.0.1,
        days: when.0.2,
        now_minutes: when.0.3,
        slot_minutes: when.1,
        hours: when.2,
        exceptions: when.3,
        booked: when.4,
        minutes: what.0,
        buffers: what.1,
        notice_minutes: what.2,
        ahead: what.3,
        hall_is_room: what.4.0,
        parts: what.4.1,
        needed: what.4.2,
    })
}

fn hours() -> impl Strategy<Value = Hours> {
    let day = prop_oneof![Just(0_i64), Just(0), Just(-1), Just(1)];
    let span = (0_usize..6, day, 0_u32..48, 0_u32..48);
    let holds = (
        option::weighted(0.3, -8_i64..2),
        option::weighted(0.3, 0_i64..9),
        prop::bool::weighted(0.15),
    );
    (span, holds).prop_map(|(span, holds)| Hours {
        of: span.0,
        day: span.1,
        opens_half_hour: span.2,
        closes_half_hour: span.3,
        valid_from: holds.0,
        valid_days: holds.1,
        inactive: holds.2,
    })
}

fn there(what: std::ops::Range<usize>, longest: i64) -> impl Strategy<Value = There> {
    let of = prop_oneof![1 => Just(0_usize), 2 => 0_usize..5];
    let (is_eve, ended) = (prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    (what, of, 70_i64..220, 1..longest, is_eve, ended).prop_map(
        |(what, of, quarter, quarters, is_eve, ended)| There {
            what,
            of,
            quarter,
            quarters,
            is_eve,
            ended,
        },
    )
}
