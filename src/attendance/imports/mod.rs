//! Attendance exports: one file a format, behind one trait, recognised by the shape of their columns.
