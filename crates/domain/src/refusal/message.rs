//! What a refusal says to a person: what is wrong, and what they can do. It speaks of what people
//! type and see: no ids, no minor units, no minutes where they choose hours.

use super::Refusal;
use super::words::{chosen, counted, sentence_start, words};
use crate::change::Entity;
use crate::rows::{BookingStatus, Role};

impl Refusal {
    /// The same where it can be done all the same: what a person should know.
    #[must_use]
    pub fn warning(&self) -> String {
        match self {
            Self::CustomerElsewhere { customer, period, .. } if customer.is_empty() => {
                format!("This customer already has a booking from {period}.")
            }
            Self::CustomerElsewhere { customer, period, .. } => {
                format!("{customer}, who has a place here, already has a booking from {period}.")
            }
            refusal => refusal.message(),
        }
    }

    /// A sentence for a person: what is wrong, and what they can do.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::SlotTaken { resource, period, .. } => format!(
                "{resource} is taken from {period}. Choose another time or another resource."
            ),
            Self::EndBeforeStart { .. } => {
                "The end does not lie after the start. Choose a later end.".into()
            }
            Self::ZeroLength { .. } => {
                "Start and end are the same. A booking needs some time.".into()
            }
            Self::OffGrid { field, slot_minutes } => format!(
                "The {field} is not on this venue's grid of {slot_minutes} minutes. \
                 Choose a multiple of {slot_minutes} minutes."
            ),
            Self::TooLong { max_minutes, .. } => format!(
                "A booking lasts at most {}. Split it, or choose an earlier end.",
                counted(max_minutes / 60, "hour")
            ),
            Self::SeriesTooLong { max_occurrences, max_days } => format!(
                "A series has at most {max_occurrences} dates, and the last at most {max_days} \
                 days after the start. Let the rule end earlier, by COUNT or UNTIL."
            ),
            Self::BeforeToday { today, .. } => {
                let today = today.format("%a %-d %b %Y");
                format!("The start lies before today, {today}. Choose today or later.")
            }
            Self::LocalTimeMismatch { field, timezone } => format!(
                "The {field}'s wall time does not match its instant in {timezone}. \
                 Update this computer's time zone data and enter it again."
            ),
            Self::UnknownTimezone { timezone, .. } => {
                format!("“{timezone}” is not a known time zone. Use a name such as Europe/Berlin.")
            }
            Self::FieldRequired { field } => required(field),
            Self::FieldTooLong { field, max, length } => {
                format!("{} has {length} characters; at most {max} fit.", sentence_start(field))
            }
            Self::FieldOutOfRange { field, min, max, value } => {
                out_of_range(field, *value, (*min, *max))
            }
            Self::FieldInvalid { field, problem } => match chosen(field) {
                Some(what) => format!("{what} cannot be chosen: {problem}."),
                None => format!("{} is not valid: {problem}.", sentence_start(field)),
            },
            Self::NotFound { entity: Entity::Attendance, .. } => {
                "There is no such place on the roster, or not any more. Look at the roster.".into()
            }
            Self::NotFound { entity, .. } => format!(
                "This {} does not exist, or not any more. Look again what there is.",
                entity.noun()
            ),
            Self::AlreadyExists { entity: Entity::Attendance, .. } => {
                "The customer is on the roster already. Look at the roster.".into()
            }
            Self::AlreadyExists { entity, .. } => format!(
                "This {} is there already, and is another one. Look at it, or enter yours again.",
                entity.noun()
            ),
            // Of two who turn one request down, the first is heard.
            Self::ChangedElsewhere { field, .. } if field == "reason" => {
                "Somebody else has turned it down already, for another reason. Theirs stands: say yours \
                 to the customer, too, if it matters."
                    .into()
            }
            Self::ChangedElsewhere { field, .. } => format!(
                "Somebody else has changed the {} meanwhile. Look at both values and choose.",
                words(field)
            ),
            Self::ResourceInactive { resource, .. } => {
                format!("{resource} takes no new bookings. Choose another resource.")
            }
            Self::ResourceNotAtVenue { resource, .. } => {
                format!("{resource} is not used at this venue. Choose one of this venue's.")
            }
            Self::StatusNotAllowed { status, .. } => not_allowed(status),
            Self::NotThisDesksVenue { .. } => {
                "This booking belongs to another venue, and this desk works for its own. Ask that \
                 venue's desk."
                    .into()
            }
            Self::RoleNotAllowed { role } if role == Role::Manager.as_str() => {
                "This is for an owner to say, and you work here as manager. Ask one.".into()
            }
            Self::RoleNotAllowed { role } => format!(
                "This needs an owner or a manager, and you work here as {}. Ask one of them.",
                role.replace('_', " ")
            ),
            Self::LastOwner { .. } => {
                "An organisation keeps at least one active owner. Make somebody else owner first."
                    .into()
            }
            Self::ServiceUnavailable { service, .. } => {
                format!("{service} cannot be booked here any more. Choose another service.")
            }
            Self::TermsChanged { field, .. } => format!(
                "The {} has changed since it was shown. Look at it again and confirm.",
                words(field)
            ),
            Self::ResourceKindMissing { kind } => {
                format!("This service also needs a resource of kind {kind}. Choose one.")
            }
            Self::OutsideHours { resource, problem, .. } => {
                let how = match problem.as_str() {
                    away if away.starts_with("time off") => "is away",
                    shut if shut.starts_with("maintenance") || shut.starts_with("blocked") => {
                        "cannot be used"
                    }
                    _ => "is not open",
                };
                format!(
                    "{resource} {how} then: {problem}. Choose another time, or let somebody with the right give a reason."
                )
            }
            Self::TooSoon { min_notice_minutes } => format!(
                "A booking has to be made at least {} before it starts. Choose a later time.",
                counted(*min_notice_minutes, "minute")
            ),
            Self::TooFarAhead { max_advance_days } => format!(
                "A booking can be made at most {} ahead. Choose an earlier date.",
                counted(*max_advance_days, "day")
            ),
            Self::ApprovalNeeded { what } => {
                format!("{what} needs approval. Enter it as a request.")
            }
            Self::CustomerBlocked { reason, .. } => {
                format!("This customer may not book: {reason}. Ask a manager.")
            }
            Self::CustomerElsewhere { customer, .. } => {
                let next = match customer.is_empty() {
                    true => "Choose another time or another customer.",
                    false => "Choose another time, or give the place back first.",
                };
                format!("{} {next}", self.warning())
            }
            Self::CustomerMerged { .. } => {
                "This customer was merged into another one. Choose that one.".into()
            }
            Self::CustomerErased { .. } => {
                "The data of this customer was erased. Enter them as a new customer.".into()
            }
            Self::Deleted { entity, .. } => {
                format!("This {} was deleted. Restore it first.", entity.noun())
            }
            Self::NotDeletable { entity, problem, .. } => {
                let instead = match entity {
                    Entity::Venue => "Open another one first",
                    _ => "Cancel it, correct it or make it inactive instead",
                };
                format!("This {} cannot be deleted: {problem}. {instead}.", entity.noun())
            }
            Self::PartsNested { resource, .. } => format!(
                "{resource} has parts of its own or is a part already. Parts go one level deep: \
                 name those that have no parts."
            ),
            Self::PartsTaken { bookings, .. } => format!(
                "Future bookings of this resource ({}) clash with bookings of its new parts. Move or cancel them first.",
                bookings.len()
            ),
            Self::RefundExceedsPaid { paid, .. } => {
                format!("At most {paid} can be given back. Choose no more than that.")
            }
            Self::CreditsInsufficient { balance, needed, .. } => format!(
                "This needs {}, and the package has {balance} left. Choose fewer, another package or payment.",
                counted(*needed, "credit")
            ),
            Self::PackageNotValid { .. } => {
                "The package is not valid on that day. Choose another package or payment.".into()
            }
            Self::PackageNotFor { problem, .. } => format!(
                "This package cannot pay here: {problem}. Choose another package or payment."
            ),
            Self::PlacesTaken { capacity, .. } => match capacity {
                1 => "The only place is taken. Put the customer on the waitlist.".into(),
                _ => format!("All {capacity} places are taken. Put the customer on the waitlist."),
            },
            Self::NotBegun { local_from, .. } => format!(
                "It is too early to say. This can be said from {} on.",
                local_from.format("%a %-d %b %Y %H:%M")
            ),
            Self::AttendanceNotAllowed { status, .. } => match status.as_str() {
                "present" | "late" | "absent" | "excused" => format!(
                    "This cannot be done to a place that is {status}. Set it back to booked first."
                ),
                status => format!(
                    "This cannot be done to a place that is {status}. Look at the roster again."
                ),
            },
            Self::NotARoster { .. } => {
                "This is a private booking: it has no places. Change its customer instead.".into()
            }
            Self::NotOwnBooking { .. } => "This booking is not yours. Ask the desk.".into(),
            Self::ActorUnknown { .. } => {
                "You are not on the staff list of this organisation. Ask a manager.".into()
            }
        }
    }
}

