//! Invitations: an administrator says who shall be what, a link goes out by mail, and whoever takes it is a member.

use chrono::{Duration, NaiveDateTime};
use serde_json::json;

use crate::access::Role;
use crate::identity::secrets::{self, InvitationOf, Kind};
use crate::identity::store::accounts::{self, NewAccount};
use crate::identity::store::invitations::{self, Invitation, Invitations, NewInvitation};
use crate::identity::store::members::{self, Becomes};
use crate::identity::{mails, passwords, roles_to_text, rules};
use crate::organisations::service as organisations;
use crate::platform::Platform;
use crate::platform::config::{Home, Secret};
use crate::platform::db::{DbConn, Scope, enter};
use crate::platform::error::{Error, Result};
use crate::platform::faults::{Fault, Faults};
use crate::platform::i18n::languages;
use crate::platform::ids::{AccountId, InvitationId, OrganisationId, PersonId};
use crate::platform::mail::{self, Mail, Mailbox};

/// How long a link can be taken.
pub const LIFETIME: Duration = Duration::days(14);
/// Far more than a city invites within two weeks; each sends a mail.
const MOST_OPEN: usize = 1000;

/// Who shall become what.
#[derive(Clone, Debug)]
pub struct Invite {
    pub email: String,
    pub roles: Vec<Role>,
    pub names: bool,
    /// Who it is in the roster.
    pub employee_id: Option<String>,
    /// BCP 47 tag of the language of the mail.
    pub language: String,
}

/// Where somebody is invited to.
#[derive(Clone, Copy, Debug)]
pub struct To {
    pub organisation: OrganisationId,
    /// Absent where the command line invites.
    pub by: Option<AccountId>,
}

/// Makes an invitation within the organisation's scope, and enqueues its mail. Gives the secret of its link, too. It takes
/// the place of earlier ones to the same address, which might say something else.
pub fn invite(
    conn: &mut DbConn,
    platform: &Platform,
    home: &Home,
    to: To,
    invite: &Invite,
) -> Result<(Invitation, Secret<String>)> {
    let mut faults = Faults::default();
    let address = rules::address(&invite.email).map_err(|fault| faults.push(fault)).ok();
    if let Err(fault) = rules::roles(&invite.roles, invite.names) {
        faults.push(fault);
    }
    if !languages::is_tag(&invite.language) {
        let message = "A language is a BCP 47 tag, such as en or sq.";
        faults.push(Fault::new("not-a-language", message).in_field("language"));
    }
    let person = person(conn, to.organisation, invite.employee_id.as_deref(), &mut faults)?;
    faults.into_result(())?;
    let address = address.ok_or_else(|| Error::internal("an address without a fault"))?;
    organisations::hold(conn, to.organisation)?;
    refuse_member(conn, to.organisation, &address.folded)?;
    if let Some(person) = person {
        refuse_taken_person(conn, to.organisation, person, None)?;
    }

    let now = platform.clock.now().naive_utc();
    if revoke_earlier(conn, to.organisation, &address.folded, now)? >= MOST_OPEN {
        let detail =
            format!("{MOST_OPEN} invitations are open; take some back, or wait until they are taken.");
        return Err(Error::refused("too-many-invitations", detail, json!({ "most": MOST_OPEN })));
    }
    let (secret, sha256) = secrets::make(Kind::Invitation, &platform.random)?;
    let new = NewInvitation {
        organisation_id: to.organisation,
        email: &address.email,
        roles: &roles_to_text(&invite.roles),
        names: invite.names,
        person_id: person,
        language: &invite.language,
        sha256: &sha256,
        invited_by: to.by,
        created_at: now,
        expires_at: now + LIFETIME,
    };
    let id = invitations::insert(conn, &new)?;
    let (organisation, settings) = organisations::with_settings(conn, to.organisation)?;
    let sender = settings.sender.as_deref().map(|sender| Mailbox::new(&organisation.name, sender));
    let letter = mails::invitation(&address.email, &organisation.name, &invite.language, home, &secret)?;
    let mail = Mail { from: sender.transpose()?, ..letter };
    mail::enqueue(conn, platform, Some(to.organisation), &format!("invitation:{id}"), &mail)?;
    let made = invitations::open(conn, to.organisation, Invitations::One(id), now)?.pop();
    Ok((made.ok_or_else(|| Error::internal("an invitation went missing"))?, secret))
}

