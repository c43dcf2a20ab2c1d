//! Secrets that are handed out and come back: how they are made, what is kept of them, and every look-up by one.
//!
//! A secret has 256 random bits. Kept is its SHA-256: it cannot be guessed, so it needs no slow hash, and is found by
//! the hash, which tells nothing by the time that it takes. A look-up by a secret returns the organisation first.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::Account;
use crate::platform::config::Secret;
use crate::platform::db::DbConn;
use crate::platform::db::schema::{
    accounts, api_tokens, calendar_feeds, enrolment_links, founding_invitations, invitations, organisations,
    password_resets, refresh_tokens, sign_ins,
};
use crate::platform::error::Result;
use crate::platform::ids::{
    AccountId, ApiTokenId, CohortId, InvitationId, OrganisationId, PersonId, SignInId,
};
use crate::platform::random::Random;

/// What a secret is for. Its first letters say it, so that people and scanners know what they have found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    ApiToken,
    RefreshToken,
    Invitation,
    Founding,
    PasswordReset,
    Cookie,
    /// A link by which people enrol.
    Enrolment,
    CalendarFeed,
}

impl Kind {
    pub fn prefix(self) -> &'static str {
        match self {
            Kind::ApiToken => "ra_",
            Kind::RefreshToken => "rr_",
            Kind::Invitation => "ri_",
            Kind::Founding => "rf_",
            Kind::PasswordReset => "rp_",
            Kind::Cookie => "rc_",
            Kind::Enrolment => "re_",
            Kind::CalendarFeed => "rk_",
        }
    }
}

/// The prefix and 32 bytes in base64url.
const LENGTH: usize = 3 + 43;

/// A new secret: its text, to be handed out once, and what is kept.
pub fn make(kind: Kind, random: &Random) -> Result<(Secret<String>, [u8; 32])> {
    let text = format!("{}{}", kind.prefix(), BASE64_URL_SAFE_NO_PAD.encode(random.bytes::<32>()?));
    let kept = sha256(&text);
    Ok((Secret::new(text), kept))
}

/// What is kept of a secret that somebody shows; none where it cannot be one.
pub fn kept(kind: Kind, text: &str) -> Option<[u8; 32]> {
    (text.len() == LENGTH && text.starts_with(kind.prefix())).then(|| sha256(text))
}

fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// An API token as whoever shows it has it.
#[derive(Clone, Debug, Queryable)]
pub struct ApiTokenOf {
    pub organisation: OrganisationId,
    pub organisation_code: String,
    pub id: ApiTokenId,
    pub account: AccountId,
    /// Names of permissions with spaces between.
    pub scope: String,
}

/// An API token that is neither revoked nor over. Within `Scope::Secret`.
pub fn api_token(conn: &mut DbConn, sha256: &[u8; 32], now: NaiveDateTime) -> Result<Option<ApiTokenOf>> {
    Ok(api_tokens::table
        .inner_join(organisations::table.on(organisations::id.eq(api_tokens::organisation_id)))
        .filter(api_tokens::sha256.eq(sha256.as_slice()))
        .filter(api_tokens::revoked_at.is_null())
        .filter(api_tokens::expires_at.gt(now))
        .select((
            api_tokens::organisation_id,
            organisations::code,
            api_tokens::id,
            api_tokens::account_id,
            api_tokens::scope,
        ))
        .first(conn)
        .optional()?)
}

/// A calendar feed as whoever has its address has it.
#[derive(Clone, Debug, Queryable)]
pub struct CalendarFeedOf {
    pub organisation: OrganisationId,
    pub account: AccountId,
    /// The account's.
    pub language: String,
}

/// A calendar feed of an account that is let in. Within `Scope::Secret`.
pub fn calendar_feed(conn: &mut DbConn, sha256: &[u8; 32]) -> Result<Option<CalendarFeedOf>> {
    Ok(calendar_feeds::table
        .inner_join(accounts::table.on(accounts::id.eq(calendar_feeds::account_id)))
        .filter(calendar_feeds::sha256.eq(sha256.as_slice()))
        .filter(accounts::disabled_at.is_null())
        .select((calendar_feeds::organisation_id, calendar_feeds::account_id, accounts::language))
        .first(conn)
        .optional()?)
}

/// A link by which people enrol, as whoever has it has it.
#[derive(Clone, Debug, Queryable)]
pub struct EnrolmentLinkOf {
    pub organisation: OrganisationId,
    pub organisation_code: String,
    pub organisation_name: String,
    pub cohort: CohortId,
}

/// A link to enrol that is neither revoked nor over. Within `Scope::Secret`.
pub fn enrolment_link(
    conn: &mut DbConn,
    sha256: &[u8; 32],
    now: NaiveDateTime,
) -> Result<Option<EnrolmentLinkOf>> {
    Ok(enrolment_links::table
        .inner_join(organisations::table.on(organisations::id.eq(enrolment_links::organisation_id)))
        .filter(enrolment_links::sha256.eq(sha256.as_slice()))
        .filter(enrolment_links::revoked_at.is_null())
        .filter(enrolment_links::expires_at.gt(now))
        .select((
            enrolment_links::organisation_id,
            organisations::code,
            organisations::name,
            enrolment_links::cohort_id,
        ))
        .first(conn)
        .optional()?)
}

