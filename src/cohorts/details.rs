//! Where and how people meet: what may be said of it.

use url::Url;

use super::{Details, Mode};
use crate::platform::faults::{Fault, Faults};
use crate::platform::i18n::languages;
use crate::platform::text::{excerpt, tidy};

/// Characters in the name of a place or a room.
pub const LONGEST_NAME: usize = 200;
/// Characters in directions and what is said of accessibility.
pub const LONGEST_TEXT: usize = 2_000;
/// Characters in an address.
pub const LONGEST_LINK: usize = 2_000;
/// More languages than a session is interpreted into.
pub const MOST_LANGUAGES: usize = 10;
const MOST_PLACES: u32 = 1_000_000;

/// Where and how people shall meet, as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDetails {
    pub mode: String,
    pub capacity: Option<u32>,
    pub online_capacity: Option<u32>,
    pub link: String,
    pub place: String,
    pub room: String,
    pub directions: String,
    pub accessibility: String,
    pub language: String,
    /// BCP 47 tags.
    pub interpretation: Vec<String>,
    pub head_count_only: bool,
}

impl NewDetails {
    /// What may be said, tidied; `mode` and `capacity` were read from it.
    ///
    /// # Errors
    /// Everything else that is wrong with it, by field; also what does not fit the mode.
    pub fn checked(&self, mode: Mode, capacity: Option<u32>) -> Result<Details, Faults> {
        let mut faults = Faults::default();
        let details = Details {
            mode,
            capacity: capacity.and_then(|places| i32::try_from(places).ok()),
            online_capacity: places_online(self.online_capacity, &mut faults),
            link: if self.link.trim().is_empty() {
                String::new()
            } else {
                faults.keep(https("link", &self.link).map_err(Faults::from)).unwrap_or_default()
            },
            place: bounded("place", tidy(&self.place), LONGEST_NAME, &mut faults),
            room: bounded("room", tidy(&self.room), LONGEST_NAME, &mut faults),
            directions: bounded("directions", lines(&self.directions), LONGEST_TEXT, &mut faults),
            accessibility: bounded("accessibility", lines(&self.accessibility), LONGEST_TEXT, &mut faults),
            language: language(&self.language, &mut faults),
            interpretation: interpretation(&self.interpretation, &mut faults),
            head_count_only: self.head_count_only,
        };
        fits_mode(&details, &mut faults);
        faults.into_result(details)
    }
}

/// What an online session has no use for is most likely meant for another; the same for one in a room.
fn fits_mode(details: &Details, faults: &mut Faults) {
    let mut unfit = |field: &str, said: bool, what: &str| {
        if said {
            let message = format!("{} session has no {what}", article(details.mode));
            faults.push(Fault::new("does-not-fit-mode", message).in_field(field));
        }
    };
    match details.mode {
        Mode::Online => {
            unfit("place", !details.place.is_empty(), "place");
            unfit("room", !details.room.is_empty(), "room");
            unfit("directions", !details.directions.is_empty(), "way to it");
            unfit(
                "online_capacity",
                details.online_capacity.is_some(),
                "room beside: `capacity` is its places",
            );
        }
        Mode::InPerson => {
            unfit("link", !details.link.is_empty(), "link");
            unfit("online_capacity", details.online_capacity.is_some(), "places online");
            if details.place.is_empty() {
                faults.push(Fault::new("missing-value", "people must know where to come").in_field("place"));
            }
        }
        Mode::Hybrid => {}
    }
}

fn article(mode: Mode) -> String {
    let article = if mode == Mode::Hybrid { "a" } else { "an" };
    format!("{article} {}", mode.as_str())
}

fn places_online(places: Option<u32>, faults: &mut Faults) -> Option<i32> {
    let places = places?;
    if !(1..=MOST_PLACES).contains(&places) {
        let message = format!("“{places}” is not a number of places; leave it out for no limit");
        faults.push(Fault::new("not-a-capacity", message).in_field("online_capacity"));
    }
    i32::try_from(places).ok()
}

/// The address of something on the web, as it is kept.
///
/// # Errors
/// It is no `https` address, is too long, or holds a password.
pub fn https(field: &str, address: &str) -> Result<String, Fault> {
    let address = address.trim();
    let fault = |code, message: String| Err(Fault::new(code, message).in_field(field));
    if address.chars().count() > LONGEST_LINK {
        return fault("too-long", format!("is longer than {LONGEST_LINK} characters"));
    }
    let known = Url::parse(address).ok().filter(|url| url.scheme() == "https" && url.has_host());
    match known {
        None => fault("not-https", format!("“{}” is no address that begins with https://", excerpt(address))),
        Some(url) if !url.username().is_empty() || url.password().is_some() => {
            fault("not-https", "an address that many see holds no user and no password".to_owned())
        }
        Some(url) => Ok(url.into()),
    }
}

/// A text of several lines, each tidied, without empty ones at either end.
pub(super) fn lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(tidy).collect();
    lines.join("\n").trim().to_owned()
}

/// The text; a fault where it is longer than so many characters.
pub(super) fn bounded(field: &str, text: String, longest: usize, faults: &mut Faults) -> String {
    if text.chars().count() > longest {
        let message = format!("is longer than {longest} characters");
        faults.push(Fault::new("too-long", message).in_field(field));
    }
    text
}

