//! A booking like another one, for a date of its series that was skipped.

use crate::failure::Failure;
use crate::replica::Replica;
use chrono::NaiveDateTime;
use holdfast_domain::command::{Book, BookingText, Request};
use holdfast_domain::{Booking, BookingId, BookingStatus, CustomerId, SeriesId, Service, Stay};

impl Replica {
    /// What books `stay` like `like`, as the date of a series that first was `local_start`. What was
    /// agreed about its price stays.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn book_like(
        &self,
        like: &Booking,
        series_id: SeriesId,
        local_start: NaiveDateTime,
        stay: Stay,
    ) -> Result<Book, Failure> {
        let service: Option<Service> =
            like.service_id.map(|id| self.get(id)).transpose()?.flatten();
        let booking_id = BookingId::of_series(series_id, local_start);
        let asks = like.status == BookingStatus::Pending;
        Ok(Book {
            customer_id: like.customer_id.map(|id| self.who_is(id)).transpose()?,
            text: BookingText {
                title: like.title.clone(),
                description: like.description.clone(),
                customer_note: like.customer_note.clone(),
                staff_note: like.staff_note.clone(),
                attendee_count: like.attendee_count,
                meeting_url: like.meeting_url.clone(),
            },
            price: like.price,
            price_agreed: service.is_some_and(|service| service.price != like.price),
            service_id: like.service_id,
            series_id: Some(series_id),
            event_id: like.event_id,
            capacity: like.capacity,
            credits: like.credits,
            package_id: like.package_id,
            outside_hours_reason: like.outside_hours_reason.clone(),
            request: asks.then_some(Request { competing: false, approve_by: None }),
            ..Book::new(booking_id, like.venue_id, like.resource_ids.clone(), stay)
        })
    }

    /// Whoever a customer turned out to be.
    fn who_is(&self, id: CustomerId) -> Result<CustomerId, Failure> {
        let mut id = id;
        while let Some(into) = self.customer(id)?.and_then(|customer| customer.merged_into) {
            id = into;
        }
        Ok(id)
    }
}
