//! What a workspace chose: shown with the line that changes it, checked, undone, and for owners and admins alone.

use crate::world::{World, worlds};
use rapport::commands::reply::text;
use rapport::commands::{Cx, Verdict, run};
use rapport::domain::retention::Kept;
use rapport::domain::workspace_settings::WorkspaceSettings;
use rapport::store::registry::Role;
use rapport::store::workspace::settings;
use std::collections::BTreeMap;

async fn say(world: &World, cx: &Cx, line: &str) -> (Verdict, String) {
    let replies = run(&world.store, cx, line).await.unwrap();
    (replies[0].verdict, text::render(&replies, 200))
}

async fn told(world: &World, line: &str) -> String {
    let (verdict, shown) = say(world, &world.cx, line).await;
    assert_eq!(verdict, Verdict::Done, "{line}: {shown}");
    shown
}

async fn chosen(world: &World) -> WorkspaceSettings {
    WorkspaceSettings::of(&settings::all(&mut world.read().await).await.unwrap())
}

#[tokio::test]
async fn each_choice_is_changed_told_shown_and_undone() {
    for world in worlds().await {
        for (line, words) in [
            (
                "workspace own domains: Daughter.example other.example",
                "For the workspace, own domains is daughter.example, other.example now; it was none.",
            ),
            (
                "workspace own domains: daughter.example, other.example",
                "For the workspace, own domains is daughter.example, other.example already.",
            ),
            (
                "workspace excluded domains: shop.example",
                "For the workspace, excluded domains is shop.example now; it was none.",
            ),
            (
                "workspace keep in touch: 2 weeks",
                "For the workspace, keep in touch is 14 days now; it was none.",
            ),
            (
                "workspace keep in touch: every month",
                "For the workspace, keep in touch is 30 days now; it was 14 days.",
            ),
            (
                "workspace currency: euros",
                "For the workspace, currency is EUR now; it was none.",
            ),
            (
                "workspace keep sent letters: 2 weeks",
                "For the workspace, keep sent letters is 14 days now; it was 30 days.",
            ),
            (
                "workspace keep journal changes: 400 days",
                "For the workspace, keep journal changes is 400 days now; it was 365 days.",
            ),
        ] {
            let shown = told(&world, line).await;
            assert!(shown.contains(words), "{line}: {shown}");
        }
        let all = WorkspaceSettings {
            own_domains: vec!["daughter.example".to_owned(), "other.example".to_owned()],
            excluded_domains: vec!["shop.example".to_owned()],
            keep_in_touch_days: Some(30),
            currency: Some("EUR".to_owned()),
            kept_days: BTreeMap::from([(Kept::SentLetters, 14), (Kept::JournalChanges, 400)]),
            ..WorkspaceSettings::default()
        };
        assert_eq!(chosen(&world).await, all);
        let shown = told(&world, "/workspace").await;
        for words in [
            "daughter.example, other.example",
            "30 days",
            "workspace currency: EUR, or none",
            "workspace keep sent letters: 30 days, or none",
        ] {
            assert!(shown.contains(words), "{words} in {shown}");
        }
        // Undone one by one, each by itself.
        told(&world, "undo").await;
        told(&world, "workspace keep sent letters: none").await;
        for kept in [None, Some(14)] {
            let chosen = chosen(&world).await.kept_days;
            assert_eq!(chosen.get(&Kept::SentLetters).copied(), kept);
            assert!(!chosen.contains_key(&Kept::JournalChanges));
            let shown = told(&world, "undo").await;
            assert!(shown.contains("keep sent letters"), "{shown}");
        }
        assert!(chosen(&world).await.kept_days.is_empty());
        let shown = told(&world, "undo").await;
        assert!(shown.contains("currency of the workspace: EUR"), "{shown}");
        let shown = told(&world, "undo").await;
        assert!(
            shown.contains("keep in touch") && shown.contains("14"),
            "{shown}"
        );
        told(&world, "redo").await;
        told(&world, "workspace own domains: none").await;
        let expected = WorkspaceSettings {
            own_domains: Vec::new(),
            currency: None,
            kept_days: BTreeMap::new(),
            ..all
        };
        assert_eq!(chosen(&world).await, expected);
        for (line, words) in [
            (
                "workspace own domains: gmail.com",
                "everybody may have a mailbox at gmail.com",
            ),
            ("workspace own domains: co.uk", "nobody's own domain"),
            ("workspace excluded domains: a_b.example", "is no domain"),
            (
                "workspace keep in touch: often",
                "an interval is from 1 day to 3650 days",
            ),
            ("workspace keep in touch: 0", "an interval is from"),
            ("workspace currency: XYZ", "is no currency"),
            (
                "workspace keep sent letters: 6 days",
                "that is kept for 7 to 365 days",
            ),
            (
                "workspace keep undo: 60 days",
                "the workspace has no setting",
            ),
            ("workspace settings: x", "say what is to be set"),
            ("workspace dog: Rex", "the workspace has no setting"),
        ] {
            let (verdict, shown) = say(&world, &world.cx, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}: {shown}");
            assert!(shown.contains(words), "{line}: {shown}");
        }
        assert_eq!(chosen(&world).await, expected);
    }
}