/// Something is empty that must not be.
fn required(field: &str) -> String {
    match field {
        "tags" => "A tag must not be empty. Fill it in, or leave it out.".into(),
        "features" => "A feature must not be empty. Fill it in, or leave it out.".into(),
        "changes" => "At least one change is needed.".into(),
        _ => match field.strip_suffix("_ids") {
            Some(noun) => format!("At least one {} is needed.", noun.replace('_', " ")),
            None => format!("{} is needed.", sentence_start(field)),
        },
    }
}

/// A number is out of bounds. What rules keep in another unit than people type is not told as a
/// number, or in theirs.
fn out_of_range(field: &str, value: i64, (min, max): (i64, i64)) -> String {
    let what = sentence_start(field);
    match field {
        "amount" | "price" if value > max => format!("{what} is too large. Choose a smaller one."),
        "amount" => "Amount must be more than nothing. Choose a larger one.".into(),
        "price" => "Price must not be below zero. Choose a larger one.".into(),
        "free_cancel_minutes" => {
            format!("{what} does not fit. Choose between {} and {} hours.", min / 60, max / 60)
        }
        _ if min == max => format!("{what}: {value} does not fit. It can only be {min}."),
        _ => format!("{what}: {value} does not fit. Choose a number between {min} and {max}."),
    }
}

