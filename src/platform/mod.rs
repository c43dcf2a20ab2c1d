//! What every feature stands on. Nothing in here knows a feature.

pub mod cells;
pub mod clock;
pub mod faults;
pub mod i18n;
pub mod ids;
pub mod pdf;
pub mod text;
