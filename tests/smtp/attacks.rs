//! What others have tried.
