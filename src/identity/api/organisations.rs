//! Making an organisation: an operator does, and its first administrator is invited.

use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Role, SignedIn, may};
use crate::identity::service::founding;
use crate::identity::service::invitations::Invite;
use crate::platform::Platform;
use crate::platform::config::Home;
use crate::platform::http::answers::{BadBody, Refused, created};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};

pub fn configure(config: &mut ServiceConfig) {
    config.service(create_organisation);
}

/// An organisation to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrganisation {
    /// Capital letters and digits; it stands in addresses and in the serials of certificates, and stays.
    #[schema(example = "TIRANA", min_length = 2, max_length = 16, pattern = "^[A-Z0-9]{2,16}$")]
    code: String,
    #[schema(example = "Municipality of Tirana", min_length = 1, max_length = 200)]
    name: String,
    administrator: FirstAdministrator,
}

/// Who is invited to look after the organisation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstAdministrator {
    /// ASCII.
    #[schema(example = "arta@tirana.example", max_length = 254)]
    email: String,
    /// BCP 47 tag of the language of the mail; English where we do not write it.
    #[schema(example = "sq", max_length = 35)]
    language: String,
}

/// An organisation that was made just now.
#[derive(Serialize, ToSchema)]
struct MadeOrganisation {
    #[schema(example = "TIRANA")]
    code: String,
    #[schema(example = "Municipality of Tirana")]
    name: String,
}

/// Create an organisation
///
/// And invite its first administrator, by mail. An operator does, who sees nothing of what is in it.
#[utoipa::path(
    tag = "organisations",
    security(("bearer" = ["organisation.create"])),
    request_body = NewOrganisation,
    responses(
        (status = 201, description = "The new organisation.", body = MadeOrganisation,
            headers(("Location" = String, description = "Its address."))),
        BadBody,
        Refused,
    )
)]
#[post("/organisations")]
async fn create_organisation(
    SignedIn(actor, new, ..): SignedIn<may::CreateOrganisations, Json<NewOrganisation>>,
    platform: Data<Platform>,
    home: Data<Home>,
) -> Result<HttpResponse, Problem> {
    let NewOrganisation { code, name, administrator } = new.into_inner();
    let FirstAdministrator { email, language } = administrator;
    let roles = vec![Role::Administrator];
    let invite = Invite { email, roles, names: false, employee_id: None, language };
    let made =
        blocking(move || founding::organisation(&platform, &home, actor.account, &code, &name, &invite));
    let made = made.await?;
    let location = format!("{API}/organisations/{}", made.code);
    Ok(created(&location, MadeOrganisation { code: made.code, name: made.name }))
}
