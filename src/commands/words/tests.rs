//! The tables of words are whole and unambiguous.
