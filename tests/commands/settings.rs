//! What a member chose: shown with the line that changes it, checked, and good from the next line on.

use crate::actions::{at, refused, told, us};
use crate::world::{World, worlds};
use rapport::domain::member_settings::MemberSettings;
use rapport::store::registry::{Lane, Role};
use rapport::store::workspace::members;
use rapport::store::workspace::sending::{self, RelayRow};

async fn settings(world: &World) -> MemberSettings {
    let mut tx = world.read().await;
    let member = world.cx.actor.member_id;
    members::settings(&mut tx, member).await.unwrap()
}

#[tokio::test]
async fn each_setting_is_changed_from_what_it_was_to_what_it_is() {
    for world in worlds().await {
        let cx = &world.cx;
        for (line, words) in [
            (
                "my zone: new york",
                "Your zone is America/New_York now; it was Europe/Helsinki (not chosen).",
            ),
            (
                "my zone: europe/helsinki",
                "Your zone is Europe/Helsinki now; it was America/New_York.",
            ),
            (
                "my zone: Europe/Helsinki",
                "Your zone is Europe/Helsinki already.",
            ),
            (
                "my digest: mon,wed 6:45",
                "Your digest is mon,wed 06:45 now; it was weekdays 07:30.",
            ),
            (
                "my digest: never",
                "Your digest is never now; it was mon,wed 06:45.",
            ),
            (
                "my digest: daily 8",
                "Your digest is daily 08:00 now; it was never.",
            ),
            (
                "my date order: day first",
                "Your date order is day first: 03/11 is 3 November now; it was none: 03/11 is refused.",
            ),
            (
                "my clock: 12 hours",
                "Your clock is 12 hours: 4:20 PM now; it was 24 hours: 16:20.",
            ),
            (
                "my default time: 8:30",
                "Your default time is 08:30 now; it was 09:00.",
            ),
            (
                "my quiet: on",
                "Your quiet is on: what was done is told in the digest only now; it was off.",
            ),
            (
                "my hold: 2 minutes",
                "Your hold is 120 seconds now; it was 60 seconds.",
            ),
            (
                "my language: Finnish",
                "Your language is suomi beside English now; it was English.",
            ),
            (
                r"my signature: Grace Hopper\nStudio Hopper",
                r"Your signature is Grace Hopper\nStudio Hopper now; it was none.",
            ),
            (
                "my signature: none",
                r"Your signature is none now; it was Grace Hopper\nStudio Hopper.",
            ),
            (
                "my name: Grace  Hopper",
                "Your name is Grace Hopper now; it was Grace.",
            ),
        ] {
            assert_eq!(told(&world, cx, line).await, format!("{words}\n"), "{line}");
        }
        let chosen = MemberSettings {
            zone: Some("Europe/Helsinki".to_owned()),
            language: Some("fi".to_owned()),
            date_order: Some("dmy".to_owned()),
            clock_hours: Some(12),
            default_time: Some("08:30".to_owned()),
            digest_time: Some("08:00".to_owned()),
            digest_days: Some(vec![1, 2, 3, 4, 5, 6, 7]),
            quiet: Some(true),
            relay_hold_seconds: Some(120),
            notify: None,
            preview: None,
            from: None,
            signature: None,
        };
        assert_eq!(settings(&world).await, chosen);
        let all = told(&world, cx, "my").await;
        for line in [
            "zone          Europe/Helsinki",
            "my zone: Europe/Helsinki",
            "digest        daily 08:00",
            "my digest: weekdays 07:30, daily 8:00, mon,thu 7:30, or never",
            "hold          120 seconds",
            "name          Grace Hopper",
        ] {
            assert!(all.contains(line), "{line} in {all}");
        }
        assert!(told(&world, cx, "my hold").await.contains("120 seconds"));
        let journal = world.changes("my zone").await;
        assert_eq!(journal.len(), 2, "what changed nothing is in no journal");
        assert!(
            journal[0]
                .changes
                .as_deref()
                .is_some_and(|c| c.contains("\"member\"")),
            "{journal:?}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_chosen_is_refused_with_what_can() {
    for world in worlds().await {
        let cx = &world.cx;
        let before = settings(&world).await;
        for (line, words) in [
            ("my zone: Helsinky", "my zone: Europe/Helsinki"),
            ("my zone: +02:00", "is no time zone"),
            ("my digest: sometimes", "my digest: weekdays 07:30"),
            ("my hold: 2 hours", "from 0 to 3600 seconds"),
            ("my quiet: perhaps", "quiet is on or off"),
            ("my language: klingon", "these are: English, suomi, Deutsch"),
            ("my default time: 25:00", "is no time of day"),
            ("my date order: backwards", "my date order: day first"),
            ("my name: Ada <ada@acme.example>", "none of < > @"),
            ("my from: ada@acme.example", "my from: grace@"),
            ("my from: yes", "no address that is proved"),
        ] {
            let shown = refused(&world, cx, line).await;
            assert!(shown.contains(words), "{line}: {shown}");
        }
        assert_eq!(settings(&world).await, before, "{}", world.place.name);
    }
}

#[tokio::test]
async fn letters_come_from_an_own_address_only_where_nobody_takes_them_for_forged() {
    for world in worlds().await {
        let cx = &world.cx;
        let said = async |line: &str| {
            let shown = told(&world, cx, line).await;
            shown.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let chosen = said("my from: Grace@us.example").await;
        assert!(
            chosen.starts_with("Your from is grace@us.example now; it was none: the contact's own address here. It has no effect yet"),
            "{chosen}"
        );
        assert!(
            chosen.contains("no key of it stands in the DNS of us.example"),
            "{chosen}"
        );
        let workspace = world.store.workspaces.get(cx.workspace_id).await.unwrap();
        let mut tx = workspace.write().await.unwrap();
        let relay = RelayRow {
            host: "relay.us.example".to_owned(),
            port: 465,
            is_implicit: true,
            name: "grace".to_owned(),
            sealed: String::new(),
            error: None,
        };
        sending::put_relay(&mut tx, &relay).await.unwrap();
        tx.commit().await.unwrap();
        let shown = said("my from").await;
        assert!(
            shown.contains("their answers come here") && shown.contains("is not filed"),
            "{shown}"
        );
        let none = said("my from: none").await;
        assert_eq!(
            none,
            "Your from is none: the contact's own address here now; it was grace@us.example."
        );
        said("undo").await;
        assert_eq!(
            settings(&world).await.from.as_deref(),
            Some("grace@us.example"),
            "{}",
            world.place.name
        );
    }
}

#[tokio::test]
async fn times_are_shown_by_the_clock_that_was_chosen() {
    for world in worlds().await {
        let cx = at(&world.cx, "2026-11-14T05:30:00Z");
        let shown = told(&world, &cx, "my clock: 12h\nremind me to pack friday 16:20").await;
        assert!(shown.contains("Fri 20 Nov 2026, 4:20 PM"), "{shown}");
        let mut cx = cx.clone();
        cx.choose(settings(&world).await);
        // What is shown is understood.
        let shown = told(&world, &cx, "remind me to eat Fri 20 Nov 2026, 4:20 PM").await;
        assert!(shown.contains("Fri 20 Nov 2026, 4:20 PM"), "{shown}");
        for line in ["undo", "undo"] {
            told(&world, &cx, line).await;
        }
        assert_eq!(settings(&world).await.clock_hours, None);
        let shown = refused(&world, &cx, "my clock: 13 hours").await;
        assert!(shown.contains("12 or 24 hours"), "{shown}");
    }
}

#[tokio::test]
async fn a_choice_is_good_from_the_next_line_on_and_moves_nothing_that_stands() {
    for world in worlds().await {
        world.contact("Ada Byron", "Acme", "ada@acme.example").await;
        let cx = at(&world.cx, "2026-11-14T05:30:00Z");
        told(&world, &cx, "next @ada: call every monday 9:00").await;
        let shown = told(
            &world,
            &cx,
            "my zone: Asia/Tokyo\nmy default time: 10:00\nmy date order: month first\nremind me to pack 12/01",
        )
        .await;
        assert!(
            shown.contains("Tue 1 Dec 2026, 10:00 JST (Asia/Tokyo)"),
            "{shown}"
        );
        let mut tx = world.read().await;
        let rows = rapport::store::workspace::actions::by_ids(&mut tx, &[1, 2]).await;
        let rows = rows.unwrap();
        assert_eq!(rows[0].due_at, Some(us("2026-11-16T07:00:00Z")));
        assert!(
            rows[0]
                .recurrence
                .as_deref()
                .is_some_and(|r| r.contains("Europe/Helsinki"))
        );
        assert_eq!(rows[1].due_at, Some(us("2026-12-01T01:00:00Z")));
        drop(tx);
        let registry = &world.store.registry;
        let claimed = registry.claim_lane(Lane::Time, "test", cx.now_us, cx.now_us + 1);
        assert_eq!(
            claimed.await.unwrap(),
            Some(cx.workspace_id),
            "the digest may come at another time"
        );
    }
}

#[tokio::test]
async fn each_member_chooses_for_himself() {
    for world in worlds().await {
        let viewer = world.member("vera@us.example", Role::Viewer).await;
        told(&world, &viewer, "my zone: Europe/Berlin").await;
        assert_eq!(settings(&world).await.zone, None);
        assert!(
            told(&world, &viewer, "?my zone: Europe/Paris")
                .await
                .contains("it was Europe/Berlin")
        );
        assert!(
            told(&world, &viewer, "my zone")
                .await
                .contains("Europe/Berlin")
        );
    }
}
