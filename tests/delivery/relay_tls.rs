//! The way to a relay under TLS and signed in, against our own submission listener.

use crate::common::databases;
use crate::common::workspace::Desk;
use rapport::delivery::{Outbound, Parcel, Patience, Refusal, Transport};
use rapport::smtp::{self, Bounds, Certificate, Config, Limits};
use tokio_util::sync::CancellationToken;

fn parcel() -> Parcel {
    Parcel {
        name: "w1-7".to_owned(),
        from: "mia@studio.example".to_owned(),
        to: "acme@crm.example".to_owned(),
        message: b"From: mia@studio.example\r\nMessage-ID: <t1@studio.example>\r\n\r\nHello.\r\n"
            .to_vec(),
    }
}

#[tokio::test]
async fn a_relay_is_signed_in_to_under_tls_that_was_checked_and_else_gets_nothing() {
    let place = databases().await.remove(0);
    let desk = Desk::open(&place).await;
    let folder = place.folder.path();
    let config = Config {
        host_name: "localhost".to_owned(),
        mail_domain: "crm.example".to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        submission_listen: Some("127.0.0.1:0".parse().unwrap()),
        certificate: Certificate::SelfSigned {
            folder: folder.to_owned(),
        },
        folder: folder.to_owned(),
        limits: Limits::default(),
        bounds: Bounds::default(),
    };
    let shutdown = CancellationToken::new();
    let registry = desk.store.registry.clone();
    let running = smtp::serve(config, registry, shutdown.clone())
        .await
        .unwrap();
    let port = running.submission_address.unwrap().port();
    let certificate = folder.join("tls-certificate.pem");
    let spool = desk.store.registry.spool();
    let certificate = certificate.display();
    let account = "mia%40studio.example";
    for (text, expected) in [
        (
            format!("smtp://{account}:correct%20horse@localhost:{port}?ca={certificate}"),
            None,
        ),
        (
            format!("smtp://{account}:wrong@localhost:{port}?ca={certificate}"),
            Some("535"),
        ),
        (
            format!("smtp://{account}:correct%20horse@localhost:{port}"),
            Some("certificate"),
        ),
        (format!("smtp://localhost:{port}"), Some("530")),
    ] {
        let outbound = Outbound::parse(&text).unwrap();
        let way = Transport::open(outbound, "localhost", Patience::default()).unwrap();
        let result = way.send(&parcel()).await;
        match (&result, expected) {
            (Ok(_), None) => {}
            (Err(Refusal::Shut(words)), Some(expected)) => {
                let found = words.to_lowercase();
                assert!(found.contains(&expected.to_lowercase()), "{text}: {words}");
            }
            _ => panic!("{text}: {result:?}"),
        }
        way.close().await;
    }
    let kept = spool
        .arrivals(desk.id, i64::MAX, 10, i64::MAX)
        .await
        .unwrap();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].envelope.tls, "under TLS");
    assert_eq!(
        kept[0].envelope.authenticated.as_deref(),
        Some("mia@studio.example")
    );
    shutdown.cancel();
    running.finished().await;
}
