//! A browser without a window: it keeps a cookie, follows no redirection by itself, and sends forms with their origin.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::body::to_bytes;
use actix_web::http::header::HeaderMap;
use actix_web::rt::{System, SystemRunner};
use actix_web::test::{self, TestRequest};
use rights_academy::catalogue::Catalogue;
use rights_academy::certificates::templates::Templates;
use rights_academy::platform::Platform;
use rights_academy::platform::config::{Home, Limits, PublicUrl};
use rights_academy::platform::http::PAGE_TYPE;
use rights_academy::platform::http::address::TrustedProxies;
use rights_academy::platform::http::server::{Description, Features, Server, app};
use serde_json::Value;

use crate::support::accounts::HOME;

/// Somebody's browser. Windows of one server share its limits, and not their cookies.
pub struct Browser {
    features: Features,
    public_url: Option<String>,
    /// `Accept-Language`.
    language: &'static str,
    pub cookies: RefCell<BTreeMap<String, String>>,
    system: OnceCell<SystemRunner>,
}

impl Browser {
    /// At the installation's public address.
    pub fn of(platform: &Platform) -> Browser {
        Browser::at(platform, Some(HOME))
    }

    /// At a public address, or at the loopback address that the server listens on.
    pub fn at(platform: &Platform, public_url: Option<&str>) -> Browser {
        let home = Home(public_url.unwrap_or("http://127.0.0.1:8080").to_owned());
        let (catalogue, templates) = (Catalogue::embedded().unwrap(), Templates::load(None).unwrap());
        Browser {
            features: rights_academy::features(platform.clone(), home, catalogue, templates),
            public_url: public_url.map(str::to_owned),
            language: "en-GB,en;q=0.5",
            cookies: RefCell::default(),
            system: OnceCell::new(),
        }
    }

    /// Another one, of somebody who reads this language.
    pub fn another(&self, language: &'static str) -> Browser {
        let (features, public_url) = (self.features.clone(), self.public_url.clone());
        Browser { features, public_url, language, cookies: RefCell::default(), system: OnceCell::new() }
    }

    pub fn get(&self, path: &str) -> Page {
        self.send(TestRequest::get().uri(path))
    }

    /// Sends a form of one of our own pages.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from(path, fields, &[("sec-fetch-site", "same-origin")])
    }

    /// Sends a form with these headers, which tell where it is from.
    pub fn post_from(&self, path: &str, fields: &[(&str, &str)], from: &[(&str, &str)]) -> Page {
        let mut request = TestRequest::post().uri(path).set_form(fields);
        for header in from {
            request = request.append_header(*header);
        }
        self.send(request)
    }

    /// Asks the API, as a program does.
    pub fn api(&self, path: &str, token: Option<&str>, body: Value) -> Value {
        let mut request = TestRequest::post().uri(&format!("/api/v1{path}")).set_json(body);
        if let Some(token) = token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        let answer = self.send(request).expect(201);
        serde_json::from_str(&answer.text).unwrap()
    }

    pub fn send(&self, request: TestRequest) -> Page {
        let mut request = request.insert_header(("accept-language", self.language));
        let cookies: Vec<String> = self.cookies.borrow().iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !cookies.is_empty() {
            request = request.insert_header(("cookie", cookies.join("; ")));
        }
        let page = self.system.get_or_init(System::new).block_on(self.answer(request));
        for header in page.headers.get_all("set-cookie") {
            let header = header.to_str().unwrap();
            let (name, value) = header.split(';').next().unwrap().split_once('=').unwrap();
            let mut cookies = self.cookies.borrow_mut();
            if header.contains("; Max-Age=0;") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        page
    }

    async fn answer(&self, request: TestRequest) -> Page {
        let server = Server {
            bind: ([127, 0, 0, 1], 8080).into(),
            limits: Limits::default(),
            public_url: PublicUrl(self.public_url.clone()),
            trusted_proxies: TrustedProxies::default(),
            ready: Arc::new(|| Ok(())),
        };
        let description = Description::of(&self.features).unwrap();
        let service = test::init_service(app(&server, &description, &self.features)).await;
        let response = test::call_service(&service, request.to_request()).await;
        let (head, body) = response.map_into_boxed_body().into_parts().1.into_parts();
        let text = String::from_utf8(to_bytes(body).await.unwrap().to_vec()).unwrap();
        Page { status: head.status().as_u16(), headers: head.headers().clone(), text }
    }
}

/// What came back.
pub struct Page {
    pub status: u16,
    headers: HeaderMap,
    pub text: String,
}

impl Page {
    #[track_caller]
    pub fn expect(self, status: u16) -> Page {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Holds it to be a page for people with this status and, among its text, these words.
    #[track_caller]
    pub fn page(self, status: u16, words: &str) -> Page {
        assert_eq!((self.status, self.header("content-type")), (status, PAGE_TYPE), "{}", self.text);
        assert_eq!(self.header("cache-control"), "no-store");
        assert!(self.header("content-security-policy").starts_with("default-src 'self';"));
        assert!(self.text.starts_with("<!doctype html>"), "{}", self.text);
        assert!(self.text.contains(words), "{words}: {}", self.text);
        self
    }

    /// Holds it to lead to this path of the installation.
    #[track_caller]
    pub fn leads_to(self, path: &str) -> Page {
        assert_eq!((self.status, self.header("location")), (303, path), "{}", self.text);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
