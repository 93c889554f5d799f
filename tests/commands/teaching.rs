//! What `file` teaches, filing knows: the next mail goes where the last one was moved.

use crate::common::databases;
use crate::common::workspace::{Desk, NOON, mail};
use rapport::commands::reply::text;
use rapport::commands::{Actor, Confirmation, Cx, Door, Proof, Said, run};
use rapport::domain::member_settings::MemberSettings;
use rapport::store::registry::Role;

const MIA: &str = "Mia Laine <mia@studio.example>";

/// Mia forwards a letter of somebody to her intake address.
fn forward(number: u32, original: &str) -> String {
    let body = format!(
        "---------- Forwarded message ---------\nFrom: {original}\nDate: Mon, 9 Nov 2026 at 13:45\n\
         Subject: Signs {number}\nTo: Mia Laine <mia@studio.example>\n\n\nWe need {number} signs."
    );
    let subject = format!("Subject: Fwd: Signs {number}\n");
    let id = format!("{number}@studio.example");
    mail(MIA, "log.m7a2x4@crm.example", &id, &subject, &body)
}

async fn say(desk: &Desk, line: &str) -> String {
    let members = desk.store.registry.members(desk.id).await.unwrap();
    let mia = members.into_iter().find(|m| m.role == Role::Owner).unwrap();
    let said = Said {
        workspace_id: desk.id,
        actor: Actor {
            member_id: mia.account.id,
            email: mia.account.email,
            name: mia.account.name,
            role: mia.role,
        },
        proof: Proof::Machine,
        door: Door::CommandLine,
        now_us: NOON,
        mail_domain: "crm.example".to_owned(),
    };
    let mut cx = Cx::new(said, MemberSettings::default());
    cx.confirmation = Confirmation::Given;
    text::render(&run(&desk.store, &cx, line).await.unwrap(), 80)
}

#[tokio::test]
async fn the_next_mail_of_an_author_goes_where_the_last_was_moved() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let member = Some("mia@studio.example");
        let intake = &["log.m7a2x4"];
        let steps = [
            (forward(1, "Ada Byron <ada@northwind.example>"), ""),
            (
                forward(2, "A. Byron <ada.private@home.example>"),
                "file #i2: ada@northwind.example",
            ),
            (forward(3, "A. Byron <ada.private@home.example>"), ""),
            (
                forward(4, "<info@brewery.example>"),
                "file #i4: Bob Stone <bob@brewery.example>",
            ),
            (forward(5, "<info@brewery.example>"), ""),
        ];
        for (raw, line) in steps {
            desk.spool(member, intake, &raw).await;
            desk.file().await;
            if !line.is_empty() {
                let shown = say(&desk, line).await;
                assert!(shown.contains("from now on"), "{shown}");
            }
        }
        let filed = desk.interactions().await;
        let with: Vec<&str> = filed
            .iter()
            .map(|line| line.rsplit(' ').next().unwrap())
            .collect();
        assert_eq!(
            with,
            [
                "author:ada@northwind.example",
                "author:ada@northwind.example",
                "author:ada@northwind.example",
                "author:bob@brewery.example",
                "author:bob@brewery.example",
            ],
            "{filed:#?} on {}",
            place.name
        );
        assert!(
            filed.iter().all(|line| line.starts_with("filed ")),
            "{filed:#?}"
        );
    }
}

#[tokio::test]
async fn a_contact_that_a_command_made_takes_mail_at_its_own_address() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let first = forward(1, "<info@brewery.example>");
        desk.spool(Some("mia@studio.example"), &["log.m7a2x4"], &first)
            .await;
        desk.file().await;
        say(&desk, "file #i1: Bob Stone <bob@brewery.example>").await;
        let capture = desk.capture("bob@brewery.example").await;
        assert!(capture.starts_with("bob."), "{capture}");
        let to = format!("{capture}@crm.example");
        let raw = mail(
            "Eve <eve@else.example>",
            &to,
            "2@else.example",
            "Subject: Hello\n",
            "Hello Bob",
        );
        desk.spool(None, &[&capture], &raw).await;
        desk.file().await;
        let shown = say(&desk, "timeline bob").await;
        assert!(
            shown.starts_with("#c1 Bob Stone\n") && shown.contains("from eve@else.example"),
            "{shown}"
        );
        assert!(
            say(&desk, "find hello bob")
                .await
                .contains("eve@else.example")
        );
        let why = say(&desk, "why #i2").await;
        assert!(
            why.contains("It was sent to the contact's own address"),
            "{why}"
        );
    }
}

#[tokio::test]
async fn mail_of_a_deleted_contact_and_to_an_old_address_is_never_lost() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let first = forward(1, "Ada Byron <ada@northwind.example>");
        desk.spool(Some("mia@studio.example"), &["log.m7a2x4"], &first)
            .await;
        desk.file().await;
        let old = desk.capture("ada@northwind.example").await;
        say(&desk, "rotate #c1").await;
        let new = desk.capture("ada@northwind.example").await;
        assert_ne!(old, new);
        let shown = say(&desk, "delete #c1").await;
        assert!(shown.contains("Deleted #c1 Ada Byron"), "{shown}");
        desk.pass(60);
        for (number, capture) in [(2, &old), (3, &new)] {
            let raw = mail(
                "Ada Byron <ada@northwind.example>",
                &format!("{capture}@crm.example"),
                &format!("{number}@northwind.example"),
                "Subject: Again\n",
                &format!("It is me, {number}"),
            );
            desk.spool(None, &[capture], &raw).await;
            desk.file().await;
        }
        let filed = desk.interactions().await;
        let with_ada = filed
            .iter()
            .filter(|line| line.ends_with("author:ada@northwind.example"));
        assert_eq!(with_ada.count(), 3, "{filed:#?}");
        let shown = say(&desk, "list deleted").await;
        assert!(shown.contains("wrote again on 10 Nov"), "{shown}");
        let shown = say(&desk, "restore #c1\ntimeline #c1").await;
        assert!(shown.contains("#i2") && shown.contains("#i3"), "{shown}");
    }
}
