//! Who may do what: one table, enforced by [`decide`](crate::decide()) on the device and again at
//! headquarters.

use crate::change::Entity;
use crate::command::Command;
use crate::rows::{BookingStatus, ExceptionKind, Initiator, Role, words};
use serde::{Deserialize, Serialize};

words! {
    /// Something that not everybody may do.
    Right {
        /// Say who works here and what they may do.
        Staff = "staff",
        /// Open and change venues.
        Venue = "venue",
        /// Say what can be booked and what is sold.
        Catalogue = "catalogue",
        /// Enter and change customers.
        Customers = "customers",
        /// Book, move and call off anything.
        Bookings = "bookings",
        /// Book, move and call off what one teaches or treats oneself.
        OwnBookings = "own_bookings",
        /// Say who came, and who waits.
        Roster = "roster",
        /// Approve and turn down requests.
        Approval = "approval",
        /// Close, open and block resources on certain dates.
        Calendar = "calendar",
        /// Say when one is away oneself.
        OwnTimeOff = "own_time_off",
        /// Book outside opening hours, with a reason.
        OutsideHours = "outside_hours",
        /// Not hold a late cancellation against a customer, with a reason.
        Waive = "waive",
        /// Take money and sell packages.
        Till = "till",
        /// Give money back.
        Refund = "refund",
        /// Put balances right.
        Credits = "credits",
        /// Delete and restore customers.
        Deletion = "deletion",
        /// Merge customers.
        Merge = "merge",
        /// Write down requests about personal data, and hand it out.
        Privacy = "privacy",
        /// Erase personal data.
        Erasure = "erasure",
        /// Read how full the house is, and who does not come.
        Reports = "reports",
        /// Read what is taken and owed, what customers are worth, and how long everybody taught.
        Takings = "takings",
        /// Write whole lists into files.
        Export = "export",
    }
}

impl Role {
    /// The table.
    #[must_use]
    pub fn may(self, right: Right) -> bool {
        match self {
            Self::Owner | Self::Manager => true,
            Self::FrontDesk => matches!(
                right,
                Right::Customers
                    | Right::Bookings
                    | Right::OwnBookings
                    | Right::Roster
                    | Right::Approval
                    | Right::Calendar
                    | Right::OwnTimeOff
                    | Right::Till
                    | Right::Refund
                    | Right::Deletion
                    | Right::Merge
                    | Right::Privacy
                    | Right::Reports
            ),
            Self::Instructor => {
                matches!(right, Right::OwnBookings | Right::Roster | Right::OwnTimeOff)
            }
        }
    }
}

impl Command {
    /// The rights that giving this command needs. Where an instructor has only the right to their
    /// own, `decide` looks whether it is theirs.
    #[must_use]
    pub fn rights(&self) -> Vec<Right> {
        let with =
            |right, waived: bool, extra| if waived { vec![right, extra] } else { vec![right] };
        match self {
            Self::AddStaff(_) | Self::EditStaff(_) | Self::SetPin(_) => vec![Right::Staff],
            Self::OpenVenue(_) | Self::EditVenue(_) => vec![Right::Venue],
            Self::AddResource(_)
            | Self::EditResource(_)
            | Self::AddService(_)
            | Self::EditService(_)
            | Self::AddProduct(_)
            | Self::EditProduct(_)
            | Self::AddEvent(_)
            | Self::EditEvent(_) => vec![Right::Catalogue],
            Self::AddExceptions(c) if c.kind == ExceptionKind::TimeOff => vec![Right::OwnTimeOff],
            Self::WithdrawExceptions(_) => vec![Right::OwnTimeOff],
            Self::AddExceptions(_) => vec![Right::Calendar],
            Self::AddCustomer(_) | Self::EditCustomer(_) => vec![Right::Customers],
            Self::MergeCustomers(_) => vec![Right::Merge],
            Self::Book(c) => {
                with(Right::OwnBookings, !c.outside_hours_reason.is_empty(), Right::OutsideHours)
            }
            Self::BookSeries(c) => {
                let outside = !c.template.outside_hours_reason.is_empty();
                with(Right::OwnBookings, outside, Right::OutsideHours)
            }
            // History is taken over past the rules about time, and past what a booking would cost.
            Self::ImportBooking(_) => vec![Right::Bookings, Right::OutsideHours],
            Self::ImportRecord(_) | Self::ImportLedger(_) => {
                vec![Right::Till, Right::OutsideHours, Right::Credits]
            }
            Self::Cancel(c) if c.cancelled_at.is_some() => {
                vec![Right::Bookings, Right::OutsideHours, Right::Waive]
            }
            Self::EditBooking(c) => with(Right::OwnBookings, c.erased, Right::Erasure),
            Self::Reschedule(c) => {
                with(Right::OwnBookings, !c.outside_hours_reason.is_empty(), Right::OutsideHours)
            }
            // What the house calls off is not held against the customer either.
            Self::Cancel(c) => {
                let free = !c.waive_reason.is_empty() || c.initiator == Initiator::Admin;
                with(Right::OwnBookings, free, Right::Waive)
            }
            Self::SetStatus(c) => match c.status.from {
                BookingStatus::Pending | BookingStatus::Rejected => vec![Right::Approval],
                _ => vec![Right::Roster],
            },
            Self::TakePayment(c) => vec![if c.refund { Right::Refund } else { Right::Till }],
            Self::ChangeSeries(c) => {
                let changes = c.changes.iter().cloned().map(Self::from);
                let mut rights: Vec<Right> = changes.flat_map(|it| it.rights()).collect();
                rights.push(Right::OwnBookings);
                rights.sort_unstable();
                rights.dedup();
                rights
            }
            Self::SellPackage(_) | Self::ExpirePackage(_) => vec![Right::Till],
            Self::CorrectCredits(_) => vec![Right::Credits],
            Self::SetCapacity(_) => vec![Right::OwnBookings],
            Self::AddAttendance(_) | Self::PromoteAttendance(_) | Self::CheckIn(_) => {
                vec![Right::Roster]
            }
            Self::CancelAttendance(c) => {
                with(Right::Roster, !c.waive_reason.is_empty(), Right::Waive)
            }
            Self::Delete(c) | Self::Restore(c) => vec![match c.entity {
                Entity::Venue => Right::Venue,
                Entity::Customer => Right::Deletion,
                _ => Right::Catalogue,
            }],
            Self::RecordDataRequest(_) => vec![Right::Privacy],
            Self::EraseCustomer(_) => vec![Right::Erasure],
            Self::Withdraw(c) => match &*c.undo {
                // Who sold a package takes that back, too.
                Self::CorrectCredits(c) if c.credits < 0 => vec![Right::Till],
                undo => undo.rights(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_whole_lists_are_for_those_who_run_the_house() {
        let may = |right| Role::ALL.iter().copied().filter(|role| role.may(right)).collect();
        let all: Vec<Role> = may(Right::OwnBookings);
        assert_eq!(all, [Role::Owner, Role::Manager, Role::FrontDesk, Role::Instructor]);
        let desk: Vec<Role> = may(Right::Reports);
        assert_eq!(desk, [Role::Owner, Role::Manager, Role::FrontDesk]);
        for right in [Right::Takings, Right::Export, Right::Erasure, Right::Staff] {
            let house: Vec<Role> = may(right);
            assert_eq!(house, [Role::Owner, Role::Manager], "{right}");
        }
    }
}
