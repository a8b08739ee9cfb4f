//! Who works at this desk right now: signing in with a PIN, offline as well as online.
//!
//! A PIN is hashed here (argon2id) and only the hash travels, so that every desk of the organisation
//! can check it without a line. Guessing is slowed down: after a few wrong PINs each further try has
//! to wait longer, over restarts, too. Who signed in gives the commands from then on; a desk whose
//! own person has no PIN needs no signing in. Because signing out is back to that, nobody signs in
//! beside somebody without a PIN, and nobody without a PIN gives others one.

use crate::failure::Failure;
use crate::replica::Replica;
use crate::store::{self, meta, meta::Key};
use crate::submit::Submission;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use holdfast_domain::command::SetPin;
use holdfast_domain::{
    Command, Notice, Refusal, Right, Role, Staff, StaffId, StaffPin, Timestamp, Zone,
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many digits a PIN has.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;
/// Wrong PINs before waiting begins.
const FREE_TRIES: u32 = 5;
/// The first wait; each further one is twice as long.
const FIRST_WAIT_MS: i64 = 30_000;
/// The longest wait.
const LONGEST_WAIT_MS: i64 = 15 * 60_000;

/// Why somebody could not sign in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SignInRefusal {
    /// The PIN is another one.
    PinWrong {
        /// How many tries there are before waiting begins.
        tries_left: u32,
    },
    /// Too many wrong PINs: wait.
    PinThrottled {
        /// When the next try counts.
        retry_at: Timestamp,
    },
    /// They have no PIN.
    PinMissing,
    /// They do not work here any more.
    StaffInactive,
    /// A PIN has 4 to 12 digits.
    PinInvalid,
    /// Somebody without a PIN works at this desk: whoever signs out would work as they do.
    OwnPinFirst {
        /// Who.
        staff_id: StaffId,
        /// Their name.
        name: String,
    },
}

impl SignInRefusal {
    /// The refusal as it is shown where the clocks are those of `zone`.
    #[must_use]
    pub fn notice(&self, zone: Zone) -> Notice {
        let (code, message, details) = match self {
            Self::PinWrong { tries_left } => (
                "pin_wrong",
                match tries_left {
                    0 => "This is not the PIN. Wait a little before you try again.".into(),
                    1 => "This is not the PIN. 1 more try before you have to wait.".into(),
                    several => {
                        format!(
                            "This is not the PIN. {several} more tries before you have to wait."
                        )
                    }
                },
                json!({ "tries_left": tries_left }),
            ),
            Self::PinThrottled { retry_at } => (
                "pin_throttled",
                format!(
                    "Too many wrong PINs. Wait until {}, then try again.",
                    zone.local(*retry_at).format("%H:%M:%S")
                ),
                json!({ "retry_at": retry_at }),
            ),
            Self::PinMissing => (
                "pin_missing",
                "This person has no PIN yet. A manager can set one.".into(),
                Value::Null,
            ),
            Self::StaffInactive => (
                "staff_inactive",
                "This person does not work here any more. Ask a manager.".into(),
                Value::Null,
            ),
            Self::PinInvalid => (
                "pin_invalid",
                "A PIN has 4 to 12 digits. Choose another one.".into(),
                json!({ "field": "pin" }),
            ),
            Self::OwnPinFirst { staff_id, name } => (
                "own_pin_first",
                format!(
                    "{name} works here without a PIN: whoever signs out would work as {name}. Set \
                     the PIN of {name} first, then that of others, and let them sign in."
                ),
                json!({ "staff_id": staff_id, "name": name }),
            ),
        };
        Notice { code: code.into(), message, details }
    }
}

/// Who works at this desk.
#[derive(Clone, PartialEq, Debug)]
pub struct Session {
    /// Who gives the commands; `None` while the desk is locked.
    pub staff: Option<Staff>,
    /// Whether somebody has to sign in.
    pub locked: bool,
    /// Whether the person signed in, rather than being the desk's own.
    pub signed_in: bool,
}

