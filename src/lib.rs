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

use actix_web::web::{self, Data};
use utoipa_actix_web::service_config::ServiceConfig;

use self::access::Authenticate;
use self::catalogue::Catalogue;
use self::certificates::templates::Templates;
use self::certification::missing;
use self::enrolment::notices::{self, Composer};
use self::identity::access_tokens::AccessTokens;
use self::identity::callers::Callers;
use self::identity::passwords::Hashing;
use self::identity::service::{resets, tidying};
use self::organisations::bounces;
use self::platform::Platform;
use self::platform::config::Home;
use self::platform::http::limits::SignInLimits;
use self::platform::http::server::Features;
use self::platform::jobs::Worker;
use self::platform::mail::{self, Mailer};

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
    enrolment::api::root(config);
}

/// The pages for people.
pub fn pages(config: &mut web::ServiceConfig) {
    identity::pages::configure(config);
    enrolment::pages::configure(config);
}

/// What the features bring to a server: their handlers, and what these take.
pub fn features(platform: Platform, home: Home, catalogue: Catalogue, templates: Templates) -> Features {
    let Platform { db, clock, keys, random, .. } = platform.clone();
    let tokens = AccessTokens::new(keys, clock.clone(), random, home.0.clone());
    let callers: Arc<dyn Authenticate> = Arc::new(Callers::new(db, clock.clone(), tokens.clone()));
    let callers: Data<dyn Authenticate> = Data::from(callers);
    let (tokens, limits) = (Data::new(tokens), Data::new(SignInLimits::new(&clock)));
    let (hashing, home) = (Data::new(Hashing::new()), Data::new(home));
    let (platform, catalogue, templates) = (Data::new(platform), Data::new(catalogue), Data::new(templates));
    let data = move |config: &mut web::ServiceConfig| {
        config
            .app_data(platform.clone())
            .app_data(catalogue.clone())
            .app_data(templates.clone())
            .app_data(home.clone())
            .app_data(callers.clone())
            .app_data(tokens.clone())
            .app_data(limits.clone())
            .app_data(hashing.clone());
    };
    Features { api, root, pages, missed: identity::pages::missed, data: Arc::new(data) }
}

/// What does the jobs of every feature: what follows from writes.
pub fn worker(platform: &Platform, home: &Home, catalogue: Catalogue, mailer: Mailer) -> Worker {
    let (sending, lapsing, reminding) = (platform.clone(), platform.clone(), platform.clone());
    let (resetting, forgetting) = (platform.clone(), platform.clone());
    let (telling, titled) = (platform.clone(), catalogue.clone());
    let composer = Composer { platform: platform.clone(), catalogue, home: home.clone() };
    let home = home.clone();
    Worker::new(platform.clone())
        .handling(mail::KIND, move |job| bounces::send(&sending, &mailer, job))
        .handling(notices::KIND, move |job| composer.handle(job))
        .handling(notices::OFFERS, move |job| notices::handle_offers(&lapsing, job))
        .handling(notices::REMINDERS, move |_| notices::handle_reminders(&reminding))
        .handling(missing::KIND, move |job| missing::handle(&telling, &titled, job))
        .handling(resets::KIND, move |job| resets::handle(&resetting, &home, job))
        .handling(tidying::KIND, move |_| tidying::handle(&forgetting))
}
