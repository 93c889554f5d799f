//! When two mails are one, and when they are one conversation.

use super::*;

#[tokio::test]
async fn the_same_mail_by_two_members_is_one_with_two_witnesses() {
    let jon = "Jon Berg <jon@studio.example>";
    let raw = mail(
        MIA,
        &format!("{ADA}, {jon}"),
        "d1@studio.example",
        "Subject: Offer\n",
        "Here it is.",
    );
    // Jon's copy is from Mia: his address proves nothing for it. A later copy through Mia's own files it.
    let held = "held mail in held.from by other:mia@studio.example";
    let filed =
        "filed mail out sent.to by member:mia@studio.example recipient:ada@northwind.example";
    let to_jon = (NOBODY, &["log.j9k3w6"][..], raw.clone());
    let to_mia = (
        NOBODY,
        INTAKE,
        raw.replace("Here it is.", "Here it is.  \n\n"),
    );
    check("held", std::slice::from_ref(&to_jon), &[held]).await;
    check(
        "held, then filed",
        &[to_jon.clone(), to_mia.clone()],
        &[filed],
    )
    .await;
    check(
        "filed, then held",
        &[to_mia.clone(), to_jon.clone()],
        &[filed],
    )
    .await;
    for place in databases().await {
        let desk = Desk::open(&place).await;
        send(&desk, &[to_jon.clone(), to_mia.clone(), to_mia.clone()]).await;
        let witnesses = desk.column("select m.email from witness w join member m on m.id = w.member_id order by w.spool_id").await;
        assert_eq!(
            witnesses,
            [
                "jon@studio.example",
                "mia@studio.example",
                "mia@studio.example"
            ],
            "{}",
            place.name
        );
        let journal = desk
            .column("select before || after from journal order by id")
            .await;
        assert!(
            journal[1].contains("\"state\":\"held\"") && journal[1].contains("\"state\":\"filed\""),
            "{journal:?}"
        );
    }
}

#[tokio::test]
async fn one_id_with_two_bodies_is_two_mails() {
    let one = mail(MIA, ADA, "same@studio.example", "", "Sixty signs.");
    let other = mail(MIA, ADA, "<SAME@studio.example>", "", "Seventy signs.");
    let filed =
        "filed mail out sent.to by member:mia@studio.example recipient:ada@northwind.example";
    check(
        "two bodies",
        &[(NOBODY, INTAKE, one), (NOBODY, INTAKE, other)],
        &[filed, filed],
    )
    .await;
}

#[tokio::test]
async fn a_thread_goes_by_its_ids_and_its_people() {
    let offer = mail(
        MIA,
        ADA,
        "t1@studio.example",
        "Subject: Offer\n",
        "Here it is.",
    );
    let answer = mail(
        "Carl <carl@dock.example>",
        &format!("{ADA}, acme@crm.example"),
        "t2@dock.example",
        "In-Reply-To: <t1@studio.example>\nSubject: Re: Offer\n",
        "Ada asked me to answer.",
    );
    let spoofed = mail(
        "Rupert <rupert@cheap.example>",
        "acme@crm.example",
        "t3@cheap.example",
        "References: <t1@studio.example>\n",
        "Cheap signs!",
    );
    let sent = [
        (NOBODY, INTAKE, offer),
        (NOBODY, PLAIN, answer),
        (NOBODY, PLAIN, spoofed),
    ];
    for place in databases().await {
        let desk = Desk::open(&place).await;
        send(&desk, &sent).await;
        assert_eq!(
            desk.interactions().await,
            [
                "filed mail out sent.to by member:mia@studio.example recipient:ada@northwind.example",
                "filed mail in thread by other:carl@dock.example about:ada@northwind.example",
                "unfiled mail in author.unknown by other:rupert@cheap.example",
            ]
        );
        let threads = desk
            .column("select cast(thread_id as text) from interaction order by id")
            .await;
        assert_eq!(threads, ["1", "1", "3"], "{}", place.name);
    }
}

#[tokio::test]
async fn one_mail_to_several_of_our_addresses_is_one_interaction() {
    let raw = mail(
        MIA,
        ADA,
        "s1@studio.example",
        "Subject: Offer\n",
        "Here it is.",
    );
    let to: &[&str] = &["log.m7a2x4", "acme", "capture of ada@northwind.example"];
    let filed =
        "filed mail out sent.to by member:mia@studio.example recipient:ada@northwind.example";
    check(
        "three",
        &[ada_is_known(), (MIA_SIGNED_IN, to, raw)],
        &[FORWARDED, filed],
    )
    .await;
}

#[tokio::test]
async fn a_date_that_cannot_be_is_the_time_of_receipt() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        for (id, date) in [
            ("y1", "Mon, 1 Jan 1979 00:00:00 +0000"),
            ("y2", "Fri, 13 Nov 2026 12:00:00 +0000"),
        ] {
            let raw =
                mail(MIA, ADA, id, "", "Here").replace("Tue, 10 Nov 2026 11:30:00 +0000", date);
            send(&desk, &[(NOBODY, INTAKE, raw)]).await;
        }
        let happened = desk
            .column("select distinct cast(happened_at as text) from interaction")
            .await;
        assert_eq!(
            happened,
            [common::workspace::NOON.to_string()],
            "{}",
            place.name
        );
    }
}

#[tokio::test]
async fn a_flood_that_mentions_one_id_keeps_its_look_up_short() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        for number in 0..40 {
            let from = format!("R <r{number}@cheap.example>");
            let id = format!("{number}@cheap.example");
            let headers = "References: <one@northwind.example>\n";
            let raw = mail(&from, "acme@crm.example", &id, headers, "Cheap!");
            desk.spool(NOBODY, PLAIN, &raw).await;
        }
        desk.file().await;
        let threads = desk
            .column("select cast(count(*) as text) from thread_reference where message_id = 'one@northwind.example'")
            .await;
        assert_eq!(threads, ["20"], "{}", place.name);
        assert_eq!(desk.interactions().await.len(), 40, "{}", place.name);
    }
}
