//! Addresses that belong to a function, not to a person: they make no contacts by themselves (MAIL.md 15).

use super::company::lines;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Local parts in many languages, without separators, one a line.
static ROLES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| lines(include_str!("../data/role_addresses.txt")));

/// What programs call themselves, whatever follows.
const PROGRAMS: [&str; 14] = [
    "noreply",
    "donotreply",
    "dontreply",
    "nichtantworten",
    "neraspondeti",
    "nepasrepondre",
    "noresponder",
    "naoresponda",
    "mailerdaemon",
    "bounce",
    "bounces",
    "unsubscribe",
    "notification",
    "autoreply",
];

/// Whether an address is nobody's own: `info@`, `Buchhaltung@`, `no-reply-4711@`.
pub fn is_role(address: &str) -> bool {
    let Some((local, _)) = address.rsplit_once('@') else {
        return false;
    };
    let local = local.split('+').next().unwrap_or(local).to_lowercase();
    let bare: String = local
        .chars()
        .filter(|c| !matches!(c, '.' | '-' | '_'))
        .collect();
    let stem = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    if ROLES.contains(bare.as_str()) || ROLES.contains(stem) {
        return true;
    }
    if PROGRAMS.iter().any(|program| bare.starts_with(program)) {
        return true;
    }
    // `info-berlin@`, `support.fr@`; the other way round it may be a person of that function.
    let first = local.split(['.', '-', '_']).next().unwrap_or_default();
    first.len() >= 4 && first.len() < local.len() && ROLES.contains(first)
}

#[cfg(test)]
mod tests {
    use super::is_role;

    #[test]
    fn a_function_is_told_from_a_person() {
        for address in [
            "info@acme.example",
            "No-Reply@acme.example",
            "noreply-x7@acme.example",
            "info-berlin@acme.example",
            "buchhaltung@acme.example",
            "asiakaspalvelu@acme.example",
            "support+123@acme.example",
            "sales2@acme.example",
            "mailer-daemon@acme.example",
            "contact@acme.example",
        ] {
            assert!(is_role(address), "{address}");
        }
        for address in [
            "ada@acme.example",
            "ada.byron@acme.example",
            "informatica@acme.example",
            "salesman.ada@acme.example",
            "hr.puf@acme.example",
            "offices",
            "",
        ] {
            assert!(!is_role(address), "{address}");
        }
    }
}
