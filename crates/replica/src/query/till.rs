//! What is owed for a booking, and what was paid.

use crate::failure::Failure;
use crate::replica::Replica;
use holdfast_domain::account::Account;
use holdfast_domain::{Booking, Payment};

impl Replica {
    /// The money of a booking, and what was taken and given back, in order. A laptop is told of no
    /// payments, and says nothing of money.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn account(&self, booking: &Booking) -> Result<(Account, Vec<Payment>), Failure> {
        if self.is_laptop()? {
            return Ok((Account { paid: None, owed: None, places: Vec::new() }, Vec::new()));
        }
        let id = booking.id.to_string();
        let payments: Vec<Payment> = self.listed(&[("booking_id", &id)], false)?;
        let roster = match booking.capacity {
            Some(_) => self.roster(booking.id)?,
            None => Vec::new(),
        };
        Ok((Account::of(booking, &roster, &payments), payments))
    }
}
