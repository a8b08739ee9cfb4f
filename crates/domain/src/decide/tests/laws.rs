//! What holds whatever people ask for, in whatever order.

use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Book { slot: u32, length: u32, court: bool, both: bool },
    Move { which: usize, slot: u32, length: u32, court: bool },
    Cancel { which: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u32..40, 0_u32..8, any::<bool>(), any::<bool>())
            .prop_map(|(slot, length, court, both)| Step::Book { slot, length, court, both }),
        2 => (0_usize..20, 0_u32..40, 1_u32..8, any::<bool>())
            .prop_map(|(which, slot, length, court)| Step::Move { which, slot, length, court }),
        1 => (0_usize..20).prop_map(|which| Step::Cancel { which }),
    ]
}

proptest! {
    /// Whatever people ask for, in whatever order: no two active claims of one resource overlap,
    /// and the same command and facts give the same answer.
    #[test]
    fn no_two_active_claims_ever_overlap(steps in proptest::collection::vec(step(), 1..60)) {
        let mut world = World::new();
        let time = |slot: u32| {
            let minutes = i64::from(slot) * 15;
            let start = wall("2026-11-21T08:00") + chrono::Duration::minutes(minutes);
            start.format("%Y-%m-%dT%H:%M").to_string()
        };
        let court = |first: bool| if first { COURT } else { OTHER_COURT };
        let mut made = Vec::new();
        for (n, step) in steps.into_iter().enumerate() {
            let command = match step {
                Step::Book { slot, length, court: first, both } => {
                    let mut book = book_id(n as u128, &time(slot), &time(slot + length));
                    book.resource_ids = vec![court(first)];
                    if both {
                        book.resource_ids.push(court(!first));
                    }
                    made.push(book.booking_id);
                    Command::Book(book)
                }
                Step::Move { which, slot, length, court: first } => {
                    let Some(&id) = made.get(which) else { continue };
                    if !world.rows.contains_key(&(Entity::Booking, id.0)) { continue }
                    Command::Reschedule(
                        reschedule(&world, id, &time(slot), &time(slot + length), court(first)))
                }
                Step::Cancel { which } => {
                    let Some(&id) = made.get(which) else { continue };
                    cancel(id, "changed plans")
                }
            };
            let facts = world.facts(&command, TimeRules::Apply);
            prop_assert_eq!(decide(&command, &facts), decide(&command, &facts));
            let _ = world.run(&command);
            let active: Vec<Claim> = world.claims().filter(|claim| claim.active).collect();
            for (i, a) in active.iter().enumerate() {
                for b in &active[i + 1..] {
                    prop_assert!(
                        a.resource_id != b.resource_id
                            || !a.interval().unwrap().overlaps(b.interval().unwrap()),
                        "{a:?} and {b:?}"
                    );
                }
            }
        }
    }

    /// Every command survives its journey as JSON unchanged.
    #[test]
    fn commands_travel_unchanged(slot in 0_u32..40, title in ".{0,40}", count in 1_u32..1000) {
        let mut book = book_id(u128::from(slot), "2026-11-20T13:00", "2026-11-20T14:00");
        book.text.title = title;
        book.text.attendee_count = count;
        for command in [Command::Book(book.clone()), Command::ImportBooking(import(book))] {
            let json = serde_json::to_string(&command).unwrap();
            prop_assert_eq!(serde_json::from_str::<Command>(&json).unwrap(), command);
        }
    }
}
