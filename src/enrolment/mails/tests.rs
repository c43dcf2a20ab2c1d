//! Every notice in every language. The notices are data, so that other programs judge the same ones
//! (`tests/acceptance/notices.rs`).

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::platform::i18n::dates;
use crate::platform::i18n::languages::MAILS;
use crate::platform::mail::Method;

#[derive(Deserialize)]
struct Samples {
    about: About,
    notices: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    name: String,
    notice: Notice,
    calendar: Option<Method>,
}

fn samples() -> Samples {
    serde_json::from_str(include_str!("../../../tests/data/mails/notices.json")).expect("samples")
}

fn written(sample: &Sample, about: &About, language: &str) -> Mail {
    let calendar = sample.calendar.map(|method| CalendarPart { method, text: "BEGIN:VCALENDAR".to_owned() });
    mail(&sample.notice, about, language, calendar).expect("a mail")
}

/// What can be read of HTML.
fn read(html: &str) -> String {
    let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text: String = parts.collect();
    [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]
        .iter()
        .fold(text, |text, (code, sign)| text.replace(code, sign))
}

/// What the mail has to name, whatever else it says.
fn facts(notice: &Notice, about: &About, language: &str) -> Vec<String> {
    let of = |titles: &ByLanguage<String>| titles[language].clone();
    let when = |session: &SessionFacts| dates::span(session.starts, session.ends, session.zone, language);
    let start = |session: &SessionFacts| dates::local(session.starts, language);
    let whole = |session: &SessionFacts| {
        let SessionFacts { link, place, room, directions, accessibility, .. } = session;
        let mut facts = vec![of(&session.module), when(session)];
        facts.extend([link, place, room, directions, accessibility].map(Clone::clone));
        facts
    };
    let mut facts = match notice {
        Notice::Invited { link } | Notice::CertificateReady { link, .. } => vec![link.clone()],
        Notice::Requested | Notice::OfferOver | Notice::Withdrawn { .. } | Notice::Closed { .. } => vec![],
        Notice::Enrolled { sessions, to_book } | Notice::Promoted { sessions, to_book } => {
            sessions.iter().flat_map(whole).chain(to_book.iter().map(of)).collect()
        }
        Notice::Waitlisted { position } => vec![position.to_string()],
        Notice::Offered { until, zone } => vec![dates::moment(*until, *zone, language)],
        Notice::Declined { reason } => vec![reason.clone()],
        Notice::Session { session } | Notice::SessionGiven { session } | Notice::Reminder { session, .. } => {
            whole(session)
        }
        Notice::SessionChanged { before, after } => {
            let mut facts = vec![of(&before.module), start(before)];
            if before.starts != after.starts {
                facts.extend([when(before), when(after)]);
            }
            if before.room != after.room {
                facts.extend([before.room.clone(), after.room.clone()]);
            }
            facts.push(after.link.clone());
            facts
        }
        Notice::SessionCancelled { session, reason, .. } => {
            vec![of(&session.module), start(session), reason.clone().unwrap_or_default()]
        }
        Notice::SessionLeft { session } | Notice::SessionNotGiven { session } => {
            vec![of(&session.module), start(session)]
        }
        Notice::Choose { module, sessions, .. } => {
            sessions.iter().flat_map(whole).chain([of(module)]).collect()
        }
        Notice::Missing { attended, required, missing, cohort_ends, .. } => {
            let mut facts = vec![attended.to_string(), required.to_string()];
            facts.extend(missing.iter().map(|module| of(&module.title)));
            facts.extend(missing.iter().filter_map(|module| module.next.as_ref()).flat_map(whole));
            facts.extend(cohort_ends.map(|day| dates::weekday_date(day, language)));
            facts
        }
    };
    let About { name, organisation, cohort, programme, .. } = about;
    facts.extend([name.clone(), organisation.clone(), format!("{} ({cohort})", of(programme))]);
    facts.retain(|fact| !fact.is_empty());
    facts
}

#[test]
fn a_notice_is_named_as_its_form_is() {
    for Sample { notice, .. } in samples().notices {
        assert_eq!(serde_json::to_value(&notice).expect("JSON")["notice"], notice.kind());
    }
}

