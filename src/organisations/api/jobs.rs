//! The JSON API of jobs. Whoever started a long one follows it. Of those that failed for good an organisation's are for its
//! administrators, the installation's for operators.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::OrganisationPath;
use crate::access::{Allowed, SignedIn, may};
use crate::organisations::jobs;
use crate::platform::Platform;
use crate::platform::http::answers::{Malformed, NotFound, accepted};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::server::API;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::JobId;
use crate::platform::jobs::{DeadJob, FollowedJob, JobState, Of};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(read_job)
        .service(list_dead_jobs)
        .service(retry_dead_job)
        .service(list_installation_dead_jobs)
        .service(retry_installation_dead_job);
}

/// Which job of an organisation.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct JobPath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The job's id.
    #[param(value_type = i64, example = 1)]
    job: JobId,
}

/// Which job of the installation.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct InstallationJobPath {
    /// The job's id.
    #[param(value_type = i64, example = 1)]
    job: JobId,
}

/// A job that failed for good. What it is about is not told: it can hold a link that grants something.
#[derive(Serialize, ToSchema)]
#[schema(as = DeadJob)]
struct DeadJobBody {
    #[schema(value_type = i64)]
    id: JobId,
    /// Such as `mail`.
    #[schema(example = "mail")]
    kind: String,
    /// How often it was tried.
    #[schema(minimum = 0, example = 10)]
    attempts: i32,
    /// Why the last try failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_at: Option<DateTime<Utc>>,
}

impl From<DeadJob> for DeadJobBody {
    fn from(job: DeadJob) -> Self {
        DeadJobBody {
            id: job.id,
            kind: job.kind,
            attempts: job.attempts,
            last_error: job.last_error,
            created_at: job.created_at.and_utc(),
            failed_at: job.finished_at.map(|at| at.and_utc()),
        }
    }
}

/// A long job that was begun.
#[derive(Serialize, ToSchema)]
pub struct StartedJob {
    #[schema(value_type = i64)]
    id: JobId,
}

/// 202: a job of the organisation with this code does it; `Location` is where it tells how it goes.
pub fn started(code: &str, id: JobId) -> HttpResponse {
    accepted(&format!("{API}/organisations/{code}/jobs/{id}"), StartedJob { id })
}

/// A job and how far it is. What it is about is not told: it can hold a link that grants something.
#[derive(Serialize, ToSchema)]
#[schema(as = Job)]
struct JobBody {
    #[schema(value_type = i64)]
    id: JobId,
    /// Such as `mail`.
    #[schema(example = "mail")]
    kind: String,
    state: StateBody,
    /// How often it was tried, this time included.
    #[schema(minimum = 0, example = 1)]
    attempts: i32,
    /// Of a job that tells how far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ProgressBody>,
    /// What came of it, where it is done and has something to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Value>,
    /// Why the last failed try failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    created_at: DateTime<Utc>,
    /// When the next try begins, at the earliest; of a job that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try_at: Option<DateTime<Utc>>,
    /// When the last try began.
    #[serde(skip_serializing_if = "Option::is_none")]
    begun_at: Option<DateTime<Utc>>,
    /// When it was done, or dead.
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<DateTime<Utc>>,
}

/// `waiting` for its time, a worker or the next try; `running`; `done`; `dead` when it failed for good.
#[derive(Serialize, ToSchema)]
#[schema(as = JobState)]
#[serde(rename_all = "kebab-case")]
enum StateBody {
    Waiting,
    Running,
    Done,
    Dead,
}

#[derive(Serialize, ToSchema)]
#[schema(as = JobProgress)]
struct ProgressBody {
    #[schema(minimum = 0, example = 120)]
    done: i32,
    /// As many as there are, as far as is known.
    #[schema(minimum = 0, example = 500)]
    of: i32,
}

