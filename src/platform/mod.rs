//! What every feature stands on. Nothing in here knows a feature.

pub mod clock;
pub mod faults;
pub mod files;
pub mod i18n;
pub mod ids;
pub mod pdf;
pub mod sheets;
pub mod suggest;
pub mod text;
pub mod toml_file;
