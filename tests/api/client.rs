//! The assembled API without a socket, and a client that speaks to it.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderValue};
use actix_web::rt::{System, SystemRunner};
use actix_web::test::{self, TestRequest};
use actix_web::web::Bytes;
use futures_util::future::join_all;
use rights_academy::access::Role;
use rights_academy::catalogue::Catalogue;
use rights_academy::certificates::templates::Templates;
use rights_academy::platform::Platform;
use rights_academy::platform::config::{Home, Limits, PublicUrl};
use rights_academy::platform::http::address::TrustedProxies;
use rights_academy::platform::http::problem::MEDIA_TYPE;
use rights_academy::platform::http::server::{Description, Features, Server, app};
use rights_academy::platform::ids::AccountId;
use serde_json::{Value, json};

use crate::support::accounts::{self, Joins};

/// The prefix of every path.
const API: &str = "/api/v1";

/// Somebody who is signed in, or nobody. Clients of one server share its limits, as a browser's windows do.
pub struct Client {
    platform: Platform,
    limits: Limits,
    features: Features,
    /// Whose it is; nobody's without one.
    account: Option<AccountId>,
    token: Option<String>,
    system: OnceCell<SystemRunner>,
}

impl Client {
    /// The installation's operator, who becomes the administrator of each organisation that a test makes.
    pub fn of(platform: &Platform) -> Client {
        Client::with_limits(platform, Limits::default())
    }

    pub fn with_limits(platform: &Platform, limits: Limits) -> Client {
        let home = Home(accounts::HOME.into());
        let templates = Templates::load(None).unwrap();
        let features =
            rights_academy::features(platform.clone(), home, Catalogue::embedded().unwrap(), templates);
        let nobody = Client {
            platform: platform.clone(),
            limits,
            features,
            account: None,
            token: None,
            system: OnceCell::new(),
        };
        nobody.account("operator@academy.example", true)
    }

    /// The same server, asked by this account, which is made if there is none.
    fn account(&self, email: &str, operator: bool) -> Client {
        let account = accounts::account(&self.platform, email, operator);
        let (_, token) = accounts::signed_in(&self.platform, account);
        Client { account: Some(account), ..self.with_token(Some(token)) }
    }

    /// The same server, asked by whoever has this token; by nobody without one.
    pub fn with_token(&self, token: Option<String>) -> Client {
        Client {
            platform: self.platform.clone(),
            limits: self.limits,
            features: self.features.clone(),
            account: None,
            token,
            system: OnceCell::new(),
        }
    }

    /// The same server, asked by a member of the organisation with this code.
    pub fn member(&self, email: &str, code: &str, joins: Joins<'_>) -> Client {
        let member = self.account(email, false);
        member.joins(code, joins);
        member
    }

    /// The same server, asked by a member with one role.
    pub fn with_role(&self, code: &str, role: Role) -> Client {
        let email = format!("{role}@{}.example", code.to_lowercase());
        self.member(&email, code, Joins { roles: &[role], ..Joins::default() })
    }

    /// The same server, asked by another operator, who belongs to no organisation.
    pub fn operator(&self, email: &str) -> Client {
        self.account(email, true)
    }

    /// Makes the account a member.
    pub fn joins(&self, code: &str, joins: Joins<'_>) {
        accounts::join(&self.platform, self.account_id(), code, joins);
    }

