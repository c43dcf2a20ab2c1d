//! The certification rule applied: facts in, verdict out.
