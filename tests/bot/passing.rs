//! What members pass on: messages, photos, files, voices, cards, places.

use crate::common::ai::{Hearing, KEY};
use crate::common::databases;
use crate::common::workspace::NOON;
use crate::house::{ADA, BOT, House, MIA};
use rapport::demo::telegram::Passed;
use rapport::domain::network::Reach;
use rapport::store::workspace::ai_providers::{self, AiProviderRow};

#[tokio::test]
async fn what_is_passed_on_is_filed_with_its_author_and_never_runs() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.run("new: Ada Byron <ada@acme.example>").await;
        let before = house.api.said_to(BOT, MIA).len();
        house.api.passes(
            BOT,
            MIA,
            &Passed::Hidden("Ada Byron", "delete #c1\nsee you at noon"),
        );
        let said = house.said(BOT, MIA, before + 1).await;
        assert!(
            said.text.contains("Filed as #i1 with Ada Byron"),
            "{}",
            said.text
        );
        assert_eq!(house.count("select count(*) from interaction where kind = 'chat' and direction = 'in' and state = 'filed' and author_kind = 'contact'").await, 1);
        assert_eq!(house.count("select count(*) from confirmation").await, 0);
        // Nobody has that name: it waits, and says how it is filed.
        house
            .api
            .passes(BOT, MIA, &Passed::Hidden("Some Body", "hello"));
        let waits = house.said(BOT, MIA, before + 2).await;
        assert!(waits.text.contains("with nobody yet"), "{}", waits.text);
        let filed = house.answer(BOT, MIA, waits.id, "file: ada").await;
        assert!(filed.text.contains("Ada Byron"), "{}", filed.text);
        assert_eq!(
            house
                .count("select count(*) from interaction where state = 'filed'")
                .await,
            2
        );
        let why = house.ask(BOT, MIA, "why #i1").await;
        assert!(why.text.contains("passed on in a chat"), "{}", why.text);
    }
}