/// Something cannot be done to a booking of this status.
fn not_allowed(status: &str) -> String {
    let (what, step) = match status.parse() {
        Ok(BookingStatus::Pending) => {
            ("request that waits for an answer", "Approve it or turn it down first.")
        }
        Ok(BookingStatus::Confirmed) => ("booking that is confirmed", "Cancel it instead."),
        Ok(BookingStatus::Cancelled) => {
            ("booking that is cancelled", "Take it up again first, or make a new booking.")
        }
        Ok(BookingStatus::Rejected) => {
            ("request that was turned down", "Take it up again first, or make a new booking.")
        }
        Ok(BookingStatus::Completed) => {
            ("booking that took place", "Take that back first, or make a new booking.")
        }
        Ok(BookingStatus::NoShow) => {
            ("booking to which nobody came", "Take that back first, or make a new booking.")
        }
        Err(_) => return format!("This cannot be done to a booking that is {status}. Look again."),
    };
    format!("This cannot be done to a {what}. {step}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn bounds_are_told_in_what_people_type() {
        let message = |field: &str, value, min, max| {
            Refusal::FieldOutOfRange { field: field.into(), min, max, value }.message()
        };
        let prices = 1_000_000_000_000;
        for (field, value) in [("amount", 0), ("price", -500), ("price", prices + 1)] {
            let said = message(field, value, i64::from(field == "amount"), prices);
            assert!(!said.contains(|c: char| c.is_ascii_digit()), "{said}");
        }
        assert_eq!(
            message("free_cancel_minutes", 60_000_000, 0, 129_600),
            "Deadline for free cancellation does not fit. Choose between 0 and 2160 hours."
        );
    }

    #[test]
    fn a_place_on_a_roster_is_told_as_one() {
        let (entity, id) = (Entity::Attendance, Uuid::nil());
        assert_eq!(
            Refusal::AlreadyExists { entity, id }.message(),
            "The customer is on the roster already. Look at the roster."
        );
        assert_eq!(
            Refusal::NotFound { entity, id }.message(),
            "There is no such place on the roster, or not any more. Look at the roster."
        );
    }

    #[test]
    fn what_is_missing_is_told_in_whole_sentences() {
        let needed = |field: &str| Refusal::FieldRequired { field: field.into() }.message();
        assert_eq!(needed("resource_ids"), "At least one resource is needed.");
        assert_eq!(needed("tags"), "A tag must not be empty. Fill it in, or leave it out.");
        assert_eq!(needed("org"), "Name of the organisation is needed.");
    }
}
