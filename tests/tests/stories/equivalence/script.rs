//! What proptest makes up: the day on which a club begins, and rounds of steps there. A step is a
//! number and no command: what it asks for is decided when it is done, by what there is to ask
//! about then. So each may be left out and the others still mean something, and a failure shrinks.

use super::dice::Dice;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

/// How many bursts a round has at most, of how many steps each: what goes in bursts is left out in
/// bursts, so that little is left soon.
const BURSTS: usize = 20;
const BURST: usize = 10;

/// Days from the first day on which a club may begin.
pub(super) type Begins = u32;

/// The dice of one step, which are nobody else's.
#[derive(Clone, Copy)]
pub(super) struct Step(u64);

/// What somebody does between two exchanges with headquarters.
#[derive(Clone, Debug)]
pub(super) struct Round {
    /// Which of those who may be there; the first is the owner.
    pub(super) who: usize,
    pub(super) steps: Vec<Step>,
    /// What a desk beside is asked about then.
    pub(super) tries: Vec<Step>,
}

/// A story of rounds, each with up to so many bursts of tries at a desk beside. The two sides are held
/// against each other, so that there is no third model to hold them against.
#[derive(Debug)]
pub(super) struct Script<const TRIES: usize>;

impl Step {
    pub(super) fn dice(self) -> Dice {
        Dice(self.0)
    }
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl<const TRIES: usize> ReferenceStateMachine for Script<TRIES> {
    type State = Begins;
    type Transition = Round;

    fn init_state() -> BoxedStrategy<Begins> {
        // Clocks turn on the 10th day in one zone, and on the 17th in the other.
        (0..20_u32).boxed()
    }

    fn transitions(_: &Begins) -> BoxedStrategy<Round> {
        // One number is no simpler than another: it is there, or it is not.
        let step = || any::<u64>().prop_map(Step).no_shrink();
        let bursts = |most| vec(vec(step(), 0..=BURST), 0..=most).prop_map(|them| them.concat());
        (0..6_usize, bursts(BURSTS), bursts(TRIES))
            .prop_map(|(who, steps, tries)| Round { who, steps, tries })
            .boxed()
    }

    fn apply(begins: Begins, _: &Round) -> Begins {
        begins
    }
}
