//! Cohorts: one delivery of a programme to a group, and its sessions.
