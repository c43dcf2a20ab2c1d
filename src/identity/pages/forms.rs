//! Forms: their fields, what was typed, and what is wrong with it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::frame::{Frame, html};
use crate::identity::passwords;
use crate::platform::faults::{Fault, Faults};
use crate::platform::http::Problem;
use crate::platform::i18n::texts::Texts;

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Email,
    /// What was typed is never shown again.
    Password,
    /// Shown, so that password managers know whose password it is; it cannot be changed.
    Fixed,
    /// One of some values, each with its words.
    Choice(&'static [(&'static str, &'static str)]),
}

/// One field of a form.
pub struct Field {
    /// In the form, and as the faults of the use case have it.
    pub name: &'static str,
    pub kind: Kind,
    /// What browsers fill in by themselves (HTML, section "Autofill").
    pub autocomplete: &'static str,
    pub label: String,
    pub hint: Option<String>,
    pub value: String,
    pub faults: Vec<String>,
}

impl Field {
    /// A field with the label `field-ID` and, where there is one, the hint `field-ID-hint`.
    pub fn new(
        texts: &Texts,
        (name, id): (&'static str, &'static str),
        kind: Kind,
        autocomplete: &'static str,
        value: &str,
    ) -> Field {
        let hint = texts.known(&format!("field-{id}-hint"), &lengths());
        Field {
            name,
            kind,
            autocomplete,
            label: texts.say(&format!("field-{id}")),
            hint,
            value: value.to_owned(),
            faults: Vec::new(),
        }
    }

    /// The address of an account, as it signs in.
    pub fn email(texts: &Texts, value: &str) -> Field {
        Field::new(texts, ("email", "email"), Kind::Email, "username", value)
    }

    /// The address of an account that is known already.
    pub fn fixed_email(texts: &Texts, value: &str) -> Field {
        Field::new(texts, ("email", "email"), Kind::Fixed, "username", value)
    }

    /// A person's name.
    pub fn person(texts: &Texts, value: &str) -> Field {
        Field::new(texts, ("name", "name"), Kind::Text, "name", value)
    }

    /// The password that there is.
    pub fn password(texts: &Texts) -> Field {
        Field::new(texts, ("password", "password"), Kind::Password, "current-password", "")
    }

    /// The password that there shall be.
    pub fn new_password(texts: &Texts) -> Field {
        Field::new(texts, ("password", "new-password"), Kind::Password, "new-password", "")
    }

    /// The `type` of the element.
    pub fn element_type(&self) -> &'static str {
        match self.kind {
            Kind::Email => "email",
            Kind::Fixed | Kind::Text | Kind::Choice(_) => "text",
            Kind::Password => "password",
        }
    }

    pub fn is_fixed(&self) -> bool {
        self.kind == Kind::Fixed
    }

    pub fn choices(&self) -> Option<&'static [(&'static str, &'static str)]> {
        if let Kind::Choice(choices) = self.kind { Some(choices) } else { None }
    }

    /// The ids of what describes the field: its hint, and what is wrong with it.
    pub fn described_by(&self) -> Option<String> {
        let mut ids = Vec::new();
        if self.hint.is_some() {
            ids.push(format!("{}-hint", self.name));
        }
        if !self.faults.is_empty() {
            ids.push(format!("{}-fault", self.name));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// Fields, a button, and what is wrong.
pub struct Form {
    /// Where it is sent to.
    pub action: String,
    pub fields: Vec<Field>,
    pub button: String,
    /// What is wrong, with the name of the field where it is one's.
    pub faults: Vec<(Option<&'static str>, String)>,
}

impl Form {
    pub fn new(action: String, fields: Vec<Field>, button: String) -> Form {
        Form { action, fields, button, faults: Vec::new() }
    }

    /// Tells what is wrong, at its field and in the summary.
    pub fn tell(&mut self, texts: &Texts, faults: &Faults) {
        for fault in &faults.0 {
            let told = words(texts, fault);
            let field = self.fields.iter_mut().find(|field| Some(field.name) == fault.field.as_deref());
            self.faults.push((field.as_ref().map(|field| field.name), told.clone()));
            if let Some(field) = field {
                field.faults.push(told);
            }
        }
    }
}

/// A fault in the reader's language: the text `fault-CODE`.
pub fn words(texts: &Texts, fault: &Fault) -> String {
    texts.known(&format!("fault-{}", fault.code), &lengths()).unwrap_or_else(|| fault.message.clone())
}

/// What texts about passwords say of their length.
fn lengths() -> [(&'static str, crate::platform::i18n::texts::FluentValue<'static>); 2] {
    [("shortest", passwords::SHORTEST.into()), ("longest", passwords::LONGEST.into())]
}

/// What whoever sent a form can mend in it; any other problem as it is.
pub fn mendable(problem: Problem) -> Result<Faults, Problem> {
    match problem.status {
        StatusCode::UNPROCESSABLE_ENTITY => Ok(Faults(problem.errors)),
        StatusCode::CONFLICT => Ok(Fault::new(problem.code, problem.detail).into()),
        _ => Err(problem),
    }
}

/// A page that is mainly a form.
#[derive(Template)]
#[template(path = "form.html")]
pub struct FormPage {
    pub frame: Frame,
    pub title: String,
    /// Paragraphs before the form.
    pub intro: Vec<String>,
    /// What was done before, in a sentence.
    pub done: Option<String>,
    pub form: Form,
    /// A link below: an address within the installation, and its words.
    pub below: Option<(&'static str, String)>,
}

impl FormPage {
    /// The page as an answer: 422 where there are faults.
    pub fn answer(mut self, faults: &Faults) -> Result<HttpResponse, Problem> {
        self.form.tell(&self.frame.texts, faults);
        let fine = faults.is_empty();
        html(if fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &self)
    }
}
