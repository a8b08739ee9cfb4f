//! What a person calls the fields that refusals name.

/// `1 credit`, `2 credits`.
pub(super) fn counted(count: u32, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// What was chosen from a list, where a field names rows: `product_id` -> `This product`.
pub(super) fn chosen(field: &str) -> Option<String> {
    if field == "merged_into" {
        return Some("This customer".into());
    }
    let one = field.strip_suffix("_id").map(|noun| format!("This {}", noun.replace('_', " ")));
    one.or_else(|| {
        field.strip_suffix("_ids").map(|noun| format!("These {}s", noun.replace('_', " ")))
    })
}

/// What a person calls a field.
pub(super) fn words(field: &str) -> String {
    match field {
        "amount_currency" | "price_currency" => "currency".into(),
        "attendee_count" => "number of people".into(),
        "balance" => "number of credits left".into(),
        "blocked_reason" => "reason for blocking".into(),
        "cancel_reason" | "reject_reason" => "reason".into(),
        "capacity" => "number of places".into(),
        "customer_note" => "customer's note".into(),
        "duration_minutes" => "duration in minutes".into(),
        "email" => "e-mail".into(),
        "image_url" | "photo_url" => "address of the picture".into(),
        "free_cancel_minutes" | "late" => "deadline for free cancellation".into(),
        "local_start" => "start".into(),
        "local_end" => "end".into(),
        "max_advance_days" => "number of days ahead".into(),
        "meeting_url" => "address of the meeting".into(),
        "merged_into" => "customer that it is".into(),
        "min_notice_minutes" => "notice in minutes".into(),
        "org" => "name of the organisation".into(),
        "outside_hours_reason" => "reason for booking outside the hours".into(),
        "points_per_unit" => "number of points".into(),
        "position" => "place in the list".into(),
        "rrule" => "rule of the series".into(),
        "slot_minutes" => "grid of the calendar in minutes".into(),
        "slug" => "name in addresses".into(),
        "staff_note" => "staff's note".into(),
        "stay" => "time".into(),
        "stays" | "times" => "list of dates".into(),
        "to" => "last day".into(),
        "validity_days" => "validity in days".into(),
        "verifier" => "PIN".into(),
        "waive_reason" => "reason for waiving the deadline".into(),
        other => {
            let several = other.strip_suffix("_ids").map(|noun| format!("{noun}s"));
            let one = || other.strip_suffix("_id").unwrap_or(other).to_owned();
            several.unwrap_or_else(one).replace('_', " ")
        }
    }
}

/// `attendee_count` -> `Number of people`.
pub(super) fn sentence_start(field: &str) -> String {
    let words = words(field);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use crate::refusal::Refusal;

    #[test]
    fn a_refusal_calls_a_field_what_a_person_calls_it() {
        let invalid = |field: &str, problem: &str| {
            Refusal::FieldInvalid { field: field.into(), problem: problem.into() }.message()
        };
        assert_eq!(
            invalid("product_id", "it is not sold"),
            "This product cannot be chosen: it is not sold."
        );
        assert_eq!(
            invalid("rrule", "COUNT is no number"),
            "Rule of the series is not valid: COUNT is no number."
        );
        let needed = |field: &str| Refusal::FieldRequired { field: field.into() }.message();
        assert_eq!(needed("slug"), "Name in addresses is needed.");
        assert_eq!(needed("reason"), "Reason is needed.");
    }
}
