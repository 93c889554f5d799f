//! Reports as servers write them.
