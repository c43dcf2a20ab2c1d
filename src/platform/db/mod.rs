//! The database: embedded SQLite, or PostgreSQL, by the scheme of one URL.
//!
//! [`Db::read`] shows one consistent moment; [`Db::write_tx`] is the only way to write. Both say whose rows they are about
//! ([`Scope`]). Queries are written once over
//! [`DbConn`]; what the derived enum cannot express (upserts, row locks) is said per backend with [`on_backend!`].

pub mod backup;
mod connection;
mod migrations;
mod pool;
pub mod schema;
mod scope;
mod writer;

pub use connection::{DatabaseUrl, DbConn};
pub use migrations::{has_table, migrate, pending_migrations};
pub use pool::Db;
pub use scope::{Scope, enter};
pub use writer::Written;

/// Expands one body in both arms of a [`DbConn`]: `on_backend!(conn, c => query.execute(c))`. For upserts.
#[macro_export]
macro_rules! on_backend {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::platform::db::DbConn::Postgres($c) => $body,
            $crate::platform::db::DbConn::Sqlite($c) => $body,
        }
    };
}

/// Inserts rows in as few statements as the backend's limit on bound values allows (65,535 on PostgreSQL; SQLite's
/// driver binds row by row). Evaluates to `QueryResult<()>`.
#[macro_export]
macro_rules! insert_many {
    ($conn:expr, $table:expr, $rows:expr, $columns:expr) => {
        $rows.chunks(60_000 / $columns).try_for_each(|chunk| {
            $crate::on_backend!($conn, c => diesel::insert_into($table).values(chunk).execute(c).map(drop))
        })
    };
}
