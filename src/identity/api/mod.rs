//! The JSON API of accounts.

use utoipa_actix_web::service_config::ServiceConfig;

mod account;
mod api_tokens;
mod calendar_feeds;
mod invitations;
pub mod keys;
mod members;
mod organisations;
pub(super) mod sign_ins;

pub fn configure(config: &mut ServiceConfig) {
    sign_ins::configure(config);
    organisations::configure(config);
    account::configure(config);
    members::configure(config);
    invitations::configure(config);
    api_tokens::configure(config);
    calendar_feeds::configure(config);
    keys::configure(config);
}
