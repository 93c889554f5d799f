//! Trust, checked against zones of our own.

use super::*;
use crate::mail::sign::Signer;
use std::collections::HashMap;

mod authors;
mod relays;

/// Two companies with keys, a third without any record; what a table row needs to sign and to ask.
struct World {
    resolver: Resolver,
    acme: Signer,
    below: Signer,
    other: Signer,
}

fn world() -> World {
    let acme = Signer::generate("acme.example", "s1").unwrap();
    let below = Signer::generate("mail.acme.example", "s2").unwrap();
    let other = Signer::generate("other.example", "s1").unwrap();
    let mut zone = String::from(
        r#"
acme.example.        TXT "v=spf1 ip4:192.0.2.0/28 include:_spf.host.example -all"
_dmarc.acme.example. TXT "v=DMARC1; p=reject; sp=quarantine"
mail.acme.example.   TXT "v=spf1 a mx -all"
mail.acme.example.   A   192.0.2.40
mail.acme.example.   MX  10 mx.acme.example.
mx.acme.example.     A   192.0.2.41
_spf.host.example.   TXT "v=spf1 ip6:2001:db8::/64 ?all"
other.example.       TXT "v=spf1 ip4:198.51.100.0/24 ~all"
_dmarc.other.example. TXT "v=DMARC1; p=none; adkim=s; aspf=s"
twice.example.       TXT "v=spf1 -all"
twice.example.       TXT "v=spf1 +all"
_dmarc.twice.example. TXT "v=DMARC1; p=none"
bare.example.        A 192.0.2.60
helo.example.        TXT "v=spf1 ip4:192.0.2.70 -all"
"#,
    );
    for signer in [&acme, &below, &other] {
        let (name, text) = signer.dns_record();
        zone.push_str(&format!("{name}. TXT \"{text}\"\n"));
    }
    World {
        resolver: Resolver::zone(&zone).unwrap(),
        acme,
        below,
        other,
    }
}

fn letter(from: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: Bob <bob@crm.example>\r\nSubject: Offer\r\nDate: Mon, 1 Jun 2026 10:00:00 +0000\r\nMessage-ID: <1@acme.example>\r\n\r\nAda calls Friday.\r\n"
    )
    .into_bytes()
}

fn signed(signer: &Signer, raw: &[u8]) -> Vec<u8> {
    let mut all = signer.sign(raw).unwrap();
    all.extend_from_slice(raw);
    all
}

fn came(client: &str, mail_from: &str) -> Envelope {
    Envelope {
        client: client.parse().unwrap(),
        helo: "helo.example".to_owned(),
        mail_from: mail_from.to_owned(),
        host: "mx.crm.example".to_owned(),
        authenticated: None,
    }
}

fn replaced(raw: &[u8], old: &str, new: &str) -> Vec<u8> {
    let text = String::from_utf8(raw.to_vec()).unwrap();
    assert!(text.contains(old), "{old}");
    text.replacen(old, new, 1).into_bytes()
}

/// The messages that the table below names.
fn letters(w: &World) -> HashMap<&'static str, Vec<u8>> {
    let plain = letter("Ada <ada@acme.example>");
    let good = signed(&w.acme, &plain);
    let second = "From: Eve <eve@other.example>\r\nTo: Bob";
    HashMap::from([
        ("second From", replaced(&good, "To: Bob", second)),
        ("body", replaced(&good, "Friday", "Sunday")),
        ("subject", replaced(&good, "Subject: Offer", "Subject: Pay")),
        (
            "author",
            replaced(&good, "From: Ada <ada@", "From: Ada <root@"),
        ),
        ("other's", signed(&w.other, &plain)),
        ("below's", signed(&w.below, &plain)),
        ("both's", signed(&w.other, &good)),
        ("news", signed(&w.acme, &letter("x@news.acme.example"))),
        ("good", good),
        ("plain", plain),
        ("two", letter("a@acme.example, b@acme.example")),
        ("none", b"To: bob@crm.example\r\n\r\nhello\r\n".to_vec()),
        ("mail", letter("x@mail.acme.example")),
        ("sub", letter("x@sub.other.example")),
        ("twice", letter("x@twice.example")),
        ("bare", letter("x@bare.example")),
        ("helo", letter("x@helo.example")),
    ])
}

