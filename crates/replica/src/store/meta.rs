//! What this replica is, one value per key.

use holdfast_protocol::Told;
use rusqlite::{Connection, OptionalExtension};

/// The keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    DeviceId,
    NextDeviceId,
    DeviceName,
    OrgName,
    StaffId,
    VenueId,
    /// The one venue whose bookings this device may work on.
    DeskVenueId,
    /// Set where this is the laptop of who works on it, and told what is theirs alone.
    Laptop,
    HeadquartersUrl,
    Token,
    Incarnation,
    LastSyncAt,
    OfflineSince,
    WorkOffline,
    ClockOffsetMs,
    ResendFrom,
    /// Which operations this device knows to be refused because somebody is erased, as JSON.
    Told,
    SignedInStaffId,
    /// Set where somebody signed out who is not the desk's own person.
    Left,
    /// Wrong PINs so far, by person.
    WrongPins,
    /// The last operation that an import made.
    ImportedOperationId,
    /// Set where words were overwritten that may be left in corners of the file.
    Unswept,
}

impl Key {
    fn as_str(self) -> &'static str {
        match self {
            Self::DeviceId => "device_id",
            Self::NextDeviceId => "next_device_id",
            Self::DeviceName => "device_name",
            Self::OrgName => "org_name",
            Self::StaffId => "staff_id",
            Self::VenueId => "venue_id",
            Self::DeskVenueId => "desk_venue_id",
            Self::Laptop => "laptop",
            Self::HeadquartersUrl => "headquarters_url",
            Self::Token => "token",
            Self::Incarnation => "incarnation",
            Self::LastSyncAt => "last_sync_at",
            Self::OfflineSince => "offline_since",
            Self::WorkOffline => "work_offline",
            Self::ClockOffsetMs => "clock_offset_ms",
            Self::ResendFrom => "resend_from",
            Self::Told => "told",
            Self::SignedInStaffId => "signed_in_staff_id",
            Self::Left => "left",
            Self::WrongPins => "wrong_pins",
            Self::ImportedOperationId => "imported_operation_id",
            Self::Unswept => "unswept",
        }
    }
}

pub(crate) fn get(db: &Connection, key: Key) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("select value from meta where key = ?1")?
        .query_row([key.as_str()], |row| row.get(0))
        .optional()
}

/// The value, where it is there and of the right form.
pub(crate) fn parse<T: std::str::FromStr>(
    db: &Connection,
    key: Key,
) -> rusqlite::Result<Option<T>> {
    Ok(get(db, key)?.and_then(|text| text.parse().ok()))
}

pub(crate) fn set(db: &Connection, key: Key, value: &str) -> rusqlite::Result<()> {
    db.prepare_cached(
        "insert into meta (key, value) values (?1, ?2)
         on conflict (key) do update set value = excluded.value",
    )?
    .execute([key.as_str(), value])?;
    Ok(())
}

pub(crate) fn clear(db: &Connection, key: Key) -> rusqlite::Result<()> {
    db.prepare_cached("delete from meta where key = ?1")?.execute([key.as_str()])?;
    Ok(())
}

/// What this device knows to be refused because somebody is erased, and since when.
pub(crate) fn told(db: &Connection) -> rusqlite::Result<Told> {
    let text = get(db, Key::Told)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}
