//! What is offered to many. When it takes place are bookings: `book --event`.

use super::{changed, listed, patch};
use crate::args::{AboutEvent, EventAdd, EventCommand, EventEdit, Events};
use crate::desk::Desk;
use crate::output::{Answer, Ending, Table, tame};
use crate::stop::Stop;
use holdfast_domain::command::{AddEvent, EditEvent};
use holdfast_domain::{Command, Event, EventId, EventStatus, VenueId};
use holdfast_replica::draft;
use serde_json::json;

pub(super) fn run(desk: &mut Desk, command: &EventCommand) -> Ending {
    match command {
        EventCommand::Add(args) => add(desk, args),
        EventCommand::Edit(args) => edit(desk, args),
        EventCommand::List(args) => list(desk, args),
    }
}

fn add(desk: &mut Desk, args: &EventAdd) -> Ending {
    let about = &args.about;
    let event_id = EventId(draft::new_id());
    let venue = desk.venue_or_home(args.venue.as_deref())?;
    let slug = match &about.slug {
        Some(slug) => slug.clone(),
        None => free_slug(desk, venue.id, &args.title)?,
    };
    let command = Command::AddEvent(AddEvent {
        event_id,
        venue_id: venue.id,
        title: args.title.trim().into(),
        description: about.description.clone().unwrap_or_default(),
        category: about.category.clone().unwrap_or_default(),
        image_url: about.image_url.clone().unwrap_or_default(),
        position: about.position.unwrap_or_default(),
        status: status(about)?.unwrap_or(EventStatus::Draft),
        slug: slug.clone(),
        capacity: args.capacity,
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is offered.", tame(&args.title));
    let mut answer = changed("event_id", &event_id, receipt.as_ref(), &done);
    answer.text.push_str(&format!("  slug      {}\n", tame(&slug)));
    answer.json["slug"] = json!(slug);
    Ok(answer)
}

fn edit(desk: &mut Desk, args: &EventEdit) -> Ending {
    let event = desk.event("event", &args.event)?;
    let about = &args.about;
    let command = Command::EditEvent(EditEvent {
        event_id: event.id,
        title: patch(&event.title, args.title.clone()),
        description: patch(&event.description, about.description.clone()),
        category: patch(&event.category, about.category.clone()),
        image_url: patch(&event.image_url, about.image_url.clone()),
        position: patch(&event.position, about.position),
        status: patch(&event.status, status(about)?),
        slug: patch(&event.slug, about.slug.clone()),
        capacity: patch(&event.capacity, args.capacity),
    });
    let receipt = desk.submit(&command)?;
    let done = format!("{} is changed.", tame(args.title.as_ref().unwrap_or(&event.title)));
    Ok(changed("event_id", &event.id, receipt.as_ref(), &done))
}

fn status(about: &AboutEvent) -> Result<Option<EventStatus>, Stop> {
    let read =
        |text: &str| text.parse().map_err(|problem: String| Stop::bad_input("status", &problem));
    about.status.as_deref().map(read).transpose()
}

/// The name of a title in addresses; where another event of the venue has it, the next that is free:
/// `yoga`, `yoga-2`.
fn free_slug(desk: &Desk, venue_id: VenueId, title: &str) -> Result<String, Stop> {
    let mut events: Vec<Event> = desk.replica.listed(&[], false)?;
    events.retain(|event| event.venue_id == venue_id);
    let first = match slug(title) {
        // No letter that addresses have.
        none if none.is_empty() => "event".into(),
        some => some,
    };
    let next = (2_u32..).map(|n| format!("{first}-{n}"));
    let mut names = std::iter::once(first.clone()).chain(next);
    let free = names.find(|name| events.iter().all(|event| event.slug != *name));
    Ok(free.unwrap_or(first))
}

/// `Yoga für alle!` -> `yoga-fuer-alle`
fn slug(title: &str) -> String {
    let lower: String = title.to_lowercase().chars().map(plain).collect();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// A small letter as addresses have it: accents are left out, the others are spelled out.
fn plain(letter: char) -> String {
    let spelled = match letter {
        'ä' | 'æ' => "ae",
        'ö' | 'ø' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'þ' => "th",
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ŏ' | 'ő' => "o",
        'ŕ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ţ' | 'ť' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        // What was typed as a letter and its accent: the letter is there already.
        '\u{300}'..='\u{36f}' => "",
        other => return other.into(),
    };
    spelled.into()
}

fn list(desk: &Desk, args: &Events) -> Ending {
    let venue = args.venue.as_deref().map(|text| desk.venue("venue", text)).transpose()?;
    let mut events: Vec<Event> = desk.replica.listed(&[], args.deleted)?;
    events.retain(|event| venue.as_ref().is_none_or(|venue| event.venue_id == venue.id));
    let mut table = Table::new(&["title", "category", "places", "status", "address", "id"]);
    for event in &events {
        let status = event.status.as_str();
        table.row([
            event.title.clone(),
            event.category.clone(),
            event.capacity.to_string(),
            if event.deletion.is_some() { "deleted" } else { status }.into(),
            event.slug.clone(),
            event.id.to_string(),
        ]);
    }
    let rows = events.iter().map(|event| json!(event)).collect();
    Ok(Answer::new(listed("events", rows), table.or("Nothing is offered yet.")))
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_title_becomes_a_name_in_addresses() {
        for (title, name) in [
            ("Yoga für alle!", "yoga-fuer-alle"),
            ("Großer Straßenlauf", "grosser-strassenlauf"),
            ("Café à la Crème", "cafe-a-la-creme"),
            ("Łódź 10 km", "lodz-10-km"),
            ("Cafe\u{301}", "cafe"),
        ] {
            assert_eq!(slug(title), name);
        }
    }
}