/// Invites to the organisation with this code, on the word of whoever runs the installation; gives the link's secret.
pub fn invite_to(platform: &Platform, home: &Home, code: &str, invite: &Invite) -> Result<Secret<String>> {
    platform.db.write_tx(Scope::Code(code), |conn| {
        let to = organisations::organisation(conn, code)?;
        let to = To { organisation: to.id, by: None };
        Ok(self::invite(conn, platform, home, to, invite)?.1)
    })
}

/// How an organisation comes to its first administrator.
#[derive(Debug)]
pub enum FirstAdministrator {
    /// By this link, which was made just now.
    Invited(Secret<String>),
    /// By a link that was made before, for an administrator or for somebody else.
    Awaited,
    /// It has one.
    There,
}

/// Invites an administrator where the organisation has none yet and nobody is invited.
pub fn first_administrator(
    platform: &Platform,
    home: &Home,
    code: &str,
    invite: &Invite,
) -> Result<FirstAdministrator> {
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Code(code), |conn| {
        let to = organisations::organisation(conn, code)?;
        organisations::hold(conn, to.id)?;
        if !super::members::administrators(conn, to.id)?.is_empty() {
            return Ok(FirstAdministrator::There);
        }
        if !invitations::open(conn, to.id, Invitations::Page { after: None, limit: 1 }, now)?.is_empty() {
            return Ok(FirstAdministrator::Awaited);
        }
        let to = To { organisation: to.id, by: None };
        Ok(FirstAdministrator::Invited(self::invite(conn, platform, home, to, invite)?.1))
    })
}

