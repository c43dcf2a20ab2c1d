//! What staff do about people in a cohort.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{EnrolledPath, EnrolmentBody};
use crate::access::{Access, Allowed, May, Role, may};
use crate::cohorts::Cohort;
use crate::cohorts::api::CohortPath;
use crate::cohorts::service as cohorts;
use crate::enrolment::service::seats::{self, Enrolled};
use crate::enrolment::service::{invitations, terms};
use crate::enrolment::{By, State};
use crate::organisations::Person;
use crate::organisations::api::PersonBody;
use crate::organisations::service::{self as organisations, Named};
use crate::platform::Platform;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::http::answers::{BadBody, Malformed, NotFound, Refused};
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::DepartmentId;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(list_enrolments)
        .service(enrol_people)
        .service(invite_people)
        .service(read_enrolment)
        .service(decide_request)
        .service(withdraw_person);
}

/// As what a caller acts on a cohort: of several roles as the one whose approval it needs.
fn acting<P: May>(access: &Access<P>, cohort: &Cohort) -> Result<By> {
    if access.is(Role::Administrator) {
        return Ok(By::Administrator);
    }
    let approval = terms::terms(cohort)?.approval;
    let roles = [(access.reach.taught, By::Trainer), (access.is(Role::Hr) && access.reach.all, By::Hr)];
    let mut has = roles.into_iter().filter_map(|(has, by)| has.then_some(by)).collect::<Vec<_>>();
    has.sort_by_key(|by| !approval.is_given_by(*by));
    has.first().copied().ok_or_else(|| Error::not_found("cohort"))
}

/// A person of a cohort.
#[derive(Serialize, ToSchema)]
struct Participant {
    person: PersonBody,
    enrolment: EnrolmentBody,
    /// What they need to take part. For the trainers alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<String>,
}

/// Whose enrolments.
#[derive(Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Standing {
    /// Those who stand there; everybody where absent.
    #[serde(default)]
    #[param(required = false)]
    state: Option<State>,
}

type Asked = (Query<PageQuery>, Query<Standing>);

/// List the enrolments of a cohort
///
/// Those who asked, wait, or left among them.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["participants.read"])),
    params(CohortPath, Standing, PageQuery),
    responses(
        (status = 200, description = "A page of people, by employee id.", body = Page<Participant>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/enrolments")]
async fn list_enrolments(
    Allowed(access, path, (page, standing)): Allowed<may::ReadParticipants, Path<CohortPath>, Asked>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows, state) = (page.after::<String>()?, page.rows(), standing.state);
    let may_read_needs = access.may::<may::ReadNeeds>();
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let cohort = path.find(conn, access.organisation)?;
            seats::page(conn, access.organisation, cohort.id, state, after.as_deref(), rows)
        })
    });
    let body = |(person, enrolment, needs): (Person, _, Option<String>)| {
        let enrolment = EnrolmentBody::of(&enrolment)?;
        let employee_id = person.employee_id.clone();
        let needs = needs.filter(|_| may_read_needs);
        Ok((employee_id, Participant { person: PersonBody::from(person), enrolment, needs }))
    };
    let bodies = found.await?.into_iter().map(body).collect::<Result<Vec<_>>>()?;
    page.answer_as(&request, bodies, |(employee_id, _)| employee_id.clone(), |(_, body)| body)
}

/// People whom somebody does something with.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NamedPeople)]
struct NamedBody {
    /// Addresses as the roster has them.
    #[serde(default)]
    #[schema(max_items = 5000, example = json!(["bora.cela@tirana.example"]))]
    emails: Vec<String>,
    #[serde(default)]
    #[schema(max_items = 5000)]
    employee_ids: Vec<String>,
    /// Everybody of a department and of those under it.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    department: Option<DepartmentId>,
}

impl From<NamedBody> for Named {
    fn from(NamedBody { emails, employee_ids, department }: NamedBody) -> Named {
        Named { emails, employee_ids, department }
    }
}

/// What became of somebody.
#[derive(Serialize, ToSchema)]
struct Outcome {
    person: PersonBody,
    /// Where they stand now; absent where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    enrolment: Option<EnrolmentBody>,
    /// Why it was refused: a `code`, and what explains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    refused: Option<Value>,
}

impl Outcome {
    fn of(Enrolled { person, outcome }: Enrolled) -> Result<Self> {
        let (enrolment, refused) = match outcome {
            Ok(enrolment) => (Some(EnrolmentBody::of(&enrolment)?), None),
            Err(refusal) => (None, Some(serde_json::to_value(&refusal).map_err(Error::internal)?)),
        };
        Ok(Outcome { person: PersonBody::from(person), enrolment, refused })
    }
}

/// What became of everybody, in the order in which they were named.
#[derive(Serialize, ToSchema)]
struct Outcomes {
    items: Vec<Outcome>,
}