#[test]
fn every_notice_in_every_language_is_whole_and_names_what_it_is_about() {
    let Samples { about, notices } = samples();
    for language in MAILS {
        for sample in &notices {
            let mail = written(sample, &about, &format!("{language}-XX"));
            let told = format!("{language}, {}:\n{}\n\n{}", sample.name, mail.subject, mail.text);
            assert_eq!(mail.language, language);
            for part in [&mail.subject, &mail.text, &mail.html] {
                assert!(!part.contains('{') && !part.contains('}'), "a text or a place is missing: {told}");
            }
            // A text that ends in an abbreviation has no other full stop.
            assert!(!mail.text.contains(".."), "{told}");
            for fact in facts(&sample.notice, &about, language) {
                assert!(mail.text.contains(&fact), "{fact} is missing: {told}");
                assert!(read(&mail.html).contains(&fact), "{fact} is missing in the HTML: {told}");
            }
            let ours = ["https://academy.example/", "https://meet.example/"];
            for link in mail.html.split("href=\"").skip(1) {
                assert!(ours.iter().any(|start| link.starts_with(start)), "{link}");
            }
            for forbidden in ["<img", "src=", "url(", "<script", "<link", "<style"] {
                assert!(!mail.html.contains(forbidden), "{forbidden}: {}", mail.html);
            }
            assert!(
                mail.html.contains(&format!("<html lang=\"{language}\">"))
                    && mail.html.matches("<h1").count() == 1
            );
            let from = mail.from.expect("a sender");
            assert_eq!(
                (from.name(), from.address()),
                (about.organisation.as_str(), "academy@tirana.example")
            );
        }
    }
}

