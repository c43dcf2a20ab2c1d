//! The assembled server, asked with handlers that exist only here.

use std::sync::Arc;

use actix_web::http::header::HeaderMap;
use actix_web::test::{self, TestRequest};
use actix_web::web::{Bytes, Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::address::TrustedProxies;
use super::multipart::{Upload, UploadForm};
use super::negotiate::{self, Media};
use super::pagination::{Page, PageQuery};
use super::problem::{MEDIA_TYPE, Problem};
use super::server::{Description, Features, Readiness, Server, app};
use super::{blocking, openapi};
use crate::platform::config::{Limits, PublicUrl};
use crate::platform::error::Error;

mod edge;

#[derive(Serialize, Deserialize, ToSchema)]
struct Thing {
    name: String,
}

#[utoipa::path(responses((status = 200, body = Thing)))]
#[get("/things/{id}")]
async fn read(id: Path<i64>) -> Result<Json<Thing>, Problem> {
    match *id {
        1 => Ok(Json(Thing { name: "one".into() })),
        2 => blocking(|| Err(Error::Database("secret".into()))).await,
        3 => blocking(|| Err(Error::unavailable("secret"))).await,
        4 => blocking(|| panic!("secret")).await,
        5 => panic!("secret"),
        6 => Err(Error::refused("not-yet", "Too few.", json!({"attended": 2})).into()),
        7 => Err(Problem::too_many_requests(9)),
        _ => Err(Error::not_found("thing").into()),
    }
}

#[utoipa::path(responses((status = 200, body = Thing)))]
#[post("/things")]
async fn create(thing: Json<Thing>) -> Json<Thing> {
    thing
}

#[utoipa::path(params(PageQuery), responses((status = 200, body = Page<i64>)))]
#[get("/things")]
async fn list(page: Query<PageQuery>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let start = page.after::<i64>()?.map_or(0, |last| last + 1);
    page.answer(&request, (start..3).take(page.rows() as usize).collect(), |row| *row)
}

#[utoipa::path(request_body(content = UploadForm, content_type = "multipart/form-data"), responses((status = 200)))]
#[post("/files")]
async fn upload(upload: Upload) -> Json<Value> {
    Json(json!({"name": upload.file_name, "bytes": upload.bytes.len(), "fields": upload.fields}))
}

#[utoipa::path(responses((status = 200)))]
#[get("/report")]
async fn report(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Ok(negotiate::choose(&request, &[Media::Json, Media::Pdf])?.answer().body("…"))
}

/// A handler that forgot `Bearer`, and one that the framework itself refuses.
#[utoipa::path(responses((status = 200)))]
#[post("/forgotten")]
async fn forgotten(_: Bytes) -> &'static str {
    "served"
}

fn handlers(config: &mut ServiceConfig) {
    config.service(read).service(create).service(list).service(upload).service(report).service(forgotten);
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    bytes: Bytes,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).expect("JSON")
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("text")
    }

    /// Holds it to be a problem with this status and code.
    fn expect_problem(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.header("content-type")), (status, MEDIA_TYPE), "{}", self.text());
        let body = self.json();
        assert_eq!((&body["status"], &body["code"]), (&json!(status), &json!(code)), "{body}");
        assert!(
            body["detail"].is_string() && body["title"].is_string() && body["type"] == "about:blank",
            "{body}"
        );
        assert!(!self.text().contains("secret"), "{body}");
        self
    }
}

fn features() -> Features {
    Features { api: handlers, ..Features::none() }
}

async fn send_ready(request: TestRequest, ready: bool) -> Answer {
    let readiness: Readiness =
        Arc::new(move || if ready { Ok(()) } else { Err(Error::Database("secret".into())) });
    send_to(server(None, readiness), request).await
}

fn server(public_url: Option<&str>, ready: Readiness) -> Server {
    Server {
        bind: ([127, 0, 0, 1], 0).into(),
        limits: Limits { max_file_bytes: 1000, max_rows: 10 },
        public_url: PublicUrl(public_url.map(str::to_owned)),
        trusted_proxies: TrustedProxies::default(),
        ready,
    }
}

async fn send_to(server: Server, request: TestRequest) -> Answer {
    let features = features();
    let description = Description::of(&features).expect("a description");
    let service = test::init_service(app(&server, &description, &features)).await;
    let response = match test::try_call_service(&service, request.to_request()).await {
        Ok(response) => response.map_into_boxed_body().into_parts().1,
        Err(error) => error.error_response(),
    };
    let (head, body) = response.into_parts();
    let bytes = actix_web::body::to_bytes(body).await.unwrap_or_default();
    Answer { status: head.status().as_u16(), headers: head.headers().clone(), bytes }
}

async fn send(request: TestRequest) -> Answer {
    send_ready(request, true).await
}

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

fn post(path: &str) -> TestRequest {
    TestRequest::post().uri(path)
}

