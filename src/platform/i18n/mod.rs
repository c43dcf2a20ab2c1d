//! Languages: text by language (Fluent) and dates as each language writes them (ICU).

pub mod dates;
pub mod languages;
pub mod texts;
