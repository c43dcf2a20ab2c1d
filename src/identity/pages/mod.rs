//! The pages of accounts: signing in and out, taking an invitation, a forgotten password, one's own account.
//!
//! They need no script. A form is read, the use case of the API is called, and the answer is a redirection, or the same
//! page with what is wrong. Errors are told as pages, too: [`errors`] turns problems into them.

use actix_web::Resource;
use actix_web::dev::HttpServiceFactory;
use actix_web::middleware::from_fn;
use actix_web::web::ServiceConfig;

mod account;
mod assets;
mod door;
mod errors;
mod forms;
pub mod frame;
mod invitations;
mod resets;
#[cfg(test)]
pub mod samples;
mod sign_in;
pub mod visitor;

pub use errors::missed;
pub use sign_in::Done;

/// Registers every page.
pub fn configure(config: &mut ServiceConfig) {
    assets::configure(config);
    account::configure(config);
    sign_in::configure(config);
    invitations::configure(config);
    resets::configure(config);
}

/// What is served at one path, with its errors as pages. Later features have pages of their own.
pub fn page(resource: Resource) -> impl HttpServiceFactory + 'static {
    resource.wrap(from_fn(errors::as_page))
}
