//! Tables of cells: CSV with a head.

pub mod table;

/// How much of a person's table is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub bytes: usize,
    /// Without the head.
    pub rows: usize,
    /// Characters in one cell.
    pub cell: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 64 * 1024 * 1024, rows: 500_000, cell: 500 }
    }
}