    pub fn account_id(&self) -> AccountId {
        self.account.expect("somebody's client")
    }

    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, TestRequest::default())
    }

    pub fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.get_with(path, ("Accept", accept))
    }

    pub fn get_with(&self, path: &str, header: (&str, &str)) -> Answer {
        self.send(Method::GET, path, TestRequest::default().insert_header(header))
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, TestRequest::default().set_json(body))
    }

    pub fn put_file(&self, path: &str, name: &str, bytes: impl AsRef<[u8]>) -> Answer {
        self.send(Method::PUT, path, form("pilot", name, bytes.as_ref(), &[]))
    }

    pub fn post_file(
        &self,
        path: &str,
        name: &str,
        bytes: impl AsRef<[u8]>,
        fields: &[(&str, &str)],
    ) -> Answer {
        self.send(Method::POST, path, form("pilot", name, bytes.as_ref(), fields))
    }

    /// Of what is there now, as after a look at it.
    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.edit(Method::PUT, path, TestRequest::default().set_json(body))
    }

    /// Of what is there now, as after a look at it.
    pub fn delete(&self, path: &str) -> Answer {
        self.edit(Method::DELETE, path, TestRequest::default())
    }

    /// Sends a change or removal of what is there now, whatever it is where this client cannot read it.
    pub fn edit(&self, method: Method, path: &str, request: TestRequest) -> Answer {
        let there = self.get(path);
        let tag = Some(there.header("etag")).filter(|tag| !tag.is_empty());
        self.send(method, path, request.insert_header(("If-Match", tag.unwrap_or("*"))))
    }

    /// Sends a request of the test's own making.
    pub fn send(&self, method: Method, path: &str, request: TestRequest) -> Answer {
        self.send_all([self.prepared(method, path, request)]).remove(0)
    }

    /// The request as [`Client::send`] sends it.
    pub fn prepared(&self, method: Method, path: &str, request: TestRequest) -> TestRequest {
        let outside = [API, "/.well-known", "/health", "/ready"].iter().any(|start| path.starts_with(start));
        let path = if outside { path.to_owned() } else { format!("{API}{path}") };
        let request = request.method(method).uri(&path);
        match &self.token {
            Some(token) => request.insert_header(("Authorization", format!("Bearer {token}"))),
            None => request,
        }
    }

    /// Sends requests of the test's own making, one after the other; nothing is added to them.
    pub fn send_all(&self, requests: impl IntoIterator<Item = TestRequest>) -> Vec<Answer> {
        self.system.get_or_init(System::new).block_on(async {
            let server = app(&self.server(), description(&self.features), &self.features);
            let service = test::init_service(server).await;
            let mut answers = Vec::new();
            for request in requests {
                answers.push(answer(&service, request.to_request()).await);
            }
            answers
        })
    }

    /// Sends requests of the test's own making, all at once; nothing is added to them.
    pub fn send_at_once(&self, requests: impl IntoIterator<Item = TestRequest>) -> Vec<Answer> {
        self.system.get_or_init(System::new).block_on(async {
            let server = app(&self.server(), description(&self.features), &self.features);
            let service = test::init_service(server).await;
            join_all(requests.into_iter().map(|request| answer(&service, request.to_request()))).await
        })
    }

    /// Sends a request and goes away without the answer, as soon as this is so.
    pub fn send_and_leave(&self, request: TestRequest, when: impl Fn() -> bool) {
        self.system.get_or_init(System::new).block_on(async {
            let server = app(&self.server(), description(&self.features), &self.features);
            let service = test::init_service(server).await;
            let mut answer = std::pin::pin!(answer(&service, request.to_request()));
            while !when() {
                let poll =
                    |context: &mut Context<'_>| Poll::Ready(answer.as_mut().poll(context).is_pending());
                assert!(poll_fn(poll).await, "it was answered before");
                actix_web::rt::task::yield_now().await;
            }
        });
    }

    fn server(&self) -> Server {
        Server {
            bind: ([127, 0, 0, 1], 0).into(),
            limits: self.limits,
            public_url: PublicUrl(Some(accounts::HOME.into())),
            trusted_proxies: TrustedProxies::default(),
            ready: Arc::new(|| Ok(())),
        }
    }

    /// Every item of a list, page by page, as a client does that follows the links.
    pub fn walk(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let answer = self.get(&path).expect(200);
            items.extend(answer.json()["items"].as_array().unwrap().clone());
            next = answer.next();
        }
        items
    }
}

async fn answer<S, R, B>(service: &S, request: R) -> Answer
where
    S: Service<R, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody + 'static,
{
    let response = match test::try_call_service(service, request).await {
        Ok(response) => response.map_into_boxed_body().into_parts().1,
        Err(error) => error.error_response(),
    };
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body).await.unwrap();
    Answer { status: head.status().as_u16(), headers: head.headers().clone(), bytes }
}

fn description(features: &Features) -> &'static Description {
    static DESCRIPTION: OnceLock<Description> = OnceLock::new();
    DESCRIPTION.get_or_init(|| Description::of(features).unwrap())
}

/// A form with one file.
pub fn form(boundary: &str, name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> TestRequest {
    let mut body = Vec::new();
    for (field, text) in fields {
        let head = format!("Content-Disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n");
        body.extend(format!("--{boundary}\r\n{head}").bytes());
    }
    let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let (begin, end) = (format!("--{boundary}\r\n{head}"), format!("\r\n--{boundary}--\r\n"));
    body.extend([begin.as_bytes(), bytes, end.as_bytes()].concat());
    let content_type = format!("multipart/form-data; boundary={boundary}");
    TestRequest::default().insert_header(("Content-Type", content_type)).set_payload(body)
}

/// What came back.
pub struct Answer {
    pub status: u16,
    headers: HeaderMap,
    pub bytes: Bytes,
}

impl Answer {
    /// Holds it to have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Holds it to be a problem with this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.header("content-type")), (status, MEDIA_TYPE), "{}", self.text());
        let body = self.json();
        assert_eq!((&body["status"], &body["code"]), (&json!(status), &json!(code)), "{body}");
        body
    }

    /// Holds it to be a 422, and gives its faults as `file:line: field: code`, with what is there.
    #[track_caller]
    pub fn faults(self) -> Vec<String> {
        let body = self.problem(422, "invalid-input");
        let told = |fault: &Value| {
            let place = ["file", "line", "field", "code"].map(|key| match &fault[key] {
                Value::String(text) => Some(text.clone()),
                Value::Null => None,
                other => Some(other.to_string()),
            });
            assert!(fault["message"].as_str().is_some_and(|message| !message.is_empty()), "{fault}");
            place.into_iter().flatten().collect::<Vec<_>>().join(": ")
        };
        body["errors"].as_array().unwrap().iter().map(told).collect()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Every header but those that are another in each answer.
    pub fn lasting_headers(&self) -> BTreeMap<String, String> {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let lasting =
            self.headers.iter().filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()));
        lasting.map(|(name, value)| (name.to_string(), text(value))).collect()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Where `Link: <…>; rel="next"` leads.
    fn next(&self) -> Option<String> {
        let link = self.header("link");
        if link.is_empty() {
            return None;
        }
        let address = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""));
        Some(address.unwrap_or_else(|| panic!("{link}")).to_owned())
    }
}