#[tokio::test]
async fn stages_and_invoice_details_are_settings_like_the_others() {
    const USUAL: &str = "Lead 10%, Qualified 25%, Proposal 50%, Negotiation 75%";
    for world in worlds().await {
        let shown = told(&world, "/workspace").await;
        for words in [
            USUAL,
            "14 days",
            "workspace invoice iban: FI21 1234 5600 0007 85, or none",
        ] {
            assert!(shown.contains(words), "{words} in {shown}");
        }
        for (line, words) in [
            (
                "workspace stages: Lead, Signed 80%",
                "stages is Lead 40%, Signed 80% now; it was Lead 10%",
            ),
            (
                "workspace stages: lead 40 %; signed 80%",
                "stages is lead 40%, signed 80% now",
            ),
            (
                "workspace invoice name: Studio Oy",
                "invoice name is Studio Oy now; it was none.",
            ),
            (
                "workspace invoice address: Harbour 1, 00100 Helsinki",
                "invoice address is Harbour 1; 00100 Helsinki now",
            ),
            (
                "workspace invoice tax id: FI12345671",
                "invoice tax id is FI12345671 now",
            ),
            (
                "workspace invoice iban: FI2112345600000785",
                "invoice iban is FI21 1234 5600 0007 85 now",
            ),
            (
                "workspace invoice iban: FI21 1234 5600 0007 85",
                "is FI21 1234 5600 0007 85 already",
            ),
            (
                "workspace invoice bic: ndeafihh",
                "invoice bic is NDEAFIHH now",
            ),
            (
                "workspace invoice terms: 2 weeks",
                "invoice terms is 14 days already",
            ),
            ("workspace invoice terms: 1", "invoice terms is 1 day now"),
            (
                "workspace invoice terms: 0",
                "invoice terms is 0 days now; it was 1 day.",
            ),
            ("workspace invoice vat: 25,5", "invoice vat is 25.5% now"),
            (
                "/workspace invoice prefix 2026-",
                "invoice prefix is 2026- now",
            ),
            (
                "workspace invoice footer: Thank you.",
                "invoice footer is Thank you. now",
            ),
            (
                "workspace invoice footer: none",
                "invoice footer is none now; it was Thank you..",
            ),
            ("workspace invoice vat", "25.5%"),
        ] {
            let shown = told(&world, line).await;
            assert!(shown.contains(words), "{line}: {shown}");
        }
        let settings = chosen(&world).await;
        let (verdict, shown) = say(&world, &world.cx, "?workspace invoice vat: 24").await;
        assert_eq!(verdict, Verdict::Told, "{shown}");
        assert!(shown.contains("invoice vat is 24% now"), "{shown}");
        let stage = settings.pipeline.stage("SIGNED").unwrap();
        assert_eq!((stage.name.as_str(), stage.chance_percent), ("signed", 80));
        assert_eq!(settings.invoice.address, ["Harbour 1", "00100 Helsinki"]);
        assert_eq!(settings.invoice.terms_days, 0);
        for (line, words) in [
            ("workspace stages: Lead, Won", "\"Won\" ends a deal"),
            (
                "workspace invoice iban: FI21 1234 5600 0007 86",
                "check digits do not fit",
            ),
            ("workspace invoice terms: 400 days", "0 to 365 days"),
            ("workspace invoice vat: 25.555", "is no rate"),
            (
                "workspace invoice prefix: 1234567890123",
                "at most 12 letters",
            ),
            ("workspace invoice dog: Rex", "the workspace has no setting"),
        ] {
            let (verdict, shown) = say(&world, &world.cx, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}: {shown}");
            assert!(shown.contains(words), "{line}: {shown}");
        }
        assert_eq!(chosen(&world).await, settings);
        told(&world, "workspace stages: none").await;
        assert_eq!(chosen(&world).await.pipeline.to_string(), USUAL);
        let shown = told(&world, "undo").await;
        assert!(
            shown.contains("stages of the workspace: lead 40%, signed 80%"),
            "{shown}"
        );
        assert_eq!(chosen(&world).await, settings);
        let member = world.member("bob@us.example", Role::Member).await;
        let (verdict, _) = say(&world, &member, "workspace invoice iban: none").await;
        assert_eq!(verdict, Verdict::Refused);
    }
}

