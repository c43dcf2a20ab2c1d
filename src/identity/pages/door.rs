//! What stands before whoever wants to get in: the limits of tries, the places at the hashing, and the cookie that lets
//! them in.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::header::SET_COOKIE;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use super::frame::Frame;
use crate::identity::api::sign_ins::client_name;
use crate::identity::passwords::{Hashing, Place};
use crate::identity::service::sign_ins::{self, BROWSER_LIFETIME};
use crate::platform::Platform;
use crate::platform::config::Secret;
use crate::platform::http::address::ClientAddress;
use crate::platform::http::cookies::SignInCookie;
use crate::platform::http::limits::SignInLimits;
use crate::platform::http::{Problem, blocking};
use crate::platform::ids::AccountId;

/// The door, and who stands before it.
pub struct Door {
    from: IpAddr,
    /// What the browser is, in a word.
    browser: &'static str,
    /// The cookie that it shows.
    shown: Option<Secret<String>>,
    platform: Data<Platform>,
    limits: Data<SignInLimits>,
    hashing: Data<Hashing>,
    pub cookie: SignInCookie,
}

impl FromRequest for Door {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Door::of(request).ok_or_else(|| {
            tracing::error!("something that pages need is missing");
            Problem::internal()
        }))
    }
}

impl Door {
    fn of(request: &HttpRequest) -> Option<Door> {
        let cookie = *request.app_data::<Data<SignInCookie>>()?.get_ref();
        Some(Door {
            from: ClientAddress::of(request).0,
            browser: client_name(request),
            shown: cookie.read(request),
            platform: request.app_data::<Data<Platform>>()?.clone(),
            limits: request.app_data::<Data<SignInLimits>>()?.clone(),
            hashing: request.app_data::<Data<Hashing>>()?.clone(),
            cookie,
        })
    }

    /// Counts a try at the password of the account with this address.
    pub fn admit(&self, address: &str) -> Result<(), Problem> {
        Ok(self.limits.admit(address, self.from)?)
    }

    /// Counts asking for a link to reset the password of the account with this address.
    pub fn admit_reset(&self, address: &str) -> Result<(), Problem> {
        Ok(self.limits.admit_reset(address, self.from)?)
    }

    /// Counts a try with a link.
    pub fn admit_link(&self) -> Result<(), Problem> {
        Ok(self.limits.admit_client(self.from)?)
    }

    /// Counts a try at the password of one's own account.
    pub fn admit_account(&self, account: AccountId) -> Result<(), Problem> {
        Ok(self.limits.admit_account(account)?)
    }

    /// Waits for a place at the hashing.
    pub async fn place(&self) -> Result<Place, Problem> {
        Ok(self.hashing.enter().await?)
    }

    /// Signs the browser in, and goes to the page with this path.
    pub async fn let_in(
        self,
        frame: &Frame,
        account: AccountId,
        path: &str,
    ) -> Result<HttpResponse, Problem> {
        let Door { platform, browser, shown, cookie, .. } = self;
        let begun = blocking(move || sign_ins::begin_browser(&platform, account, browser, shown.as_ref()));
        let secret = begun.await?;
        let mut answer = frame.go(path);
        answer.headers_mut().insert(SET_COOKIE, cookie.make(&secret, BROWSER_LIFETIME)?);
        Ok(answer)
    }
}
