//! What programs say of the API that nobody here wrote.

mod forged_tokens;
mod schemathesis;
