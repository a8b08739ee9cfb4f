//! Weekly opening hours as they are typed.

use crate::stop::Stop;
use holdfast_domain::OpenSpan;

/// Reads weekly hours; none for an empty text.
pub(crate) fn read(text: &str) -> Result<Vec<OpenSpan>, Stop> {
    holdfast_replica::hours::read(text).map_err(|part| {
        let help = "write it like mon-fri 08:00-12:00,13:00-22:00; sat 10:00-18:00 from \
                    2027-05-01 until 2027-09-30";
        Stop::bad_input("hours", &format!("“{part}” are no opening hours; {help}"))
    })
}