#[test]
fn nothing_is_left_in_english() {
    let Samples { about, notices } = samples();
    let lines = |mail: &Mail| -> Vec<String> {
        let text = format!("{}\n{}", mail.subject, mail.text);
        text.lines()
            .filter(|line| !line.starts_with("https://") && !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    for sample in &notices {
        let english = lines(&written(sample, &about, "en"));
        for language in MAILS.into_iter().skip(1) {
            let told = lines(&written(sample, &about, language));
            assert_eq!(told.len(), english.len(), "{language}, {}: {told:#?}", sample.name);
            for (ours, english) in told.iter().zip(&english).filter(|(_, english)| *english != "-- ") {
                assert_ne!(ours, english, "{language}, {}", sample.name);
            }
        }
    }
}

#[test]
fn every_notice_reads_well_in_english() {
    let Samples { about, notices } = samples();
    for sample in &notices {
        let mail = written(sample, &about, "en");
        let told = format!("Subject: {}\n\n{}\n=====\n{}", mail.subject, mail.text, mail.html);
        insta::assert_snapshot!(sample.name.replace([',', ' '], "-"), told);
    }
}

/// For those who know a language better than we do.
#[test]
fn every_notice_can_be_read_in_the_other_languages() {
    let Samples { about, notices } = samples();
    for language in MAILS.into_iter().skip(1) {
        let told = notices.iter().map(|sample| {
            let mail = written(sample, &about, language);
            format!("##### {}\nSubject: {}\n\n{}\n", sample.name, mail.subject, mail.text)
        });
        insta::assert_snapshot!(language, told.collect::<String>());
    }
}

#[test]
fn a_language_without_mails_gets_english_and_an_installation_may_be_the_sender() {
    let Samples { mut about, notices } = samples();
    about.sender = None;
    let mail = written(&notices[0], &about, "tlh");
    assert_eq!((mail.language.as_str(), &mail.from), ("en", &None));
    assert_eq!(mail.to, about.to);
}

#[test]
fn a_link_is_in_a_mail_only_where_it_was_given() {
    let Samples { about, notices } = samples();
    let Some(Notice::Session { session }) =
        notices.into_iter().map(|sample| sample.notice).find(|n| matches!(n, Notice::Session { .. }))
    else {
        panic!("no such sample")
    };
    let session = SessionFacts { link: " ".to_owned(), ..session };
    let mail = mail(&Notice::Session { session }, &about, "en", None).expect("a mail");
    assert!(!mail.text.contains("Link to the online meeting") && !mail.html.contains("meet.example"));
    assert!(!mail.text.contains("calendar"), "{}", mail.text);
}

#[test]
fn how_long_ahead_is_said_in_the_largest_unit_that_fits() {
    let Samples { about, notices } = samples();
    let reminder = notices.iter().find_map(|sample| match &sample.notice {
        Notice::Reminder { session, .. } => Some(session),
        _ => None,
    });
    let session = reminder.expect("a reminder");
    for (minutes_ahead, language, told) in [
        (1, "en", "in one minute"),
        (90, "en", "in 90 minutes"),
        (60, "bg", "след един час"),
        (180, "bg", "след 3 часа"),
        (1440, "sq", "pas 24 orësh"),
        (2880, "en", "in 2 days"),
        (120, "ga", "i gceann dhá uair an chloig"),
        (180, "ga", "i gceann 3 huaire an chloig"),
        (420, "ga", "i gceann 7 n-uaire an chloig"),
        (660, "ga", "i gceann 11 uair an chloig"),
    ] {
        let notice = Notice::Reminder { session: session.clone(), minutes_ahead };
        let mail = mail(&notice, &about, language, None).expect("a mail");
        assert!(mail.text.contains(&format!(" {told}.")), "{told}: {}", mail.text);
    }
}

/// Everything that people type, replaced.
fn typed(samples: Samples, text: &str) -> Samples {
    fn session(session: &mut SessionFacts, text: &str) {
        let SessionFacts { module, place, room, directions, accessibility, link, .. } = session;
        for field in [place, room, directions, accessibility] {
            text.clone_into(field);
        }
        *link = format!("https://meet.example/{text}");
        module.values_mut().for_each(|title| text.clone_into(title));
        session.language = text.to_owned();
        session.interpretation = vec![text.to_owned()];
    }
    let Samples { mut about, mut notices } = samples;
    for field in [&mut about.name, &mut about.organisation, &mut about.cohort] {
        text.clone_into(field);
    }
    about.to = Mailbox::new(text, "bora@city.example").expect("an address");
    for sample in &mut notices {
        match &mut sample.notice {
            Notice::Enrolled { sessions, .. } | Notice::Promoted { sessions, .. } => {
                sessions.iter_mut().for_each(|one| session(one, text));
            }
            Notice::Choose { sessions, .. } => sessions.iter_mut().for_each(|one| session(one, text)),
            Notice::Session { session: one }
            | Notice::SessionLeft { session: one }
            | Notice::SessionGiven { session: one }
            | Notice::SessionNotGiven { session: one }
            | Notice::Reminder { session: one, .. } => session(one, text),
            Notice::SessionCancelled { session: one, reason, .. } => {
                session(one, text);
                *reason = Some(text.to_owned());
            }
            Notice::SessionChanged { before, after } => {
                session(before, "before");
                session(after, text);
            }
            Notice::Declined { reason } => *reason = text.to_owned(),
            Notice::Missing { missing, .. } => {
                missing
                    .iter_mut()
                    .filter_map(|module| module.next.as_mut())
                    .for_each(|one| session(one, text));
            }
            _ => {}
        }
    }
    Samples { about, notices }
}

/// The tags of a page, without what their attributes are.
fn tags(html: &str) -> Vec<&str> {
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '/';
    html.split('<').skip(1).map(|rest| rest.split(ends).next().unwrap_or_default()).collect()
}

fn hostile() -> impl Strategy<Value = String> {
    let known = [
        "\r\nBcc: all@city.example\r\n\r\n<p>",
        "</title><script>alert(1)</script>",
        "\" onmouseover=\"alert(1)",
        "{ $link } { reason }",
        "\u{2028}-- \n\u{202e}nimda",
        "\n-- \nhttps://evil.example/",
        "&lt;b&gt; &#60;img src=x&#62;",
    ];
    // Something that can be seen: of nothing, nothing is said.
    prop_oneof![prop::sample::select(known.to_vec()).prop_map(str::to_owned), "(?s).{0,60}"]
        .prop_map(|text| format!("x{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_people_type_stays_what_it_is(text in hostile(), language in prop::sample::select(MAILS.to_vec())) {
        let (ours, harmless) = (typed(samples(), &text), typed(samples(), "x"));
        for (sample, like) in ours.notices.iter().zip(&harmless.notices) {
            let mail = written(sample, &ours.about, language);
            let like = written(like, &harmless.about, language);
            prop_assert_eq!(tags(&mail.html), tags(&like.html), "{}", mail.html);
            prop_assert_eq!(mail.text.lines().count(), like.text.lines().count(), "{}", mail.text);
            let quotes = |html: &str| html.matches('"').count();
            prop_assert_eq!(quotes(&mail.html), quotes(&like.html), "{}", mail.html);
            for link in mail.html.split("href=\"").skip(1) {
                prop_assert!(link.starts_with("https://academy.example/") || link.starts_with("https://meet.example/"));
            }
            prop_assert!(!mail.subject.contains(|c: char| c.is_control()), "{:?}", mail.subject);
            prop_assert_eq!(mail.text.matches("\n-- \n").count(), 1, "{}", mail.text);
        }
    }

    #[test]
    fn only_addresses_of_the_web_are_links(text in hostile(), scheme in "javascript:|data:|file://|mailto:|//|") {
        let mut ours = typed(samples(), "x");
        for sample in &mut ours.notices {
            if let Notice::Session { session } = &mut sample.notice {
                session.link = format!("{scheme}{text}");
                let mail = mail(&sample.notice, &ours.about, "en", None).expect("a mail");
                prop_assert_eq!(mail.html.matches("href=\"").count(), 1, "{}", mail.html);
            }
        }
    }
}