/// Wrong PINs of one person.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Wrong {
    count: u32,
    /// Not before then.
    retry_at: i64,
}

impl Replica {
    /// Gives somebody a PIN.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn set_pin(
        &mut self,
        staff_id: StaffId,
        pin: &str,
        at: Timestamp,
    ) -> Result<Result<Submission, SignInRefusal>, Failure> {
        if !is_pin(pin) {
            return Ok(Err(SignInRefusal::PinInvalid));
        }
        let hash = Argon2::default()
            .hash_password(pin.as_bytes())
            .map_err(|error| Failure::Corrupt(format!("a PIN cannot be hashed: {error}")))?;
        let command = Command::SetPin(SetPin { staff_id, verifier: hash.to_string() });
        // What a rule says to it goes before.
        if self.preview(&command, at)?.is_none()
            && let Some(refusal) = self.own_pin_first(actor(&self.db)?, staff_id)?
        {
            return Ok(Err(refusal));
        }
        self.submit(&command, at).map(Ok)
    }

    /// Takes somebody's PIN away.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn remove_pin(&mut self, staff_id: StaffId, at: Timestamp) -> Result<Submission, Failure> {
        self.submit(&Command::SetPin(SetPin { staff_id, verifier: String::new() }), at)
    }

    /// Signs somebody in, who gives the commands from now on.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn sign_in(
        &mut self,
        staff_id: StaffId,
        pin: &str,
        at: Timestamp,
    ) -> Result<Result<Staff, SignInRefusal>, Failure> {
        let staff = self.staff(staff_id)?.filter(|staff| staff.active);
        let Some(staff) = staff else { return Ok(Err(SignInRefusal::StaffInactive)) };
        let Some(verifier) = verifier(&self.db, staff_id)? else {
            return Ok(Err(SignInRefusal::PinMissing));
        };
        if let Session { staff: Some(own), signed_in: false, .. } = self.session()?
            && let Some(refusal) = self.own_pin_first(own.id, staff_id)?
        {
            return Ok(Err(refusal));
        }
        let mut all = wrong_pins(&self.db)?;
        let wrong = all.entry(staff_id).or_default();
        // A clock that was ahead when somebody guessed wrong locks nobody out for longer.
        let now = at.0;
        wrong.retry_at = wrong.retry_at.min(now + LONGEST_WAIT_MS);
        if now < wrong.retry_at {
            return Ok(Err(SignInRefusal::PinThrottled { retry_at: Timestamp(wrong.retry_at) }));
        }
        // Counted before it is checked: who pulls the plug has had the try.
        wrong.count += 1;
        if wrong.count >= FREE_TRIES {
            let doubled = FIRST_WAIT_MS << (wrong.count - FREE_TRIES).min(10);
            wrong.retry_at = now + doubled.min(LONGEST_WAIT_MS);
        }
        let tries_left = FREE_TRIES.saturating_sub(wrong.count);
        meta::set(&self.db, Key::WrongPins, &serde_json::to_string(&all)?)?;
        if Argon2::default().verify_password(pin.as_bytes(), verifier.as_str()).is_err() {
            return Ok(Err(SignInRefusal::PinWrong { tries_left }));
        }
        all.remove(&staff_id);
        meta::set(&self.db, Key::WrongPins, &serde_json::to_string(&all)?)?;
        meta::set(&self.db, Key::SignedInStaffId, &staff_id.to_string())?;
        meta::clear(&self.db, Key::Left)?;
        Ok(Ok(staff))
    }

    /// What `who`, who works here, has to do first, if they have no PIN, before `other` has or uses
    /// one.
    fn own_pin_first(
        &self,
        who: StaffId,
        other: StaffId,
    ) -> Result<Option<SignInRefusal>, Failure> {
        if who == other || verifier(&self.db, who)?.is_some() {
            return Ok(None);
        }
        // Who does not work here any more can do nothing here.
        let staff = self.staff(who)?.filter(|staff| staff.active);
        Ok(staff.map(|it| SignInRefusal::OwnPinFirst { staff_id: it.id, name: it.name }))
    }

    /// Locks the desk: nobody is signed in any more. It stays locked even where the PIN of the desk's
    /// own person was taken away meanwhile, as long as somebody can give them another.
    ///
    /// # Errors
    /// Where the disk says no.
    pub fn sign_out(&mut self) -> Result<(), Failure> {
        let own = meta::get(&self.db, Key::StaffId)?;
        let signed_in = meta::get(&self.db, Key::SignedInStaffId)?;
        if signed_in.is_some() && signed_in != own {
            meta::set(&self.db, Key::Left, "1")?;
        }
        Ok(meta::clear(&self.db, Key::SignedInStaffId)?)
    }

    /// Who works at this desk.
    ///
    /// # Errors
    /// [`Failure::Empty`] where there is no organisation in it.
    pub fn session(&self) -> Result<Session, Failure> {
        let signed_in = meta::parse::<StaffId>(&self.db, Key::SignedInStaffId)?.is_some();
        match actor(&self.db) {
            Ok(id) => Ok(Session { staff: self.staff(id)?, locked: false, signed_in }),
            Err(Failure::SignedOut) => Ok(Session { staff: None, locked: true, signed_in }),
            Err(failure) => Err(failure),
        }
    }
}

