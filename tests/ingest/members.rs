//! What members send: forwards, copies of what they wrote, notes; and who only says that he is one.

use super::*;
use rapport::mail::resolver::Resolver;
use rapport::store::registry::Envelope;

#[tokio::test]
async fn what_a_member_forwards_is_its_sender_s() {
    check("once", &[ada_is_known()], &[FORWARDED]).await;
    let again = (
        NOBODY,
        INTAKE,
        forward("second@studio.example", "ADA@Northwind.example"),
    );
    check(
        "known by then",
        &[ada_is_known(), again],
        &[FORWARDED, FORWARDED],
    )
    .await;
    let role = (
        NOBODY,
        INTAKE,
        forward("r@studio.example", "Northwind <info@northwind.example>"),
    );
    let expected = "unfiled mail in forward.role_address by other:info@northwind.example";
    check("a role address", &[role], &[expected]).await;
}

#[tokio::test]
async fn a_contact_that_a_forward_makes_is_whole() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        send(&desk, &[ada_is_known()]).await;
        let contact = desk
            .column("select c.name || ', ' || o.name || ', ' || m.email from contact c join company o on o.id = c.company_id join member m on m.id = c.responsible_id")
            .await;
        assert_eq!(contact, ["Ada Byron, Northwind, mia@studio.example"]);
        let text = desk
            .column("select subject || ': ' || text || ' / ' || remark from interaction")
            .await;
        assert_eq!(text, ["Pier 4: We need sixty signs.\n\nAda / See below."]);
        let capture = desk.capture("ada@northwind.example").await;
        let route = desk.store.registry.route(&capture).await.unwrap().unwrap();
        assert_eq!(
            (route.workspace_id, route.contact_id),
            (desk.id, Some(1)),
            "{}",
            place.name
        );
        let journal = desk
            .column("select door || ' ' || proof || ' ' || verb || ' ' || subject from journal")
            .await;
        assert_eq!(journal, ["mail secret_address file #i1"]);
        let mut tx = desk.read().await;
        let found = rapport::store::workspace::search::search(&mut tx, "sixty signs", 10, 0)
            .await
            .unwrap();
        assert_eq!(found.len(), 1, "{}", place.name);
    }
}

#[tokio::test]
async fn what_a_member_wrote_is_whom_it_was_written_to() {
    let bcc = mail(
        MIA,
        ADA,
        "b1@studio.example",
        "Cc: Bob <bob@dock.example>\nSubject: Offer\n",
        "Here it is.",
    );
    let expected =
        "filed mail out sent.to by member:mia@studio.example recipient:ada@northwind.example";
    check("bcc", &[(NOBODY, INTAKE, bcc.clone())], &[expected]).await;
    let internal = mail(
        MIA,
        "Jon <jon@studio.example>, Kim <kim@studio.example>",
        "i@studio.example",
        "",
        "Lunch?",
    );
    let expected = "unfiled mail internal sent.nobody by member:mia@studio.example";
    check(
        "colleagues make no contacts",
        &[(NOBODY, INTAKE, internal)],
        &[expected],
    )
    .await;
    for place in databases().await {
        let desk = Desk::open(&place).await;
        send(&desk, &[(NOBODY, INTAKE, bcc.clone())]).await;
        assert_eq!(
            desk.column("select address || ': ' || reason from suggestion")
                .await,
            ["bob@dock.example: only in copy"]
        );
        assert_eq!(
            desk.column("select address from contact_address").await,
            ["ada@northwind.example"]
        );
    }
}

#[tokio::test]
async fn a_note_is_the_contact_s_that_it_names() {
    let note = |subject: &str, body: &str| {
        mail(
            MIA,
            "log.m7a2x4@crm.example",
            "n@studio.example",
            &format!("Subject: {subject}\n"),
            body,
        )
    };
    for (subject, body, rule) in [
        (
            "Call",
            "@ada: wants it blue",
            "filed note internal note.target",
        ),
        (
            "Call",
            "@\"Ada Byron\": wants it blue",
            "filed note internal note.target",
        ),
        (
            "Call with #c1",
            "wants it blue",
            "filed note internal note.number",
        ),
        (
            "Call",
            "ada@northwind.example wants it blue",
            "filed note internal note.address",
        ),
        (
            "Call",
            "Talked to ada byron, wants it blue",
            "filed note internal note.name",
        ),
    ] {
        let expected = format!("{rule} by member:mia@studio.example about:ada@northwind.example");
        check(
            body,
            &[ada_is_known(), (NOBODY, INTAKE, note(subject, body))],
            &[FORWARDED, &expected],
        )
        .await;
    }
    for body in [
        "Wants it blue",
        "Talked to Ada Ray",
        "@carl: blue",
        "#c77 blue",
    ] {
        let expected = "unfiled note internal note.nobody by member:mia@studio.example";
        check(
            body,
            &[ada_is_known(), (NOBODY, INTAKE, note("Call", body))],
            &[FORWARDED, expected],
        )
        .await;
    }
}

