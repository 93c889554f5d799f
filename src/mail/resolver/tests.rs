//! Zones and what they answer.

use super::*;
use proptest::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

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

/// A name server that answers every question with this code, or not at all; counts the questions.
async fn name_server(code: Option<u8>) -> (Resolver, Arc<AtomicU32>) {
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let resolver = Resolver::servers(&[socket.local_addr().unwrap()]).unwrap();
    let asked = Arc::new(AtomicU32::new(0));
    let counter = asked.clone();
    tokio::spawn(async move {
        let mut packet = [0; 1500];
        while let Ok((length, client)) = socket.recv_from(&mut packet).await {
            counter.fetch_add(1, Ordering::Relaxed);
            let Some(code) = code else { continue };
            // A response without records; what was asked is repeated, extensions are not (RFC 1035 §4.1.1).
            let end = 12 + packet[12..length].iter().position(|b| *b == 0).unwrap() + 5;
            packet[2] |= 0x80;
            packet[3] = 0x80 | code;
            packet[6..12].fill(0);
            socket.send_to(&packet[..end], client).await.unwrap();
        }
    });
    (resolver, asked)
}

#[tokio::test]
async fn a_flood_of_the_same_question_is_asked_once_and_its_absence_kept() {
    let (resolver, asked) = name_server(Some(3)).await;
    let question = Question::Txt("_dmarc.acme.example.".to_owned());
    let mut flood = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (resolver, question) = (resolver.clone(), question.clone());
        flood.spawn(async move { resolver.ask(&question).await });
    }
    while let Some(answer) = flood.join_next().await {
        assert_eq!(answer.unwrap(), Answer::Absent);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert!(
        resolver
            .txt("_dmarc.acme.example")
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_failure_of_a_server_is_kept_too() {
    let (resolver, asked) = name_server(Some(2)).await;
    assert!(
        resolver
            .txt("acme.example")
            .await
            .unwrap_err()
            .is_transient()
    );
    let before = asked.load(Ordering::Relaxed);
    for _ in 0..5 {
        assert!(resolver.txt("acme.example").await.is_err());
    }
    assert_eq!(asked.load(Ordering::Relaxed), before);
}

#[tokio::test]
async fn nobody_is_asked_for_a_while_once_nothing_answers() {
    let (resolver, asked) = name_server(None).await;
    let questions: Vec<_> = (0..cache::UNANSWERED)
        .map(|i| Question::Txt(format!("n{i}.example.")))
        .collect();
    let mut first = tokio::task::JoinSet::new();
    for question in questions {
        let resolver = resolver.clone();
        first.spawn(async move { resolver.ask(&question).await });
    }
    while let Some(answer) = first.join_next().await {
        assert_eq!(answer.unwrap(), Answer::Failed);
    }
    let before = asked.load(Ordering::Relaxed);
    assert!(resolver.mx("another.example").await.is_err());
    assert_eq!(asked.load(Ordering::Relaxed), before, "silence");
}

proptest! {
    #[test]
    fn a_zone_file_of_any_bytes_is_read_or_refused(text in "[ -~\n\t\"();$\\\\]{0,300}") {
        let _ = Resolver::zone(&text);
    }
}
