//! Entries in people's calendars: iCalendar objects (RFC 5545, 5546, 7986) as pure functions over plain structs. The same
//! input makes the same bytes: the time of an object is that of its data, never that of the clock.
//!
//! Times are written as local times in their zone, which the object defines ([`timezone`]), so that they keep what the
//! clock on the wall shows whatever becomes of the zone's rules. Text is data: no name and no description can end its
//! line, its parameter or its property.

mod lines;
pub mod recurrence;
mod timezone;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDateTime};
use chrono_tz::Tz;
use icalendar::{Calendar, Component, EventLike, Property};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

use crate::platform::local_time::{Moment, resolve};
use crate::platform::mail::{CalendarPart, Mailbox, Method};

/// What writes the objects (RFC 5545, section 3.7.3).
const PRODUCT: &str = "-//rights-academy//rights-academy//EN";

/// How often a calendar program asks for a schedule again.
const REFRESH: &str = "PT1H";

/// What may not stand for itself in the address of a `mailto:` (RFC 6068).
const NOT_IN_MAILTO: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'/')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Something that takes place once, as calendars show it. Of empty texts nothing is written.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique in the world and one for life, over every change and the cancellation.
    pub uid: String,
    /// Raised with each change of time or place, and with the cancellation.
    pub sequence: u32,
    pub summary: String,
    pub description: String,
    pub location: String,
    /// Where to meet online.
    pub conference: Option<Url>,
    pub zone: Tz,
    /// In `zone`.
    pub starts: Moment,
    /// In `zone`; after `starts`.
    pub ends: Moment,
    /// Answers go there.
    pub organizer: Mailbox,
    /// What a [`schedule`] says of it. An invitation says that it takes place.
    pub status: Status,
    pub categories: Vec<String>,
    /// BCP 47 tag of the language of its texts.
    pub language: String,
    /// UTC.
    pub created: NaiveDateTime,
    /// UTC. Also the time of the object: of two with one sequence the later counts.
    pub last_modified: NaiveDateTime,
}

/// Whether an event takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Confirmed,
    /// Whether the reader comes is still open.
    Tentative,
    Cancelled,
}

/// Who is invited.
#[derive(Clone, PartialEq, Eq)]
pub struct Attendee {
    pub mailbox: Mailbox,
    pub participation: Participation,
    /// Whether the person's calendar program shall mail an answer to the organizer.
    pub rsvp: bool,
}

/// What is known of whether a person comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Participation {
    /// The person is asked.
    NeedsAction,
    /// The person has said so, by enrolling.
    Accepted,
}

/// Puts an event into a person's calendar, or moves it there (REQUEST). Says that the event takes place.
pub fn invitation(event: &Event, attendee: &Attendee) -> CalendarPart {
    let mut entry = entry(event, Some(Status::Confirmed));
    entry.append_multi_property(invited(attendee));
    CalendarPart { method: Method::Request, text: object(Method::Request.as_str(), &[], [(event, entry)]) }
}

/// Takes an event out of a person's calendar (CANCEL), because it is cancelled or the person has left it. Of an event that only
/// this person leaves it says nothing else (RFC 5546, 3.2.5).
pub fn cancellation(event: &Event, attendee: &Attendee) -> CalendarPart {
    let mut entry = entry(event, (event.status == Status::Cancelled).then_some(Status::Cancelled));
    entry.append_multi_property(invited(attendee));
    CalendarPart { method: Method::Cancel, text: object(Method::Cancel.as_str(), &[], [(event, entry)]) }
}

/// A calendar under a name, for a file or to subscribe to (PUBLISH); names nobody who is invited. Events are written in
/// the order given.
pub fn schedule(name: &str, events: &[Event]) -> String {
    let name = lines::clean(name);
    // The crate takes only names of RFC 5545 for text unless it is told.
    let own_name = Property::new("NAME", &name).add_parameter("VALUE", "TEXT").done();
    let mut properties = vec![own_name, Property::new("X-WR-CALNAME", &name)];
    if let Some(last) = events.iter().map(|event| event.last_modified).max() {
        properties.push(Property::new("LAST-MODIFIED", utc(last)));
    }
    properties.push(Property::new("REFRESH-INTERVAL", REFRESH).add_parameter("VALUE", "DURATION").done());
    properties.push(Property::new("X-PUBLISHED-TTL", REFRESH));
    object("PUBLISH", &properties, events.iter().map(|event| (event, entry(event, Some(event.status)))))
}

