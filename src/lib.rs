//! `rights-academy`: the learning-management backend of a city's training programme in digital human rights.
//!
//! # Map
//! [`platform`] is what every feature stands on and knows no feature. The features depend one way, in this order:
//! [`organisations`] (the roster) → [`identity`] (accounts and tokens) → [`catalogue`] (programmes and modules) →
//! [`cohorts`] (deliveries and their sessions) → [`enrolment`] (people in cohorts) → [`attendance`] (exports in,
//! presence out) → [`certification`] (facts in, verdict out) → [`certificates`] (documents of record) → [`reports`].
//! [`cli`] holds one file for each command.
//!
//! Each feature has the same rooms: `mod.rs` (types), `rules.rs` (pure decisions), `store.rs` (queries),
//! `service.rs` (use cases), `api.rs` (JSON handlers). `tests/architecture.rs` holds the code to it;
//! `docs/architecture.md` explains it and lists the invariants.

use std::sync::Arc;

use utoipa_actix_web::service_config::ServiceConfig;

use self::platform::http::server::Features;

pub mod platform;

pub mod access;

pub mod organisations;

pub mod identity;

pub mod catalogue;

pub mod cohorts;

pub mod enrolment;

pub mod attendance;

pub mod certification;

pub mod certificates;

pub mod reports;

pub mod cli;

/// The JSON API: the handlers of every feature, in the order of the map.
pub fn api(config: &mut ServiceConfig) {
    organisations::api::configure(config);
    identity::api::configure(config);
    catalogue::api::configure(config);
    cohorts::api::configure(config);
    enrolment::api::configure(config);
    attendance::api::configure(config);
    certification::api::configure(config);
    certificates::api::configure(config);
    reports::api::configure(config);
}

/// What is described with the API and stands outside its prefix.
pub fn root(config: &mut ServiceConfig) {
    identity::api::keys::well_known(config);
}

/// The pages for people.
pub fn pages(_config: &mut actix_web::web::ServiceConfig) {}

/// What the features bring to a server whose handlers take this `data`.
pub fn features(data: impl Fn(&mut actix_web::web::ServiceConfig) + Send + Sync + 'static) -> Features {
    Features { api, root, pages, data: Arc::new(data) }
}