impl From<(FollowedJob, JobState)> for JobBody {
    fn from((job, state): (FollowedJob, JobState)) -> Self {
        let waiting = state == JobState::Waiting;
        JobBody {
            id: job.id,
            kind: job.kind,
            state: match state {
                JobState::Waiting => StateBody::Waiting,
                JobState::Running => StateBody::Running,
                JobState::Done => StateBody::Done,
                JobState::Dead => StateBody::Dead,
            },
            attempts: job.attempts,
            progress: job.steps_done.zip(job.steps).map(|(done, of)| ProgressBody { done, of }),
            result: job.result.and_then(|json| serde_json::from_str(&json).ok()),
            last_error: job.last_error,
            created_at: job.created_at.and_utc(),
            next_try_at: waiting.then(|| job.run_at.and_utc()),
            begun_at: job.begun_at.map(|at| at.and_utc()),
            finished_at: job.finished_at.map(|at| at.and_utc()),
        }
    }
}

/// Read how far a job is
///
/// Of a long operation that answered 202: while it waits or runs, and for thirty days after it is done, for a year where
/// it failed for good. Ask every few seconds.
#[utoipa::path(
    tag = "jobs",
    security(("bearer" = ["jobs.follow"])),
    params(JobPath),
    responses((status = 200, description = "The job.", body = JobBody), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/jobs/{job}")]
async fn read_job(
    Allowed(access, path, ..): Allowed<may::FollowJobs, Path<JobPath>>,
    platform: Data<Platform>,
) -> Result<Json<JobBody>, Problem> {
    let job = blocking(move || jobs::follow(&platform, Of::Organisation(access.organisation), path.job));
    Ok(Json(job.await?.into()))
}

/// List the organisation's dead jobs
///
/// Those that failed for good, the oldest first: mails that could not be delivered, above all.
#[utoipa::path(
    tag = "jobs",
    security(("bearer" = ["jobs.read"])),
    params(OrganisationPath, PageQuery),
    responses((status = 200, description = "A page of dead jobs.", body = Page<DeadJobBody>), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/dead-jobs")]
async fn list_dead_jobs(
    Allowed(access, page, ..): Allowed<may::ReadJobs, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after()?, page.rows());
    let found = blocking(move || jobs::dead(&platform, Of::Organisation(access.organisation), after, rows));
    page.answer_as(&request, found.await?, |job| job.id, DeadJobBody::from)
}

/// Try a dead job again
///
/// As if it were new: mend the reason first.
#[utoipa::path(
    tag = "jobs",
    security(("bearer" = ["jobs.retry"])),
    params(JobPath),
    responses((status = 202, description = "It is tried again."), Malformed, NotFound)
)]
#[post("/organisations/{organisation}/dead-jobs/{job}/retry")]
async fn retry_dead_job(
    Allowed(access, path, ..): Allowed<may::RetryJobs, Path<JobPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    blocking(move || jobs::retry(&platform, Of::Organisation(access.organisation), path.job)).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// List the installation's dead jobs
///
/// Those that are of no organisation.
#[utoipa::path(
    tag = "jobs",
    security(("bearer" = ["installation-jobs.read"])),
    params(PageQuery),
    responses((status = 200, description = "A page of dead jobs.", body = Page<DeadJobBody>), Malformed, NotFound)
)]
#[get("/dead-jobs")]
async fn list_installation_dead_jobs(
    SignedIn(_actor, page, ..): SignedIn<may::ReadInstallationJobs, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after()?, page.rows());
    let found = blocking(move || jobs::dead(&platform, Of::Installation, after, rows));
    page.answer_as(&request, found.await?, |job| job.id, DeadJobBody::from)
}

/// Try a dead job of the installation again
#[utoipa::path(
    tag = "jobs",
    security(("bearer" = ["installation-jobs.retry"])),
    params(InstallationJobPath),
    responses((status = 202, description = "It is tried again."), Malformed, NotFound)
)]
#[post("/dead-jobs/{job}/retry")]
async fn retry_installation_dead_job(
    SignedIn(_actor, path, ..): SignedIn<may::RetryInstallationJobs, Path<InstallationJobPath>>,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    blocking(move || jobs::retry(&platform, Of::Installation, path.job)).await?;
    Ok(HttpResponse::Accepted().finish())
}
