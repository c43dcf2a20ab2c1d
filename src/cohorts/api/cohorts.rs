//! Cohorts.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::CohortPath;
use crate::access::{Allowed, Role, may};
use crate::catalogue::Catalogue;
use crate::cohorts::service::{self, CohortChange, NewCohort, NewDays};
use crate::cohorts::{Cohort, Settings, Signatory, State};
use crate::organisations::api::OrganisationPath;
use crate::platform::Platform;
use crate::platform::error::Result;
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::preconditions::{Conditional, Tagged};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::CohortId;

pub fn configure(config: &mut ServiceConfig) {
    config.service(list_cohorts).service(create_cohort).service(read_cohort).service(change_cohort);
}

/// One delivery of a programme to a group.
#[derive(Serialize, ToSchema)]
#[schema(as = Cohort)]
pub struct CohortBody {
    #[schema(value_type = i64)]
    pub id: CohortId,
    /// The programme's code.
    #[schema(example = "digital-human-rights")]
    programme: String,
    /// Unique in its organisation and programme.
    #[schema(example = "Winter 2023")]
    name: String,
    /// BCP 47 tag of the language of its documents.
    #[schema(example = "sq")]
    locale: String,
    state: State,
    /// Share of a session's scheduled time that counts as attended.
    #[schema(minimum = 1, maximum = 100, example = 75)]
    threshold_percent: i32,
    /// Where certificates are issued; empty: they name no place.
    place: String,
    /// Who signs the certificates.
    signatories: Vec<Signatory>,
    /// E-mail addresses of those who give the sessions: they stand in exports and are no learners. For those who may
    /// know who teaches the cohort.
    #[serde(skip_serializing_if = "Option::is_none")]
    facilitators: Option<Vec<String>>,
    /// The day before which it has no session; absent where that is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_day: Option<NaiveDate>,
    /// The day after which it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_day: Option<NaiveDate>,
    /// How many minutes before a session people are reminded of it.
    #[schema(example = json!([10080, 1440, 60]))]
    reminders: Vec<u32>,
    created_at: DateTime<Utc>,
    changed_at: DateTime<Utc>,
}

impl CohortBody {
    /// `trained`: for somebody who may know who gives the sessions.
    pub fn of(cohort: Cohort, trained: bool) -> Result<Self> {
        let settings = service::settings(&cohort)?;
        let reminders = service::reminders(&cohort)?;
        Ok(CohortBody {
            id: cohort.id,
            programme: cohort.programme_code,
            name: cohort.name,
            locale: cohort.locale,
            state: cohort.state,
            threshold_percent: cohort.threshold_percent,
            place: settings.place,
            signatories: settings.signatories,
            facilitators: trained.then_some(settings.facilitators),
            first_day: cohort.first_day,
            last_day: cohort.last_day,
            reminders,
            created_at: cohort.created_at.and_utc(),
            changed_at: cohort.changed_at.and_utc(),
        })
    }
}

/// A cohort to be made.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCohort)]
struct NewCohortBody {
    /// The programme's code.
    #[schema(example = "digital-human-rights")]
    programme: String,
    #[schema(example = "Winter 2023", min_length = 1, max_length = 200)]
    name: String,
    /// BCP 47 tag of the language of its documents: English or Albanian, in any region.
    #[schema(example = "sq")]
    locale: String,
    /// Share of a session's scheduled time that counts as attended; the programme's, where absent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100, example = 75)]
    threshold_percent: Option<u32>,
    /// Where certificates are issued; they name no place where it is absent.
    #[serde(default)]
    #[schema(max_length = 200)]
    place: String,
    /// Who signs the certificates.
    #[serde(default)]
    #[schema(max_items = 4)]
    signatories: Vec<SignatoryBody>,
    /// E-mail addresses of those who give the sessions: they stand in exports and are no learners.
    #[serde(default)]
    #[schema(max_items = 100)]
    facilitators: Vec<String>,
    /// The day before which it has no session.
    #[serde(default)]
    first_day: Option<NaiveDate>,
    /// The day after which it has none.
    #[serde(default)]
    last_day: Option<NaiveDate>,
    /// How many minutes before a session people are reminded of it, each from 5 to 86,400 (sixty days); a week, a day and an
    /// hour, where absent.
    #[serde(default)]
    #[schema(max_items = 5, example = json!([10080, 1440, 60]))]
    reminders: Option<Vec<u32>>,
}

/// Who signs the certificates of a new cohort.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSignatory)]
struct SignatoryBody {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[schema(min_length = 1, max_length = 200)]
    title: String,
}

impl From<SignatoryBody> for Signatory {
    fn from(SignatoryBody { name, title }: SignatoryBody) -> Self {
        Signatory { name, title }
    }
}

/// What a cohort shall be; what is left out is said no longer.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CohortChange)]
struct CohortChangeBody {
    #[schema(example = "Winter 2023", min_length = 1, max_length = 200)]
    name: String,
    /// BCP 47 tag of the language of its documents: English or Albanian, in any region.
    #[schema(example = "sq")]
    locale: String,
    /// Share of a session's scheduled time that counts as attended; as it is, where absent. It changes in a draft alone.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100, example = 75)]
    threshold_percent: Option<u32>,
    /// Where certificates are issued.
    #[serde(default)]
    #[schema(max_length = 200)]
    place: String,
    /// Who signs the certificates.
    #[serde(default)]
    #[schema(max_items = 4)]
    signatories: Vec<SignatoryBody>,
    /// E-mail addresses of those who give the sessions: they stand in exports and are no learners.
    #[serde(default)]
    #[schema(max_items = 100)]
    facilitators: Vec<String>,
    /// The day before which it has no session.
    #[serde(default)]
    first_day: Option<NaiveDate>,
    /// The day after which it has none.
    #[serde(default)]
    last_day: Option<NaiveDate>,
    /// How many minutes before a session people are reminded of it, each from 5 to 86,400 (sixty days).
    #[serde(default)]
    #[schema(max_items = 5, example = json!([10080, 1440, 60]))]
    reminders: Vec<u32>,
}

