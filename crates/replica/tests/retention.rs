//! How long personal data is kept: as the venues' policy says.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod founded;

use founded::founded;
use holdfast_domain::command::{Delete, EditVenue};
use holdfast_domain::rows::{Policy, RETENTION_DAYS};
use holdfast_domain::{Command, Entity, Patch, Timestamp};
use holdfast_replica::{Replica, Submission, draft, now};

const DAY_MS: i64 = 24 * 3_600_000;

fn does(replica: &mut Replica, command: &Command, at: Timestamp) {
    assert!(matches!(replica.submit(command, at).unwrap(), Submission::Done(_)));
}

#[test]
fn who_never_came_is_kept_for_two_years_or_as_long_as_a_venue_says() {
    let dir = tempfile::tempdir().unwrap();
    // Ids tell by the clock of this machine when somebody was entered.
    let entered = now();
    let (mut replica, venue) = founded(dir.path(), ("Europe/London", "GBP"), 30, entered);
    let (anna, add) = draft::add_customer("Anna", |_| {});
    does(&mut replica, &add, entered);
    let after = |replica: &Replica, days: Option<u32>, later: u32| {
        let kept = replica.retained(days, entered.plus_ms(i64::from(later) * DAY_MS));
        let kept = kept.unwrap().unwrap();
        (kept.days, kept.customers.iter().map(|it| it.id).collect::<Vec<_>>())
    };
    assert_eq!(after(&replica, None, RETENTION_DAYS - 1), (730, vec![]));
    assert_eq!(after(&replica, None, RETENTION_DAYS + 1), (730, vec![anna]));
    let policy = |retention_days| Policy { retention_days, ..Policy::default() };
    let edit = |from, to| {
        let policy = Some(Patch { from: policy(from), to: policy(to) });
        Command::EditVenue(EditVenue { venue_id: venue.id, policy, ..EditVenue::default() })
    };
    let too_short = replica.submit(&edit(None, Some(29)), entered).unwrap();
    assert!(matches!(too_short, Submission::Refused(no) if no.code() == "field_out_of_range"));
    does(&mut replica, &edit(None, Some(1_000)), entered);
    assert_eq!(after(&replica, None, RETENTION_DAYS + 1), (1_000, vec![]));
    assert_eq!(after(&replica, Some(100), 101), (100, vec![anna]), "or as somebody asks");
    assert_eq!(after(&replica, None, 1_001), (1_000, vec![anna]));
    let delete = Command::Delete(Delete { entity: Entity::Customer, id: anna.0 });
    does(&mut replica, &delete, entered);
    assert_eq!(after(&replica, None, 1_001), (1_000, vec![anna]), "whom nobody sees any more");
    let erased = replica.erase_retained(None, entered.plus_ms(1_001 * DAY_MS)).unwrap().unwrap();
    assert!(erased.1.is_empty(), "{:?}", erased.1);
    assert!(replica.customer(anna).unwrap().unwrap().erased_at.is_some());
}
