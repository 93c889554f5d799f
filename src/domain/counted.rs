//! How many of something, in words.

use std::fmt::Display;

/// A number with what it counts, by whether it is one: `1 contact`, `2 contacts`.
pub fn counted(count: impl Display, one: &str, many: &str) -> String {
    let count = count.to_string();
    match count.as_str() {
        "1" => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}