/// An invitation as whoever holds its link has it.
#[derive(Clone, Debug, Queryable)]
pub struct InvitationOf {
    pub organisation: OrganisationId,
    pub organisation_code: String,
    pub organisation_name: String,
    pub id: InvitationId,
    pub email: String,
    pub roles: String,
    pub names: bool,
    pub person: Option<PersonId>,
    pub language: String,
}

/// An invitation that can be taken. Within `Scope::Secret`.
pub fn invitation(conn: &mut DbConn, sha256: &[u8; 32], now: NaiveDateTime) -> Result<Option<InvitationOf>> {
    Ok(invitations::table
        .inner_join(organisations::table.on(organisations::id.eq(invitations::organisation_id)))
        .filter(invitations::sha256.eq(sha256.as_slice()))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::expires_at.gt(now))
        .select((
            invitations::organisation_id,
            organisations::code,
            organisations::name,
            invitations::id,
            invitations::email,
            invitations::roles,
            invitations::names,
            invitations::person_id,
            invitations::language,
        ))
        .first(conn)
        .optional()?)
}

/// A founding invitation that can be taken.
pub fn founding_invitation(conn: &mut DbConn, sha256: &[u8; 32], now: NaiveDateTime) -> Result<Option<i64>> {
    Ok(founding_invitations::table
        .filter(founding_invitations::sha256.eq(sha256.as_slice()))
        .filter(founding_invitations::used_at.is_null())
        .filter(founding_invitations::expires_at.gt(now))
        .select(founding_invitations::id)
        .first(conn)
        .optional()?)
}

/// Whose password a link resets, if it still does.
pub fn password_reset(
    conn: &mut DbConn,
    sha256: &[u8; 32],
    now: NaiveDateTime,
) -> Result<Option<(i64, Account)>> {
    Ok(password_resets::table
        .inner_join(accounts::table.on(accounts::id.eq(password_resets::account_id)))
        .filter(password_resets::sha256.eq(sha256.as_slice()))
        .filter(password_resets::used_at.is_null())
        .filter(password_resets::expires_at.gt(now))
        .filter(accounts::disabled_at.is_null())
        .select((password_resets::id, Account::as_select()))
        .first(conn)
        .optional()?)
}

/// A refresh token of a sign-in that stands, whether it was used already or not.
#[derive(Clone, Debug, Queryable)]
pub struct RefreshTokenOf {
    pub id: i64,
    pub sign_in: SignInId,
    pub account: AccountId,
    pub used: Option<NaiveDateTime>,
    pub expires_at: NaiveDateTime,
}

/// The refresh token with this hash, of an account and a sign-in that stand.
pub fn refresh_token(
    conn: &mut DbConn,
    sha256: &[u8; 32],
    now: NaiveDateTime,
) -> Result<Option<RefreshTokenOf>> {
    Ok(refresh_tokens::table
        .inner_join(sign_ins::table.on(sign_ins::id.eq(refresh_tokens::sign_in_id)))
        .inner_join(accounts::table.on(accounts::id.eq(sign_ins::account_id)))
        .filter(refresh_tokens::sha256.eq(sha256.as_slice()))
        .filter(sign_ins::ended_at.is_null())
        .filter(sign_ins::expires_at.gt(now))
        .filter(accounts::disabled_at.is_null())
        .select((
            refresh_tokens::id,
            refresh_tokens::sign_in_id,
            sign_ins::account_id,
            refresh_tokens::used_at,
            refresh_tokens::expires_at,
        ))
        .first(conn)
        .optional()?)
}

/// The sign-in of a browser's cookie.
pub fn cookie(
    conn: &mut DbConn,
    sha256: &[u8; 32],
    now: NaiveDateTime,
) -> Result<Option<(SignInId, AccountId)>> {
    Ok(sign_ins::table
        .filter(sign_ins::secret_sha256.eq(sha256.as_slice()))
        .filter(sign_ins::ended_at.is_null())
        .filter(sign_ins::expires_at.gt(now))
        .select((sign_ins::id, sign_ins::account_id))
        .first(conn)
        .optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_what_was_kept_of_it() {
        let random = Random::seeded(1);
        let (one, kept_of_one) = make(Kind::ApiToken, &random).unwrap();
        let (other, kept_of_other) = make(Kind::ApiToken, &random).unwrap();
        assert_ne!(kept_of_one, kept_of_other);
        assert_eq!(kept(Kind::ApiToken, one.expose()), Some(kept_of_one));
        assert_eq!(kept(Kind::RefreshToken, one.expose()), None);
        assert_eq!(other.expose().len(), LENGTH);
        assert_eq!(kept(Kind::ApiToken, &format!("{}x", one.expose())), None);
        assert_eq!(format!("{one:?}"), "***");
    }
}
