//! What the program writes for other programs, read by other programs.

mod calendar;
