//! A device that sees a part, beside a club in which the world goes on: what it refuses,
//! headquarters refuses, too.

use super::club::{Club, memory, outcome, pull};
use super::picture::Picture;
use super::script::Step;
use super::{CREW, Met, PIN, Story};
use crate::device::Device;
use holdfast_domain::{Command, Customer, Entity, Refusal};
use holdfast_protocol::Operation;
use holdfast_replica::Replica;
use holdfast_replica::sync::{self, Client};
use proptest::prelude::TestCaseError;
use proptest::test_runner::TestCaseResult;
use proptest::{prop_assert, prop_assert_ne};

/// A desk of Riverside or the laptop of the instructor, and a device that pushes for it what it
/// itself does not even ask.
struct Beside {
    laptop: bool,
    client: Client,
    _directory: tempfile::TempDir,
    desk: Replica,
    device: Device,
    picture: Picture,
}

pub(super) async fn never_stricter(
    laptop: bool,
    met: &mut Met,
    story: &mut Story,
) -> TestCaseResult {
    let mut club = Club::found("leniency", story.begins).await;
    let mut beside = Beside::enrol(&club, laptop).await;
    while let Some(round) = story.next_round() {
        let who = club.signs_in(round.who);
        the_world_goes_on(&mut club, who, &round.steps, story).await?;
        let somebody = club.asker.somebody(round.who);
        let (who, actor) = if laptop { ("the instructor", CREW[2]) } else { somebody };
        beside.look(&club, actor).await;
        // What the desk refuses now, headquarters refuses, too: nothing of it changes anything.
        std::mem::swap(&mut club.asker.picture, &mut beside.picture);
        let refused = beside.refused(&mut club, &round.tries);
        std::mem::swap(&mut club.asker.picture, &mut beside.picture);
        let operations = refused.iter().map(|(operation, ..)| operation.clone()).collect();
        let reply = pull(&mut beside.device, operations).await;
        for (verdict, (_, refusal, command)) in reply.verdicts.iter().zip(&refused) {
            story.told.ask(who, club.asker.at, command, refusal.code());
            prop_assert_ne!(outcome(&verdict.outcome), "done", "headquarters does what it refused");
            met.count(command, refusal.code().into());
        }
        met.commands += round.steps.len() + round.tries.len();
    }
    beside.sees_a_part()
}

/// At both venues, whether or not the device beside may see it.
async fn the_world_goes_on(
    club: &mut Club,
    who: &str,
    steps: &[Step],
    story: &mut Story,
) -> Result<(), TestCaseError> {
    let mut operations = Vec::new();
    for step in steps {
        club.asker.dice = step.dice();
        club.asker.wait();
        let (command, at) = (club.ask(), club.asker.at);
        // Only so that terms stay about right; what is refused is not looked at here.
        let answer = super::club::answer(club.replica.submit(&command, at).unwrap());
        operations.push(club.device.operation_at(&command, at));
        story.told.ask(who, at, &command, &answer);
    }
    club.push(operations).await.map(drop)
}

impl Beside {
    async fn enrol(club: &Club, laptop: bool) -> Self {
        let client = Client::new().unwrap();
        let directory = memory();
        let mut desk = Replica::open(directory.path()).unwrap();
        let code = club.code(laptop);
        sync::enrol(&mut desk, &client, &club.hq.url(), &code, None).await.unwrap();
        let device = Device::enrol_with(&club.hq, club.code(laptop)).await;
        let picture = club.asker.picture.beside();
        Self { laptop, client, _directory: directory, desk, device, picture }
    }

    /// Learns what there is now, and somebody signs in.
    async fn look(&mut self, club: &Club, actor: holdfast_domain::StaffId) {
        sync::sync(&mut self.desk, &self.client, |_| {}).await.unwrap();
        for row in &pull(&mut self.device, Vec::new()).await.changes {
            self.picture.take(row);
        }
        self.desk.sign_in(actor, PIN, club.asker.at).unwrap().unwrap();
        self.device.staff_id = actor;
    }

    /// What the desk refuses of what is tried, and why.
    fn refused(&mut self, club: &mut Club, tries: &[Step]) -> Vec<(Operation, Refusal, Command)> {
        let (laptop, at) = (self.laptop, club.asker.at);
        // What may not be seen cannot be worked on: nobody is shown it, to begin with.
        let unseen = |it: &Refusal| laptop && matches!(it, Refusal::NotFound { .. });
        let mut refused = Vec::new();
        for step in tries {
            club.asker.dice = step.dice();
            let command = self.desk.with_terms(club.asker.command(), at).unwrap();
            let refusal = self.desk.preview(&command, at).unwrap();
            if let Some(refusal) = refusal.filter(|it| !unseen(it)) {
                refused.push((self.device.operation_at(&command, at), refusal, command));
            }
        }
        refused
    }

    fn sees_a_part(&self) -> TestCaseResult {
        let theirs = |row: &Customer| row.email.is_empty() && row.address.is_empty();
        let all_theirs = self.picture.all::<Customer>().all(theirs);
        prop_assert!(!self.laptop || all_theirs, "a laptop is told a name and a phone");
        let packages = self.picture.count(Entity::Package);
        prop_assert!(!self.laptop || packages == 0, "and nothing of what was paid");
        Ok(())
    }
}
