//! Zones and what they answer.

use super::*;
use proptest::prelude::*;

const ZONE: &str = r#"
$ORIGIN acme.example.
$TTL 1h
@        3600 IN MX 20 backup
         MX 10 mx.acme.example. ; the first
@        IN TXT "v=spf1 ip4:192.0.2.0/24 " "-all"
mx       A 192.0.2.1
mx       AAAA 2001:db8::1
mail     CNAME mx
loop     CNAME loop
s1._domainkey TXT ( "v=DKIM1; k=ed25519; "   ; in two pieces
                    "p=abc\"def" )
plain    IN 60 TXT unquoted
$ORIGIN 2.0.192.in-addr.arpa.
1        PTR mx.acme.example.
"#;

#[tokio::test]
async fn a_zone_answers_for_its_names_and_for_no_other() {
    let zone = Resolver::zone(ZONE).unwrap();
    assert_eq!(
        zone.mx("ACME.example").await.unwrap(),
        [
            (10, "mx.acme.example.".to_owned()),
            (20, "backup.acme.example.".to_owned())
        ]
    );
    let cases: &[(&str, &[&str])] = &[
        ("acme.example", &["v=spf1 ip4:192.0.2.0/24 -all"]),
        (
            "s1._domainkey.acme.example.",
            &["v=DKIM1; k=ed25519; p=abc\"def"],
        ),
        ("plain.acme.example", &["unquoted"]),
        ("mx.acme.example", &[]),
        ("example", &[]),
        ("_dmarc.com", &[]),
    ];
    for (name, texts) in cases {
        assert_eq!(zone.txt(name).await.unwrap(), *texts, "{name}");
    }
    let both: Vec<IpAddr> = vec!["192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap()];
    assert_eq!(zone.addresses("mail.acme.example").await.unwrap(), both);
    assert!(
        zone.addresses("loop.acme.example")
            .await
            .unwrap()
            .is_empty()
    );
    let client = Question::Ptr("192.0.2.1".parse().unwrap());
    assert_eq!(
        zone.ask(&client).await,
        Answer::Ptr(vec!["mx.acme.example.".to_owned()])
    );
}

#[test]
fn a_broken_zone_names_its_line() {
    let cases = [
        ("a.example. A 192.0.2", "line 1"),
        (
            "a.example. A 192.0.2.1\n\n b.example. MX ten mx\n",
            "line 3",
        ),
        ("a.example. TXT \"open", "line 1"),
        ("$INCLUDE other", "line 1"),
        (" A 192.0.2.1", "line 1"),
        ("a.example. WKS x", "WKS"),
    ];
    for (text, told) in cases {
        let Err(error) = Resolver::zone(text) else {
            panic!("{text} was taken");
        };
        assert!(error.message.contains(told), "{text}: {}", error.message);
    }
}

proptest! {
    #[test]
    fn a_zone_file_of_any_bytes_is_read_or_refused(text in "[ -~\n\t\"();$\\\\]{0,300}") {
        let _ = Resolver::zone(&text);
    }
}
