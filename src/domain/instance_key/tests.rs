//! Tokens, marks, hashes and seals: what is ours is known, and nothing else is.

use super::*;

/// An id as the registry makes them: 2026-11-10T12:00:00Z in microseconds, shifted.
const WORKSPACE: i64 = (1_794_312_000_000_000 << 10) | 0x2a7;

fn key() -> InstanceKey {
    InstanceKey::of([7; KEY_BYTES])
}

fn token(purpose: Purpose, workspace_id: i64, number: i64) -> Token {
    Token {
        purpose,
        workspace_id,
        number,
    }
}

#[test]
fn a_token_is_short_and_says_what_went_into_it() {
    for (number, length_max) in [(1, 25), (31, 25), (1_023, 26), (32_767, 27), (1 << 40, 33)] {
        for purpose in [Purpose::Reply, Purpose::Bounce] {
            let said = token(purpose, WORKSPACE, number);
            let local_part = key().local_part(said);
            assert_eq!(
                key().read_local_part(&local_part),
                Some(said),
                "{local_part}"
            );
            assert!(local_part.len() - 2 <= length_max, "{local_part}");
            assert_eq!(
                address::split_tag(&format!("{local_part}+next.fri")),
                (&*local_part, Some("next.fri"))
            );
            assert!(local_part.starts_with(if purpose == Purpose::Reply {
                "r."
            } else {
                "b."
            }));
        }
    }
}

#[test]
fn every_workspace_and_every_number_has_its_token() {
    for workspace_id in [
        0,
        1,
        63,
        FIRST_ID - 1,
        FIRST_ID,
        FIRST_ID + (1 << 60) - 1,
        FIRST_ID + (1 << 60),
        i64::MAX,
    ] {
        for number in [1, 32, i64::MAX] {
            let said = token(Purpose::Reply, workspace_id, number);
            let local_part = key().local_part(said);
            assert_eq!(
                key().read_local_part(&local_part),
                Some(said),
                "{local_part}"
            );
            assert!(local_part.len() <= 64, "RFC 5321 §4.5.3.1.1: {local_part}");
        }
    }
}

#[test]
fn what_is_not_ours_is_no_token() {
    let right = key().local_part(token(Purpose::Reply, WORKSPACE, 7));
    let other_key = InstanceKey::of([8; KEY_BYTES]);
    let cases = [
        (
            "of another instance",
            other_key.local_part(token(Purpose::Reply, WORKSPACE, 7)),
        ),
        ("for another purpose", right.replacen("r.", "b.", 1)),
        ("in upper case", right.to_uppercase()),
        (
            "with upper-case letters",
            format!("r.{}", right[2..].to_uppercase()),
        ),
        ("with a letter more", format!("{right}0")),
        ("with a zero before it", right.replacen("r.", "r.0", 1)),
        ("with a tag", format!("{right}+x")),
        ("without letters", "r.".to_owned()),
        ("without prefix", right[2..].to_owned()),
        ("with letters of others", right.replace(&right[5..6], "u")),
        ("beyond ASCII", format!("r.ä{}", &right[3..])),
        ("endless", format!("r.{}", "z".repeat(10_000))),
        ("a capture address", "r.7k3q9x".to_owned()),
    ];
    for (what, local_part) in cases {
        assert_eq!(
            key().read_local_part(&local_part),
            None,
            "{what}: {local_part}"
        );
    }
}

#[test]
fn a_token_with_any_letter_changed_or_any_end_cut_off_is_refused() {
    let right = key().local_part(token(Purpose::Bounce, WORKSPACE, 4_711));
    for at in 2..right.len() {
        assert_eq!(key().read_local_part(&right[..at]), None, "cut at {at}");
        for letter in LETTERS {
            let mut changed = right.clone().into_bytes();
            changed[at] = *letter;
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(
                key().read_local_part(&changed).is_some(),
                changed == right,
                "{changed}"
            );
        }
    }
}

#[test]
fn a_message_id_of_ours_is_known_however_it_is_quoted() {
    let id = key().message_id([9; ID_NONCE_BYTES], "CRM.example");
    assert_eq!(id.len(), "k.".len() + 16 + 1 + 16 + "@crm.example".len());
    for same in [
        id.clone(),
        format!("<{id}>"),
        id.to_uppercase(),
        format!(" <{id}> "),
    ] {
        assert!(key().marks(&same), "{same}");
    }
    let cases = [
        InstanceKey::of([8; KEY_BYTES]).message_id([9; ID_NONCE_BYTES], "crm.example"),
        id.replace("@crm.", "@other."),
        id.replacen("k.", "k", 1),
        id.replacen("k.", "k.0", 1),
        id[..id.len() - 13].to_owned(),
        "k.@crm.example".to_owned(),
        "k..@crm.example".to_owned(),
        String::new(),
        "CAF1=abc@mail.example".to_owned(),
    ];
    for other in cases {
        assert!(!key().marks(&other), "{other}");
    }
}

#[test]
fn an_address_hashes_by_what_it_compares_by_and_only_under_this_key() {
    let hash = key().suppression_hash("ada@acme.example");
    assert_eq!(hash.len(), 32);
    assert_eq!(key().suppression_hash(" <Ada@Acme.Example> "), hash);
    assert_ne!(key().suppression_hash("ada@acme.exampl"), hash);
    let other_key = InstanceKey::of([8; KEY_BYTES]);
    assert_ne!(other_key.suppression_hash("ada@acme.example"), hash);
    assert_ne!(other_key.fingerprint(), key().fingerprint());
}

#[test]
fn a_sealed_secret_opens_for_its_purpose_and_unchanged_alone() {
    let nonce = [3; SEAL_NONCE_BYTES];
    let sealed = key().seal("dkim", b"secret", nonce).unwrap();
    assert_eq!(key().open("dkim", &sealed).unwrap(), b"secret");
    let other_key = InstanceKey::of([8; KEY_BYTES]);
    assert_eq!(
        other_key.open("dkim", &sealed).unwrap_err().kind,
        Kind::Corrupt
    );
    assert!(key().open("totp", &sealed).is_err());
    for at in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(key().open("dkim", &changed).is_err(), "{at}");
        assert!(key().open("dkim", &sealed[..at]).is_err(), "cut at {at}");
    }
    assert_eq!(
        format!("{:?}", key()),
        "InstanceKey",
        "a secret is never shown"
    );
}
