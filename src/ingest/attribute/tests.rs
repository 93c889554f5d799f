//! Cases of attribution without a database.
