//! The mails of accounts: an invitation, a link to a new password.

use askama::Template;

use super::Account;
use super::text::texts;
use crate::platform::config::{Home, Secret};
use crate::platform::error::{Error, Result};
use crate::platform::i18n::texts::Texts;
use crate::platform::mail::{Mail, Mailbox};

/// A short letter around one link, as HTML and as plain text.
#[derive(Template)]
#[template(path = "letter.html")]
struct LetterHtml<'a> {
    letter: &'a Letter,
}

/// The same without markup.
#[derive(Template)]
#[template(path = "letter.txt")]
struct LetterText<'a> {
    letter: &'a Letter,
}

struct Letter {
    language: &'static str,
    subject: String,
    greeting: String,
    text: String,
    link: String,
    button: String,
    hint: String,
    note: String,
    footer: String,
}

impl Letter {
    fn mail(&self, to: Mailbox) -> Result<Mail> {
        Ok(Mail {
            from: None,
            to,
            subject: self.subject.clone(),
            text: LetterText { letter: self }.render().map_err(Error::internal)?,
            html: LetterHtml { letter: self }.render().map_err(Error::internal)?,
            language: self.language.to_owned(),
            calendar: None,
        })
    }
}

/// Invites to an organisation.
pub fn invitation(
    email: &str,
    organisation: &str,
    language: &str,
    home: &Home,
    secret: &Secret<String>,
) -> Result<Mail> {
    let texts = texts(language);
    let here = [("organisation", organisation.into())];
    let letter = Letter {
        subject: texts.fill("invitation-subject", &here),
        greeting: texts.say("invitation-greeting"),
        text: texts.fill("invitation-text", &here),
        link: invitation_link(home, secret),
        note: texts.say("invitation-note"),
        footer: texts.fill("mail-footer", &here),
        ..frame(&texts, "invitation-button")
    };
    letter.mail(Mailbox::new("", email)?)
}

/// Leads to a new password.
pub fn password_reset(account: &Account, home: &Home, secret: &Secret<String>) -> Result<Mail> {
    let texts = texts(&account.language);
    let letter = Letter {
        subject: texts.say("reset-subject"),
        greeting: texts.fill("reset-greeting", &[("name", account.name.as_str().into())]),
        text: texts.say("reset-text"),
        link: format!("{}/password-resets/{}", home.0, secret.expose()),
        note: texts.say("reset-note"),
        footer: texts.say("mail-footer-installation"),
        ..frame(&texts, "reset-button")
    };
    letter.mail(Mailbox::new(&account.name, &account.email)?)
}

/// Where an invitation is taken: of an organisation, or the founding one.
pub fn invitation_link(home: &Home, secret: &Secret<String>) -> String {
    format!("{}/invitations/{}", home.0, secret.expose())
}

fn frame(texts: &Texts, button: &str) -> Letter {
    Letter {
        language: texts.language,
        button: texts.say(button),
        hint: texts.say("mail-link-hint"),
        subject: String::new(),
        greeting: String::new(),
        text: String::new(),
        link: String::new(),
        note: String::new(),
        footer: String::new(),
    }
}
