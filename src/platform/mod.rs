//! What every feature stands on. Nothing in here knows a feature.

pub mod clock;
pub mod config;
pub mod error;
pub mod faults;
pub mod http;
pub mod i18n;
pub mod ids;
pub mod logs;
pub mod pdf;
pub mod text;
