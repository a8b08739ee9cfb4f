//! The enums of domain and replica, word for word as they are there.

use serde::{Deserialize, Serialize};
use specta::Type;

/// An enum of the window that has the variants of one below, and goes to and fro.
macro_rules! same_words {
    ($(#[$doc:meta])* $name:ident = $source:path { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, Type)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name { $($(#[$vdoc])* $variant),+ }

        impl From<$source> for $name {
            fn from(value: $source) -> Self {
                use $source as Source;
                match value { $(Source::$variant => Self::$variant),+ }
            }
        }
        impl From<$name> for $source {
            fn from(value: $name) -> Self {
                use $source as Source;
                match value { $($name::$variant => Source::$variant),+ }
            }
        }
    };
}

same_words! {
    /// What something on this desk is worth at this moment.
    Standing = holdfast_replica::Standing {
        /// Only here yet; nothing known here speaks against it.
        Tentative,
        /// Only here yet, and what arrived since speaks against it.
        AtRisk,
        /// Headquarters accepted it, or there is none.
        Committed,
        /// Headquarters said no.
        Refused,
    }
}

same_words! {
    /// Where a booking is in its life.
    BookingStatus = holdfast_domain::BookingStatus {
        Pending, Confirmed, Rejected, Cancelled, Completed, NoShow,
    }
}

same_words! {
    /// What sort of thing a resource is.
    ResourceKind = holdfast_domain::ResourceKind { Room, Court, Equipment, Instructor, Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_uses_the_words_of_the_domain() {
        for &status in holdfast_domain::BookingStatus::ALL {
            let view = serde_json::to_value(BookingStatus::from(status)).unwrap();
            assert_eq!(view, status.as_str());
        }
        for &kind in holdfast_domain::ResourceKind::ALL {
            let view = serde_json::to_value(ResourceKind::from(kind)).unwrap();
            assert_eq!(view, kind.as_str());
        }
        let at_risk = serde_json::to_value(Standing::AtRisk).unwrap();
        assert_eq!(at_risk, holdfast_replica::Standing::AtRisk.as_str());
    }
}
