//! Keys and answers in the database. A claim and its end are writes of their own, before and after the handler's.

use actix_web::http::StatusCode;
use chrono::{Duration, NaiveDateTime};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::Owner;
use crate::on_backend;
use crate::platform::Platform;
use crate::platform::db::schema::idempotency_keys as keys;
use crate::platform::db::{DbConn, Scope};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, KeyId};
use crate::platform::keys::Purpose;

/// How long an answer is kept, at least: tidying comes once a day.
pub const KEPT: Duration = Duration::days(1);

/// A claim without an answer is that of a process that died, after this time: longer than a request can take.
pub const ABANDONED: Duration = Duration::minutes(15);

/// Who may end a claim: whoever made it, unless it was thought abandoned since.
#[derive(Clone, Debug)]
pub struct Claim {
    id: i64,
    /// To which the answer is bound.
    context: String,
    begun_at: NaiveDateTime,
}

/// What is kept of an answer, beside its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What became of an attempt to claim a key.
#[derive(Debug)]
pub enum Begun {
    /// The request is the first one: it is to be carried out.
    Claimed(Claim),
    /// It was answered.
    Kept(StatusCode, Kept),
    /// The key was sent with another request.
    Other,
    /// The first one is under way.
    InFlight,
    /// It was answered, and the answer was not kept.
    NotKept,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = keys)]
struct Row {
    id: i64,
    request_sha256: Vec<u8>,
    status: Option<i32>,
    answer_sealed: Option<Vec<u8>>,
    key_id: Option<KeyId>,
    created_at: NaiveDateTime,
}

/// What a key leads to within the write; the answer is opened after it.
enum Found {
    Claimed(Row),
    Answered(Row),
    Other,
    InFlight,
}

/// Claims a key for a request with this print. Of many at once, one gets it.
pub fn begin(platform: &Platform, owner: Owner, key: &str, print: &[u8; 32]) -> Result<Begun> {
    let key = stored(owner, key);
    let now = platform.clock.now().naive_utc();
    let found = platform.db.write_tx(Scope::Installation, |conn| {
        let new = insert(conn, owner.account, &key, print, now)?;
        // Whoever had it may have given it back meanwhile: the next try claims it.
        let Some(row) = row(conn, owner.account, &key)? else { return Ok(Found::InFlight) };
        if new {
            return Ok(Found::Claimed(row));
        }
        let abandoned = row.status.is_none() && row.created_at <= now - ABANDONED;
        if abandoned && take_over(conn, &row, print, now)? {
            return Ok(Found::Claimed(Row { created_at: now, ..row }));
        }
        Ok(match row {
            row if row.request_sha256 != print => Found::Other,
            row if row.status.is_none() => Found::InFlight,
            row => Found::Answered(row),
        })
    });
    let context = format!("answer:{}:{key}", owner.account);
    match found? {
        Found::Claimed(row) => Ok(Begun::Claimed(Claim { id: row.id, context, begun_at: row.created_at })),
        Found::Answered(row) => answered(platform, &row, &context),
        Found::Other => Ok(Begun::Other),
        Found::InFlight => Ok(Begun::InFlight),
    }
}

/// A key as it is stored: whatever a client puts there by mistake is not. None has a space in it, so that one of a token is
/// never one of its account.
fn stored(owner: Owner, key: &str) -> String {
    let whose = owner.token.map(|token| token.to_string()).unwrap_or_default();
    Sha256::digest(format!("{whose} {key}")).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn insert(
    conn: &mut DbConn,
    account: AccountId,
    key: &str,
    print: &[u8; 32],
    now: NaiveDateTime,
) -> Result<bool> {
    let row = (
        keys::account_id.eq(account),
        keys::key.eq(key),
        keys::request_sha256.eq(print.as_slice()),
        keys::created_at.eq(now),
    );
    let made = on_backend!(conn, c => diesel::insert_into(keys::table)
        .values(row)
        .on_conflict((keys::account_id, keys::key))
        .do_nothing()
        .execute(c))?;
    Ok(made == 1)
}

fn row(conn: &mut DbConn, account: AccountId, key: &str) -> Result<Option<Row>> {
    let this = keys::table.filter(keys::account_id.eq(account)).filter(keys::key.eq(key));
    Ok(this.select(Row::as_select()).first(conn).optional()?)
}

/// Takes an abandoned claim over. Of two who want to, one does.
fn take_over(conn: &mut DbConn, row: &Row, print: &[u8; 32], now: NaiveDateTime) -> Result<bool> {
    let abandoned = keys::created_at.eq(row.created_at).and(keys::status.is_null());
    let taken = diesel::update(keys::table.filter(keys::id.eq(row.id)).filter(abandoned))
        .set((keys::request_sha256.eq(print.as_slice()), keys::created_at.eq(now)))
        .execute(conn)?;
    Ok(taken == 1)
}

fn answered(platform: &Platform, row: &Row, context: &str) -> Result<Begun> {
    let (Some(status), Some(sealed), Some(key)) = (row.status, &row.answer_sealed, row.key_id) else {
        return Ok(Begun::NotKept);
    };
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let opened = platform.keys.get(key)?.key.open(context, sealed);
    let kept = opened.as_deref().and_then(Kept::from_bytes);
    let (status, kept) = status.zip(kept).ok_or_else(|| Error::internal("a kept answer cannot be read"))?;
    Ok(Begun::Kept(status, kept))
}

/// Puts the answer away, sealed; without one, it is only known that there was one.
pub fn finish(platform: &Platform, claim: &Claim, status: u16, kept: Option<&Kept>) -> Result<()> {
    let key = platform.keys.current(Purpose::Answers)?;
    let seal = |kept: &Kept| key.key.seal(&claim.context, &kept.to_bytes()?, &platform.random);
    let sealed = kept.map(seal).transpose()?;
    platform.db.write_tx(Scope::Installation, |conn| {
        let answer = (
            keys::status.eq(i32::from(status)),
            keys::answer_sealed.eq(&sealed),
            keys::key_id.eq(sealed.is_some().then_some(key.id)),
        );
        diesel::update(keys::table)
            .filter(keys::id.eq(claim.id))
            .filter(keys::created_at.eq(claim.begun_at))
            .set(answer)
            .execute(conn)?;
        Ok(())
    })
}

/// Gives the key back: a second request with it is carried out.
pub fn free(platform: &Platform, claim: &Claim) -> Result<()> {
    platform.db.write_tx(Scope::Installation, |conn| {
        diesel::delete(keys::table)
            .filter(keys::id.eq(claim.id))
            .filter(keys::created_at.eq(claim.begun_at))
            .execute(conn)?;
        Ok(())
    })
}

/// Forgets what was claimed before this time.
pub fn forget(conn: &mut DbConn, before: NaiveDateTime) -> Result<()> {
    diesel::delete(keys::table.filter(keys::created_at.lt(before))).execute(conn)?;
    Ok(())
}

impl Kept {
    /// One line of JSON, and the body behind it.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let head = serde_json::to_vec(&self.headers).map_err(Error::internal)?;
        Ok([head.as_slice(), b"\n", &self.body].concat())
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Kept> {
        let end = memchr::memchr(b'\n', bytes)?;
        let (head, body) = bytes.split_at_checked(end)?;
        let headers = serde_json::from_slice(head).ok()?;
        Some(Kept { headers, body: body.get(1..)?.to_vec() })
    }
}
