//! PDF documents: layout → draw → finish.