/// Message, client, envelope sender; then SPF, DKIM, DMARC, and the domain that it passed by.
const TABLE: &str = "
good        | 192.0.2.1    | ada@acme.example    | pass      | pass | pass | acme.example
good        | 203.0.113.9  | eve@other.example   | softfail  | pass | pass | acme.example
both's      | 203.0.113.9  | eve@other.example   | softfail  | pass | pass | acme.example
plain       | 192.0.2.1    | ada@acme.example    | pass      | none | pass | acme.example
plain       | 2001:db8::9  | ada@acme.example    | pass      | none | pass | acme.example
plain       | 203.0.113.9  | ada@acme.example    | fail      | none | fail | -
plain       | 198.51.100.7 | eve@other.example   | pass      | none | fail | -
plain       | 192.0.2.41   | x@mail.acme.example | pass      | none | pass | mail.acme.example
other's     | 198.51.100.7 | eve@other.example   | pass      | pass | fail | -
body        | 203.0.113.9  | eve@other.example   | softfail  | fail | fail | -
subject     | 203.0.113.9  | eve@other.example   | softfail  | fail | fail | -
author      | 203.0.113.9  | eve@other.example   | softfail  | fail | fail | -
second From | 192.0.2.1    | ada@acme.example    | pass      | fail | fail | -
two         | 192.0.2.1    | ada@acme.example    | pass      | none | fail | -
none        | 192.0.2.1    | ada@acme.example    | pass      | none | fail | -
below's     | 203.0.113.9  | eve@other.example   | softfail  | pass | pass | mail.acme.example
news        | 203.0.113.9  | eve@other.example   | softfail  | pass | pass | acme.example
mail        | 192.0.2.40   | x@mail.acme.example | pass      | none | pass | mail.acme.example
sub         | 198.51.100.7 | x@other.example     | pass      | none | fail | -
twice       | 192.0.2.1    | x@twice.example     | permerror | none | fail | -
bare        | 192.0.2.60   | x@bare.example      | none      | none | none | -
helo        | 192.0.2.70   |                     | pass      | none | none | -
";

#[tokio::test]
async fn who_sent_it_is_told_by_spf_dkim_and_their_alignment() {
    let w = world();
    let letters = letters(&w);
    for row in TABLE.lines().filter(|l| !l.is_empty()) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [name, client, sender, spf, dkim, dmarc, by] = cells[..] else {
            panic!("{row}");
        };
        let come = came(client, sender);
        let trust = verify(&w.resolver, &Relays::default(), &letters[name], &come).await;
        let told = [&trust.spf, &trust.dkim, &trust.dmarc];
        assert_eq!(told, [spf, dkim, dmarc], "{row}: {:?}", trust.reasons);
        assert_eq!(trust.aligned_by.as_deref().unwrap_or("-"), by, "{row}");
        assert_eq!(trust.verified_by, "self", "{row}");
        assert!(!trust.reasons.is_empty(), "{row}");
    }
}

#[tokio::test]
async fn a_policy_and_reasons_stand_in_words() {
    let w = world();
    let good = signed(&w.acme, &letter("Ada <ada@acme.example>"));
    let trust = verify(
        &w.resolver,
        &Relays::default(),
        &good,
        &came("192.0.2.1", "ada@acme.example"),
    )
    .await;
    assert_eq!(trust.policy.as_deref(), Some("reject"));
    assert_eq!(
        trust.reasons,
        [
            "SPF: 192.0.2.1 is allowed to send for acme.example",
            "DKIM: signature of acme.example (selector s1) is valid",
            "DMARC: acme.example speaks for acme.example",
        ]
    );
    let below = letter("x@news.acme.example");
    let trust = verify(
        &w.resolver,
        &Relays::default(),
        &below,
        &came("192.0.2.1", ""),
    )
    .await;
    assert_eq!(
        trust.policy.as_deref(),
        Some("quarantine"),
        "sp= is for subdomains"
    );
}