#[tokio::test]
async fn a_secret_address_makes_nobody_a_member() {
    let spy = mail(
        "Rupert <rupert@cheap.example>",
        "log.m7a2x4@crm.example",
        "s@cheap.example",
        "",
        "note: pay me",
    );
    let expected = "held mail in held.from by other:rupert@cheap.example";
    check("a stranger", &[(NOBODY, INTAKE, spy)], &[expected]).await;
    let colleague = mail(
        "Jon <jon@studio.example>",
        "log.m7a2x4@crm.example",
        "j@studio.example",
        "",
        "hello",
    );
    let expected = "held mail in held.from by other:jon@studio.example";
    check(
        "another member",
        &[(NOBODY, INTAKE, colleague)],
        &[expected],
    )
    .await;
}

#[tokio::test]
async fn to_the_plain_address_only_proof_makes_a_member() {
    let sent = mail(
        MIA,
        ADA,
        "p@studio.example",
        "Subject: Offer\n",
        "Here it is.",
    );
    let filed =
        "filed mail out sent.to by member:mia@studio.example recipient:ada@northwind.example";
    check(
        "signed in",
        &[(MIA_SIGNED_IN, PLAIN, sent.clone())],
        &[filed],
    )
    .await;
    let held = "held mail in held.unproved by other:mia@studio.example";
    check("nothing proves it", &[(NOBODY, PLAIN, sent)], &[held]).await;
    let cold = |id: &str| {
        mail(
            ADA,
            "acme@crm.example",
            id,
            "Subject: Signs\n",
            "Do you make signs?",
        )
    };
    let unfiled = "unfiled mail in author.unknown by other:ada@northwind.example";
    check(
        "a stranger",
        &[(NOBODY, PLAIN, cold("c1@northwind.example"))],
        &[unfiled],
    )
    .await;
    let known =
        "filed mail in author.known by contact:ada@northwind.example author:ada@northwind.example";
    let sent = [
        ada_is_known(),
        (NOBODY, PLAIN, cold("c2@northwind.example")),
    ];
    check("a contact", &sent, &[FORWARDED, known]).await;
    let headers = "List-Id: <offers.cheap.example>\nList-Unsubscribe: <mailto:off@cheap.example>\nPrecedence: bulk\n";
    let list = mail(
        "Offers <offers@cheap.example>",
        "acme@crm.example",
        "l@cheap.example",
        headers,
        "Cheap!",
    );
    let aside = "set_aside mail in list by other:offers@cheap.example";
    check("a newsletter", &[(NOBODY, PLAIN, list)], &[aside]).await;
}

#[tokio::test]
async fn the_domain_s_own_rules_prove_a_member() {
    let zone = "studio.example. TXT \"v=spf1 ip4:192.0.2.7 -all\"\n\
                _dmarc.studio.example. TXT \"v=DMARC1; p=reject\"\n";
    let filed =
        "filed mail out sent.to by member:mia@studio.example recipient:ada@northwind.example";
    let denied = "held mail in held.dmarc by other:mia@studio.example";
    for place in databases().await {
        let mut desk = Desk::open(&place).await;
        desk.lanes.resolver = std::sync::Arc::new(Resolver::zone(zone).unwrap());
        for (number, client) in ["192.0.2.7", "198.51.100.9"].into_iter().enumerate() {
            let envelope = Envelope {
                mail_from: "mia@studio.example".to_owned(),
                client_ip: Some(client.parse().unwrap()),
                helo: "mail.studio.example".to_owned(),
                ..Envelope::default()
            };
            let raw = mail(
                MIA,
                ADA,
                &format!("z{number}@studio.example"),
                "",
                "Here it is.",
            );
            let raw = raw.replace('\n', "\r\n").into_bytes();
            desk.spool_bytes(&envelope, PLAIN, raw).await;
        }
        desk.file().await;
        assert_eq!(desk.interactions().await, [filed, denied], "{}", place.name);
        let proofs = desk.column("select proof from journal order by id").await;
        assert_eq!(proofs, ["dmarc", "none"], "{}", place.name);
    }
}

