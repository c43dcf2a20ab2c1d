//! What every mail to a person looks like: one text as HTML and as plain text. It can be read without images, loads
//! nothing from elsewhere, and its link is written out for those who cannot follow it.

use std::fmt;

use askama::Template;
use url::Url;

use super::{Mail, Mailbox};
use crate::platform::error::{Error, Result};
use crate::platform::i18n::texts::{Files, Texts};

/// The words around every letter. English first: it stands in for every other language.
const FILES: &Files = &[
    ("en", include_str!("text/en.ftl")),
    ("sq", include_str!("text/sq.ftl")),
    ("bg", include_str!("text/bg.ftl")),
    ("fr", include_str!("text/fr.ftl")),
    ("nl", include_str!("text/nl.ftl")),
    ("ga", include_str!("text/ga.ftl")),
    ("es", include_str!("text/es.ftl")),
    ("pt", include_str!("text/pt.ftl")),
];

/// A letter to one person. Each text is one line, however long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// BCP 47 tag of the language that it is written in.
    pub language: &'static str,
    pub subject: String,
    pub greeting: String,
    pub paragraphs: Vec<String>,
    pub sections: Vec<Section>,
    pub button: Option<Button>,
    /// Below the button.
    pub note: Option<String>,
    /// The name of the organisation that it comes from; the installation where absent.
    pub organisation: Option<String>,
}

/// What belongs under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    pub heading: String,
    pub text: Option<String>,
    pub facts: Vec<Fact>,
    pub list: Vec<String>,
}

/// Something with a name: where, when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub name: String,
    pub values: Vec<Value>,
}

/// What a fact is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    /// An address of the web.
    Link(String),
}

impl Value {
    /// What was typed as a link is one only where it leads into the web.
    pub fn link(typed: &str) -> Value {
        match Url::parse(typed) {
            Ok(url) if matches!(url.scheme(), "https" | "http") => Value::Link(url.into()),
            _ => Value::Text(typed.to_owned()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Value::Text(text) | Value::Link(text)) = self;
        f.write_str(text)
    }
}

/// The one thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub text: String,
    pub link: String,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Letter,
    words: &'a Words,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Letter,
    words: &'a Words,
}

/// What stands around the text.
struct Words {
    texts: Texts,
    link_hint: String,
    footer: String,
}

impl Words {
    fn around(letter: &Letter) -> Words {
        let texts = Texts::new(FILES, letter.language);
        let footer = match &letter.organisation {
            Some(organisation) => texts.fill("footer", &[("organisation", organisation.as_str().into())]),
            None => texts.say("footer-installation"),
        };
        Words { link_hint: texts.say("link-hint"), footer, texts }
    }

    /// `Place:`
    fn label(&self, name: &str) -> String {
        self.texts.fill("label", &[("name", name.into())])
    }
}

impl Letter {
    /// With another paragraph, if there is one.
    pub fn saying(mut self, paragraph: Option<String>) -> Letter {
        self.paragraphs.extend(paragraph);
        self
    }

    pub fn showing(mut self, section: Section) -> Letter {
        self.sections.push(section);
        self
    }

    pub fn with_button(self, button: Button) -> Letter {
        Letter { button: Some(button), ..self }
    }

    /// The mail that it is; from the installation's sender.
    pub fn mail(&self, to: Mailbox) -> Result<Mail> {
        let words = &Words::around(self);
        Ok(Mail {
            from: None,
            to,
            subject: self.subject.clone(),
            text: Text { letter: self, words }.render().map_err(Error::internal)?,
            html: Html { letter: self, words }.render().map_err(Error::internal)?,
            language: self.language.to_owned(),
            calendar: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::languages::MAILS;
    use crate::platform::i18n::texts::assert_complete;

    fn letter() -> Letter {
        let text = |text: &str| Value::Text(text.to_owned());
        let fact = |name: &str, values| Fact { name: name.to_owned(), values };
        Letter {
            language: "en",
            subject: "A <b>bold</b> move".to_owned(),
            greeting: "Hello Bora & Co,".to_owned(),
            paragraphs: vec!["First.".to_owned(), "Second.".to_owned()],
            sections: vec![
                Section {
                    heading: "Facts".to_owned(),
                    facts: vec![
                        fact("Place", vec![text("Room <2>")]),
                        fact("Time", vec![text("Before: 10"), text("Now: 11")]),
                        fact("Link", vec![Value::link("https://meet.example/a?b=c&d=\"")]),
                        fact("No link", vec![Value::link("javascript:alert(1)")]),
                    ],
                    ..Section::default()
                },
                Section {
                    heading: "List".to_owned(),
                    text: Some("Choose:".to_owned()),
                    list: vec!["one".to_owned(), "two".to_owned()],
                    ..Section::default()
                },
            ],
            button: Some(Button { text: "Go".to_owned(), link: "https://academy.example/x".to_owned() }),
            note: Some("That is all.".to_owned()),
            organisation: Some("Bashkia <Tiranë>".to_owned()),
        }
    }

    #[test]
    fn a_letter_has_two_readings() {
        let to = Mailbox::new("Bora", "bora@city.example").expect("an address");
        let mail = letter().mail(to.clone()).expect("a mail");
        insta::assert_snapshot!(format!("{}\n=====\n{}", mail.text, mail.html));
        let short = Letter {
            sections: Vec::new(),
            button: None,
            note: None,
            organisation: None,
            language: "fr",
            ..letter()
        };
        let mail = short.mail(to).expect("a mail");
        insta::assert_snapshot!(format!("{}\n=====\n{}", mail.text, mail.html));
    }

    #[test]
    fn every_language_has_every_text_with_the_same_places() {
        assert_complete(FILES);
        assert!(FILES.iter().map(|(language, _)| *language).eq(MAILS));
    }
}