#[tokio::test]
async fn a_signature_of_the_author_s_domain_is_named_where_there_is_no_policy() {
    let free = Signer::generate("free.example", "k").unwrap();
    let (name, text) = free.dns_record();
    let resolver = Resolver::zone(&format!("{name}. TXT \"{text}\"")).unwrap();
    let raw = signed(&free, &letter("Cy <cy@free.example>"));
    let trust = verify(&resolver, &Relays::default(), &raw, &came("192.0.2.1", "")).await;
    assert_eq!(
        (trust.dkim.as_str(), trust.dmarc.as_str()),
        ("pass", "none")
    );
    assert_eq!(trust.aligned_by.as_deref(), Some("free.example"));
}

#[tokio::test]
async fn without_dns_nothing_is_proved_and_nothing_is_refused_for_good() {
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let resolver = Resolver::servers(&[silent.local_addr().unwrap()]).unwrap();
    let w = world();
    let raw = signed(&w.acme, &letter("Ada <ada@acme.example>"));
    let come = came("192.0.2.1", "ada@acme.example");
    let trust = verify(&resolver, &Relays::default(), &raw, &come).await;
    let told = [
        trust.spf.as_str(),
        trust.dkim.as_str(),
        trust.dmarc.as_str(),
    ];
    assert_eq!(told, ["temperror"; 3], "{:?}", trust.reasons);
    assert_eq!(trust.aligned_by, None);
}

#[tokio::test]
async fn a_flood_of_signatures_is_not_verified() {
    let w = world();
    let mut raw = letter("Ada <ada@acme.example>");
    for _ in 0..=SIGNATURES {
        raw = signed(&w.acme, &raw);
    }
    let trust = verify(
        &w.resolver,
        &Relays::default(),
        &raw,
        &came("203.0.113.9", ""),
    )
    .await;
    // Not verified is not signed: a flood must not keep the author's own policy from being asked.
    assert_eq!(
        (trust.dkim.as_str(), trust.dmarc.as_str()),
        ("permerror", "fail")
    );
}

/// Answers from a zone, and never about the names of one house.
async fn server_that_is_silent_about(house: &str, zone: &str) -> Resolver {
    use mail_auth::hickory_resolver::proto::op::{Message as Packet, ResponseCode};
    use mail_auth::hickory_resolver::proto::rr::{RData, Record, RecordType, rdata};
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let (house, zone) = (house.to_owned(), Resolver::zone(zone).unwrap());
    tokio::spawn(async move {
        let mut buffer = [0_u8; 4096];
        while let Ok((count, client)) = socket.recv_from(&mut buffer).await {
            let Ok(asked) = Packet::from_vec(&buffer[..count]) else {
                continue;
            };
            let query = asked.queries[0].clone();
            let name = query.name().to_lowercase().to_ascii();
            if name.trim_end_matches('.').ends_with(&house) {
                continue;
            }
            let mut answer = Packet::response(asked.metadata.id, asked.metadata.op_code);
            answer.add_query(query.clone());
            let texts = match query.query_type() {
                RecordType::TXT => zone.txt(&name).await.unwrap(),
                _ => Vec::new(),
            };
            if texts.is_empty() {
                answer.metadata.response_code = ResponseCode::NXDomain;
            }
            for text in texts {
                let pieces = text.as_bytes().chunks(255);
                let pieces = pieces.map(|p| String::from_utf8_lossy(p).into_owned());
                let data = RData::TXT(rdata::TXT::new(pieces.collect()));
                answer.add_answer(Record::from_rdata(query.name().clone(), 60, data));
            }
            let _ = socket.send_to(&answer.to_vec().unwrap(), client).await;
        }
    });
    Resolver::servers(&[address]).unwrap()
}

