//! What kind of mail it is.