/// The person with this employee id, where one is named.
pub(super) fn person(
    conn: &mut DbConn,
    organisation: OrganisationId,
    employee_id: Option<&str>,
    faults: &mut Faults,
) -> Result<Option<PersonId>> {
    let Some(employee_id) = employee_id else { return Ok(None) };
    match organisations::person(conn, organisation, employee_id) {
        Ok(person) => Ok(Some(person.id)),
        Err(Error::NotFound { .. }) => {
            let message = "The roster has nobody with this employee id.";
            faults.push(Fault::new("unknown-person", message).in_field("employee_id"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn refuse_member(conn: &mut DbConn, organisation: OrganisationId, folded: &str) -> Result<()> {
    let Some((account, _)) = accounts::account_by_address(conn, folded)? else { return Ok(()) };
    if members::of_organisation(conn, organisation, members::Members::One(account.id))?.is_empty() {
        return Ok(());
    }
    let detail = "This address is a member's already: change the member's roles.";
    Err(Error::refused("member-exists", detail, json!({ "account": account.id })))
}

/// An account is one person, and a person has one account.
pub(super) fn refuse_taken_person(
    conn: &mut DbConn,
    organisation: OrganisationId,
    person: PersonId,
    except: Option<AccountId>,
) -> Result<()> {
    match members::account_of_person(conn, organisation, person)? {
        Some(other) if Some(other) != except => {
            let detail = "This person has another account already.";
            Err(Error::refused("person-has-account", detail, json!({ "account": other })))
        }
        _ => Ok(()),
    }
}

/// A page of invitations that can still be taken.
pub fn page(
    conn: &mut DbConn,
    organisation: OrganisationId,
    after: Option<InvitationId>,
    limit: i64,
    now: NaiveDateTime,
) -> Result<Vec<Invitation>> {
    invitations::open(conn, organisation, Invitations::Page { after, limit }, now)
}

/// Takes an invitation back: its link does nothing any more.
pub fn revoke(
    conn: &mut DbConn,
    organisation: OrganisationId,
    id: InvitationId,
    now: NaiveDateTime,
) -> Result<()> {
    let revoked = invitations::revoke(conn, organisation, id, now)?;
    if revoked { Ok(()) } else { Err(Error::not_found("invitation")) }
}

/// Takes all invitations to an address back, so that none of them undoes what was decided later. Gives how many others are
/// open.
pub(super) fn revoke_earlier(
    conn: &mut DbConn,
    organisation: OrganisationId,
    folded: &str,
    now: NaiveDateTime,
) -> Result<usize> {
    let open = invitations::open_addresses(conn, organisation, now)?;
    let all = open.len();
    // Addresses are ASCII, so that this folds them as that of an account is folded.
    let earlier = open.into_iter().filter(|(_, email)| email.eq_ignore_ascii_case(folded));
    let mut revoked = 0;
    for (id, _) in earlier {
        invitations::revoke(conn, organisation, id, now)?;
        revoked += 1;
    }
    Ok(all - revoked)
}

/// What the page of an invitation's link needs to know.
#[derive(Clone, Debug)]
pub struct Opened {
    pub invitation: InvitationOf,
    /// Whether the address has an account with a password, which is then asked for.
    pub has_account: bool,
}

/// The invitation of a link; [`Error::NotFound`] where it can no longer be taken.
pub fn open(platform: &Platform, secret: &str) -> Result<Opened> {
    let sha256 = secrets::kept(Kind::Invitation, secret).ok_or_else(gone)?;
    let now = platform.clock.now().naive_utc();
    platform.db.read(Scope::Secret(&sha256), |conn| {
        let invitation = secrets::invitation(conn, &sha256, now)?.ok_or_else(gone)?;
        let folded = invitation.email.to_ascii_lowercase();
        let account = accounts::account_by_address(conn, &folded)?;
        let has_account = account.is_some_and(|(_, hash)| hash.is_some());
        Ok(Opened { invitation, has_account })
    })
}

/// Takes an invitation: the address's account becomes a member. One that is there already is shown by its password;
/// another is made with this name and password. Hashes: enter [`passwords::Hashing`] first.
pub fn accept(platform: &Platform, secret: &str, name: &str, password: &str) -> Result<AccountId> {
    let Opened { invitation, .. } = open(platform, secret)?;
    let email = &invitation.email;
    let folded = email.to_ascii_lowercase();
    let known = platform.db.read(Scope::Installation, |conn| accounts::account_by_address(conn, &folded))?;
    let made = match &known {
        Some((account, Some(hash))) => {
            if !passwords::verify(password, Some(hash)) || account.disabled_at.is_some() {
                let message = "This is not the password of your account.";
                return Err(Fault::new("wrong-password", message).in_field("password").into());
            }
            None
        }
        _ => Some(chosen(platform, email, name, password)?),
    };
    let sha256 = secrets::kept(Kind::Invitation, secret).ok_or_else(gone)?;
    let now = platform.clock.now().naive_utc();
    platform.db.write_tx(Scope::Secret(&sha256), |conn| {
        let invitation = secrets::invitation(conn, &sha256, now)?.ok_or_else(gone)?;
        enter(conn, Scope::Organisation(invitation.organisation))?;
        organisations::hold(conn, invitation.organisation)?;
        if !invitations::take(conn, invitation.organisation, invitation.id, now)? {
            return Err(gone());
        }
        revoke_earlier(conn, invitation.organisation, &folded, now)?;
        let account = account_for(conn, &invitation, &folded, made.as_ref(), now)?;
        if let Some(person) = invitation.person {
            refuse_taken_person(conn, invitation.organisation, person, Some(account))?;
        }
        let becomes =
            Becomes { roles: &invitation.roles, names: invitation.names, person: invitation.person };
        if !members::insert(conn, invitation.organisation, account, becomes, now)? {
            let detail = "You are a member already.";
            return Err(Error::refused("member-exists", detail, json!({})));
        }
        Ok(account)
    })
}

/// The name and the hash that a new account gets.
pub(super) struct Chosen {
    pub name: String,
    pub hash: String,
}

pub(super) fn chosen(platform: &Platform, email: &str, name: &str, password: &str) -> Result<Chosen> {
    let mut faults = Faults::default();
    let name = rules::name(name).map_err(|fault| faults.push(fault)).unwrap_or_default();
    if let Err(wrong) = passwords::check_new(password, &[email, &name]) {
        faults.0.extend(wrong.0);
    }
    faults.into_result(())?;
    Ok(Chosen { name, hash: passwords::hash(password, &platform.random)? })
}

fn account_for(
    conn: &mut DbConn,
    invitation: &InvitationOf,
    folded: &str,
    made: Option<&Chosen>,
    now: NaiveDateTime,
) -> Result<AccountId> {
    let known = accounts::account_by_address(conn, folded)?;
    match (known, made) {
        (Some((account, Some(_))), None) => Ok(account.id),
        // Somebody was invited by two organisations and took the other link meanwhile.
        (Some((_, Some(_))), Some(_)) => Err(gone()),
        (Some((account, None)), Some(Chosen { hash, .. })) => {
            accounts::set_password(conn, account.id, hash, now)?;
            Ok(account.id)
        }
        (None, Some(Chosen { name, hash })) => {
            let new = NewAccount {
                email: &invitation.email,
                email_folded: folded,
                name,
                language: &invitation.language,
                password_hash: Some(hash),
                operator: false,
                created_at: now,
                changed_at: now,
            };
            accounts::insert_account(conn, &new)?.ok_or_else(gone)
        }
        (_, None) => Err(gone()),
    }
}

fn gone() -> Error {
    Error::not_found("invitation")
}