#[tokio::test]
async fn a_stranger_s_silent_servers_do_not_blur_what_the_author_s_domain_says() {
    let w = world();
    let (name, text) = w.acme.dns_record();
    let zone = format!(
        "_dmarc.acme.example. TXT \"v=DMARC1; p=reject\"\n{name}. TXT \"{text}\"\n\
         acme.example. TXT \"v=spf1 -all\"\nopen.example. TXT \"v=spf1 +all\"\n"
    );
    let eve = Signer::generate("eve.test", "s1").unwrap();
    let plain = letter("Ada <ada@acme.example>");
    let forged = signed(&eve, &plain);
    let genuine = signed(&eve, &signed(&w.acme, &plain));
    // Eve's key does not come, or her envelope's record, or the policy of a domain that SPF passes for.
    for (raw, mail_from, dmarc) in [
        (&forged, "eve@open.example", "fail"),
        (&plain, "eve@eve.test", "fail"),
        (&forged, "eve@eve.test", "fail"),
        (&genuine, "eve@eve.test", "pass"),
    ] {
        let resolver = server_that_is_silent_about("eve.test", &zone).await;
        let come = came("203.0.113.9", mail_from);
        let trust = verify(&resolver, &Relays::default(), raw, &come).await;
        assert_eq!(trust.dmarc, dmarc, "{mail_from}: {:?}", trust.reasons);
    }
}

#[tokio::test]
async fn an_exists_mechanism_without_an_answer_proves_nothing() {
    let zone = "e.example. TXT \"v=spf1 exists:%{i}._spf.e.example -all\"\n192.0.2.5._spf.e.example. A 127.0.0.2\n";
    let resolver = Resolver::zone(zone).unwrap();
    for (client, passes) in [("192.0.2.5", true), ("192.0.2.6", false)] {
        let raw = letter("x@e.example");
        let trust = verify(
            &resolver,
            &Relays::default(),
            &raw,
            &came(client, "x@e.example"),
        )
        .await;
        assert_eq!(trust.spf == "pass", passes, "{client}: {:?}", trust.reasons);
    }
}

#[test]
fn networks_hold_what_shares_their_first_bits() {
    let rows = [
        ("192.0.2.0/24", "192.0.2.255", true),
        ("192.0.2.0/24", "192.0.3.0", false),
        ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.8", false),
        ("0.0.0.0/0", "203.0.113.1", true),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false),
        ("::/0", "192.0.2.1", false),
    ];
    for (network, address, held) in rows {
        let network: Network = network.parse().unwrap();
        assert_eq!(
            network.contains(address.parse().unwrap()),
            held,
            "{network:?} {address}"
        );
    }
    for broken in ["", "192.0.2.0/33", "::/129", "host.example", "192.0.2.0/x"] {
        assert!(broken.parse::<Network>().is_err(), "{broken}");
    }
}

#[tokio::test]
async fn a_key_survives_its_pem_and_an_rsa_key_signs_too() {
    let first = Signer::generate("acme.example", "s1").unwrap();
    let again = Signer::from_pem("acme.example", "s1", &first.to_pem()).unwrap();
    assert_eq!(first.dns_record(), again.dns_record());
    let rsa = Signer::from_pem("acme.example", "r1", RSA).unwrap();
    let (name, text) = rsa.dns_record();
    assert!(text.starts_with("v=DKIM1; k=rsa; p=MII"), "{text}");
    let resolver = Resolver::zone(&format!("{name}. TXT \"{text}\"")).unwrap();
    let raw = signed(&rsa, &letter("Ada <ada@acme.example>"));
    let trust = verify(&resolver, &Relays::default(), &raw, &came("192.0.2.1", "")).await;
    assert_eq!(trust.dkim, "pass", "{:?}", trust.reasons);
    assert!(Signer::from_pem("acme.example", "s1", "no key").is_err());
}

