//! Chance that can be run again, and the values that nobody sensible would enter.

use holdfast_domain::Patch;
use uuid::Uuid;

/// A small deterministic sequence (SplitMix64), so that a step can be done again.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    pub(super) fn roll(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % sides
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.roll(n) == 0
    }

    pub(super) fn id(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }

    pub(super) fn pick<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(of[self.roll(of.len())].clone()) }
    }

    /// One of several by their names: which one hangs on its own name and on the dice alone, as
    /// long as it is there.
    pub(super) fn pick_by<T>(&mut self, of: impl Iterator<Item = (u128, T)>) -> Option<T> {
        let salt = self.next();
        let rank = |name: u128| mixed(mixed(salt ^ name as u64) ^ (name >> 64) as u64);
        of.min_by_key(|(name, _)| rank(*name)).map(|(_, it)| it)
    }

    pub(super) fn one_of<T: Clone>(&mut self, of: &[T]) -> T {
        self.pick(of).unwrap()
    }

    /// Mostly what it is told, sometimes a text that somebody hostile or careless would send.
    pub(super) fn text(&mut self, usual: &str) -> String {
        if !self.one_in(50) {
            return usual.into();
        }
        match self.roll(9) {
            0 => "x".repeat(256),
            1 => "x".repeat(4_001),
            2 => "\u{0}".into(),
            3 => "bell \u{7}".into(),
            4 => " ".into(),
            5 => "'; drop table bookings; --".into(),
            6 => "\u{202e}Ünïcode 한글 \"\\ 🏸".into(),
            7 => "two\nlines\tand a tab".into(),
            _ => String::new(),
        }
    }

    /// Mostly what it is told, sometimes a number at an edge or beyond.
    pub(super) fn number(&mut self, usual: u32) -> u32 {
        if !self.one_in(60) {
            return usual;
        }
        self.one_of(&[0, 1, 240, 241, 1_000, 1_001, 10_000, 10_001, 1_000_001, u32::MAX])
    }

    /// Mostly an id that is there, sometimes one of nothing.
    pub(super) fn known(&mut self, id: Option<Uuid>) -> Uuid {
        match id {
            Some(id) if !self.one_in(80) => id,
            _ => Uuid::from_u128(404),
        }
    }

    /// An edit of a field, seldom; sometimes of a value that it never had.
    pub(super) fn edit<T>(&mut self, n: usize, from: T, stale: T, to: T) -> Option<Patch<T>> {
        let from = if self.one_in(12) { stale } else { from };
        self.one_in(n).then_some(Patch { from, to })
    }
}

fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