/// Enrol people
///
/// By a list of addresses or employee ids, or a whole department; one after the other, in this order. Where no seat is
/// left they wait in line, and where an approval is needed that is not the caller's to give, they wait for it. Each is
/// told by mail. Whom the roster does not have is a fault, and then nobody is enrolled.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolments.change"])),
    params(CohortPath),
    request_body = NamedBody,
    responses(
        (status = 200, description = "What became of each.", body = Outcomes),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/enrolments")]
async fn enrol_people(
    Allowed(access, path, named): Allowed<may::ChangeEnrolments, Path<CohortPath>, Json<NamedBody>>,
    platform: Data<Platform>,
) -> Result<Json<Outcomes>, Problem> {
    let named = Named::from(named.into_inner());
    let enrolled = blocking(move || {
        platform.db.write_alone(access.scope(), |conn| {
            let cohort = cohorts::cohort_for_change(conn, access.organisation, path.cohort)?;
            cohorts::refuse_after_closing(&cohort)?;
            let people = organisations::named_people(conn, access.organisation, &named)?;
            seats::enrol_people(conn, &platform, &cohort, people, acting(&access, &cohort)?)
        })
    });
    let items = enrolled.await?.into_iter().map(Outcome::of).collect::<Result<Vec<_>>>()?;
    Ok(Json(Outcomes { items }))
}

/// How many were invited.
#[derive(Serialize, ToSchema)]
struct Invited {
    invited: usize,
}

/// Invite people to enrol
///
/// Each gets a mail with a link that stands for being eligible. Who is in the cohort already is left out.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolments.change"])),
    params(CohortPath),
    request_body = NamedBody,
    responses((status = 200, description = "How many get a mail.", body = Invited), BadBody, NotFound, Refused)
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/invitations")]
async fn invite_people(
    Allowed(access, path, named): Allowed<may::ChangeEnrolments, Path<CohortPath>, Json<NamedBody>>,
    platform: Data<Platform>,
) -> Result<Json<Invited>, Problem> {
    let named = Named::from(named.into_inner());
    let invited = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            let cohort = cohorts::cohort_for_change(conn, access.organisation, path.cohort)?;
            invitations::invite(conn, &platform, &cohort, &named, access.account)
        })
    });
    Ok(Json(Invited { invited: invited.await? }))
}

/// The cohort, held for a change, and the person of the roster whom the path names.
fn held(conn: &mut DbConn, path: &EnrolledPath, access: &Access<impl May>) -> Result<(Cohort, Person)> {
    let cohort = cohorts::cohort_for_change(conn, access.organisation, path.cohort)?;
    let person = organisations::person(conn, access.organisation, &path.employee_id)?;
    Ok((cohort, person))
}

/// Read somebody's enrolment
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["participants.read"])),
    params(EnrolledPath),
    responses((status = 200, description = "Where they stand.", body = EnrolmentBody), Malformed, NotFound)
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/enrolments/{employee_id}")]
async fn read_enrolment(
    Allowed(access, path, ..): Allowed<may::ReadParticipants, Path<EnrolledPath>>,
    platform: Data<Platform>,
) -> Result<Json<EnrolmentBody>, Problem> {
    let found = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let cohort = cohorts::cohort(conn, access.organisation, path.cohort)?;
            let person = organisations::person(conn, access.organisation, &path.employee_id)?;
            seats::enrolment(conn, access.organisation, cohort.id, person.id)
        })
    });
    Ok(Json(EnrolmentBody::of(&found.await?)?))
}

/// What is decided about a request.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "kebab-case", deny_unknown_fields)]
enum Decision {
    Approve,
    Decline {
        /// The person is told.
        #[schema(min_length = 1, max_length = 500)]
        reason: String,
    },
}

/// Approve or decline a request
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolments.change"])),
    params(EnrolledPath),
    request_body = Decision,
    responses(
        (status = 200, description = "Where they stand now.", body = EnrolmentBody),
        BadBody,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/enrolments/{employee_id}/decision")]
async fn decide_request(
    Allowed(access, path, decision): Allowed<may::ChangeEnrolments, Path<EnrolledPath>, Json<Decision>>,
    platform: Data<Platform>,
) -> Result<Json<EnrolmentBody>, Problem> {
    let declined_because = match decision.into_inner() {
        Decision::Approve => None,
        Decision::Decline { reason } => Some(reason),
    };
    let decided = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            let (cohort, person) = held(conn, &path, &access)?;
            let by = acting(&access, &cohort)?;
            seats::decide_request(conn, &platform, &cohort, person.id, by, declined_because.as_deref())
        })
    });
    Ok(Json(EnrolmentBody::of(&decided.await?)?))
}

/// Take somebody out of a cohort
///
/// Until the first session that began while they were enrolled. Their seat goes on to the next in line.
#[utoipa::path(
    tag = "enrolment",
    security(("bearer" = ["enrolments.change"])),
    params(EnrolledPath),
    responses(
        (status = 200, description = "Where they stand now.", body = EnrolmentBody),
        Malformed,
        NotFound,
        Refused,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/enrolments/{employee_id}/withdrawal")]
async fn withdraw_person(
    Allowed(access, path, ..): Allowed<may::ChangeEnrolments, Path<EnrolledPath>>,
    platform: Data<Platform>,
) -> Result<Json<EnrolmentBody>, Problem> {
    let withdrawn = blocking(move || {
        platform.db.write_tx(access.scope(), |conn| {
            let (cohort, person) = held(conn, &path, &access)?;
            seats::withdraw(conn, &platform, &cohort, person.id, acting(&access, &cohort)?)
        })
    });
    Ok(Json(EnrolmentBody::of(&withdrawn.await?)?))
}
