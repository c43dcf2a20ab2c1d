//! The JSON API of enrolment.

use utoipa_actix_web::service_config::ServiceConfig;

mod copies;
mod people;
mod sessions;

pub use people::EnrolledPath;

pub fn configure(config: &mut ServiceConfig) {
    copies::configure(config);
    people::configure(config);
    sessions::configure(config);
}