impl Replica {
    /// Whether who works here has a right to what is asked, as `decide` says it of what is to be done.
    ///
    /// # Errors
    /// [`Failure::SignedOut`] where nobody does.
    pub fn require_right(&self, right: Right) -> Result<Result<(), Refusal>, Failure> {
        let staff_id = actor(&self.db)?;
        let staff = self.staff(staff_id)?.filter(|staff| staff.active);
        Ok(match staff.map(|staff| staff.role) {
            Some(role) if role.may(right) => Ok(()),
            Some(role) => Err(Refusal::RoleNotAllowed { role: role.as_str().into() }),
            None => Err(Refusal::ActorUnknown { staff_id }),
        })
    }
}

/// Who gives commands: who signed in, else the desk's own person if they have no PIN. They are not let
/// in after somebody who signed out.
pub(crate) fn actor(db: &Connection) -> Result<StaffId, Failure> {
    if let Some(staff_id) = meta::parse(db, Key::SignedInStaffId)? {
        return Ok(staff_id);
    }
    let own: StaffId = meta::parse(db, Key::StaffId)?.ok_or(Failure::Empty)?;
    match verifier(db, own)? {
        None if meta::get(db, Key::Left)?.is_some() && is_let_in(db, own)? => {
            Err(Failure::SignedOut)
        }
        None => Ok(own),
        Some(_) => Err(Failure::SignedOut),
    }
}

/// Whether somebody can sign in who may give this person a PIN, so that a lock keeps nobody out for
/// good.
fn is_let_in(db: &Connection, staff_id: StaffId) -> Result<bool, Failure> {
    let own: Option<Staff> = store::get(db, staff_id)?;
    let is_owner = own.is_some_and(|own| own.role == Role::Owner);
    for staff in store::staff::all(db)?.into_iter().filter(|staff| staff.active) {
        let may = staff.role.may(Right::Staff) && (staff.role == Role::Owner || !is_owner);
        if may && verifier(db, staff.id)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn verifier(db: &Connection, staff_id: StaffId) -> Result<Option<String>, Failure> {
    let pin: Option<StaffPin> = store::get(db, staff_id)?;
    Ok(pin.map(|pin| pin.verifier).filter(|verifier| !verifier.is_empty()))
}

fn wrong_pins(db: &Connection) -> Result<BTreeMap<StaffId, Wrong>, Failure> {
    let kept = meta::get(db, Key::WrongPins)?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

fn is_pin(pin: &str) -> bool {
    PIN_DIGITS.contains(&pin.len()) && pin.chars().all(|digit| digit.is_ascii_digit())
}