#[tokio::test]
async fn only_owners_and_admins_choose_and_take_back() {
    for world in worlds().await {
        let admin = world.member("alma@us.example", Role::Admin).await;
        let member = world.member("bob@us.example", Role::Member).await;
        for line in [
            "workspace currency: EUR",
            "/workspace",
            "?workspace currency: EUR",
        ] {
            let (verdict, shown) = say(&world, &member, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}");
            assert!(shown.contains("needs the role admin"), "{shown}");
        }
        let (verdict, _) = say(&world, &admin, "workspace currency: EUR").await;
        assert_eq!(verdict, Verdict::Done);
        // Whoever was an admin then is none now.
        let mut former = admin.clone();
        former.actor.role = Role::Member;
        for line in ["undo", "undo #j1"] {
            let (verdict, shown) = say(&world, &former, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}: {shown}");
        }
        assert_eq!(chosen(&world).await.currency.as_deref(), Some("EUR"));
        assert_eq!(say(&world, &admin, "undo").await.0, Verdict::Done);
        assert_eq!(say(&world, &former, "redo").await.0, Verdict::Refused);
        assert_eq!(chosen(&world).await.currency, None);
        // For how long things are kept is the owner's to say.
        let line = "workspace keep envelopes: 7 days";
        let (verdict, shown) = say(&world, &admin, line).await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("needs the role owner"), "{shown}");
        told(&world, line).await;
        let change = world.changes("workspace keep envelopes").await.remove(0);
        let undo = format!("undo #j{}", change.id);
        let (verdict, shown) = say(&world, &admin, &undo).await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("an owner of the workspace may"), "{shown}");
        told(&world, &undo).await;
        assert!(chosen(&world).await.kept_days.is_empty());
    }
}

#[tokio::test]
async fn an_amount_without_a_currency_is_in_that_of_the_workspace() {
    for world in worlds().await {
        world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let bare = "paid #c1: 1.234";
        let (verdict, shown) = say(&world, &world.cx, bare).await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(
            shown.contains("it names no currency: write 25 EUR"),
            "{shown}"
        );
        for (currency, line, words) in [
            ("EUR", bare, "paid 1,234.00 EUR"),
            ("KWD", bare, "paid 1.234 KWD"),
            ("EUR", "/paid ada 25", "paid 25.00 EUR"),
            ("EUR", "paid #c1: 25 USD", "paid 25.00 USD"),
            ("EUR", "paid #c1: 25 on 3 Nov", "paid 25.00 EUR on 3 Nov"),
        ] {
            told(&world, &format!("workspace currency: {currency}")).await;
            let shown = told(&world, line).await;
            assert!(shown.contains(words), "{line}: {shown}");
        }
        told(&world, "workspace currency: JPY").await;
        let (verdict, shown) = say(&world, &world.cx, "paid #c1: 25.50").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("JPY has no decimals"), "{shown}");
    }
}

#[tokio::test]
async fn a_contact_is_never_named_as_quiet_or_as_the_workspace_says() {
    for world in worlds().await {
        world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        told(&world, "keep in touch #c1: never").await;
        let shown = told(&world, "show #c1").await;
        assert!(shown.contains("keep in touch  never"), "{shown}");
        let shown = told(&world, "clear #c1: keep in touch").await;
        assert!(shown.contains("is empty now; it was never"), "{shown}");
        let (verdict, shown) = say(&world, &world.cx, "set #c1 keep in touch: 3").await;
        assert_eq!(verdict, Verdict::Refused);
        assert!(shown.contains("keep in touch: 30 days"), "{shown}");
    }
}

#[tokio::test]
async fn a_member_is_meant_by_a_further_address_too() {
    for world in worlds().await {
        world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let bob = world.member("bob@us.example", Role::Member).await;
        let mut tx = world.write().await;
        rapport::store::workspace::members::put_address(
            &mut tx,
            bob.actor.member_id,
            "bob@home.example",
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let shown = told(&world, "assign #c1: bob@home.example").await;
        assert!(shown.contains("bob@us.example answers for"), "{shown}");
        let (_, shown) = say(&world, &bob, "my addresses").await;
        assert!(
            shown.contains("bob@us.example, and bob@home.example"),
            "{shown}"
        );
        for (line, words) in [
            (
                "my addresses: eve@evil.example",
                "added and removed at the page",
            ),
            (
                "new: Bob <bob@home.example>",
                "is a member of this workspace",
            ),
            (
                "set #c1 email: bob@home.example",
                "is a member of this workspace",
            ),
        ] {
            let (verdict, shown) = say(&world, &bob, line).await;
            assert_eq!(verdict, Verdict::Refused, "{line}");
            assert!(shown.contains(words), "{line}: {shown}");
        }
    }
}
