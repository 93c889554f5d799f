//! A workspace in which everything has happened that can: mail, files, commands, undo, merges, settings.

use crate::common::Place;
use crate::common::workspace::{Desk, NOON, mail};
use rapport::commands::reply::text;
use rapport::commands::{Actor, Cx, Door, Proof, Said, Verdict, run};
use rapport::domain::member_settings::MemberSettings;
use rapport::on;
use rapport::store::registry::{AddressLine, Envelope, Role};
use rapport::store::workspace::suppression::{self, SuppressionReason};
use rapport::store::workspace::transfer::{Shape, insert};
use rapport::transfer::{Form, Mode, Report, Roll, Watch, bring};
use serde_json::json;

const MIA: &str = "Mia Laine <mia@studio.example>";
const SIGNED_IN: Option<&str> = Some("mia@studio.example");

/// A workspace that was lived in.
pub async fn lived_in(place: &Place) -> Desk {
    let desk = Desk::open(place).await;
    letters(&desk).await;
    commands(&desk).await;
    by_hand(&desk).await;
    desk
}

pub async fn letters(desk: &Desk) {
    for (number, (name, address)) in [
        ("Ada Byron", "ada@northwind.example"),
        ("Ada B.", "ada.byron@mail.example"),
        ("Łukasz Größe", "lukasz@lodz.example"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = format!(
            "---------- Forwarded message ---------\nFrom: {name} <{address}>\nDate: Mon, 9 Nov 2026 at 13:45\n\
             Subject: Pier {number}\nTo: {MIA}\n\n\nWe need sixty signs.\n\n{name}"
        );
        let headers = format!("Subject: Fwd: Pier {number}\n");
        let raw = mail(
            MIA,
            "log.m7a2x4@crm.example",
            &format!("f{number}@studio.example"),
            &headers,
            &body,
        );
        desk.spool(SIGNED_IN, &["log.m7a2x4"], &raw).await;
    }
    let file = "From: Mia Laine <mia@studio.example>\nTo: ada@northwind.example\nMessage-ID: <file@studio.example>\n\
        Date: Tue, 10 Nov 2026 11:30:00 +0000\nSubject: The plan\nMIME-Version: 1.0\n\
        Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHere is the plan.\nFrom here on it is ours.\n\
        --b\nContent-Type: text/plain; name=\"../plan=1.txt\"\nContent-Disposition: attachment; filename=\"../plan=1.txt\"\n\n\
        From the beginning\n--b--\n";
    desk.spool(SIGNED_IN, &["log.m7a2x4"], file).await;
    // Bytes as they are: LF alone, no end of line, lines that look like the beginning of a message.
    let bare = b"From: Stranger <who@else.example>\nTo: acme@crm.example\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\
        Message-ID: <bare@else.example>\n\n>From me\n>>From you\nFrom whom\n\nno end of line";
    desk.spool_bytes(&Envelope::default(), &["acme"], bare.to_vec())
        .await;
    // Nothing proves that this is Jon.
    let held = mail(
        "Jon <jon@studio.example>",
        "log.j9k3w6@crm.example",
        "held@x.example",
        "Subject: =1+1\n",
        "note: x",
    );
    desk.spool(None, &["log.j9k3w6"], &held).await;
    desk.file().await;
    let body = "@ada-byron:\nnote: prefers mornings\nnext action: call her Friday\n\nShe said so.";
    let asking = mail(
        MIA,
        "log.m7a2x4@crm.example",
        "ask@studio.example",
        "Subject: Ada\n",
        body,
    );
    desk.spool(SIGNED_IN, &["log.m7a2x4"], &asking).await;
    desk.file().await;
}

pub async fn cx(desk: &Desk) -> Cx {
    let members = desk.store.registry.members(desk.id).await.unwrap();
    let mia = members
        .into_iter()
        .find(|m| m.account.email == "mia@studio.example")
        .unwrap();
    let said = Said {
        workspace_id: desk.id,
        actor: Actor {
            member_id: mia.account.id,
            email: mia.account.email,
            name: None,
            role: Role::Owner,
        },
        proof: Proof::Machine,
        door: Door::CommandLine,
        now_us: NOON + 1_000_000,
        mail_domain: "crm.example".to_owned(),
    };
    Cx::new(said, MemberSettings::default())
}

/// Says a line that is done, and gives the answer.
pub async fn say(desk: &Desk, line: &str) -> String {
    let replies = run(&desk.store, &cx(desk).await, line).await.unwrap();
    let shown = text::render(&replies, 100);
    assert!(
        replies.iter().all(|r| r.verdict != Verdict::Refused),
        "{line}: {shown}"
    );
    shown
}

async fn commands(desk: &Desk) {
    for line in [
        "tag #c1: vip, =cmd",
        "set #c1 birthday: 10 December 1985",
        "set #c1 shoe size: 42",
        "phone #c1: +358 40 1234567",
        "title #c1: Countess",
        "company #c1: Northwind Oy",
        "status #c1: qualified",
        "score #c1: 80",
        "keep in touch #c1: 30 days",
        "assign #c1: jon@studio.example",
        "paid #c1: 25 EUR on 3 Nov",
        "remind me to ring the bell tomorrow",
        "next #c3: send the plan every monday",
        "new: Bob Nobody",
        "tag #c3: gone",
        "rotate #c3",
        "my zone: Europe/Helsinki",
        "note #c3: undone soon",
    ] {
        say(desk, line).await;
    }
    say(desk, "undo").await;
    let asked = say(desk, "merge #c1: #c2").await;
    confirm(desk, &asked).await;
    let asked = say(desk, "delete #c4").await;
    confirm(desk, &asked).await;
    // One that still waits stays behind.
    say(desk, "delete #c3").await;
}

pub async fn confirm(desk: &Desk, asked: &str) {
    let code = asked.split("confirm ").nth(1).map(|rest| {
        rest.chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
    });
    if let Some(code) = code.filter(|code| !code.is_empty()) {
        say(desk, &format!("confirm {code}")).await;
    }
}

/// What only a server, a chat or a bot would bring about.
async fn by_hand(desk: &Desk) {
    let member = cx(desk).await.actor.member_id;
    let mut tx = desk.write().await;
    let rows = [
        (
            "contact_chat",
            json!({"bot_id": 77, "chat_id": 5, "contact_id": 1, "username": "ada", "first_at": 1, "last_at": 2, "message_count": 3}),
        ),
        ("chat_done", json!({"bot_id": 77, "update_id": 9, "at": 4})),
        (
            "broadcast",
            json!({"id": 1, "member_id": member, "text": "hello", "audience": 1, "state": "stopped", "created_at": 5}),
        ),
        (
            "chat_message",
            json!({"id": 1, "kind": "relay_out", "state": "sent", "chat_id": 5, "body": "{}", "due_at": 1, "attempts": 0, "pieces": 1, "created_at": 1, "member_id": member}),
        ),
        (
            "member_digest",
            json!({"member_id": member, "last_at": 7, "told_id": 2}),
        ),
        (
            "relayed",
            json!({"outside_key": "a", "inside_key": "b", "outside_id": "c", "inside_id": "d", "contact_id": 1, "interaction_id": 1, "created_at": 1}),
        ),
        (
            "member_chat",
            json!({"member_id": member, "user_id": 4, "chat_id": 4, "linked_at": 1}),
        ),
        (
            "confirmation_miss",
            json!({"id": 1, "member_id": member, "at": 1}),
        ),
        (
            "journal",
            json!({"id": 9000, "at": 1, "member_id": member, "door": "chat", "proof": "chat", "verb": "connect bot", "subject": "#b77",
            "before": "{}", "after": "{}", "batch": 0, "line": 0,
            "changes": "[{\"table\":\"channel_bot\",\"key\":[77],\"before\":null,\"after\":{\"sealed\":\"SECRET\"}}]"}),
        ),
    ];
    for (table, row) in rows {
        let shape = Shape::of(table).unwrap();
        let cells = shape.cells(row.as_object().unwrap()).unwrap();
        insert(&mut tx, shape, &[cells]).await.unwrap();
    }
    on!(&mut tx, c => sqlx::query(
        "insert into channel_bot (id, username, sealed, greeting, connected_at) values (77, 'acme_bot', 'SECRET', null, 1)")
        .execute(c).await.map(drop).unwrap());
    on!(&mut tx, c => sqlx::query("update workspace set settings = '{\"own_domains\":[\"studio.example\"]}'")
        .execute(c).await.map(drop).unwrap());
    on!(&mut tx, c => sqlx::query("insert into setting (name, value) values ('own domains', 'daughter.example')")
        .execute(c).await.map(drop).unwrap());
    let image = vec![0x89, 0, 0xff];
    on!(&mut tx, c => sqlx::query("insert into logo (id, image, set_at) values (1, $1, 7)")
        .bind(&image).execute(c).await.map(drop).unwrap());
    on!(&mut tx, c => sqlx::query("insert into member_address (address, member_id) select 'mia@home.example', min(id) from member")
        .execute(c).await.map(drop).unwrap());
    let key = desk.store.registry.key();
    for address in ["lukasz@lodz.example", "nobody@else.example"] {
        let hash = key.suppression_hash(address);
        suppression::add(&mut tx, &hash, SuppressionReason::Asked, None, 8)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// Every address, but for whose it is.
pub async fn addresses(desk: &Desk, id: i64) -> Vec<AddressLine> {
    desk.store
        .registry
        .address_lines(id, "", 1_000)
        .await
        .unwrap()
}

/// Has the workspace know its members, as the first thing that any of them does.
pub async fn known_members(desk: &Desk) {
    let to = "log.m7a2x4@crm.example";
    let note = mail(MIA, to, "first@studio.example", "Subject: x\n", "One.");
    desk.spool(SIGNED_IN, &["log.m7a2x4"], &note).await;
    desk.file().await;
}

/// A spreadsheet.
pub fn sheet(text: &str) -> Roll {
    Roll::of_bytes(text.as_bytes(), Form::Table).unwrap()
}

/// Brings all people of a file in, or looks at them.
pub async fn brought(desk: &Desk, roll: &Roll, mode: Mode) -> Report {
    let (cx, watch) = (cx(desk).await, Watch::default());
    let bringing = bring(&desk.store, &cx, roll, mode, &watch);
    let (report, ended) = crate::on_any_thread(bringing).await;
    ended.unwrap();
    report
}