fn form(parts: &[(&str, &str)]) -> TestRequest {
    let mut body = String::new();
    for (head, text) in parts {
        body += &format!("--xyz\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n");
    }
    body += "--xyz--\r\n";
    post("/api/v1/files")
        .insert_header(("Content-Type", "multipart/form-data; boundary=xyz"))
        .set_payload(body)
}

#[actix_web::test]
async fn an_unknown_path_and_a_wrong_method_are_told_apart_inside_and_outside_the_api() {
    send(get("/nothing")).await.expect_problem(404, "not-found");
    send(get("/api/v1/nothing")).await.expect_problem(404, "not-found");
    send(get("/api/v1/things/1/more")).await.expect_problem(404, "not-found");
    send(get("/api/v1/things/")).await.expect_problem(404, "not-found");
    for (request, allowed) in [
        (post("/health"), "GET, HEAD"),
        (post("/api/v1/things/1"), "GET, HEAD"),
        (TestRequest::delete().uri("/api/v1/things"), "GET, HEAD, POST"),
        (get("/api/v1/files"), "POST"),
        (post("/api/v1/openapi.json"), "GET, HEAD"),
        (post("/api/v1/docs/"), "GET, HEAD"),
    ] {
        let answer = send(request).await.expect_problem(405, "method-not-allowed");
        assert_eq!(answer.header("allow"), allowed);
    }
}

#[actix_web::test]
async fn what_cannot_be_read_is_a_problem() {
    send(get("/api/v1/things/one")).await.expect_problem(400, "invalid-path");
    send(get("/api/v1/things?limit=0")).await.expect_problem(400, "invalid-query");
    send(get("/api/v1/things?cursor=AAAA")).await.expect_problem(400, "invalid-cursor");
    let things = || post("/api/v1/things");
    let json = ("Content-Type", "application/json");
    let broken = send(things().insert_header(json).set_payload("{\n\"name\": "))
        .await
        .expect_problem(400, "malformed-json");
    assert_eq!(broken.json()["errors"][0]["line"], 2);
    let other = send(things().set_json(json!({"title": 1}))).await.expect_problem(422, "invalid-input");
    assert!(other.json()["errors"][0]["message"].as_str().expect("a message").contains("name"));
    send(things().set_payload("name=one")).await.expect_problem(415, "unsupported-media-type");
    let long = "x".repeat(super::extract::MAX_JSON_BYTES);
    send(things().set_json(json!({"name": long}))).await.expect_problem(413, "too-large");
    let declared = things().insert_header(("Content-Length", "99999999"));
    send(declared).await.expect_problem(413, "too-large");
}

#[actix_web::test]
async fn our_own_failures_tell_the_client_nothing() {
    send(get("/api/v1/things/2")).await.expect_problem(500, "internal-error");
    let outage = send(get("/api/v1/things/3")).await.expect_problem(503, "unavailable");
    assert_eq!(outage.header("retry-after"), "2");
    send(get("/api/v1/things/4")).await.expect_problem(500, "internal-error");
    send(get("/api/v1/things/5")).await.expect_problem(500, "internal-error");
    let refusal = send(get("/api/v1/things/6")).await.expect_problem(409, "not-yet");
    assert_eq!(refusal.json()["attended"], 2);
    assert_eq!(
        send(get("/api/v1/things/7")).await.expect_problem(429, "too-many-requests").header("retry-after"),
        "9"
    );
    send(get("/api/v1/things/8")).await.expect_problem(404, "not-found");
}

#[actix_web::test]
async fn an_error_that_the_framework_made_becomes_a_problem_too() {
    let long = "x".repeat(super::extract::MAX_JSON_BYTES + 1);
    send(post("/api/v1/forgotten").set_payload(long)).await.expect_problem(413, "too-large");
}

#[actix_web::test]
async fn a_list_leads_from_page_to_page() {
    let first = send(get("/api/v1/things?limit=2")).await;
    assert_eq!(first.json(), json!({"items": [0, 1]}));
    let link = first.header("link").to_owned();
    let next =
        link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("a next link");
    let last = send(get(next)).await;
    assert_eq!((last.json(), last.header("link")), (json!({"items": [2]}), ""));
}

#[actix_web::test]
async fn the_form_of_an_answer_is_negotiated() {
    let pdf = send(get("/api/v1/report").insert_header(("Accept", "application/pdf"))).await;
    assert_eq!((pdf.header("content-type"), pdf.header("vary")), ("application/pdf", "Accept"));
    let csv = get("/api/v1/report").insert_header(("Accept", "text/csv"));
    send(csv).await.expect_problem(406, "not-acceptable");
}

