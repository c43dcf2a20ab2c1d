//! What is printed, judged by programs of others.

mod certificates;
