//! What belongs to a session, and who gives it.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::UnknownWord;
use crate::platform::db::schema::materials;
use crate::platform::ids::{AccountId, MaterialId, SessionId};

/// What a material is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = MaterialKind)]
pub enum Kind {
    Slides,
    Video,
    Document,
    Link,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Slides, Kind::Video, Kind::Document, Kind::Link];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Slides => "slides",
            Kind::Video => "video",
            Kind::Document => "document",
            Kind::Link => "link",
        }
    }
}

impl TryFrom<String> for Kind {
    type Error = UnknownWord;

    fn try_from(word: String) -> Result<Self, UnknownWord> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(UnknownWord(word))
    }
}

/// From when on people have a material.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Available {
    /// At once, to prepare themselves.
    Before,
    /// Once the session is over.
    After,
}

impl Available {
    pub const ALL: [Available; 2] = [Available::Before, Available::After];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Available::Before => "before",
            Available::After => "after",
        }
    }
}

impl TryFrom<String> for Available {
    type Error = UnknownWord;

    fn try_from(word: String) -> Result<Self, UnknownWord> {
        Available::ALL.into_iter().find(|known| known.as_str() == word).ok_or(UnknownWord(word))
    }
}

/// Slides, a video, a document or a link of a session, somewhere on the web.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = materials)]
pub struct Material {
    pub id: MaterialId,
    pub session_id: SessionId,
    #[diesel(deserialize_as = String)]
    pub kind: Kind,
    pub title: String,
    /// `https`
    pub url: String,
    /// BCP 47 tag; empty: not said.
    pub language: String,
    #[diesel(deserialize_as = String)]
    pub available: Available,
    pub created_at: NaiveDateTime,
}

/// A material that is added to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMaterial {
    pub kind: Kind,
    pub title: String,
    pub url: String,
    pub language: String,
    pub available: Available,
}

/// What somebody is in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = TrainerPart)]
pub enum Part {
    /// Gives it.
    Trainer,
    /// Learns to.
    Trainee,
}

impl Part {
    pub const ALL: [Part; 2] = [Part::Trainer, Part::Trainee];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Trainer => "trainer",
            Part::Trainee => "trainee",
        }
    }
}

impl TryFrom<String> for Part {
    type Error = UnknownWord;

    fn try_from(word: String) -> Result<Self, UnknownWord> {
        Part::ALL.into_iter().find(|part| part.as_str() == word).ok_or(UnknownWord(word))
    }
}

/// Somebody who gives a session or learns to.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct SessionTrainer {
    pub account: AccountId,
    pub name: String,
    pub email: String,
    #[diesel(deserialize_as = String)]
    pub part: Part,
    /// What a trainee trainer did, in words.
    pub note: String,
}

/// Who shall give a session or learn to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSessionTrainer {
    pub account: AccountId,
    pub part: Part,
    pub note: String,
}

impl From<SessionTrainer> for NewSessionTrainer {
    fn from(SessionTrainer { account, part, note, .. }: SessionTrainer) -> Self {
        NewSessionTrainer { account, part, note }
    }
}
