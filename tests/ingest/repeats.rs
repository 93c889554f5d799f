//! Exactly once: whatever is filed twice, in whatever batches, leaves the same workspace.

use super::*;
use proptest::prelude::*;
use rapport::domain::address;
use rapport::ingest::{Lanes, file_batch};
use rapport::store::registry::{Arrival, Envelope, Recipient};
use std::collections::BTreeSet;

const TOKEN: [u8; 6] = [1, 2, 3, 4, 5, 6];

/// Mails that meet each other: contacts, threads, duplicates, meetings, reports.
fn palette() -> Vec<Sent<'static>> {
    let carl = "Carl Dock <carl@dock.example>";
    let to_ada = mail(
        MIA,
        ADA,
        "p1@studio.example",
        "Subject: Offer\n",
        "Here it is.",
    );
    let reply = mail(
        ADA,
        "ada.x@crm.example",
        "p2@northwind.example",
        "In-Reply-To: <p1@studio.example>\n",
        "Fine.",
    );
    let early = mail(
        carl,
        &format!("{ADA}, acme@crm.example"),
        "p3@dock.example",
        "References: <p9@x> <p2@northwind.example>\n",
        "Me too.",
    );
    let note = mail(
        MIA,
        "log.m7a2x4@crm.example",
        "p4@studio.example",
        "Subject: Call\n",
        "@ada: wants it blue",
    );
    let named = mail(
        MIA,
        "log.m7a2x4@crm.example",
        "p5@studio.example",
        "Subject: Met Carl Dock\n",
        "Wants a price.",
    );
    let number = mail(
        MIA,
        "log.m7a2x4@crm.example",
        "p6@studio.example",
        "Subject: For #c2\n",
        "Wants a price.",
    );
    let bounce = "From: MAILER-DAEMON@mx.example\nTo: acme@crm.example\nSubject: Undelivered Mail Returned to Sender\n\
        Message-ID: <p7@mx.example>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
        --b\nContent-Type: text/plain\n\nNo.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
        Final-Recipient: rfc822; carl@dock.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n";
    let asks = "NEEDS-ACTION";
    vec![
        ada_is_known(),
        (NOBODY, INTAKE, forward("p8@studio.example", carl)),
        (NOBODY, INTAKE, to_ada.clone()),
        (NOBODY, &["log.j9k3w6"], to_ada),
        (NOBODY, &["ada.capture"], reply.clone()),
        (NOBODY, PLAIN, reply),
        (NOBODY, PLAIN, early),
        (NOBODY, INTAKE, note),
        (NOBODY, INTAKE, named),
        (NOBODY, INTAKE, number),
        (NOBODY, PLAIN, bounce.to_owned()),
        (
            NOBODY,
            PLAIN,
            others::invitation(
                "p10@northwind.example",
                "REQUEST",
                0,
                "20261112T090000Z",
                asks,
            ),
        ),
        (
            NOBODY,
            PLAIN,
            others::invitation(
                "p11@northwind.example",
                "CANCEL",
                1,
                "20261112T090000Z",
                asks,
            ),
        ),
        (
            NOBODY,
            INTAKE,
            mail(
                MIA,
                "Berta <berta@sister.example>, info@dock.example",
                "p12@studio.example",
                "Cc: x@dock.example\n",
                "Both.",
            ),
        ),
        (
            NOBODY,
            PLAIN,
            mail(
                "Zoe <zoe@new.example>",
                "acme@crm.example",
                "p13@new.example",
                "",
                "Hello.",
            ),
        ),
    ]
}

/// The palette's mails as they stand in the spool, one microsecond apart.
async fn arrivals(desk: &Desk, picks: &[usize]) -> Vec<Arrival> {
    let palette = palette();
    let mut arrivals = Vec::new();
    for (place, pick) in picks.iter().enumerate() {
        let (account, to, raw) = &palette[*pick];
        let mut recipients = Vec::new();
        for local_part in *to {
            let local_part =
                local_part.replace("ada.capture", &format!("ada.{}", address::token(&TOKEN)));
            let route = desk.store.registry.route(&local_part).await.unwrap();
            recipients.push(Recipient {
                address: format!("{local_part}@crm.example"),
                kind: route
                    .as_ref()
                    .map_or(rapport::store::registry::AddressKind::Capture, |r| r.kind),
                workspace_id: desk.id,
                account_id: route.and_then(|r| r.account_id),
                contact_id: None,
                number: None,
                local_part,
            });
        }
        arrivals.push(Arrival {
            spool_id: 1_000 + place as i64,
            received_at: common::workspace::NOON + place as i64,
            envelope: Envelope {
                authenticated: account.map(str::to_owned),
                ..Envelope::default()
            },
            recipients,
            attempts: 0,
            raw: raw.replace('\n', "\r\n").into_bytes(),
        });
    }
    arrivals
}

fn steady(desk: &Desk) -> Lanes {
    Lanes {
        random: || TOKEN,
        ..desk.lanes.clone()
    }
}

async fn file(desk: &Desk, batch: &[Arrival]) {
    let outcome = file_batch(&steady(desk), desk.id, batch.to_vec())
        .await
        .unwrap();
    assert!(outcome.failed.is_empty(), "{:?}", outcome.failed);
    assert_eq!(outcome.filed.len(), batch.len());
}

#[tokio::test]
async fn a_crash_between_the_commit_and_the_spool_changes_nothing() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let picks: Vec<usize> = (0..palette().len()).collect();
        let arrivals = arrivals(&desk, &picks).await;
        file(&desk, &arrivals).await;
        let once = desk.dump().await;
        file(&desk, &arrivals).await;
        assert_eq!(desk.dump().await, once, "{}", place.name);
        for arrival in arrivals.iter().rev() {
            file(&desk, std::slice::from_ref(arrival)).await;
        }
        assert_eq!(desk.dump().await, once, "{}", place.name);
    }
}

/// Files the mails one by one, and again in batches of these sizes, each batch repeated where it is odd.
async fn in_batches_as_one_by_one(picks: &[usize], sizes: &[usize]) {
    let mut dumps = Vec::new();
    for by_one in [true, false] {
        for place in databases().await.into_iter().take(1) {
            let desk = Desk::open(&place).await;
            let arrivals = arrivals(&desk, picks).await;
            let mut rest = arrivals.as_slice();
            let mut sizes = sizes.iter().cycle();
            while !rest.is_empty() {
                let wanted = if by_one { 1 } else { *sizes.next().unwrap() };
                let (batch, behind) = rest.split_at(wanted.clamp(1, rest.len()));
                file(&desk, batch).await;
                if !by_one && wanted % 2 == 1 {
                    file(&desk, batch).await;
                    file(&desk, &arrivals[..arrivals.len() - behind.len()]).await;
                }
                rest = behind;
            }
            dumps.push(desk.dump().await);
        }
    }
    let rows = |dump: &str| -> BTreeSet<String> { dump.lines().map(str::to_owned).collect() };
    let (one_by_one, batches) = (rows(&dumps[0]), rows(&dumps[1]));
    let differs: Vec<_> = one_by_one.symmetric_difference(&batches).collect();
    assert!(differs.is_empty(), "{picks:?} in {sizes:?}: {differs:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn batches_and_repeats_leave_the_same_workspace(
        picks in prop::collection::vec(0..15_usize, 1..18),
        sizes in prop::collection::vec(1..9_usize, 1..5),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(in_batches_as_one_by_one(&picks, &sizes));
    }
}
