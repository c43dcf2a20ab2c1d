//! Who gives a session; they are told.

use actix_web::web::{Data, Json, Path};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Allowed, may};
use crate::cohorts::api::{SessionPath, planner};
use crate::cohorts::materials::{NewSessionTrainer, Part, SessionTrainer};
use crate::cohorts::service;
use crate::enrolment::scheduling::{self, Seen};
use crate::platform::Platform;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::pagination::Page;
use crate::platform::http::preconditions::{Conditional, Tagged};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::AccountId;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_session_trainers).service(put_session_trainers);
}

/// Somebody who gives a session or learns to.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionTrainer)]
struct SessionTrainerBody {
    #[schema(value_type = i64)]
    account: AccountId,
    name: String,
    email: String,
    part: Part,
    /// What a trainee trainer did; may be empty.
    note: String,
}

impl From<SessionTrainer> for SessionTrainerBody {
    fn from(SessionTrainer { account, name, email, part, note }: SessionTrainer) -> Self {
        SessionTrainerBody { account, name, email, part, note }
    }
}

/// Who shall give a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SessionTrainers {
    #[schema(max_items = 20)]
    trainers: Vec<NewSessionTrainerBody>,
    /// Why somebody may be at another session at that time; for administrators.
    #[serde(default)]
    #[schema(max_length = 500)]
    override_clash: Option<String>,
}

/// Somebody who shall give a session or learn to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSessionTrainer)]
struct NewSessionTrainerBody {
    /// Of a member of the organisation.
    #[schema(value_type = i64)]
    account: AccountId,
    part: Part,
    /// What a trainee trainer did.
    #[serde(default)]
    #[schema(max_length = 2_000)]
    note: String,
}

impl From<NewSessionTrainerBody> for NewSessionTrainer {
    fn from(NewSessionTrainerBody { account, part, note }: NewSessionTrainerBody) -> Self {
        NewSessionTrainer { account, part, note }
    }
}

/// List who gives a session
///
/// And who learns to; all on one page. Where it names nobody, the cohort's trainers give it.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["trainers.read"])),
    params(SessionPath),
    responses(
        (status = 200, description = "Who gives it.", body = Page<SessionTrainerBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/trainers")]
async fn list_session_trainers(
    Allowed(access, path, ..): Allowed<may::ReadTrainers, Path<SessionPath>>,
    platform: Data<Platform>,
) -> Result<Tagged<Page<SessionTrainerBody>>, Problem> {
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let (_, session) = path.find(conn, access.organisation)?;
            service::session_trainers(conn, access.organisation, &session)
        })
    });
    Ok(Tagged(page_of(found.await?)))
}

/// Say who gives a session
///
/// And who learns to: the whole list. Who is at another session at that time is refused (`clash`).
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(SessionPath),
    request_body = SessionTrainers,
    responses(
        (status = 200, description = "Who gives it now.", body = Page<SessionTrainerBody>),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[put("/organisations/{organisation}/cohorts/{cohort}/sessions/{session}/trainers")]
async fn put_session_trainers(
    Allowed(access, path, Conditional(if_match, body)): Allowed<
        may::ChangeCohorts,
        Path<SessionPath>,
        Conditional<Json<SessionTrainers>>,
    >,
    platform: Data<Platform>,
) -> Result<Tagged<Page<SessionTrainerBody>>, Problem> {
    let SessionTrainers { trainers, override_clash } = body.into_inner();
    let new: Vec<NewSessionTrainer> = trainers.into_iter().map(NewSessionTrainer::from).collect();
    let put = blocking(move || {
        let SessionPath { cohort, session, .. } = path.into_inner();
        let check = |trainers: &[SessionTrainer]| if_match.check(&page_of(trainers.to_vec()));
        let seen = Seen { organisation: access.organisation, cohort, session, check: &check };
        scheduling::put_trainers(&platform, &seen, &new, planner(&access), override_clash.as_deref())
    });
    Ok(Tagged(page_of(put.await?)))
}

fn page_of(trainers: Vec<SessionTrainer>) -> Page<SessionTrainerBody> {
    Page { items: trainers.into_iter().map(SessionTrainerBody::from).collect() }
}
