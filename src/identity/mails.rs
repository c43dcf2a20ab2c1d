//! The mails of accounts: an invitation, a link to a new password.

use super::Account;
use super::text::mail_texts;
use crate::platform::config::{Home, Secret};
use crate::platform::error::Result;
use crate::platform::mail::letter::{Button, Letter};
use crate::platform::mail::{Mail, Mailbox};

/// Invites to an organisation.
pub fn invitation(
    email: &str,
    organisation: &str,
    language: &str,
    home: &Home,
    secret: &Secret<String>,
) -> Result<Mail> {
    let texts = mail_texts(language);
    let here = [("organisation", organisation.into())];
    let letter = Letter {
        language: texts.language,
        subject: texts.fill("invitation-subject", &here),
        greeting: texts.say("invitation-greeting"),
        paragraphs: vec![texts.fill("invitation-text", &here)],
        button: Some(Button { text: texts.say("invitation-button"), link: invitation_link(home, secret) }),
        note: Some(texts.say("invitation-note")),
        organisation: Some(organisation.to_owned()),
        ..Letter::default()
    };
    letter.mail(Mailbox::new("", email)?)
}

/// Leads to a new password.
pub fn password_reset(account: &Account, home: &Home, secret: &Secret<String>) -> Result<Mail> {
    let texts = mail_texts(&account.language);
    let letter = Letter {
        language: texts.language,
        subject: texts.say("reset-subject"),
        greeting: texts.fill("reset-greeting", &[("name", account.name.as_str().into())]),
        paragraphs: vec![texts.say("reset-text")],
        button: Some(Button {
            text: texts.say("reset-button"),
            link: format!("{}/password-resets/{}", home.0, secret.expose()),
        }),
        note: Some(texts.say("reset-note")),
        ..Letter::default()
    };
    letter.mail(Mailbox::new(&account.name, &account.email)?)
}

/// Where an invitation is taken: of an organisation, or the founding one.
pub fn invitation_link(home: &Home, secret: &Secret<String>) -> String {
    format!("{}/invitations/{}", home.0, secret.expose())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::i18n::languages::MAILS;
    use crate::platform::ids::AccountId;

    #[test]
    fn every_mail_is_whole_in_every_language() {
        let home = Home("https://academy.example/training".to_owned());
        let secret = Secret::new("hunter2".to_owned());
        let mut told = Vec::new();
        for language in MAILS {
            let account = Account {
                id: AccountId(1),
                email: "arta@tirana.example".into(),
                name: "Arta <Hoxha>".into(),
                language: language.into(),
                operator: false,
                disabled_at: None,
            };
            let region = format!("{language}-XX");
            let organisation = "Bashkia “Tiranë” & Co";
            let invitation = invitation("a@tirana.example", organisation, &region, &home, &secret).unwrap();
            let reset = password_reset(&account, &home, &secret).unwrap();
            for (mail, path) in [(&invitation, "invitations"), (&reset, "password-resets")] {
                assert_eq!(mail.language, language);
                let text = format!("{}\n\n{}", mail.subject, mail.text);
                assert!(!text.contains('{'), "{text}");
                let link = format!("https://academy.example/training/{path}/hunter2");
                assert!(text.contains(&link) && mail.html.contains(&format!("href=\"{link}\"")), "{text}");
                told.push(format!("{language}: {text}"));
            }
            assert!(invitation.text.contains(organisation) && reset.text.contains("Arta <Hoxha>"));
            assert!(!reset.html.contains("<Hoxha>"), "{}", reset.html);
        }
        insta::assert_snapshot!(told.join("\n\n=====\n\n"));
    }
}
