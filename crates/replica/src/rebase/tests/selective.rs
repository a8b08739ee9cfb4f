//! Taking back only what is touched comes to the same as taking back all that waits: whatever people
//! and other desks do, in whatever order.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

#[derive(Clone, Debug)]
enum Event {
    Book { court: usize, slot: u32 },
    Move { which: usize, slot: u32 },
    Cancel { which: usize },
    Retitle { which: usize, title: u8 },
    Foreign { n: u128, court: usize, slot: u32 },
    Judge { accept: bool },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (0_usize..2, 0_u32..12).prop_map(|(court, slot)| Event::Book { court, slot }),
        2 => (0_usize..8, 0_u32..12).prop_map(|(which, slot)| Event::Move { which, slot }),
        1 => (0_usize..8).prop_map(|which| Event::Cancel { which }),
        2 => (0_usize..8, any::<u8>()).prop_map(|(which, title)| Event::Retitle { which, title }),
        3 => (1_u128..4, 0_usize..2, 0_u32..12)
            .prop_map(|(n, court, slot)| Event::Foreign { n, court, slot }),
        2 => any::<bool>().prop_map(|accept| Event::Judge { accept }),
    ]
}

/// The claims that headquarters knows: enough to send only states that fit together.
#[derive(Default)]
struct Committed(BTreeMap<Uuid, Claim>);

impl Committed {
    fn fits(&self, rows: &[Change]) -> bool {
        rows.iter().all(|row| match row {
            Change::Claim(claim) if claim.active => self.0.values().all(|there| {
                let own = rows.iter().any(|row| row.id() == there.id.0);
                own || !there.active
                    || there.resource_id != claim.resource_id
                    || !there.interval().unwrap().overlaps(claim.interval().unwrap())
            }),
            _ => true,
        })
    }

    fn take(&mut self, rows: &[Change]) {
        for row in rows {
            if let Change::Claim(claim) = row {
                self.0.insert(claim.id.0, claim.clone());
            }
        }
    }
}

/// The same arrival on both: one takes back what is touched, the other all that waits.
fn receive_both(selective: &mut Desk, full: &mut Replica, verdicts: Vec<Verdict>, rows: &[Change]) {
    let arrival = selective.arrival(verdicts, rows);
    selective.replica.absorb(&arrival).unwrap();
    full.absorb_with(&arrival, Undo::All).unwrap();
}

