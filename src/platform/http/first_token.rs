//! The one bearer token of an installation without accounts: made at the first start, shown once, stored as its hash.

use diesel::prelude::*;

use super::bearer;
use crate::on_backend;
use crate::platform::clock::Clock;
use crate::platform::config::Secret;
use crate::platform::db::schema::api_tokens;
use crate::platform::db::{Db, DbConn};
use crate::platform::error::{Error, Result};

const NAME: &str = "first";

/// The hash of the installation's token; and the token itself if it was made just now, to be shown this once.
pub fn ensure(db: &Db, clock: &Clock) -> Result<([u8; 32], Option<Secret<String>>)> {
    if let Some(known) = db.read(stored)? {
        return Ok((known, None));
    }
    let token = bearer::generate()?;
    let sha256 = bearer::sha256(token.expose());
    let kept = db.write_tx(|conn| {
        // Of two first starts one makes the token; the other one finds it, and has nothing to show.
        on_backend!(conn, c => diesel::insert_into(api_tokens::table)
            .values((
                api_tokens::name.eq(NAME),
                api_tokens::sha256.eq(sha256.as_slice()),
                api_tokens::created_at.eq(clock.now().naive_utc()),
            ))
            .on_conflict_do_nothing()
            .execute(c))?;
        stored(conn)?.ok_or_else(|| Error::internal("the token went missing"))
    })?;
    Ok((kept, (kept == sha256).then_some(token)))
}

fn stored(conn: &mut DbConn) -> Result<Option<[u8; 32]>> {
    let sha256: Option<Vec<u8>> = api_tokens::table
        .filter(api_tokens::name.eq(NAME))
        .select(api_tokens::sha256)
        .first(conn)
        .optional()?;
    sha256
        .map(|bytes| bytes.try_into().map_err(|_| Error::internal("the stored token is no SHA-256")))
        .transpose()
}
