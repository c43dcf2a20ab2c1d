//! Stores and services on both databases.

mod durability;
