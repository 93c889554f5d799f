//! Addresses: how they compare (MAIL.md 16), and the local parts that Rapport itself hands out.

/// The most bytes an address may have (RFC 5321 §4.5.3.1.3, without the angle brackets).
pub const ADDRESS_BYTES_MAX: usize = 254;
/// Letters behind the word of an intake address: enough to address, not to keep out.
pub const INTAKE_LETTERS: usize = 6;

/// Letters behind the readable half of a capture address.
pub const CAPTURE_LETTERS: usize = 6;
/// Letters of that half at most.
const STEM_LETTERS_MAX: usize = 20;

/// Letters of a token: no vowels, so that no words arise; nothing that reads like its neighbour.
pub const TOKEN_ALPHABET: &[u8; 28] = b"23456789bcdfghjkmnpqrstvwxyz";

/// What an address compares by: trimmed, without angle brackets, in lower case.
pub fn normalise(address: &str) -> String {
    address
        .trim()
        .trim_start_matches('<')
        .trim_end_matches('>')
        .to_lowercase()
}

/// Local part and domain; the domain stands behind the last `@`.
pub fn split(address: &str) -> Option<(&str, &str)> {
    let (local, domain) = address.rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then_some((local, domain))
}

/// A local part of ours and the tag behind it: `ada.7k3q9x+next.fri` → (`ada.7k3q9x`, `next.fri`).
/// The separators `+`, `=` and `--` are equal, since some hosts drop `+` (COMMANDS.md).
pub fn split_tag(local_part: &str) -> (&str, Option<&str>) {
    let first = [
        local_part.find('+').map(|at| (at, 1)),
        local_part.find('=').map(|at| (at, 1)),
        local_part.find("--").map(|at| (at, 2)),
    ]
    .into_iter()
    .flatten()
    .min();
    match first {
        Some((at, width)) if at > 0 => (
            local_part.get(..at).unwrap_or(local_part),
            local_part.get(at + width..),
        ),
        _ => (local_part, None),
    }
}

/// Whether an enhanced status code (RFC 3463, RFC 7505) says that there is no such address, or no such domain. 5.1.7 and 5.1.8
/// speak of the sender's.
pub fn is_gone(status: &str) -> bool {
    matches!(status, "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10")
}

/// The readable first half of a capture address: `Ada Byron` → `ada`; at most 20 bytes of `a-z0-9`, `contact` where
/// nothing is left.
pub fn slug(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let first = name.split_whitespace().next().unwrap_or_default();
    let slug: String = first
        .nfkd()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .take(STEM_LETTERS_MAX)
        .collect();
    if slug.is_empty() {
        return "contact".to_owned();
    }
    slug
}

/// A name as one word of ASCII letters and digits with single hyphens between, since two set a tag apart; may be empty.
pub fn hyphened(name: &str) -> String {
    let plain: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// A token over [`TOKEN_ALPHABET`] from random bytes; 6 letters hold 28.8 bits.
pub fn token(random: &[u8]) -> String {
    random
        .iter()
        .filter_map(|byte| TOKEN_ALPHABET.get(usize::from(*byte) % TOKEN_ALPHABET.len()))
        .map(|letter| char::from(*letter))
        .collect()
}

/// The local part of an intake address, of random bytes.
pub fn intake(random: [u8; INTAKE_LETTERS]) -> String {
    format!("log.{}", token(&random))
}

/// The readable half of a capture address as it is drawn for a contact, `ada` of `ada.7k3q9x`; `None` where it is none.
pub fn capture_stem(local_part: &str) -> Option<&str> {
    let (stem, token) = local_part.split_once('.')?;
    let is_stem = (1..=STEM_LETTERS_MAX).contains(&stem.len())
        && stem
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let is_token =
        token.len() == CAPTURE_LETTERS && token.bytes().all(|b| TOKEN_ALPHABET.contains(&b));
    (is_stem && is_token).then_some(stem)
}

/// Whether a local part is written as intake addresses are.
pub fn is_intake(local_part: &str) -> bool {
    local_part.strip_prefix("log.").is_some_and(|token| {
        token.len() == INTAKE_LETTERS && token.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// `abcdefgh…` → `abcd-efgh-…`, easier to read over and to type.
pub fn grouped(letters: &str, size: usize, between: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let groups: Vec<String> = letters
        .chunks(size)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(between)
}

/// Whether every domain has a local part for whoever looks after it (RFC 5321 §4.5.1, RFC 2142 §4): somebody reads what comes there,
/// and nobody means a command by it.
pub fn is_operators(local_part: &str) -> bool {
    ["postmaster", "abuse"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(local_part))
}

/// Whether a normalised address can be one.
pub fn is_whole(address: &str) -> bool {
    address.len() <= ADDRESS_BYTES_MAX && split(address).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_cut_at_the_first_separator_of_any_kind() {
        for (local_part, expected) in [
            ("ada.7k3q9x", ("ada.7k3q9x", None)),
            ("ada.7k3q9x+next.fri", ("ada.7k3q9x", Some("next.fri"))),
            ("ada.7k3q9x=tag.vip", ("ada.7k3q9x", Some("tag.vip"))),
            ("log.u4x9k2--tag.vip+x", ("log.u4x9k2", Some("tag.vip+x"))),
            ("+x", ("+x", None)),
        ] {
            assert_eq!(split_tag(local_part), expected, "{local_part}");
        }
    }

    #[test]
    fn a_capture_address_is_known_by_how_it_is_drawn() {
        for (local_part, wanted) in [
            ("ada.7k3q9x", Some("ada")),
            ("a.222222", Some("a")),
            ("log.7k3q9x", Some("log")),
            ("ada.7k3q9", None),
            ("ada.7k3q9x2", None),
            ("ada.7k3q9e", None),
            ("ada.7K3Q9X", None),
            ("ada", None),
            (".7k3q9x", None),
            ("ada.b.7k3q9x", None),
            ("ada-b.7k3q9x", None),
            ("billing.dept", None),
            ("support.team", None),
            ("john.smith", None),
            ("a23456789012345678901.7k3q9x", None),
        ] {
            assert_eq!(capture_stem(local_part), wanted, "{local_part}");
        }
        for name in ["Ada Byron", "", "Ängström-Überlingen der Zwölfte", "日本"] {
            let drawn = format!("{}.{}", slug(name), token(&[0, 1, 27, 28, 255, 7]));
            assert!(capture_stem(&drawn).is_some(), "{drawn}");
        }
        for (local_part, wanted) in [
            ("log.7k3q9x", true),
            ("log.7k3q9", false),
            ("log.7k.q9x", false),
            ("logs.7k3q9x", false),
            ("log", false),
        ] {
            assert_eq!(is_intake(local_part), wanted, "{local_part}");
        }
    }

    #[test]
    fn a_slug_is_plain_ascii() {
        for (name, expected) in [
            ("Ada Byron", "ada"),
            ("Grégoire Ménard", "gregoire"),
            ("田中 太郎", "contact"),
            ("", "contact"),
        ] {
            assert_eq!(slug(name), expected, "{name}");
        }
    }
}
