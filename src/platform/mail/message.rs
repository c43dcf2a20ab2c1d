//! A mail as the bytes that travel: MIME (RFC 2045 to 2049) in a message (RFC 5322).

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue,
};
use lettre::message::{MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::{Mail, Mailbox};
use crate::platform::jobs::{Job, JobError};
use crate::platform::text;

/// What the attached calendar object is called.
const FILE: &str = "invite.ics";

/// The left half of the Message-ID of a job's mail: the same in each try, and another for every job. The time keeps
/// installations apart that share a sender and count their invitations alike.
pub fn message_id(job: &Job) -> String {
    let hash = Sha256::digest(format!("{} {}", job.created_at.timestamp_millis(), job.key));
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a mail as a message. The same mail, id and date make the same bytes.
///
/// Header values pass lettre's encoder, which lets no line end through (RFC 2047); names and subjects are one line anyway.
pub(super) fn compose(
    mail: &Mail,
    from: &Mailbox,
    id: &str,
    date: DateTime<Utc>,
) -> Result<Message, JobError> {
    let raw = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    Message::builder()
        .message_id(Some(format!("<{id}@{}>", from.domain())))
        .date(SystemTime::from(date))
        .from(from.to_lettre())
        .to(mail.to.to_lettre())
        .subject(text::tidy(&mail.subject))
        // RFC 3834: nobody's machine answers it.
        .raw_header(raw("Auto-Submitted", "auto-generated"))
        .raw_header(raw("Content-Language", &mail.language))
        .multipart(body(mail, id)?)
        .map_err(|error| JobError::Permanent(format!("no message can be made of it: {error}")))
}

/// The text in its readings. Calendar programs that read mails look for the object among these, and people whose program
/// does not find it there open the attached file: each of Outlook, Gmail and Apple's takes one of both.
fn body(mail: &Mail, id: &str) -> Result<MultiPart, JobError> {
    let part = |content_type, text: &str| {
        SinglePart::builder()
            .content_type(content_type)
            // In this encoding no line is long, and "=_" stands nowhere: no text can end its part with the boundary.
            .header(ContentTransferEncoding::QuotedPrintable)
            .body(text.to_owned())
    };
    let readings = MultiPart::alternative()
        .boundary(format!("=_{id}"))
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.text))
        .singlepart(part(ContentType::TEXT_HTML, &mail.html));
    let Some(calendar) = &mail.calendar else { return Ok(readings) };
    let method = calendar.method.as_str();
    // Every byte counts, line ends too: Base64 keeps them.
    let object = |content_type: String| -> Result<_, JobError> {
        let content_type = ContentType::parse(&content_type)
            .map_err(|error| JobError::Permanent(format!("{content_type}: {error}")))?;
        Ok(SinglePart::builder().content_type(content_type).header(ContentTransferEncoding::Base64))
    };
    let reading = object(format!("text/calendar; method={method}; charset=utf-8"))?;
    let file = object(format!("application/ics; name=\"{FILE}\""))?;
    let bytes = || calendar.text.clone().into_bytes();
    Ok(MultiPart::mixed()
        .boundary(format!("=_mixed_{id}"))
        .multipart(readings.singlepart(reading.body(bytes())))
        .singlepart(file.header(ContentDisposition::attachment(FILE)).body(bytes())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{CalendarPart, Method};
    use super::*;

    fn mail(name: &str, subject: &str, text: &str) -> Mail {
        Mail {
            from: None,
            to: Mailbox::new(name, "bora@city.example").expect("an address"),
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: format!("<p>{text}</p>"),
            language: "sq-AL".to_owned(),
            calendar: None,
        }
    }

    fn written(mail: &Mail) -> String {
        let from = Mailbox::new("Bashkia e Tiranës", "academy@tirana.example").expect("an address");
        let date = DateTime::from_timestamp(1_680_512_400, 0).expect("a time");
        let message = compose(mail, &from, "0123456789abcdef", date).expect("a message");
        String::from_utf8(message.formatted()).expect("ASCII")
    }

    /// The names of the headers above the first empty line; a line that begins with white space goes on the one before.
    fn headers(message: &str) -> Vec<&str> {
        let (head, _) = message.split_once("\r\n\r\n").expect("a head");
        let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
        lines.map(|line| line.split_once(':').expect("a header").0).collect()
    }

    const HEADERS: [&str; 9] = [
        "Message-ID",
        "Date",
        "From",
        "To",
        "Subject",
        "Auto-Submitted",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    ];

    #[test]
    fn a_mail_is_two_readings_of_one_text() {
        let mail = mail("Bora Çela", "Ftesë", "Mirë se vini\n.\nhttps://academy.example/x?a=b");
        let message = written(&mail);
        assert_eq!(message, written(&mail));
        assert_eq!(headers(&message), HEADERS);
        for line in [
            "Message-ID: <0123456789abcdef@tirana.example>",
            "Date: Mon, 03 Apr 2023 09:00:00 +0000",
            "To: =?utf-8?b?Qm9yYSDDh2VsYQ==?= <bora@city.example>",
            "Subject: =?utf-8?b?RnRlc8Or?=",
            "Auto-Submitted: auto-generated",
            "Content-Language: sq-AL",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
            "Mir=C3=AB se vini",
            "https://academy.example/x?a=3Db",
            "--=_0123456789abcdef--",
        ] {
            assert!(message.split("\r\n").any(|found| found == line), "{line} is not in\n{message}");
        }
        assert!(message.contains("Content-Type: multipart/alternative;"), "{message}");
        assert!(!message.replace("\r\n", "").contains(['\r', '\n']), "{message}");
    }

    #[test]
    fn a_calendar_object_is_a_reading_and_a_file() {
        let text = "BEGIN:VCALENDAR\r\n--=_0123456789abcdef--\r\nEND:VCALENDAR\r\n".to_owned();
        let calendar = Some(CalendarPart { method: Method::Cancel, text });
        let message = written(&Mail { calendar, ..mail("Bora", "Ftesë", "x") });
        let types: Vec<&str> =
            message.split("\r\n").filter(|line| line.starts_with("Content-Type: ")).collect();
        assert_eq!(
            types,
            [
                "Content-Type: multipart/mixed; boundary=\"=_mixed_0123456789abcdef\"",
                "Content-Type: multipart/alternative; boundary=\"=_0123456789abcdef\"",
                "Content-Type: text/plain; charset=utf-8",
                "Content-Type: text/html; charset=utf-8",
                "Content-Type: text/calendar; method=CANCEL; charset=utf-8",
                "Content-Type: application/ics; name=\"invite.ics\"",
            ]
        );
        assert!(message.contains("Content-Disposition: attachment; filename=\"invite.ics\""), "{message}");
        assert_eq!(message.matches("\r\n--=_0123456789abcdef").count(), 4);
        assert_eq!(message.matches("\r\n--=_mixed_0123456789abcdef").count(), 3);
    }

    #[test]
    fn a_mail_that_was_enqueued_before_there_were_calendars_can_be_read() {
        let mail = mail("Bora", "Ftesë", "x");
        let stored = serde_json::to_value(&mail).expect("JSON");
        assert_eq!(stored.get("calendar"), None);
        assert!(serde_json::from_value::<Mail>(stored).is_ok_and(|read| read == mail));
    }

    #[test]
    fn no_value_makes_a_header_or_a_part() {
        let mut mail = mail(
            "Bora\r\nBcc: all@city.example\r\n\r\n",
            "Welcome\r\nBcc: all@city.example\r\n\r\n<p>",
            "x\r\n--=_0123456789abcdef\r\nContent-Type: text/html\r\n\r\n<p>",
        );
        mail.language = "en\r\nBcc: all@city.example".to_owned();
        let message = written(&mail);
        assert_eq!(headers(&message), HEADERS);
        assert_eq!(message.matches("--=_0123456789abcdef").count(), 3);
    }

    proptest! {
        #[test]
        fn whatever_is_written_stays_in_its_place(name in ".*", subject in "(?s).{0,300}", text in "(?s).*") {
            let message = written(&mail(&name, &subject, &text));
            prop_assert!(message.is_ascii());
            prop_assert_eq!(headers(&message), HEADERS);
            prop_assert_eq!(message.matches("\r\n--=_0123456789abcdef").count(), 3);
            let (_, body) = message.split_once("\r\n\r\n").expect("a body");
            prop_assert!(body.split("\r\n").all(|line| line.len() <= 76));
        }
    }
}
