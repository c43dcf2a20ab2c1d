//! The JSON API of certificates.

use actix_web::http::header::{
    CONTENT_DISPOSITION, ContentDisposition, DispositionParam, DispositionType, ETAG, EntityTag,
};
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::renditions::{self, Rendition};
use super::service::{self, CohortIssued, Terms};
use super::templates::Templates;
use super::{Certificate, RecordedModule, Signatory, Status};
use crate::access::{Access, Allowed, Reach, may};
use crate::catalogue::{ByLanguage, Catalogue, Level};
use crate::cohorts::api::CohortPath;
use crate::cohorts::service as cohorts;
use crate::organisations::Organisation;
use crate::platform::Platform;
use crate::platform::config::PublicUrl;
use crate::platform::db::DbConn;
use crate::platform::error::{Error, Result};
use crate::platform::http::answers::{Invalid, Malformed, NotFound, Refused, is_known};
use crate::platform::http::language::LanguageQuery;
use crate::platform::http::negotiate::Media;
use crate::platform::http::pagination::{Page, PageQuery};
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::CertificateId;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(issue_certificates)
        .service(list_certificates)
        .service(read_certificate)
        .service(download_certificate);
}

/// Which certificate.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct CertificatePath {
    /// The organisation's code.
    #[param(example = "TIRANA")]
    #[expect(dead_code, reason = "it describes the path; who may go on was decided by it")]
    organisation: String,
    /// The certificate's serial.
    #[param(example = "TIRANA-2023-7KM4QXWB")]
    serial: String,
}

impl CertificatePath {
    /// The organisation's certificate, if the caller reaches it, or [`Error::NotFound`].
    fn find(&self, conn: &mut DbConn, access: &Access<may::ReadCertificates>) -> Result<Certificate> {
        service::reached_by_serial(conn, access, &self.serial)
    }
}

/// What issuing did.
#[derive(Serialize, ToSchema)]
#[schema(as = Issued)]
struct IssuedBody {
    /// Certificates made now; 0 when there was nothing new to issue.
    issued: u32,
    /// Certificates of a lower level that were superseded now.
    superseded: u32,
    /// Valid certificates whose level the attendance no longer earns, for somebody to look at. Nothing is taken away by
    /// itself.
    review: Vec<ReviewBody>,
}

/// A certificate that somebody should look at.
#[derive(Serialize, ToSchema)]
#[schema(as = Review)]
struct ReviewBody {
    #[schema(example = "TIRANA-2023-7KM4QXWB")]
    serial: String,
    #[schema(example = "00042")]
    employee_id: String,
    level: Level,
}

impl From<CohortIssued> for IssuedBody {
    fn from(CohortIssued { issued, superseded, review }: CohortIssued) -> Self {
        let review = review.into_iter().map(|Certificate { serial, employee_id, level, .. }| ReviewBody {
            serial,
            employee_id,
            level,
        });
        IssuedBody { issued, superseded, review: review.collect() }
    }
}

/// An issued document of record: everything that it certifies, as it was when it was issued, and whether it stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Certificate)]
struct CertificateBody {
    /// Unique for good.
    #[schema(example = "TIRANA-2023-7KM4QXWB")]
    serial: String,
    status: Status,
    /// Why it no longer stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_reason: Option<String>,
    level: Level,
    /// Raised by a reissue.
    edition: i32,
    #[schema(example = "00042")]
    employee_id: String,
    /// The person's name as the document has it.
    name: String,
    /// The issuing organisation's name as the document has it.
    organisation: String,
    /// The programme's title by language.
    #[schema(value_type = BTreeMap<String, String>)]
    programme: ByLanguage<String>,
    /// How many modules the programme has.
    modules_in_programme: u32,
    /// The attended modules, in the programme's order.
    modules: Vec<AttendedModule>,
    /// Where it was issued; empty where the document names no place.
    place: String,
    /// In the zone of the cohort's last session.
    issued_on: NaiveDate,
    issued_at: DateTime<Utc>,
    signatories: Vec<Signatory>,
    /// The address of the verify page; absent where the document names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    verify_at: Option<String>,
    #[serde(skip)]
    id: CertificateId,
}

/// A module as a certificate names it.
#[derive(Serialize, ToSchema)]
struct AttendedModule {
    #[schema(example = "data-protection")]
    code: String,
    /// By language.
    #[schema(value_type = BTreeMap<String, String>)]
    titles: ByLanguage<String>,
    /// The day of the session attended, in that session's zone.
    date: NaiveDate,
    /// The scheduled length of that session.
    minutes: u32,
}

impl From<RecordedModule> for AttendedModule {
    fn from(RecordedModule { code, titles, date, minutes }: RecordedModule) -> Self {
        AttendedModule { code, titles, date, minutes }
    }
}

impl TryFrom<Certificate> for CertificateBody {
    type Error = Error;

    fn try_from(certificate: Certificate) -> Result<Self> {
        let record = certificate.record()?;
        Ok(CertificateBody {
            serial: certificate.serial,
            status: certificate.status,
            status_reason: certificate.status_reason,
            level: certificate.level,
            edition: certificate.edition,
            employee_id: certificate.employee_id,
            name: record.name,
            organisation: record.organisation,
            programme: record.programme,
            modules_in_programme: record.modules_in_programme,
            modules: record.modules.into_iter().map(AttendedModule::from).collect(),
            place: record.place,
            issued_on: record.issued_on,
            issued_at: certificate.issued_at.and_utc(),
            signatories: record.signatories,
            verify_at: record.verify_at,
            id: certificate.id,
        })
    }
}