#[tokio::test]
async fn people_of_own_and_excluded_domains_make_no_contacts_and_what_is_filed_stays() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let to = "kim@daughter.example, Lee <lee@shop.example>, ada@northwind.example";
        let wrote = |id: &str, to: &str| mail(MIA, to, id, "Subject: Offer\n", "Here it is.");
        let says = |id: &str, body: &str| mail(MIA, "log.m7a2x4@crm.example", id, "", body);
        let first = wrote("1@studio.example", "Max <max@mail.daughter.example>");
        let choose =
            "workspace own domains: daughter.example\nworkspace excluded domains: shop.example";
        let sent = [
            (MIA_SIGNED_IN, INTAKE, first),
            (MIA_SIGNED_IN, INTAKE, says("2@studio.example", choose)),
            (MIA_SIGNED_IN, INTAKE, wrote("3@studio.example", to)),
            (
                MIA_SIGNED_IN,
                INTAKE,
                wrote("4@studio.example", "max@mail.daughter.example"),
            ),
            (
                MIA_SIGNED_IN,
                INTAKE,
                wrote("5@studio.example", "kim@daughter.example"),
            ),
            (
                MIA_SIGNED_IN,
                INTAKE,
                says("6@studio.example", "undo\nundo #j4"),
            ),
            (
                MIA_SIGNED_IN,
                INTAKE,
                says("7@studio.example", "workspace own domains: none"),
            ),
            (
                MIA_SIGNED_IN,
                INTAKE,
                wrote("8@studio.example", "kim@daughter.example"),
            ),
        ];
        send(&desk, &sent).await;
        let filed = desk.interactions().await;
        let mail: Vec<&str> = filed
            .iter()
            .filter(|line| line.contains(" mail "))
            .map(String::as_str)
            .collect();
        let by = "by member:mia@studio.example";
        assert_eq!(
            mail,
            [
                format!("filed mail out sent.to {by} recipient:max@mail.daughter.example"),
                format!("filed mail out sent.to {by} recipient:ada@northwind.example"),
                // Who is a contact stays one.
                format!("filed mail out sent.to {by} recipient:max@mail.daughter.example"),
                format!("unfiled mail internal sent.nobody {by}"),
                format!("filed mail out sent.to {by} recipient:kim@daughter.example"),
            ],
            "{}",
            place.name
        );
    }
}

#[tokio::test]
async fn what_an_import_says_of_further_addresses_counts_for_nothing() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let says = |id: &str| {
            mail(
                "mia@home.example",
                "log.m7a2x4@crm.example",
                id,
                "",
                "note: x",
            )
        };
        let mut tx = desk.write().await;
        on!(&mut tx, c => sqlx::query("insert into member (id, email, role) values (1, 'old@home.example', 'owner')")
            .execute(c).await.map(drop)).unwrap();
        on!(&mut tx, c => sqlx::query("insert into member_address (address, member_id) values ('mia@home.example', 1)")
            .execute(c).await.map(drop)).unwrap();
        tx.commit().await.unwrap();
        send(&desk, &[(MIA_SIGNED_IN, INTAKE, says("1@home.example"))]).await;
        let copies = || desk.column("select address from member_address");
        assert!(copies().await.is_empty(), "nobody verified it here");
        desk.verify("mia@studio.example", "mia@home.example").await;
        send(&desk, &[(MIA_SIGNED_IN, INTAKE, says("2@home.example"))]).await;
        assert_eq!(copies().await, ["mia@home.example"]);
        // A date is an address for who wrote from there, too.
        let registry = &desk.store.registry;
        for (sender, is_known) in [
            ("Mia@home.example", true),
            ("mia@studio.example", true),
            ("eve@home.example", false),
        ] {
            let route = registry.date_route("friday", sender).await.unwrap();
            assert_eq!(route.is_some(), is_known, "{sender}");
        }
        let filed = desk.interactions().await;
        assert_eq!(
            filed[0], "held mail in held.from by other:mia@home.example",
            "{}",
            place.name
        );
        assert!(
            filed[1].ends_with("by member:mia@home.example"),
            "{filed:?}"
        );
    }
}
