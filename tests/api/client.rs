//! The assembled API without a socket, and a client that speaks to it.

use std::cell::OnceCell;
use std::sync::{Arc, OnceLock};

use actix_web::body::to_bytes;
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::rt::{System, SystemRunner};
use actix_web::test::{self, TestRequest};
use actix_web::web::{Bytes, Data};
use rights_academy::access::Authenticate;
use rights_academy::catalogue::Catalogue;
use rights_academy::certificates::templates::Templates;
use rights_academy::platform::Platform;
use rights_academy::platform::config::{Limits, PublicUrl};
use rights_academy::platform::http::address::TrustedProxies;
use rights_academy::platform::http::problem::MEDIA_TYPE;
use rights_academy::platform::http::server::{Description, Features, Server, app};
use serde_json::{Value, json};

const TOKEN: &str = "ra_the-token-of-these-tests";

/// The prefix of every path.
const API: &str = "/api/v1";

/// Somebody with the token. Clones that other threads use share the platform, as two workers do.
pub struct Client {
    platform: Platform,
    limits: Limits,
    authenticate: Option<Arc<dyn Authenticate>>,
    system: OnceCell<SystemRunner>,
}

impl Client {
    pub fn of(platform: &Platform) -> Client {
        Client::with_limits(platform, Limits::default())
    }

    pub fn with_limits(platform: &Platform, limits: Limits) -> Client {
        Client { platform: platform.clone(), limits, authenticate: None, system: OnceCell::new() }
    }

    /// Somebody as whom `authenticate` knows everybody.
    pub fn known(platform: &Platform, authenticate: Arc<dyn Authenticate>) -> Client {
        Client { authenticate: Some(authenticate), ..Client::of(platform) }
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

    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, TestRequest::default().set_json(body))
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, TestRequest::default())
    }

    pub fn put_file(&self, path: &str, name: &str, bytes: impl AsRef<[u8]>) -> Answer {
        self.send(Method::PUT, path, form(name, bytes.as_ref(), &[]))
    }

    pub fn post_file(
        &self,
        path: &str,
        name: &str,
        bytes: impl AsRef<[u8]>,
        fields: &[(&str, &str)],
    ) -> Answer {
        self.send(Method::POST, path, form(name, bytes.as_ref(), fields))
    }

    /// Sends a request of the test's own making.
    pub fn send(&self, method: Method, path: &str, request: TestRequest) -> Answer {
        self.send_as(TOKEN, method, path, request)
    }

    /// Sends it with another token.
    pub fn send_as(&self, token: &str, method: Method, path: &str, request: TestRequest) -> Answer {
        let path = if path.starts_with(API) { path.to_owned() } else { format!("{API}{path}") };
        let token = ("Authorization", format!("Bearer {token}"));
        let request = request.method(method).uri(&path).insert_header(token);
        self.system.get_or_init(System::new).block_on(self.answer(request))
    }

    async fn answer(&self, request: TestRequest) -> Answer {
        let server = Server {
            bind: ([127, 0, 0, 1], 0).into(),
            limits: self.limits,
            public_url: PublicUrl(Some("https://academy.example".into())),
            trusted_proxies: TrustedProxies::default(),
            ready: Arc::new(|| Ok(())),
        };
        let service = test::init_service(app(&server, description(), &self.features())).await;
        let response = match test::try_call_service(&service, request.to_request()).await {
            Ok(response) => response.map_into_boxed_body().into_parts().1,
            Err(error) => error.error_response(),
        };
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body).await.unwrap();
        Answer { status: head.status().as_u16(), headers: head.headers().clone(), bytes }
    }

    /// As `serve` has them.
    fn features(&self) -> Features {
        let platform = Data::new(self.platform.clone());
        let templates = Data::new(Templates::load(None).unwrap());
        let authenticate = self.authenticate.clone().map(Data::from);
        rights_academy::features(move |config| {
            config.app_data(platform.clone()).app_data(catalogue()).app_data(templates.clone());
            if let Some(authenticate) = &authenticate {
                config.app_data(authenticate.clone());
            }
        })
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

fn catalogue() -> Data<Catalogue> {
    static CATALOGUE: OnceLock<Data<Catalogue>> = OnceLock::new();
    CATALOGUE.get_or_init(|| Data::new(Catalogue::embedded().unwrap())).clone()
}

fn description() -> &'static Description {
    static DESCRIPTION: OnceLock<Description> = OnceLock::new();
    DESCRIPTION.get_or_init(|| Description::of(&rights_academy::features(|_| {})).unwrap())
}

fn form(name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> TestRequest {
    let mut body = Vec::new();
    for (field, text) in fields {
        let head = format!("Content-Disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n");
        body.extend([b"--pilot\r\n", head.as_bytes()].concat());
    }
    let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend([b"--pilot\r\n", head.as_bytes(), bytes, b"\r\n--pilot--\r\n"].concat());
    let content_type = ("Content-Type", "multipart/form-data; boundary=pilot");
    TestRequest::default().insert_header(content_type).set_payload(body)
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
