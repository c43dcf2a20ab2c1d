//! What every page has around its content, and how a page becomes an answer.

use actix_web::http::StatusCode;
use actix_web::http::header::{LOCATION, SET_COOKIE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::assets::STYLE_PATH;
use crate::identity::text::texts;
use crate::platform::config::Home;
use crate::platform::error::Error;
use crate::platform::http::cookies::SignInCookie;
use crate::platform::http::{PAGE_TYPE, Problem, language, openapi};
use crate::platform::i18n::texts::Texts;

/// The language, the links and the name at the top.
pub struct Frame {
    pub texts: Texts,
    /// What stands before the path of every link.
    base: String,
    /// The path that was asked for.
    path: String,
    /// The name of whoever is signed in.
    pub signed_in: Option<String>,
}

impl Frame {
    /// In the language of the browser: nobody is known yet.
    pub fn of_browser(request: &HttpRequest) -> Frame {
        Frame::of(request, language::of_browser(request).unwrap_or_default())
    }

    /// In this language (BCP 47); in English where we do not write it.
    pub fn of(request: &HttpRequest, language: &str) -> Frame {
        let home = request.app_data::<Data<Home>>();
        let base = home.map(|home| home.path().to_owned()).unwrap_or_default();
        Frame { texts: texts(language), base, path: request.path().to_owned(), signed_in: None }
    }

    /// With the name of whoever is signed in.
    pub fn signed_in(self, name: &str) -> Frame {
        Frame { signed_in: Some(name.to_owned()), ..self }
    }

    /// The path that was asked for.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A text, for templates.
    pub fn say(&self, id: &str) -> String {
        self.texts.say(id)
    }

    /// The address of one of our own paths.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The page's own address, for its form. Not left to browsers: they would add where a link of the page led
    /// (`#password`), and take that along to the next page.
    pub fn here(&self) -> String {
        self.link(&self.path)
    }

    pub fn style(&self) -> String {
        self.link(&STYLE_PATH)
    }

    pub fn api_page(&self) -> String {
        self.link(openapi::PAGE)
    }

    /// Goes to another page, which a browser then asks for with GET.
    pub fn go(&self, path: &str) -> HttpResponse {
        HttpResponse::SeeOther().insert_header((LOCATION, self.link(path))).finish()
    }

    /// Goes to the page to sign in, signed out.
    pub fn leave(&self, cookie: SignInCookie) -> Result<HttpResponse, Problem> {
        let mut answer = self.go("/sign-in?done=signed-out");
        answer.headers_mut().insert(SET_COOKIE, cookie.clear()?);
        Ok(answer)
    }
}

/// A page as an answer.
pub fn html(status: StatusCode, page: &impl Template) -> Result<HttpResponse, Problem> {
    let text = page.render().map_err(Error::internal)?;
    Ok(HttpResponse::build(status).content_type(PAGE_TYPE).body(text))
}

/// A page that says something, and what to do next.
#[derive(Template)]
#[template(path = "notice.html")]
pub struct Notice {
    pub frame: Frame,
    pub title: String,
    pub text: String,
    /// Where it goes on: an address within the installation, and its words.
    pub next: Option<(String, String)>,
}

impl Notice {
    /// The notice with the texts `ID-title`, `ID-text` and, for where it goes on, `ID-next`.
    pub fn new(frame: Frame, id: &str, next: Option<&str>) -> Notice {
        Notice {
            title: frame.say(&format!("{id}-title")),
            text: frame.say(&format!("{id}-text")),
            next: next.map(|path| (path.to_owned(), frame.say(&format!("{id}-next")))),
            frame,
        }
    }

    /// As an answer.
    pub fn answer(&self, status: StatusCode) -> Result<HttpResponse, Problem> {
        html(status, self)
    }
}