#[actix_web::test]
async fn a_file_is_read_from_a_form_within_its_limits() {
    let answer =
        send(form(&[("name=\"label\"", "a"), ("name=\"file\"; filename=\"..\\\\Lista ë.csv\"", "abc")]))
            .await;
    assert_eq!(answer.json(), json!({"name": "Lista ë.csv", "bytes": 3, "fields": {"label": "a"}}));
    let (full, over) = ("x".repeat(1000), "x".repeat(1001));
    assert_eq!(send(form(&[("name=\"file\"", &full)])).await.json()["bytes"], 1000);
    send(form(&[("name=\"file\"", &over)])).await.expect_problem(413, "too-large");
    send(form(&[("name=\"label\"", &"x".repeat(20_000)), ("name=\"file\"", "")]))
        .await
        .expect_problem(413, "too-large");
    for (parts, code) in [
        (vec![("name=\"label\"", "a")], "missing-field"),
        (vec![], "missing-field"),
        (vec![("name=\"file\"", "a"), ("name=\"file\"", "b")], "repeated-field"),
    ] {
        let answer = send(form(&parts)).await;
        if parts.is_empty() {
            assert!(matches!(answer.status, 400 | 422));
        } else {
            assert_eq!(answer.expect_problem(422, "invalid-input").json()["errors"][0]["code"], code);
        }
    }
}

#[actix_web::test]
async fn a_form_that_is_none_is_refused() {
    let files = || post("/api/v1/files");
    send(files()).await.expect_problem(415, "unsupported-media-type");
    send(files().set_json(json!({}))).await.expect_problem(415, "unsupported-media-type");
    let typed = |content_type: &str| files().insert_header(("Content-Type", content_type.to_owned()));
    send(typed("multipart/mixed; boundary=xyz").set_payload("--xyz--"))
        .await
        .expect_problem(415, "unsupported-media-type");
    send(typed("multipart/form-data").set_payload("--xyz--")).await.expect_problem(400, "malformed-request");
    for broken in [
        "",
        "no boundary at all",
        "--xyz\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc",
        "--xyz\r\n\r\nabc",
    ] {
        let request = typed("multipart/form-data; boundary=xyz").set_payload(broken);
        let answer = send(request).await;
        assert!(matches!(answer.status, 400 | 422), "{broken:?}: {} {}", answer.status, answer.text());
        assert_eq!(answer.header("content-type"), MEDIA_TYPE);
    }
}

#[actix_web::test]
async fn the_probes_ask_for_no_token() {
    assert_eq!(send_ready(get("/health"), false).await.json(), json!({"status": "ok"}));
    assert_eq!(send(get("/ready")).await.status, 200);
    let away = send_ready(get("/ready"), false).await.expect_problem(503, "unavailable");
    assert_eq!(away.header("retry-after"), "2");
    assert_eq!(
        send(TestRequest::default().method(actix_web::http::Method::HEAD).uri("/health")).await.status,
        200
    );
}

#[actix_web::test]
async fn the_description_is_openapi_3_1_from_the_handlers() {
    let served = send(get(openapi::PATH)).await.json();
    assert_eq!(served, serde_json::to_value(openapi::document(handlers, |_| {})).expect("JSON"));
    assert!(served["openapi"].as_str().expect("a version").starts_with("3.1."), "{}", served["openapi"]);
    for path in ["/health", "/ready", "/api/v1/things", "/api/v1/things/{id}", "/api/v1/files"] {
        assert!(served["paths"][path].is_object(), "{path}");
    }
    let operation = &served["paths"]["/api/v1/things/{id}"]["get"];
    assert_eq!(operation["responses"]["default"]["$ref"], "#/components/responses/Problem");
    assert_eq!(served["security"], json!([{"bearer": []}]));
    assert_eq!(served["paths"]["/health"]["get"]["security"], json!([{}]));
    for schema in ["Problem", "Fault", "Thing"] {
        assert!(served["components"]["schemas"][schema].is_object(), "{schema}");
    }
}

#[actix_web::test]
async fn the_page_of_the_api_loads_only_what_we_serve() {
    assert_eq!(send(get("/api/v1/docs")).await.header("location"), "docs/");
    let page = send(get(openapi::PAGE)).await;
    assert!(page.header("content-type").starts_with("text/html"));
    let html = page.text().to_owned();
    assert!(!html.contains("http:") && !html.contains("https:") && !html.contains("\"//"), "{html}");
    for script in html.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').expect("a tag");
        assert!(tag.contains("src="), "an inline script, which the policy blocks: {script}");
        assert_eq!(rest.split("</script>").next().expect("an end").trim(), "");
    }
    assert!(!html.contains("<style") && !html.contains("style=") && !html.contains(" onload="), "{html}");
    let loaded = html
        .split(['"'])
        .filter(|text| text.ends_with(".js") || text.ends_with(".css") || text.ends_with(".png"));
    let mut seen = 0;
    for name in loaded {
        let asset = send(get(&format!("{}{}", openapi::PAGE, name.trim_start_matches("./")))).await;
        assert_eq!(asset.status, 200, "{name}");
        seen += 1;
    }
    assert!(seen >= 5, "{html}");
    let initializer = send(get("/api/v1/docs/swagger-initializer.js")).await;
    assert!(
        initializer.text().contains("../openapi.json") && !initializer.text().contains("http"),
        "{}",
        initializer.text()
    );
    send(get("/api/v1/docs/nothing.js")).await.expect_problem(404, "not-found");
}