/// Issue the certificates of a closed cohort
///
/// To everybody who earned one and has none of that level; a higher level supersedes a lower one. A second call issues
/// nothing.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = ["certificate.issue"])),
    params(CohortPath),
    responses(
        (status = 200, description = "What was issued now.", body = IssuedBody),
        Malformed,
        NotFound,
        Refused,
        Invalid,
    )
)]
#[post("/organisations/{organisation}/cohorts/{cohort}/certificates")]
async fn issue_certificates(
    Allowed(access, path, ..): Allowed<may::IssueCertificates, Path<CohortPath>>,
    platform: Data<Platform>,
    catalogue: Data<Catalogue>,
    templates: Data<Templates>,
    public_url: Data<PublicUrl>,
) -> Result<Json<IssuedBody>, Problem> {
    let issued = blocking(move || {
        let organisation = Organisation::of(&access);
        let template = templates.of(&organisation.code);
        let terms = Terms { template, public_url: public_url.0.as_deref() };
        service::issue_cohort(&platform, &catalogue, &organisation, path.cohort, terms)
    });
    Ok(Json(issued.await?.into()))
}

/// List the certificates of a cohort
///
/// The superseded and revoked ones too. A learner gets their own.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = ["certificates.list"])),
    params(CohortPath, PageQuery),
    responses(
        (status = 200, description = "A page of certificates, in the order of their issue.", body = Page<CertificateBody>),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/cohorts/{cohort}/certificates")]
async fn list_certificates(
    Allowed(access, path, page): Allowed<may::ListCertificates, Path<CohortPath>, Query<PageQuery>>,
    request: HttpRequest,
    platform: Data<Platform>,
) -> Result<HttpResponse, Problem> {
    let (after, rows) = (page.after()?, page.rows());
    let Reach { all, taught, own, .. } = access.reach;
    let of = own.filter(|_| !all && !taught);
    let certificates = blocking(move || {
        platform.db.read(access.scope(), |conn| {
            let cohort = path.find(conn, access.organisation)?;
            service::page(conn, access.organisation, cohort.id, of, after, rows)
        })
    });
    let bodies =
        certificates.await?.into_iter().map(CertificateBody::try_from).collect::<Result<Vec<_>>>()?;
    page.answer(&request, bodies, |certificate| certificate.id)
}

/// Read a certificate
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = ["certificate.read"])),
    params(CertificatePath),
    responses(
        (status = 200, description = "Everything that it certifies, and its status.", body = CertificateBody),
        NotFound,
    )
)]
#[get("/organisations/{organisation}/certificates/{serial}")]
async fn read_certificate(
    Allowed(access, path, ..): Allowed<may::ReadCertificates, Path<CertificatePath>>,
    platform: Data<Platform>,
) -> Result<Json<CertificateBody>, Problem> {
    let certificate =
        blocking(move || platform.db.read(access.scope(), |conn| path.find(conn, &access))).await?;
    Ok(Json(certificate.try_into()?))
}

/// Download a certificate
///
/// The same bytes each time. A language in which it was never asked for is made now, and kept.
#[utoipa::path(
    tag = "certificates",
    security(("bearer" = ["certificate.read"])),
    params(CertificatePath, LanguageQuery),
    responses(
        (status = 200, description = "The document.", body = Vec<u8>, content_type = "application/pdf",
            headers(
                ("ETag" = String, description = "The SHA-256 of the document, in hexadecimal digits."),
                ("Content-Disposition" = String, description = "The serial as a file name."),
            )),
        (status = 304, description = "The client has the document already."),
        Malformed,
        NotFound,
    )
)]
#[get("/organisations/{organisation}/certificates/{serial}/pdf")]
async fn download_certificate(
    Allowed(access, path, language): Allowed<
        may::ReadCertificates,
        Path<CertificatePath>,
        Query<LanguageQuery>,
    >,
    request: HttpRequest,
    platform: Data<Platform>,
    templates: Data<Templates>,
) -> Result<HttpResponse, Problem> {
    let asked = language.checked()?;
    let name = format!("{}.pdf", path.serial);
    let rendition = blocking(move || {
        let cohort = platform.db.read(access.scope(), |conn| {
            let certificate = path.find(conn, &access)?;
            cohorts::cohort(conn, access.organisation, certificate.cohort_id)
        })?;
        let template = templates.of(&access.code);
        let language = template.language(asked.unwrap_or(&cohort.locale));
        renditions::rendition(&platform, access.organisation, &path.serial, template, language)
    });
    Ok(document(&request, name, rendition.await?))
}

/// A rendition, or 304 where the client's copy is the same.
fn document(request: &HttpRequest, name: String, Rendition { pdf, sha256 }: Rendition) -> HttpResponse {
    let tag = EntityTag::new_strong(sha256);
    if is_known(request, &tag) {
        return HttpResponse::NotModified().insert_header((ETAG, tag.to_string())).finish();
    }
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    };
    HttpResponse::Ok()
        .content_type(Media::Pdf.content_type())
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(pdf)
}
