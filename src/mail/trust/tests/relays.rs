//! Whose Authentication-Results are believed.

use super::*;

const PASS: &str = "Authentication-Results: mx.relay.example 1; spf=pass (sender ok) smtp.mailfrom=ada@acme.example;\r\n dkim=fail header.d=x.example; dkim=pass header.d=acme.example;\r\n dmarc=pass (p=reject) header.from=acme.example\r\n";
const FAIL: &str =
    "Authentication-Results: mx.relay.example; spf=fail; dmarc=fail header.from=acme.example\r\n";
const STRANGE: &str =
    "Authentication-Results: mx.evil.example; dmarc=pass header.from=acme.example\r\n";
const WRONG: &str =
    "Authentication-Results: mx.relay.example; dmarc=pass header.from=other.example\r\n";

fn relays() -> Relays {
    Relays {
        networks: vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()],
        authserv_id: Some("mx.relay.example".to_owned()),
    }
}

async fn judged(top: &[&str], from: &str, client: &str, relays: &Relays) -> Trust {
    let mut raw = top.concat().into_bytes();
    raw.extend(letter(from));
    let come = came(client, "ada@acme.example");
    verify(&world().resolver, relays, &raw, &come).await
}

#[tokio::test]
async fn authentication_results_count_only_from_a_configured_relay_and_only_the_topmost() {
    let relay = "mx.relay.example";
    // what stands on top, the client, then DMARC and whose word it is
    let rows: &[(&[&str], &str, &str, &str)] = &[
        (&[PASS], "10.1.2.3", "pass", relay),
        (&[PASS], "fd00::1", "pass", relay),
        (&[PASS], "203.0.113.9", "fail", "self"),
        (&[STRANGE], "10.1.2.3", "fail", "self"),
        (&[STRANGE, PASS], "10.1.2.3", "fail", "self"),
        (&[FAIL, PASS], "10.1.2.3", "fail", relay),
        (&[WRONG], "10.1.2.3", "fail", relay),
    ];
    for (top, client, dmarc, by) in rows {
        let trust = judged(top, "Ada <ada@acme.example>", client, &relays()).await;
        let told = (trust.dmarc.as_str(), trust.verified_by.as_str());
        assert_eq!(told, (*dmarc, *by), "{top:?} {client}: {:?}", trust.reasons);
    }
}

#[tokio::test]
async fn two_authors_prove_nothing_to_a_relay_either() {
    let two = "a@acme.example, b@acme.example";
    let trust = judged(&[PASS], two, "10.1.2.3", &relays()).await;
    assert_eq!(trust.dmarc, "fail");
}

#[tokio::test]
async fn a_relay_without_a_configured_id_is_not_believed_and_its_address_says_nothing() {
    let nobody = Relays {
        authserv_id: None,
        ..relays()
    };
    let trust = judged(&[PASS], "Ada <ada@acme.example>", "10.1.2.3", &nobody).await;
    assert_eq!(trust.verified_by, "self");
    assert_eq!(trust.spf, "none");
}
