//! An organisation with an administrator, and the ways in to it, on one database.

use std::sync::Barrier;
use std::thread;

use diesel::prelude::*;
use rights_academy::access::{Authenticate, Caller, Credential, Named, Role};
use rights_academy::identity::access_tokens::AccessTokens;
use rights_academy::identity::callers::Callers;
use rights_academy::identity::passwords;
use rights_academy::identity::service::invitations::{self, Invite, To};
use rights_academy::identity::service::{resets, sign_ins};
use rights_academy::organisations::Organisation;
use rights_academy::platform::Platform;
use rights_academy::platform::config::Home;
use rights_academy::platform::db::schema::accounts as table;
use rights_academy::platform::db::{DbConn, Scope};
use rights_academy::platform::error::{Error, Result};
use rights_academy::platform::ids::{AccountId, InvitationId};
use rights_academy::platform::jobs::Worker;
use rights_academy::platform::mail::{self, Mailbox, Mailer};

use crate::support::accounts::{self, HOME, Joins};
use crate::support::databases::TestDb;

pub const PASSWORD: &str = "a sentence that is long enough";
pub const OTHER: &str = "yet one more long phrase";

pub struct House {
    pub platform: Platform,
    pub organisation: Organisation,
    pub tokens: AccessTokens,
    callers: Callers,
    worker: Worker,
    outbox: mail::Outbox,
    /// Dropped last.
    pub db: TestDb,
}

impl House {
    pub fn new(db: TestDb) -> House {
        let platform = db.platform();
        let Platform { keys, clock, random, .. } = platform.clone();
        let tokens = AccessTokens::new(keys, clock.clone(), random, HOME.into());
        let organisation = accounts::organisation(&platform, "TIRANA", "Municipality of Tirana");
        let (mailer, outbox) = Mailer::memory(Mailbox::local());
        let resetting = platform.clone();
        let worker = Worker::new(platform.clone())
            .handling(mail::KIND, move |job| mailer.handle(job))
            .handling(resets::KIND, move |job| resets::handle(&resetting, &home(), job));
        let callers = Callers::new(platform.db.clone(), clock, tokens.clone());
        House { platform, organisation, tokens, callers, worker, outbox, db }
    }

    /// Writes in the organisation.
    pub fn write<T>(&self, write: impl Fn(&mut DbConn) -> Result<T>) -> Result<T> {
        self.platform.db.write_tx(Scope::Organisation(self.organisation.id), write)
    }

    /// An account with [`PASSWORD`] that is a member with these roles.
    pub fn member(&self, email: &str, roles: &[Role]) -> AccountId {
        let account = self.account(email);
        accounts::join(&self.platform, account, "TIRANA", Joins { roles, ..Joins::default() });
        account
    }

    /// An account with [`PASSWORD`], which belongs nowhere.
    pub fn account(&self, email: &str) -> AccountId {
        let account = accounts::account(&self.platform, email, false);
        let hash = passwords::hash(PASSWORD, &self.platform.random).unwrap();
        self.in_installation(|conn| {
            let row = diesel::update(table::table.filter(table::id.eq(account)));
            Ok(row.set(table::password_hash.eq(&hash)).execute(conn)?)
        });
        account
    }

    pub fn disable(&self, account: AccountId) {
        let now = self.platform.clock.now().naive_utc();
        self.in_installation(|conn| {
            let row = diesel::update(table::table.filter(table::id.eq(account)));
            Ok(row.set(table::disabled_at.eq(now)).execute(conn)?)
        });
    }

    fn in_installation<T>(&self, write: impl Fn(&mut DbConn) -> Result<T>) -> T {
        self.platform.db.write_tx(Scope::Installation, write).unwrap()
    }

    /// Invites, and gives the secret of the link.
    pub fn invite(
        &self,
        email: &str,
        roles: &[Role],
        employee_id: Option<&str>,
    ) -> Result<(InvitationId, String)> {
        let invite = Invite {
            email: email.into(),
            roles: roles.to_vec(),
            names: false,
            employee_id: employee_id.map(str::to_owned),
            language: "sq".into(),
        };
        self.write(|conn| {
            let to = To { organisation: self.organisation.id, by: None };
            let (made, secret) = invitations::invite(conn, &self.platform, &home(), to, &invite)?;
            Ok((made.id, secret.expose().clone()))
        })
    }

    /// Whoever shows this token, as they stand to the organisation.
    pub fn caller(&self, token: &str) -> Option<Caller> {
        self.caller_in("TIRANA", token)
    }

    pub fn caller_in(&self, code: &str, token: &str) -> Option<Caller> {
        let named = Named { organisation: Some(code.into()), ..Named::default() };
        self.callers.caller(&Credential::Bearer(token.into()), &named).unwrap()
    }

    pub fn caller_by_cookie(&self, secret: &str) -> Option<Caller> {
        self.callers.caller(&Credential::Cookie(secret.into()), &Named::default()).unwrap()
    }

    /// Signs a program in.
    pub fn begin(&self, account: AccountId) -> sign_ins::Tokens {
        sign_ins::begin_program(&self.platform, &self.tokens, account, "Unknown").unwrap()
    }

    pub fn refresh(&self, token: &str) -> Option<sign_ins::Tokens> {
        sign_ins::refresh(&self.platform, &self.tokens, token).unwrap()
    }

    pub fn signs_in(&self, email: &str, password: &str) -> bool {
        sign_ins::authenticate(&self.platform, email, password).unwrap().is_some()
    }

    /// Asks for a new password, lets the worker work, and gives the secrets of the links that were mailed.
    pub fn asks_for_a_reset(&self, email: &str) -> Vec<String> {
        self.outbox.lock().unwrap().clear();
        resets::ask(&self.platform, email).unwrap();
        self.worker.run_due().unwrap();
        let sent = self.outbox.lock().unwrap();
        let secret = |mail: &mail::Mail| {
            let (_, rest) = mail.text.split_once("/password-resets/").unwrap();
            rest.split_whitespace().next().unwrap().to_owned()
        };
        sent.iter().map(|sent| secret(&sent.mail)).collect()
    }
}

pub fn home() -> Home {
    Home(HOME.into())
}

/// Lets both do it at the same time.
pub fn at_once<T: Send>(one: impl FnOnce() -> T + Send, other: impl FnOnce() -> T + Send) -> [T; 2] {
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        let other = scope.spawn(|| {
            barrier.wait();
            other()
        });
        barrier.wait();
        [one(), other.join().unwrap()]
    })
}

/// What it was refused with: a code, a word for what is not there, or the code of the first fault.
#[track_caller]
pub fn refusal<T>(result: Result<T>) -> String {
    match result.err().expect("a refusal") {
        Error::NotFound { what } => format!("no {what}"),
        Error::Conflict { code, .. } | Error::Forbidden { code, .. } => code.to_owned(),
        Error::Invalid(faults) => faults.0[0].code.to_owned(),
        other => panic!("{other:?}"),
    }
}
