//! What every feature stands on. Nothing in here knows a feature.

pub mod clock;
pub mod db;
pub mod error;
pub mod faults;
pub mod i18n;
pub mod ids;
pub mod keys;
pub mod pdf;
pub mod random;
pub mod text;
