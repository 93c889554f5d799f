//! Search gives the same results in the same order on both databases, in every script.

mod common;

use common::databases;
use rapport::store::Tx;
use rapport::store::workspace::search::{self, Hit, Kind};
use std::sync::Arc;

async fn found(tx: &mut Tx, query: &str) -> Vec<(Kind, i64)> {
    let hits: Vec<Hit> = search::search(tx, query, 50, 0).await.unwrap();
    hits.into_iter().map(|h| (h.kind, h.id)).collect()
}

#[tokio::test]
async fn every_script_is_found_alike_on_both_databases() {
    let texts = [
        "We could start the pilot in Berlin next year, said O'Brien.",
        "Die Größe der Straße in München; WEIẞWURST",
        "Łódź i Gdańsk: źdźbło, Żółć",
        "L’été à Genève, naïve façade, Œuvre complète",
        "Zażółć gęślą jaźń İstanbul ışık Iğdır",
        "Søren Kierkegård spiste rødgrød på Ærø",
        "Привет, Ёлка! Москва и Київ, Їжак",
        "Η οδός Ερμού στην Αθήνα",
        "東京で田中太郎に会いました。パイロットは来週です。",
        "我们在北京开会，讨论试点项目。",
        "서울에서 김민준 님을 만났습니다",
        "ไปประชุมที่กรุงเทพมหานคร",
        "مُحَمَّد في القاهرة، الاجتماع غداً ٢٠٢٦",
        "שלום, נפגשים בתל אביב",
        "हम दिल्ली में मिलेंगे",
        "Đặng Thị Huệ ở Hà Nội, Việt Nam",
        "Invoice RE-2026/117 for +49 (30) 123-4567, ada@acme.example",
    ];
    let cases: &[(&str, &[i64])] = &[
        ("pilot berlin", &[1]),
        ("\"pilot in berlin\"", &[1]),
        ("\"berlin pilot\"", &[]),
        ("pilo*", &[1]),
        ("pilo", &[1]),
        ("pilo berlin", &[]),
        ("o'brien", &[1]),
        ("brien", &[1]),
        ("pilot -berlin", &[]),
        ("pilot -hamburg", &[1]),
        ("grosse strasse", &[2]),
        ("GRÖSSE", &[2]),
        ("munchen", &[2]),
        ("weisswurst", &[2]),
        ("lodz gdansk", &[3]),
        ("zolc", &[3]),
        ("zdz", &[3]),
        ("ete geneve", &[4]),
        ("l'été", &[4]),
        ("oeuvre", &[4]),
        ("istanbul isik", &[5]),
        ("soren aero", &[6]),
        ("rodgrod på", &[6]),
        ("елка москва", &[7]),
        ("привет київ", &[7]),
        ("ερμου αθηνα", &[8]),
        ("ΟΔΌΣ", &[8]),
        ("田中", &[9]),
        ("太郎", &[9]),
        ("田中太郎", &[9]),
        ("郎", &[9]),
        ("中郎", &[]),
        ("ﾊﾟｲﾛｯﾄ", &[9]),
        ("北京 试点", &[10]),
        ("京", &[10, 9]),
        ("김민준", &[11]),
        ("서울", &[11]),
        ("민준", &[11]),
        ("กรุงเทพ", &[12]),
        ("ประชุม", &[12]),
        ("محمد القاهره", &[13]),
        ("2026", &[17, 13]),
        ("שלום בתל", &[14]),
        ("दिल्ली", &[15]),
        ("dang hue", &[16]),
        ("viet nam", &[16]),
        ("RE-2026/117", &[17]),
        ("ada@acme.example", &[17]),
        ("\"49 30\"", &[17]),
        ("", &[]),
        ("\"", &[]),
        ("NOT OR AND", &[]),
        ("in:berlin ^pilot {a}", &[]),
        ("😀", &[]),
    ];
    for place in databases().await {
        let store = place.open().await;
        store.registry.announce(1, 1).await.unwrap();
        let workspace = store.workspaces.get(1).await.unwrap();
        let mut tx = workspace.write().await.unwrap();
        for (at, text) in texts.iter().enumerate() {
            search::index(&mut tx, Kind::Interaction, at as i64 + 1, text)
                .await
                .unwrap();
        }
        for (query, expected) in cases {
            let expected: Vec<(Kind, i64)> =
                expected.iter().map(|id| (Kind::Interaction, *id)).collect();
            assert_eq!(found(&mut tx, query).await, expected, "{query} on {tx:?}");
        }
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn contacts_come_first_the_newest_first_and_what_is_removed_is_gone() {
    for place in databases().await {
        let store = place.open().await;
        store.registry.announce(2, 1).await.unwrap();
        let workspace = store.workspaces.get(2).await.unwrap();
        let mut tx = workspace.write().await.unwrap();
        for id in [1, 2, 3] {
            search::index(&mut tx, Kind::Interaction, id, "pilot")
                .await
                .unwrap();
        }
        search::index(&mut tx, Kind::Contact, 1, "Pilot Oy")
            .await
            .unwrap();
        search::index(&mut tx, Kind::Contact, 2, "Pilot Ab")
            .await
            .unwrap();
        let all = [
            (Kind::Contact, 2),
            (Kind::Contact, 1),
            (Kind::Interaction, 3),
            (Kind::Interaction, 2),
            (Kind::Interaction, 1),
        ];
        assert_eq!(found(&mut tx, "pilot").await, all);
        let page = search::search(&mut tx, "pilot", 2, 1).await.unwrap();
        assert_eq!(
            page.iter().map(|h| (h.kind, h.id)).collect::<Vec<_>>(),
            &all[1..3]
        );
        search::remove(&mut tx, Kind::Contact, 2).await.unwrap();
        search::index(&mut tx, Kind::Interaction, 3, "something else")
            .await
            .unwrap();
        assert_eq!(found(&mut tx, "pilot").await, [all[1], all[3], all[4]]);
        assert_eq!(found(&mut tx, "else").await, [(Kind::Interaction, 3)]);
    }
}

#[tokio::test]
async fn a_text_at_the_bounds_is_indexed_alike() {
    let often = "spam ".repeat(400) + "pilot berlin";
    let many: String = (0..40_000).map(|n| format!("w{n} ")).collect();
    let wide = "漢".repeat(300_000) + " pilot";
    let long = "x".repeat(1_000_000);
    let heavy: String = (0..20_000)
        .map(|n| format!("{n}{} ", "y".repeat(100)))
        .collect();
    for place in databases().await {
        let store = place.open().await;
        store.registry.announce(3, 1).await.unwrap();
        let workspace: Arc<_> = store.workspaces.get(3).await.unwrap();
        let mut tx = workspace.write().await.unwrap();
        for (id, text) in [(1, &often), (2, &many), (3, &wide), (4, &long), (5, &heavy)] {
            search::index(&mut tx, Kind::Interaction, id, text)
                .await
                .unwrap();
        }
        for (query, expected) in [
            ("\"spam pilot\"", vec![]),
            ("\"pilot berlin\"", vec![1]),
            ("w15999 ", vec![2]),
            ("w16001 ", vec![]),
            ("漢漢", vec![3]),
            ("xxxxxxxxxx", vec![4]),
            ("4711yyyy", vec![5]),
            ("14711yyyy", vec![]),
        ] {
            let expected: Vec<(Kind, i64)> = expected
                .into_iter()
                .map(|id| (Kind::Interaction, id))
                .collect();
            assert_eq!(found(&mut tx, query).await, expected, "{query}");
        }
    }
}

/// Pieces from which hostile and honest queries are made.
const PIECES: [&str; 30] = [
    "pilot",
    "Berlin",
    "lodz",
    "Łódź",
    "東京",
    "太郎",
    "京",
    "서울",
    "กรุง",
    "محمد",
    "\"",
    "“",
    "*",
    "-",
    "(",
    ")",
    ":",
    "'",
    "\\",
    "&",
    "|",
    "!",
    "<->",
    " AND ",
    " OR ",
    " NEAR",
    "{",
    "\u{0}",
    " ",
    "😀",
];

/// The same numbers in the same order everywhere, without a random source of its own.
fn draw(state: &mut u64) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

#[tokio::test]
async fn no_query_fails_and_all_find_the_same_on_both_databases() {
    let mut answers: Vec<Vec<Vec<(Kind, i64)>>> = Vec::new();
    for place in databases().await {
        let store = place.open().await;
        store.registry.announce(4, 1).await.unwrap();
        let workspace = store.workspaces.get(4).await.unwrap();
        let mut tx = workspace.write().await.unwrap();
        let mut state = 7;
        for id in 1..=60 {
            let words: Vec<&str> = (0..12)
                .map(|_| PIECES[draw(&mut state) % PIECES.len()])
                .collect();
            let kind = if id % 3 == 0 {
                Kind::Contact
            } else {
                Kind::Interaction
            };
            let gap = if id % 2 == 0 { " " } else { "" };
            search::index(&mut tx, kind, id, &words.join(gap))
                .await
                .unwrap();
        }
        let mut found_here = Vec::new();
        for _ in 0..600 {
            let count = 1 + draw(&mut state) % 6;
            let query: String = (0..count)
                .map(|_| PIECES[draw(&mut state) % PIECES.len()])
                .collect();
            found_here.push(found(&mut tx, &query).await);
        }
        assert!(found_here.iter().filter(|f| !f.is_empty()).count() > 100);
        answers.push(found_here);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}