impl From<CohortChangeBody> for CohortChange {
    fn from(body: CohortChangeBody) -> Self {
        CohortChange {
            name: body.name,
            locale: body.locale,
            threshold_percent: body.threshold_percent,
            settings: Settings {
                place: body.place,
                signatories: body.signatories.into_iter().map(Signatory::from).collect(),
                logos: Vec::new(),
                facilitators: body.facilitators,
            },
            first_day: body.first_day,
            last_day: body.last_day,
            reminders: body.reminders,
        }
    }
}

impl From<NewCohortBody> for NewCohort {
    fn from(body: NewCohortBody) -> Self {
        NewCohort {
            programme: body.programme,
            name: body.name,
            locale: body.locale,
            threshold_percent: body.threshold_percent,
            settings: Settings {
                place: body.place,
                signatories: body.signatories.into_iter().map(Signatory::from).collect(),
                logos: Vec::new(),
                facilitators: body.facilitators,
            },
        }
    }
}

/// List the cohorts of an organisation
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.read"])),
    params(OrganisationPath, PageQuery),
    responses(
        (status = 200, description = "A page of cohorts, in the order of their making.", body = Page<CohortBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts")]
async fn list_cohorts(
    Allowed(access, page, ..): Allowed<may::ReadCohorts, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after::<CohortId>()?, page.rows());
    // What may be known of all cohorts, an administrator knows; a trainer, of those that they teach.
    let (of_all, of_taught) =
        (access.is(Role::Administrator), access.is(Role::Trainer) && access.may::<may::ReadTrainers>());
    let of_all = of_all && access.may::<may::ReadTrainers>();
    let cohorts =
        blocking(move || platform.db.read(access.scope(), |conn| service::page(conn, &access, after, rows)));
    let body = |(cohort, taught)| CohortBody::of(cohort, of_all || of_taught && taught);
    let cohorts = cohorts.await?.into_iter().map(body);
    let bodies = cohorts.collect::<Result<Vec<_>>>()?;
    page.answer(&request, bodies, |cohort| cohort.id)
}

/// Create a cohort
///
/// It begins as a draft.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.create"])),
    params(OrganisationPath),
    request_body = NewCohortBody,
    responses(
        (status = 201, description = "The new cohort.", body = CohortBody,
            headers(("Location" = String, description = "Its address."), ("ETag" = String, description = "Its tag."))),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts")]
async fn create_cohort(
    Allowed(access, new, ..): Allowed<may::CreateCohorts, Json<NewCohortBody>>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
) -> Result<HttpResponse, Problem> {
    let (code, new) = (access.code.clone(), new.into_inner());
    // A trainer who plans a cohort teaches it, and would not find it again otherwise.
    let trainer = access.is(Role::Trainer).then_some(access.account);
    let trained = access.may::<may::ReadTrainers>();
    let made = blocking(move || {
        let Platform { db, clock, .. } = &**platform;
        let days =
            NewDays { first_day: new.first_day, last_day: new.last_day, reminders: new.reminders.clone() };
        service::create(db, clock, &catalogue, access.organisation, &new.into(), &days, trainer)
    });
    let body = CohortBody::of(made.await?, trained)?;
    let location = format!("{API}/organisations/{code}/cohorts/{}", body.id);
    Ok(Tagged(body).created(&location))
}

/// Read a cohort
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.read"])),
    params(CohortPath),
    responses((status = 200, description = "The cohort.", body = CohortBody), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/cohorts/{cohort}")]
async fn read_cohort(
    Allowed(access, path, ..): Allowed<may::ReadCohorts, Path<CohortPath>>,
    platform: Data<Platform>,
) -> Result<Tagged<CohortBody>, Problem> {
    let trained = access.may::<may::ReadTrainers>();
    let found =
        blocking(move || platform.db.read(access.scope(), |conn| path.find(conn, access.organisation)));
    Ok(Tagged(CohortBody::of(found.await?, trained)?))
}

/// Change a cohort
///
/// Until it is archived. The threshold changes in a draft alone (`threshold-settled`), and all sessions must be within the
/// cohort's days (`sessions-outside`). Documents that were issued keep what they say.
#[utoipa::path(
    tag = "cohorts",
    security(("bearer" = ["cohort.change"])),
    params(CohortPath),
    request_body = CohortChangeBody,
    responses(
        (status = 200, description = "The cohort.", body = CohortBody),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[put("/organisations/{organisation}/cohorts/{cohort}")]
async fn change_cohort(
    Allowed(access, path, Conditional(if_match, change)): Allowed<
        may::ChangeCohorts,
        Path<CohortPath>,
        Conditional<Json<CohortChangeBody>>,
    >,
    platform: Data<Platform>,
) -> Result<Tagged<CohortBody>, Problem> {
    let change = CohortChange::from(change.into_inner());
    let trained = access.may::<may::ReadTrainers>();
    let changed = blocking(move || {
        let now = platform.clock.now().naive_utc();
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = service::cohort_for_change(conn, access.organisation, path.cohort)?;
            if_match.check(&CohortBody::of(cohort.clone(), trained)?)?;
            service::change(conn, &cohort, &change, now)
        })
    });
    Ok(Tagged(CohortBody::of(changed.await?, trained)?))
}
