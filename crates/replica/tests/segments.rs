//! Who is picked out by a tag, a tier or what they agreed to: of all customers.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

mod founded;

use founded::founded;
use holdfast_domain::command::{AddCustomer, MergeCustomers, Patch};
use holdfast_domain::{Command, Consent, CustomerId, Tier, Timestamp, Venue};
use holdfast_replica::query::Segment;
use holdfast_replica::{Replica, Submission, draft};

/// 2026-11-20T10:00:00Z.
const NOW: Timestamp = Timestamp(1_795_168_800_000);

fn does(replica: &mut Replica, command: &Command) {
    assert!(matches!(replica.submit(command, NOW).unwrap(), Submission::Done(_)));
}

fn add(replica: &mut Replica, name: &str, fill: impl FnOnce(&mut AddCustomer)) -> CustomerId {
    let (id, command) = draft::add_customer(name, fill);
    does(replica, &command);
    id
}

fn names(
    replica: &Replica,
    venue: &Venue,
    text: &str,
    segment: Option<&Segment>,
) -> (Vec<String>, Option<usize>) {
    let tiers = replica.tiers(venue, NOW).unwrap();
    let found = replica.find_customers(text, segment, &tiers, 2).unwrap();
    (found.customers.into_iter().map(|it| it.name).collect(), found.count)
}

#[test]
fn segments_are_of_everybody_however_short_the_list_is() {
    let dir = tempfile::tempdir().unwrap();
    let (mut replica, venue) =
        founded(&dir.path().join("replica"), ("Europe/Berlin", "EUR"), 30, NOW);
    assert_eq!(replica.segments(&venue).unwrap(), [], "nobody has anything");
    for name in ["Ann", "Ben", "Cid"] {
        add(&mut replica, name, |_| {});
    }
    let dora = add(&mut replica, "Dora", |it| it.about.tags = vec!["Gold".into()]);
    add(&mut replica, "Eve", |it| it.about.tags = vec!["gold".into(), "golf".into()]);
    add(&mut replica, "Finn", |it| {
        let version = "2026".into();
        it.about.consent = Some(Consent { given_at: NOW, version, marketing: false, sms: true });
    });
    let gold = Segment::Tag("gold".into());

    let mut venue = venue;
    venue.policy.tiers.push(Tier { name: "Guest".into(), points: 0 });
    let [tag_gold, tag_golf] = ["Gold", "golf"].map(|tag| Segment::Tag(tag.into()));
    let guest = Segment::Tier("Guest".into());
    let all = [tag_gold, tag_golf, guest.clone(), Segment::TextMessages];
    assert_eq!(replica.segments(&venue).unwrap(), all, "a tag is one, however it is written");
    let guests = names(&replica, &venue, "", Some(&guest));
    assert_eq!(guests, (vec!["Ann".into(), "Ben".into()], Some(6)));
    assert_eq!(
        names(&replica, &venue, "", Some(&gold)),
        (vec!["Dora".into(), "Eve".into()], Some(2))
    );
    let wants = names(&replica, &venue, "", Some(&Segment::TextMessages));
    assert_eq!(wants, (vec!["Finn".into()], Some(1)));
    assert_eq!(names(&replica, &venue, "eve", Some(&gold)), (vec!["Eve".into()], Some(1)));
    assert_eq!(names(&replica, &venue, "ann", Some(&gold)), (vec![], Some(0)));

    // Whoever turned out to be somebody else is counted with them.
    let into = add(&mut replica, "Theodora", |_| {});
    let merged_into = Patch { from: None, to: Some(into) };
    let merge = MergeCustomers { customer_id: dora, merged_into };
    does(&mut replica, &Command::MergeCustomers(merge));
    assert_eq!(names(&replica, &venue, "", Some(&gold)), (vec!["Eve".into()], Some(1)));
    assert_eq!(names(&replica, &venue, "", None), (vec!["Ann".into(), "Ben".into()], Some(6)));
    // Nobody counts whom a text finds.
    add(&mut replica, "Anna", |_| {});
    add(&mut replica, "Anne", |_| {});
    assert_eq!(names(&replica, &venue, "ann", None), (vec!["Ann".into(), "Anna".into()], None));
}