/// A BCP 47 tag; none where nothing is said.
pub(super) fn language(tag: &str, faults: &mut Faults) -> String {
    let tag = tag.trim();
    if !tag.is_empty() && !languages::is_tag(tag) {
        faults.push(not_a_language(tag).in_field("language"));
    }
    tag.to_owned()
}

fn interpretation(tags: &[String], faults: &mut Faults) -> String {
    if tags.len() > MOST_LANGUAGES {
        let message = format!("a session is interpreted into {MOST_LANGUAGES} languages at most");
        faults.push(Fault::new("too-many", message).in_field("interpretation"));
    }
    for (i, tag) in tags.iter().take(MOST_LANGUAGES).enumerate() {
        let fault = if !languages::is_tag(tag) {
            not_a_language(tag)
        } else if tags.iter().take(i).any(|other| other.eq_ignore_ascii_case(tag)) {
            Fault::new("duplicate-language", "this language is named already")
        } else {
            continue;
        };
        faults.push(fault.in_field(format!("/interpretation/{i}")));
    }
    tags.join(" ")
}

fn not_a_language(tag: &str) -> Fault {
    let message = format!("“{}” is not a language tag such as sq, en-GB or sgn-AL", excerpt(tag));
    Fault::new("not-a-language", message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(new: &NewDetails, mode: Mode) -> Vec<String> {
        let told = |fault: &Fault| format!("{}: {}", fault.field.as_deref().unwrap_or_default(), fault.code);
        new.checked(mode, None).map_or_else(|faults| faults.0.iter().map(told).collect(), |_| Vec::new())
    }

    #[test]
    fn what_does_not_fit_the_mode_is_a_fault() {
        let all = NewDetails {
            online_capacity: Some(5),
            link: "https://meet.example/1".into(),
            place: "City Hall".into(),
            room: "2.14".into(),
            directions: "Second floor".into(),
            ..NewDetails::default()
        };
        let unfit =
            |fields: &[&str]| fields.iter().map(|f| format!("{f}: does-not-fit-mode")).collect::<Vec<_>>();
        assert_eq!(said(&all, Mode::Online), unfit(&["place", "room", "directions", "online_capacity"]));
        assert_eq!(said(&all, Mode::InPerson), unfit(&["link", "online_capacity"]));
        assert!(said(&all, Mode::Hybrid).is_empty());
        let nothing = NewDetails::default();
        assert_eq!(said(&nothing, Mode::InPerson), ["place: missing-value"]);
        assert!(said(&nothing, Mode::Online).is_empty());
        assert!(said(&nothing, Mode::Hybrid).is_empty());
    }

    #[test]
    fn texts_are_tidied_and_bounded() {
        let new = NewDetails {
            place: "  City \u{200b} Hall ".into(),
            directions: "\n Tram 2.\n\n  Then  left.\n".into(),
            interpretation: vec!["sgn-AL".into(), "en".into()],
            ..NewDetails::default()
        };
        let details = new.checked(Mode::Hybrid, Some(3)).unwrap();
        assert_eq!((details.place.as_str(), details.capacity), ("City Hall", Some(3)));
        assert_eq!(details.directions, "Tram 2.\n\nThen left.");
        assert_eq!(details.interpretation, "sgn-AL en");
        let long = NewDetails {
            place: "x".repeat(201),
            room: "x".repeat(201),
            directions: "x".repeat(2_001),
            accessibility: "x".repeat(2_001),
            language: "albanian language".into(),
            interpretation: vec!["en".into(), "EN".into(), "-".into()],
            online_capacity: Some(0),
            ..NewDetails::default()
        };
        let expected = [
            "online_capacity: not-a-capacity",
            "place: too-long",
            "room: too-long",
            "directions: too-long",
            "accessibility: too-long",
            "language: not-a-language",
            "/interpretation/1: duplicate-language",
            "/interpretation/2: not-a-language",
        ];
        assert_eq!(said(&long, Mode::Hybrid), expected);
    }

    #[test]
    fn a_link_is_https_without_a_password() {
        for wrong in [
            "http://meet.example/1",
            "meet.example/1",
            "javascript:alert(1)",
            "https://",
            "https://me:secret@meet.example/",
            "file:///etc/passwd",
        ] {
            assert_eq!(https("link", wrong).unwrap_err().code, "not-https", "{wrong}");
        }
        let long = format!("https://meet.example/{}", "x".repeat(LONGEST_LINK));
        assert_eq!(https("link", &long).unwrap_err().code, "too-long");
        assert_eq!(https("link", " https://meet.example/a?b=c ").unwrap(), "https://meet.example/a?b=c");
    }

    proptest! {
        #[test]
        fn any_text_is_kept_within_bounds_or_refused(text in any::<String>(), n in any::<u32>()) {
            let new = NewDetails {
                link: text.clone(), place: text.clone(), directions: text.clone(), language: text.clone(),
                interpretation: vec![text], online_capacity: Some(n), ..NewDetails::default()
            };
            if let Ok(details) = new.checked(Mode::Hybrid, None) {
                prop_assert!(details.place.chars().count() <= LONGEST_NAME);
                prop_assert!(details.link.is_empty() || details.link.starts_with("https://"));
            }
        }
    }
}
