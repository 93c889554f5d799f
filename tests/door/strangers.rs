//! What strangers try who hold a copy of a member's mail, or know an address that they should not.

use crate::common::databases;
use crate::common::workspace::{Desk, mail};
use crate::{ADA, MIA, SIGNED_IN, meet_ada, mia_writes, notes};
use rapport::mail::resolver::Resolver;
use rapport::mail::sign::Signer;
use rapport::store::registry::Envelope;
use std::sync::Arc;

const SERVER: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.9";

/// A desk that believes the servers and signatures of Mia's domain.
async fn believing(mut desk: Desk) -> (Desk, Signer) {
    let signer = Signer::generate("studio.example", "one").unwrap();
    let (name, value) = signer.dns_record();
    let zone = format!(
        "studio.example. TXT \"v=spf1 ip4:{SERVER} -all\"\n_dmarc.studio.example. TXT \"v=DMARC1; p=reject\"\n\
         {name}. TXT \"{value}\"\n"
    );
    desk.lanes.resolver = Arc::new(Resolver::zone(&zone).unwrap());
    (desk, signer)
}

fn came(client: &str, mail_from: &str) -> Envelope {
    Envelope {
        mail_from: mail_from.to_owned(),
        client_ip: Some(client.parse().unwrap()),
        helo: "mail.example".to_owned(),
        ..Envelope::default()
    }
}

fn signed(signer: &Signer, raw: &str) -> Vec<u8> {
    let raw = raw.replace('\n', "\r\n").into_bytes();
    let mut whole = signer.sign(&raw).unwrap();
    if !whole.ends_with(&raw) {
        whole.extend(raw);
    }
    whole
}

async fn kinds(desk: &Desk) -> Vec<String> {
    let sent = desk.outbox().await;
    sent.iter()
        .map(|p| format!("{} {}", p.kind, p.to))
        .collect()
}

#[tokio::test]
async fn a_copy_of_a_signed_mail_that_is_sent_on_to_an_address_of_ours_commands_nothing() {
    for place in databases().await {
        let (desk, signer) = believing(Desk::open(&place).await).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let tagged = |tag: &str| format!("{capture}+tag.{tag}");
        let elsewhere = "Carol <carol@far.example>";
        let visible = |tag: &str| format!("{}@crm.example", tagged(tag));
        let cases = [
            ("a copy", elsewhere.to_owned(), "copy", ELSEWHERE, "", false),
            (
                "sent by herself",
                elsewhere.to_owned(),
                "own",
                SERVER,
                "",
                true,
            ),
            (
                "to that very address",
                visible("seen"),
                "seen",
                ELSEWHERE,
                "",
                true,
            ),
            (
                "with one To line more",
                elsewhere.to_owned(),
                "more",
                ELSEWHERE,
                "more",
                false,
            ),
        ];
        for (name, to, tag, client, added, expected) in cases {
            let id = format!("{tag}@studio.example");
            let raw = signed(&signer, &mail(MIA, &to, &id, "Subject: x\n", "Hello"));
            let raw = match added {
                "" => raw,
                tag => [format!("To: {}\r\n", visible(tag)).as_bytes(), &raw].concat(),
            };
            let envelope = came(client, "mia@studio.example");
            desk.spool_bytes(&envelope, &[&tagged(tag)], raw).await;
            desk.file().await;
            let tags = desk.column("select tag from contact_tag").await;
            assert_eq!(
                tags.contains(&tag.to_owned()),
                expected,
                "{name}: {tags:?} on {}",
                place.name
            );
        }
    }
}

#[tokio::test]
async fn a_copy_of_a_signed_mail_goes_to_no_contact() {
    for place in databases().await {
        let (desk, signer) = believing(Desk::open(&place).await).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let headers = format!("Cc: {capture}@crm.example\nSubject: x\n");
        let raw = mail(
            MIA,
            "Carol <carol@far.example>",
            "1@studio.example",
            &headers,
            "Mine",
        );
        let raw = signed(&signer, &raw);
        desk.spool_bytes(&came(ELSEWHERE, "eve@evil.example"), &[&capture], raw)
            .await;
        desk.file().await;
        assert_eq!(
            kinds(&desk).await,
            ["ack mia@studio.example"],
            "{}",
            place.name
        );
        assert!(desk.outbox().await[0].message.body.contains("Not sent"));
    }
}

#[tokio::test]
async fn nobody_makes_a_letter_go_twice_by_the_tag_that_releases_it() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let ours = format!("{capture}@crm.example");
        let raw = mail(MIA, &ours, "1@studio.example", "Subject: x\n", "Hello Ada");
        let released = format!("{capture}+send");
        let over_a_connection = Envelope {
            authenticated: SIGNED_IN.map(str::to_owned),
            ..came(SERVER, "mia@studio.example")
        };
        desk.spool(SIGNED_IN, &[&capture], &raw).await;
        desk.file().await;
        let bytes = raw.replace('\n', "\r\n").into_bytes();
        desk.spool_bytes(&over_a_connection, &[&released], bytes)
            .await;
        // As after a crash between the spool and the commit of a confirmation.
        desk.spool(SIGNED_IN, &[&released], &raw).await;
        desk.file().await;
        let out = kinds(&desk).await;
        let out = out.iter().filter(|k| k.starts_with("relay_out")).count();
        assert_eq!(out, 1, "{}", place.name);
    }
}

