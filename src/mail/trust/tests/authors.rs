//! A From line that two readers read apart must not prove one domain and show another.

use super::*;
use crate::mail;

/// From lines, and maybe lines above them, that name somebody of `acme.example` to one reader and of `other.example` to another.
const CONFUSING: [&str; 20] = [
    "boss@acme.example <eve@other.example>",
    "\"boss@acme.example\" <eve@other.example>",
    "<boss@acme.example> <eve@other.example>",
    "boss@acme.example (<eve@other.example>)",
    "(<boss@acme.example>) eve@other.example",
    "boss@acme.example, eve@other.example",
    "boss@acme.example; eve@other.example",
    "Team: boss@acme.example, eve@other.example;",
    "eve@other.example@acme.example",
    "<@other.example:boss@acme.example>",
    "\"eve@other.example\\\" <boss@acme.example>\" <eve@other.example>",
    "=?utf-8?q?boss=40acme=2Eexample?= <eve@other.example>",
    "=?utf-8?q?=3Cboss=40acme=2Eexample=3E?= <eve@other.example>",
    "eve@other.example\u{0}@acme.example",
    "boss@acme.example\u{b}<eve@other.example>",
    "boss@acme.example>\r\n <eve@other.example",
    "<boss@acme.example\r\n\t> eve@other.example",
    "eve@other.example\r\nFrom : boss@acme.example",
    "eve@other.example\r\nfrom\t: boss@acme.example",
    "eve@other.example\r\n From: boss@acme.example",
];

#[tokio::test]
async fn what_is_proved_is_the_author_that_is_shown() {
    let w = world();
    let relays = Relays::default();
    for from in CONFUSING {
        for signer in [&w.other, &w.acme] {
            let raw = signed(signer, &letter(from));
            let envelope = came("203.0.113.9", "x@evil.example");
            let trust = verify(&w.resolver, &relays, &raw, &envelope).await;
            let shown = mail::read(&raw);
            let author = shown.from.map(|m| m.key()).unwrap_or_default();
            let proved = trust.dmarc == "pass" || trust.aligned_by.is_some();
            if proved {
                assert_eq!(shown.from_count, 1, "{from:?}");
                let domain = signer.domain();
                assert!(
                    author.ends_with(&format!("@{domain}")),
                    "{from:?} shows {author}, proved by {domain}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_second_from_above_a_signed_letter_proves_nothing() {
    let w = world();
    let genuine = signed(&w.acme, &letter("Ada <ada@acme.example>"));
    for above in [
        "From: boss@acme.example\r\n",
        "From : boss@acme.example\r\n",
        "from:\tboss@acme.example\r\n",
        "From:boss@acme.example\r\n x\r\n",
    ] {
        let mut raw = above.as_bytes().to_vec();
        raw.extend_from_slice(&genuine);
        let trust = verify(
            &w.resolver,
            &Relays::default(),
            &raw,
            &came("203.0.113.9", "x@evil.example"),
        )
        .await;
        let shown = mail::read(&raw);
        let as_boss =
            shown.from.is_some_and(|m| m.key() == "boss@acme.example") && shown.from_count == 1;
        assert!(!(as_boss && trust.dmarc == "pass"), "{above:?}");
        assert!(
            shown.from_count > 1 || trust.dmarc != "pass" || !as_boss,
            "{above:?}"
        );
    }
}
