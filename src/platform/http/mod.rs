//! The HTTP server and what every handler shares.
//!
//! A handler takes what it needs as arguments ([`multipart::Upload`], [`pagination::PageQuery`]),
//! calls one service function inside [`blocking`], and returns `Result<_, Problem>`.

use actix_web::web;

use crate::platform::error;

pub mod address;
pub mod answers;
pub mod cookies;
pub mod edge;
pub mod extract;
pub mod idempotency;
pub mod language;
pub mod limits;
pub mod multipart;
pub mod negotiate;
pub mod openapi;
pub mod pagination;
pub mod preconditions;
pub mod problem;
pub mod same_origin;
pub mod server;
#[cfg(test)]
mod tests;

pub use problem::Problem;

/// The content type of pages for people.
pub const PAGE_TYPE: &str = "text/html; charset=utf-8";

/// Runs one service function on a thread that may wait for the database, inside the request's span of the log.
///
/// # Errors
/// The function's own error as a problem; 500 if it panicked.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> error::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let span = tracing::Span::current();
    match web::block(move || span.in_scope(work)).await {
        Ok(result) => result.map_err(Problem::from),
        Err(_) => {
            tracing::error!("a service function panicked");
            Err(Problem::internal())
        }
    }
}