#[tokio::test]
async fn a_secret_address_alone_sends_nothing_out_and_confirms_nothing() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let ours = format!("{capture}@crm.example");
        let raw = mail(MIA, &ours, "1@studio.example", "Subject: x\n", "Hello Ada");
        desk.spool(None, &["log.m7a2x4", &capture], &raw).await;
        desk.file().await;
        assert_eq!(
            kinds(&desk).await,
            ["ack mia@studio.example"],
            "{}",
            place.name
        );
        let ack = desk.outbox().await.pop().unwrap();
        let words: Vec<&str> = ack.message.body.split_whitespace().collect();
        let words = words.join(" ");
        let (_, rest) = words.split_once("confirm ").unwrap();
        let says = format!("confirm {}", rest.chars().take(4).collect::<String>());
        let answer = |to: &str, id: &str| {
            mail(
                MIA,
                &format!("{to}@crm.example"),
                id,
                "Subject: Re: x\n",
                &says,
            )
        };
        desk.spool(
            None,
            &["log.m7a2x4"],
            &answer("log.m7a2x4", "2@studio.example"),
        )
        .await;
        desk.file().await;
        let has_gone =
            |sent: Vec<String>| sent.iter().any(|k| k == "relay_out ada@northwind.example");
        assert!(!has_gone(kinds(&desk).await), "guessed, on {}", place.name);
        desk.spool(
            None,
            &[&ack.answer_to()],
            &answer(&ack.answer_to(), "3@studio.example"),
        )
        .await;
        desk.file().await;
        assert!(has_gone(kinds(&desk).await), "confirmed, on {}", place.name);
    }
}

#[tokio::test]
async fn a_letter_to_two_contacts_reaches_both_however_servers_split_it() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        mia_writes(
            &desk,
            "log.m7a2x4",
            "n@studio.example",
            "x",
            "new: Bob Ray <bob@harbour.example>",
        )
        .await;
        let ada = desk.capture("ada@northwind.example").await;
        let bob = desk.capture("bob@harbour.example").await;
        let to = format!("{ada}@crm.example, {bob}@crm.example");
        for (id, copies) in [
            ("1@studio.example", vec![vec!["log.m7a2x4", &ada, &bob]]),
            (
                "2@studio.example",
                vec![vec!["log.m7a2x4"], vec![&ada], vec![&bob], vec![&ada, &bob]],
            ),
        ] {
            let before = kinds(&desk).await.len();
            let raw = mail(MIA, &to, id, "Subject: x\n", "Hello both");
            for recipients in copies {
                desk.spool(SIGNED_IN, &recipients, &raw).await;
                desk.file().await;
            }
            let mut out = kinds(&desk).await.split_off(before);
            out.sort();
            let expected = [
                "relay_out ada@northwind.example",
                "relay_out bob@harbour.example",
            ];
            assert_eq!(out, expected, "{id} on {}", place.name);
        }
    }
}

#[tokio::test]
async fn commands_that_others_outside_read_are_not_done_and_hold_the_letter() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let to = format!("{capture}@crm.example, carol@far.example");
        let raw = mail(
            MIA,
            &to,
            "1@studio.example",
            "Subject: x\n",
            "note: late payer\n\nHello",
        );
        desk.spool(SIGNED_IN, &[&capture], &raw).await;
        desk.file().await;
        assert_eq!(
            kinds(&desk).await,
            ["ack mia@studio.example"],
            "{}",
            place.name
        );
        assert!(notes(&desk).await.is_empty());
    }
}

#[tokio::test]
async fn forged_mails_use_up_no_codes_that_nobody_is_told() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        for number in 0..30 {
            let id = format!("{number}@evil.example");
            let raw = mail(
                MIA,
                "acme@crm.example",
                &id,
                "Subject: x\n",
                &format!("note: {number}"),
            );
            desk.spool(None, &["acme"], &raw).await;
        }
        desk.file().await;
        let codes = desk.column("select code from confirmation").await.len();
        assert_eq!(codes, desk.outbox().await.len(), "{}", place.name);
        assert_eq!(codes, 6);
    }
}

#[tokio::test]
async fn an_answer_names_the_letter_in_the_letters_that_its_program_wrote() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        meet_ada(&desk).await;
        let capture = desk.capture("ada@northwind.example").await;
        let ours = format!("{capture}@crm.example");
        let raw = mail(
            ADA,
            &ours,
            "CAbC7+xY@northwind.example",
            "Subject: x\n",
            "When?",
        );
        desk.spool(None, &[&capture], &raw).await;
        desk.file().await;
        let inside = desk.outbox().await[0].message.message_id.clone().unwrap();
        let headers = format!("Subject: Re: x\nIn-Reply-To: <{inside}>\nReferences: <{inside}>\n");
        let raw = mail(MIA, &ours, "1@studio.example", &headers, "Tuesday.");
        desk.spool(SIGNED_IN, &[&capture], &raw).await;
        desk.file().await;
        let out = desk.outbox().await.pop().unwrap();
        let text = String::from_utf8(out.raw).unwrap();
        assert!(
            text.contains("In-Reply-To: <CAbC7+xY@northwind.example>"),
            "{text}"
        );
    }
}
