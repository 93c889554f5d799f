//! A workspace's database.
