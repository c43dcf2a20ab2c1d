//! The JSON API of organisations; that of their logos, departments and people is in the files beside.

use actix_web::web::{Data, Json, Query};
use actix_web::{HttpRequest, HttpResponse, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use self::logos::LogoBody;
use super::{Organisation, OrganisationChange, OrganisationSettings, Retention, service};
use crate::access::{Allowed, SignedIn, may};
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::preconditions::{IfMatch, Tagged};
use crate::platform::http::{Problem, blocking};

mod departments;
mod jobs;
mod logos;
mod people;

pub use people::PersonBody;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_organisations).service(read_organisation).service(change_organisation);
    logos::configure(config);
    departments::configure(config);
    people::configure(config);
    jobs::configure(config);
}

/// Which organisation.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrganisationPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    pub organisation: String,
}

/// A city administration.
#[derive(Serialize, ToSchema)]
#[schema(as = Organisation)]
struct OrganisationBody {
    #[schema(example = "TIRANA")]
    code: String,
    #[schema(example = "Municipality of Tirana")]
    name: String,
}

impl From<Organisation> for OrganisationBody {
    fn from(Organisation { code, name, .. }: Organisation) -> Self {
        OrganisationBody { code, name }
    }
}

/// A city administration and what it has settled for itself.
#[derive(Serialize, ToSchema)]
struct OrganisationDetails {
    #[schema(example = "TIRANA")]
    code: String,
    #[schema(example = "Municipality of Tirana")]
    name: String,
    /// BCP 47 tags of the languages of its pages, mails and documents; the first is the default.
    #[schema(min_items = 1, example = json!(["sq", "en"]))]
    languages: Vec<String>,
    /// IANA name.
    #[schema(example = "Europe/Tirane")]
    zone: String,
    /// The address that its mails come from; null for the installation's.
    #[schema(example = "academy@tirana.example", required = true)]
    sender: Option<String>,
    /// What its new cohorts print on certificates, side by side.
    #[schema(max_items = 4)]
    logos: Vec<LogoBody>,
    retention: RetentionBody,
    /// Who decides why and how personal data are processed; empty until the organisation has said so.
    controller: String,
    /// Whom people ask about their data; empty until the organisation has said so.
    data_protection_contact: String,
    /// On what ground and for what purpose data are processed; empty until the organisation has said so.
    legal_ground: String,
}

impl From<(Organisation, OrganisationSettings)> for OrganisationDetails {
    fn from((organisation, settings): (Organisation, OrganisationSettings)) -> Self {
        OrganisationDetails {
            code: organisation.code,
            name: organisation.name,
            languages: settings.languages,
            zone: settings.zone.name().to_owned(),
            sender: settings.sender,
            logos: settings.logos.into_iter().map(LogoBody::from).collect(),
            retention: RetentionBody { raw_attendance_days: settings.retention.raw_attendance_days },
            controller: settings.controller,
            data_protection_contact: settings.data_protection_contact,
            legal_ground: settings.legal_ground,
        }
    }
}

/// How long an organisation keeps what it does not need for good.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Retention)]
struct RetentionBody {
    /// Days from the confirmation of a session's attendance until its files, their intervals and the strangers in them go.
    #[schema(minimum = 1, maximum = 3650, example = 90)]
    raw_attendance_days: u32,
}

/// What an organisation shall be called and what it settles. All of it must be said: what is left out would else be lost.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganisationChange)]
struct OrganisationChangeBody {
    #[schema(example = "Municipality of Tirana", min_length = 1, max_length = 200)]
    name: String,
    /// BCP 47 tags, English or Albanian in any region; the first is the default.
    #[schema(min_items = 1, max_items = 20, example = json!(["sq", "en"]))]
    languages: Vec<String>,
    /// IANA name.
    #[schema(example = "Europe/Tirane")]
    zone: String,
    /// The address that its mails come from; null for the installation's.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(example = "academy@tirana.example", max_length = 254, required = true)]
    sender: Option<String>,
    retention: RetentionBody,
    /// Who decides why and how personal data are processed.
    #[schema(max_length = 2000)]
    controller: String,
    /// Whom people ask about their data.
    #[schema(max_length = 2000)]
    data_protection_contact: String,
    /// On what ground and for what purpose data are processed.
    #[schema(max_length = 2000)]
    legal_ground: String,
}

impl From<OrganisationChangeBody> for OrganisationChange {
    fn from(body: OrganisationChangeBody) -> Self {
        OrganisationChange {
            name: body.name,
            languages: body.languages,
            zone: body.zone,
            sender: body.sender,
            retention: Retention { raw_attendance_days: body.retention.raw_attendance_days },
            controller: body.controller,
            data_protection_contact: body.data_protection_contact,
            legal_ground: body.legal_ground,
        }
    }
}

/// List the organisations
///
/// That one belongs to; an operator sees all.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisations.list"])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page of organisations, by code.", body = Page<OrganisationBody>),
        Malformed,
    )
)]
#[get("/organisations")]
async fn list_organisations(
    SignedIn(actor, page, ..): SignedIn<may::ListOrganisations, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<String>()?, page.rows());
    let of = (!actor.operator).then_some(actor.account);
    let organisations = blocking(move || service::list(&platform.db, of, after.as_deref(), rows)).await?;
    page.answer_as(&request, organisations, |o| o.code.clone(), OrganisationBody::from)
}

/// Read an organisation
///
/// Every member sees everything: whose languages and clocks these are, from where its mails come, how long it keeps what,
/// and who is answerable.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisation.read"])),
    params(OrganisationPath),
    responses((status = 200, description = "The organisation.", body = OrganisationDetails), NotFound)
)]
#[get("/organisations/{organisation}")]
async fn read_organisation(
    Allowed(access, ..): Allowed<may::ReadOrganisation>,
    platform: Data<Platform>,
) -> Result<Tagged<OrganisationDetails>, Problem> {
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| service::with_settings(conn, access.organisation))
    });
    Ok(Tagged(found.await?.into()))
}

/// Change an organisation
///
/// Its name and everything that it has settled, but for the logos. Cohorts that are there and documents that were issued
/// keep what they say.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisation.change"])),
    params(OrganisationPath),
    request_body = OrganisationChangeBody,
    responses(
        (status = 200, description = "The organisation as it is now.", body = OrganisationDetails),
        BadBody,
        NotFound,
    )
)]
#[put("/organisations/{organisation}")]
async fn change_organisation(
    Allowed(access, if_match, change): Allowed<
        may::ChangeOrganisation,
        IfMatch,
        Json<OrganisationChangeBody>,
    >,
    platform: Data<Platform>,
) -> Result<Tagged<OrganisationDetails>, Problem> {
    let change = OrganisationChange::from(change.into_inner());
    let changed = blocking(move || {
        let organisation = access.organisation;
        platform.db.write_tx(access.scope(), |conn| {
            service::hold(conn, organisation)?;
            if_match.check(&OrganisationDetails::from(service::with_settings(conn, organisation)?))?;
            service::change(conn, organisation, &change)
        })
    });
    Ok(Tagged(changed.await?.into()))
}
