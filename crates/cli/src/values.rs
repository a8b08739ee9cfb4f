//! Values of fields as a person reads them: instants on the clock, periods as periods, and names
//! where a program has ids.

use crate::desk::Desk;
use crate::stop::Stop;
use crate::when;
use holdfast_domain::{
    Customer, CustomerId, Notice, Resource, ResourceId, Service, ServiceId, Staff, StaffId,
    Timestamp, Venue, VenueId, Zone,
};
use serde_json::Value;

/// A value as a person reads it; nothing where there is none.
pub(crate) fn readable(value: &Value, zone: Zone) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(|it| readable(it, zone)).collect();
            values.join(", ")
        }
        Value::String(text) => {
            let instant = text.ends_with('Z').then(|| chrono::DateTime::parse_from_rfc3339(text));
            match instant {
                Some(Ok(at)) => when::shown(zone, Timestamp(at.timestamp_millis())),
                _ => text.clone(),
            }
        }
        Value::Object(fields) => {
            let period = when::lasts(value);
            if !period.is_empty() {
                return period;
            }
            let fields = fields.iter().map(|(key, it)| format!("{key} {}", readable(it, zone)));
            fields.collect::<Vec<_>>().join(", ")
        }
        other @ Value::Number(_) => other.to_string(),
    }
}

impl Desk {
    /// What a field is now and what was wanted, where somebody else has changed it meanwhile.
    pub(crate) fn both_values(&self, notice: &Notice) -> Result<Vec<String>, Stop> {
        // Of what was erased since there is nothing left to show.
        if notice.code != "changed_elsewhere" || !notice.details.is_object() {
            return Ok(Vec::new());
        }
        let zone = self.zone()?;
        let said = |key: &str| -> Result<String, Stop> {
            let said = readable(&self.with_names(&notice.details[key])?, zone);
            Ok(if said.is_empty() { "nothing".into() } else { said })
        };
        Ok(vec![format!("now     {}", said("current")?), format!("wanted  {}", said("wanted")?)])
    }

    /// A value with the names of the rows that it means by id.
    fn with_names(&self, value: &Value) -> Result<Value, Stop> {
        match value {
            Value::Array(values) => values.iter().map(|it| self.with_names(it)).collect(),
            Value::String(text) => {
                Ok(self.name_of(text)?.map_or_else(|| value.clone(), Value::String))
            }
            other => Ok(other.clone()),
        }
    }

    /// What is called by this id, if it is one: ids are unique among all sorts.
    fn name_of(&self, text: &str) -> Result<Option<String>, Stop> {
        let Ok(id) = text.parse::<ResourceId>() else { return Ok(None) };
        if let Some(Resource { name, .. }) = self.replica.resource(id)? {
            return Ok(Some(name));
        }
        if let Some(Customer { name, .. }) = self.replica.customer(CustomerId(id.0))? {
            return Ok(Some(name));
        }
        if let Some(Staff { name, .. }) = self.replica.staff(StaffId(id.0))? {
            return Ok(Some(name));
        }
        if let Some(Venue { name, .. }) = self.replica.venue(VenueId(id.0))? {
            return Ok(Some(name));
        }
        let service: Option<Service> = self.replica.get(ServiceId(id.0))?;
        Ok(service.map(|service| service.name))
    }
}