/// A whole object: its own properties, the zones that its entries use, and the entries.
fn object<'a>(
    method: &str,
    properties: &[Property],
    entries: impl IntoIterator<Item = (&'a Event, icalendar::Event)>,
) -> String {
    let mut calendar = Calendar::empty();
    for property in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN"), ("METHOD", method)] {
        calendar.append_property(property);
    }
    calendar.properties.extend_from_slice(properties);
    let mut zones: BTreeMap<&str, (Tz, RangeInclusive<i32>)> = BTreeMap::new();
    for (event, entry) in entries {
        let (first, last) = (event.starts.local.year(), event.ends.local.year());
        let (_, years) = zones.entry(event.zone.name()).or_insert((event.zone, first..=last));
        *years = first.min(*years.start())..=last.max(*years.end());
        calendar.push(entry);
    }
    if zones.is_empty() {
        // An object holds a component at least.
        zones.insert(Tz::UTC.name(), (Tz::UTC, 1970..=1970));
    }
    let zones: String = zones.values().map(|(zone, years)| timezone::definition(*zone, years)).collect();
    // The crate would give a zone, as any component, a UID by chance and the time of the clock.
    let text = calendar.to_string();
    let place =
        text.find("BEGIN:VEVENT\r\n").or_else(|| text.find("END:VCALENDAR\r\n")).unwrap_or(text.len());
    let (head, entries) = text.split_at(place);
    lines::fold(&[head, &zones, entries].concat())
}

fn entry(event: &Event, status: Option<Status>) -> icalendar::Event {
    let mut entry = icalendar::Event::new();
    if let Some(status) = status {
        entry.status(match status {
            Status::Confirmed => icalendar::EventStatus::Confirmed,
            Status::Tentative => icalendar::EventStatus::Tentative,
            Status::Cancelled => icalendar::EventStatus::Cancelled,
        });
    }
    entry
        .uid(&lines::clean(&event.uid))
        .sequence(event.sequence)
        .timestamp(event.last_modified.and_utc())
        .last_modified(event.last_modified.and_utc())
        .created(event.created.and_utc())
        .append_property(address("ORGANIZER", &event.organizer));
    let texts =
        [("SUMMARY", &event.summary), ("DESCRIPTION", &event.description), ("LOCATION", &event.location)];
    for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        let mut property = Property::new(name, lines::clean(text));
        if is_tag(&event.language) {
            property.add_parameter("LANGUAGE", &event.language);
        }
        entry.append_property(property);
    }
    let times = [("DTSTART", event.starts), ("DTEND", event.ends)];
    // A local time that happens twice means the first here, so of the second only UTC can speak; and both times of an
    // event are written the same way.
    let is_second = |(_, time): (&str, Moment)| {
        let first =
            resolve(time.local, event.zone).err().and_then(|unclear| unclear.choices.into_iter().next());
        first.is_some_and(|first| Moment::from(first) != time)
    };
    let in_utc = times.into_iter().any(is_second);
    for (name, time) in times {
        entry.append_property(if in_utc {
            Property::new(name, utc(time.utc))
        } else {
            let local = time.local.format("%Y%m%dT%H%M%S").to_string();
            Property::new(name, local).add_parameter("TZID", event.zone.name()).done()
        });
    }
    if !event.categories.is_empty() {
        entry.categories(event.categories.iter().map(|category| lines::clean(category)));
    }
    if let Some(link) = &event.conference {
        let conference = Property::new("CONFERENCE", link.as_str())
            .add_parameter("VALUE", "URI")
            .add_parameter("FEATURE", "VIDEO")
            .done();
        // Programs that do not know RFC 7986 show this one.
        entry.append_property(conference).url(link.as_str());
    }
    entry
}

fn invited(attendee: &Attendee) -> Property {
    let participation = match attendee.participation {
        Participation::NeedsAction => "NEEDS-ACTION",
        Participation::Accepted => "ACCEPTED",
    };
    address("ATTENDEE", &attendee.mailbox)
        .add_parameter("CUTYPE", "INDIVIDUAL")
        .add_parameter("ROLE", "REQ-PARTICIPANT")
        .add_parameter("PARTSTAT", participation)
        .add_parameter("RSVP", if attendee.rsvp { "TRUE" } else { "FALSE" })
        .done()
}

fn address(property: &str, mailbox: &Mailbox) -> Property {
    let address = utf8_percent_encode(mailbox.address(), NOT_IN_MAILTO);
    let mut property = Property::new(property, format!("mailto:{address}"));
    let name = lines::parameter(mailbox.name());
    if !name.is_empty() {
        property.add_parameter("CN", &name);
    }
    property
}

/// Whether it looks like a BCP 47 tag, and can stand in a parameter.
fn is_tag(language: &str) -> bool {
    !language.is_empty() && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn utc(time: NaiveDateTime) -> String {
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