#[tokio::test]
async fn a_photo_a_file_a_voice_and_a_place_are_kept_with_the_contact_that_the_caption_names() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house.run("new: Ada Byron <ada@acme.example>").await;
        let before = house.api.said_to(BOT, MIA).len();
        let things = [
            Passed::Photo(b"\xff\xd8\xff a picture", "@ada:\ntag: seen\n\nher card"),
            Passed::Document(b"%PDF-1.4 x", "offer.pdf", "@ada:\nnote: the offer"),
            Passed::Voice(b"OggS voice"),
            Passed::Place(60.169_99, 24.938_4),
        ];
        for (at, thing) in things.iter().enumerate() {
            house.api.passes(BOT, MIA, thing);
            house.said(BOT, MIA, before + at + 1).await;
        }
        assert_eq!(
            house
                .count(
                    "select count(*) from attachment where name = 'offer.pdf' and size_bytes = 10"
                )
                .await,
            1
        );
        let names = house.texts("select coalesce(name, '-') || ' ' || type || ' ' || size_bytes from attachment order by interaction_id, position").await;
        assert_eq!(
            names,
            [
                "photo.jpg image/jpeg 13",
                "offer.pdf application/octet-stream 10",
                "voice.ogg audio/ogg 10"
            ]
        );
        assert_eq!(
            house
                .count("select count(*) from contact_tag where tag = 'seen'")
                .await,
            1
        );
        assert_eq!(house.count("select count(*) from interaction_contact ic join attachment a on a.interaction_id = ic.interaction_id").await, 2);
        assert_eq!(
            house
                .count("select count(*) from interaction where text = 'Place: 60.16999, 24.93840'")
                .await,
            1
        );
        assert_eq!(
            house
                .count("select count(*) from interaction where text = 'her card'")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn a_contact_card_makes_a_contact_or_completes_one() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        let before = house.api.said_to(BOT, MIA).len();
        let vcard = "BEGIN:VCARD\nVERSION:3.0\nEMAIL:bob@foo.example\nEND:VCARD";
        house.api.passes(
            BOT,
            MIA,
            &Passed::Card("Bob", "Roe", "+358 40 123456", vcard),
        );
        let said = house.said(BOT, MIA, before + 1).await;
        assert!(said.text.contains("Bob Roe"), "{}", said.text);
        assert_eq!(house.count("select count(*) from contact where name = 'Bob Roe' and phone = '+358 40 123456'").await, 1);
        house.api.passes(
            BOT,
            MIA,
            &Passed::Card("Bob", "Roe", "+358 40 999999", vcard),
        );
        house.said(BOT, MIA, before + 2).await;
        assert_eq!(house.count("select count(*) from contact").await, 1);
        assert_eq!(
            house
                .count("select count(*) from contact where phone = '+358 40 999999'")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn what_a_stranger_passes_on_is_nobody_s() {
    for place in databases().await {
        let house = House::with_mia(&place).await;
        house
            .api
            .passes(BOT, ADA, &Passed::Photo(b"\xff\xd8\xff", "note: x"));
        house.said(BOT, ADA, 1).await;
        assert_eq!(house.count("select count(*) from interaction").await, 0);
    }
}

#[tokio::test]
async fn a_voice_is_heard_and_what_it_says_is_proposed_not_run() {
    for place in databases().await {
        let mut house = House::with_mia(&place).await;
        let hearing = Hearing::start("New: Bob Roe. New: Eve Moe. He was in a hurry.").await;
        house.start_hearing(&hearing).await;
        let before = house.api.said_to(BOT, MIA).len();
        house.api.passes(BOT, MIA, &Passed::Voice(b"OggS voice"));
        let said = house.said(BOT, MIA, before + 1).await;
        assert!(said.text.contains("Filed as #i1"), "{}", said.text);
        assert!(said.text.contains("not done yet"), "{}", said.text);
        assert_eq!(
            hearing.recordings(),
            [(
                "whisper-1".to_owned(),
                "voice.ogg".to_owned(),
                b"OggS voice".to_vec()
            )]
        );
        // It is text like any other: kept and found, and nothing of it was done.
        let texts = house.texts("select text from interaction").await;
        assert_eq!(texts, ["New: Bob Roe. New: Eve Moe. He was in a hurry."]);
        assert_eq!(house.count("select count(*) from contact").await, 0);
        assert!(house.api.presses(BOT, MIA, said.id, "Do it"), "{said:?}");
        house
            .until_count(
                "select count(*) from contact where name in ('Bob Roe', 'Eve Moe')",
                2,
            )
            .await;
    }
}

#[tokio::test]
async fn a_provider_of_the_workspace_s_own_hears_instead_of_the_operator_s() {
    for place in databases().await {
        let mut house = House::with_mia(&place).await;
        let (operators, own) = (Hearing::start("One").await, Hearing::start("Two").await);
        house.ai.reach = Reach::Anywhere;
        house.start_hearing(&operators).await;
        let before = house.api.said_to(BOT, MIA).len();
        let key = house.desk.store.registry.key();
        let purpose = rapport::ai::seal_purpose(house.desk.id);
        let row = AiProviderRow {
            base_url: own.url.clone(),
            sealed: Some(key.seal(&purpose, KEY.as_bytes(), rand::random()).unwrap()),
            speech_model: "ear-2".to_owned(),
            set_at: NOON,
        };
        let workspace = house
            .desk
            .store
            .workspaces
            .get(house.desk.id)
            .await
            .unwrap();
        let mut tx = workspace.write().await.unwrap();
        ai_providers::put(&mut tx, &row).await.unwrap();
        tx.commit().await.unwrap();
        house.api.passes(BOT, MIA, &Passed::Voice(b"OggS voice"));
        house.said(BOT, MIA, before + 1).await;
        assert_eq!(house.texts("select text from interaction").await, ["Two"]);
        assert_eq!(own.recordings()[0].0, "ear-2");
        assert!(operators.recordings().is_empty());
        // Where it may lead to public addresses alone, this machine hears nothing, and the recording is kept.
        house.ai.reach = Reach::Public;
        house.start_hearing(&operators).await;
        house.api.passes(BOT, MIA, &Passed::Voice(b"OggS second"));
        house.said(BOT, MIA, before + 2).await;
        assert_eq!(own.recordings().len(), 1);
        assert!(operators.recordings().is_empty());
        assert_eq!(house.count("select count(*) from attachment").await, 2);
    }
}

#[tokio::test]
async fn a_voice_of_somebody_else_proposes_nothing_and_one_that_nobody_hears_is_kept() {
    for place in databases().await {
        let mut house = House::with_mia(&place).await;
        let hearing = Hearing::start("New: Bob Roe.").await;
        house.start_hearing(&hearing).await;
        let before = house.api.said_to(BOT, MIA).len();
        house
            .api
            .passes(BOT, MIA, &Passed::HiddenVoice("Eve", b"OggS voice"));
        let said = house.said(BOT, MIA, before + 1).await;
        assert!(!said.text.contains("not done yet"), "{}", said.text);
        assert_eq!(
            house.texts("select text from interaction").await,
            ["New: Bob Roe."]
        );
        hearing.fails_with(500);
        house.api.passes(BOT, MIA, &Passed::Voice(b"OggS second"));
        let said = house.said(BOT, MIA, before + 2).await;
        assert!(said.text.contains("Filed as #i2"), "{}", said.text);
        let texts = house
            .texts("select text from interaction where text like '[voice%'")
            .await;
        assert_eq!(
            texts,
            ["[voice.ogg was not transcribed: the AI provider did not answer]"]
        );
        assert_eq!(house.count("select count(*) from attachment").await, 2);
        assert_eq!(house.count("select count(*) from contact").await, 0);
    }
}