/// A key made for this test alone.
const RSA: &str = "-----BEGIN PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDspeSQQsYvdTah
R7y+rDC1itczY/mMvKO15w1ULiVUJLBC+pB3U08jmC1ASbpmQ7FIwD0ncoVFLvXJ
68/tESu44mV1cl68kkevhmJcksZm5XqCsh4YpcpsIz6RUNMhK2te2W26USTgUuUF
b3r8ZsaQANPzTAu8i06B0MiB1EBjKvQiVn27xeFUadRBotzj297RbeHw/GMrzESk
fONrjov7WTqWBQ0ZRG2+Zd6uiF7xjoGw8HTxSLhjsOiEYjKu4+v9PC6Dj5cTix7t
iSixZ2B0aahDpXsSXiu7PuDopEFgQ4mDU4v+URDh0aM4FwYgNuUlX9lHYNw0Z6V/
PPt1l8eBAgMBAAECggEAEx6oI9uxRX5T5p30Kvegi9pm3rkSHYPUOksrsYR08aJx
N0glSe7KMxcFeO88By0q8rTNfBVtnRRZOXI6/21mue5Ywi92ZgfvkMfrxIz7SK77
wfmAIv+qJiiG0pjUJhbq+uPYULhjoVgxNso2BpSLMHFQrpSTUi1zL1veB1dNyHU1
Mc9F1SoMiryUtqI+9f+lqKr5zCQdiVpKZUFsP7FOzBVZ435y0dMGllObJaRlDjPR
8hwjBeuP4OYMjQm1ClmIN/9hTCIxXIyORo0B7/dWGNx69GGbsnkr9lqI1219XODz
M2Y1trwWKkOTRtdGDgWRVBfKtoXK9s3xQzX2OvpavQKBgQD72pC3y++reclAY33k
BLBxIl9aWFav03PYMLLGlZ0G7vJ65QfialDaCcuDG5IQNwJwlyjKFcLORxhO0w0r
iQqQRlG7FR4BwUhGQ36A7r1QRReqcM9lwCcWaaW7bIV+ISAlsdWpJZVZ4pGskuKE
RHMpVB5kf9YTP9dDzIkPykbcbwKBgQDwiz45XptJ+hh1KB45HR8qLOxG8zTTIpdi
Xp9Am3bjBF5WckQTzUXYMmTQawA7v2NNfXfvmtqtac+AWrqy7HsyvRNKT6vFDYPV
d9fd6S8cy0LqfcQLvpF410FKIlKmUSgfxsl/Av+l3XeulmJYgc7ij2aMTzqmT0S2
7WLFq8VzDwKBgBGEG/iMeHjGmZae1Myc/uB/cX5JEo5b+HyatnRVR3yJ9ddSQoAe
wMzJTZwquLfj+4l1GeMkLE5IZ4pj51CV0WRDX7/RMisRFEO+wfeZoxUIGSNDgUkk
WhOW+W3VmFszVpcIjUGcWYzM0zDbbmGgmRnQveRjd7ITCJewi//LI66FAoGAXDEh
8h7+aYX/JbfwjXdJ4IJDNJY2Is3ZM4yMgNiU4kFkXsGAsg40vL3jwbWg60VZK/Pw
qdayBVDOhKVBdR4JwdKRuCN89BNP+drq01RyCBknVnRJVS7+1k+56E3rW28zb6pi
w9lEXi/ZlQJyQvXNcyv+47viAKfU8D9fYd+J16UCgYANIrP0VUFuGf2bLUEkfU4v
ED7sxps1rvk8KSLZ1wCOJ0Ylk3iSe4y3kts6qVA9663PAugGgNdpnyleS+jNAF6T
dHUfjG0sZpTPvf1RX0wEPRbt07n3h6z4Ge1c1hiaJyftwFcf2n9S07xxcC5ODyfG
CbjSerO2GRH571mp6If1/A==
-----END PRIVATE KEY-----
";