/// The same cases every time, so that a change is judged by what it changed; others, and more of
/// them, by `HOLDFAST_SEED` and `HOLDFAST_CASES`.
fn config() -> ProptestConfig {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    ProptestConfig {
        cases: number("HOLDFAST_CASES").map_or(64, |cases: u64| u32::try_from(cases).unwrap()),
        rng_seed: RngSeed::Fixed(number("HOLDFAST_SEED").unwrap_or(1)),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]
    /// Taking back only what is touched comes to the same as taking back all that waits.
    #[test]
    fn a_selective_rebase_equals_a_full_one(events in proptest::collection::vec(event(), 1..24)) {
        let mut selective = Desk::new();
        // The twin is the same desk, file by file.
        let twin_dir = tempfile::tempdir().unwrap();
        selective.replica.db.execute("vacuum into ?1",
            [twin_dir.path().join("replica.sqlite").to_str().unwrap()]).unwrap();
        let mut full = Replica::open(twin_dir.path()).unwrap();
        let mut made: Vec<BookingId> = Vec::new();
        let mut committed = Committed::default();
        let time = |slot: u32| format!("{:02}:{:02}", 8 + slot / 2, slot % 2 * 30);
        for event in events {
            let booking = |which: usize| made.get(which)
                .and_then(|id| selective.replica.booking(*id).unwrap()).map(|l| l.booking);
            let command = match event {
                Event::Book { court, slot } => {
                    let drafted = BookingDraft {
                        venue_id: selective.venue.id,
                        resource_ids: vec![selective.courts[court]],
                        local_start: wall(&time(slot)),
                        local_end: wall(&time(slot + 2)),
                        customer_id: None,
                        text: BookingText::default(),
                    }.book(&selective.venue);
                    made.push(drafted.booking_id);
                    Some(drafted.command)
                }
                Event::Move { which, slot } => booking(which).map(|booking| draft::reschedule(
                    &selective.venue, &booking, wall(&time(slot)), wall(&time(slot + 2)),
                    booking.resource_ids.clone()).command),
                Event::Cancel { which } => booking(which).map(|b| draft::cancel(&b, "rain".into())),
                Event::Retitle { which, title } => booking(which).map(|booking| {
                    Command::EditBooking(EditBooking {
                        booking_id: booking.id, customer_id: None,
                        title: Some(Patch { from: booking.title, to: title.to_string() }),
                        description: None, customer_note: None, staff_note: None,
                        attendee_count: None, meeting_url: None, erased: false, forgotten: false })
                }),
                Event::Foreign { n, court, slot } => {
                    let mut rows = selective.foreign(n, court, &time(slot), &time(slot + 2));
                    // It may have been on the other court before.
                    let mut other = selective.foreign(n, 1 - court, &time(slot), &time(slot + 2));
                    if let Change::Claim(claim) = &mut other[2] {
                        claim.active = false;
                    }
                    rows.push(other[2].clone());
                    if committed.fits(&rows) {
                        committed.take(&rows);
                        receive_both(&mut selective, &mut full, vec![], &rows);
                    }
                    None
                }
                Event::Judge { accept } => {
                    let Some(kept) = selective.replica.waiting(1).unwrap().pop() else { continue };
                    let operation = kept.operation;
                    let mut rows = Vec::new();
                    for effect in outbox::effects(&selective.replica.db, operation.seq).unwrap() {
                        rows.extend(row_after(&selective.replica, operation.seq, &effect));
                    }
                    // Headquarters accepts only what fits what it knows.
                    if accept && kept.at_risk.is_none() && committed.fits(&rows) {
                        committed.take(&rows);
                        let verdict = accepted(operation.id, 1);
                        receive_both(&mut selective, &mut full, vec![verdict], &rows);
                    } else {
                        receive_both(&mut selective, &mut full, vec![refused(operation.id)], &[]);
                    }
                    None
                }
            };
            if let Some(command) = command {
                let here = selective.replica.submit(&command, NOW).unwrap();
                let there = full.submit(&command, NOW).unwrap();
                prop_assert_eq!(matches!(here, Submission::Done(_)), matches!(there, Submission::Done(_)));
                // The operations' ids are made anew on each; the twin takes over the first one's.
                copy_ids(&selective.replica, &full);
            }
            let twin = Desk { replica: full.reopen().unwrap(), venue: selective.venue.clone(),
                courts: selective.courts, version: 0, _dir: tempfile::tempdir().unwrap() };
            let (here, there) = (selective.all_rows(), twin.all_rows());
            let differ: Vec<_> = here.iter().zip(&there).filter(|(a, b)| a != b).collect();
            prop_assert!(here.len() == there.len() && differ.is_empty(), "{differ:#?}");
            prop_assert_eq!(selective.replica.examine().unwrap().overlapping_claims, 0);
        }
    }
}

/// The row as operation `seq` left it: what a later operation found, or what is there now.
fn row_after(replica: &Replica, seq: u64, effect: &outbox::Effect) -> Option<Change> {
    let db = &replica.db;
    for (later, _) in outbox::touching(db, effect.row_id).unwrap() {
        if later > seq {
            let effects = outbox::effects(db, later).unwrap();
            let same = effects
                .into_iter()
                .find(|e| e.row_id == effect.row_id && e.entity == effect.entity);
            if let Some(found) = same {
                return found.before;
            }
        }
    }
    store::read(db, effect.entity, effect.row_id).unwrap()
}

fn copy_ids(from: &Replica, to: &Replica) {
    let (seq, _) = outbox::head(&from.db).unwrap();
    let Some(kept) = outbox::get(&from.db, seq).unwrap() else { return };
    to.db
        .execute("update outbox set operation_id = ?2 where seq = ?1", (seq, kept.operation.id.0))
        .unwrap();
}
