//! PDF documents: [`layout`] (text in, shaped and positioned blocks with a role out) → `draw` (printpdf's operations)
//! → `finish` (what printpdf lacks, on the finished objects). [`to_bytes`] runs the last two.

pub mod layout;

mod draw;
mod finish;
mod fonts;
mod image;
mod qr;
mod shape;

pub use layout::*;
