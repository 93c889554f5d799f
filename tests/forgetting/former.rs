//! Who was a member and is a contact now is erased as anybody else, and so is an address that was a member's own.

use crate::common::databases;
use crate::common::workspace::{Desk, NOON, mail};
use crate::house::{cx, done, open, places_of, timekeeper, writes};
use rapport::commands::{own_addresses, team};
use rapport::domain::member_settings::MemberSettings;
use rapport::on;
use rapport::store::house::{HOUSE, of_workspace};
use rapport::store::registry::{Account, Lane, NewWorkspace, PageEvent, Role};
use rapport::store::workspace::members;
use rapport::store::workspace::outbox::{self, NewMail, OutboxKind};

const KIM: &str = "kim@acme.example";
const JON: &str = "jon@studio.example";
const QUINN: &str = "quinn@acme.example";
const MALLORY: &str = "mallory@evil.example";

async fn noted(desk: &Desk, account_id: i64, event: &str, subject: &str) {
    let event = PageEvent {
        at: NOON,
        account_id: Some(account_id),
        workspace_id: Some(desk.id),
        event: event.to_owned(),
        subject: subject.to_owned(),
        address: "192.0.2.7".to_owned(),
        ..PageEvent::default()
    };
    desk.store.registry.add_page_event(&event).await.unwrap();
}

/// A workspace that Kim owns.
const KIMS: NewWorkspace<'static> = NewWorkspace {
    slug: "other",
    name: "Other",
    owner_email: KIM,
    intake: "log.o3o3o3",
    app_password: "correct horse",
};

/// Kim joins, works, gets another role, and is taken out.
async fn kim_was_here(desk: &Desk) -> Account {
    let registry = &desk.store.registry;
    let kim = registry
        .add_member(desk.id, KIM, Role::Member, "log.k3k3k3", NOON)
        .await
        .unwrap();
    let mut tx = desk.write().await;
    members::put(&mut tx, &team::row(&kim, Role::Member))
        .await
        .unwrap();
    members::put_name(&mut tx, kim.id, Some("Kim Doe"))
        .await
        .unwrap();
    let settings = MemberSettings {
        signature: Some("Kim Doe, zanzibar".to_owned()),
        ..MemberSettings::default()
    };
    members::put_settings(&mut tx, kim.id, &settings)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let raw = mail(
        "Kim Doe <kim@acme.example>",
        "log.k3k3k3@crm.example",
        "one@acme.example",
        "Subject: x\n",
        "note @bob: likes tea",
    );
    desk.spool(Some(KIM), &["log.k3k3k3"], &raw).await;
    Box::pin(desk.file()).await;
    let mia = cx(desk, "mia@studio.example").await.actor;
    let changing = team::Changing {
        actor: &mia,
        workspace_id: desk.id,
        now_us: NOON,
    };
    team::change_role(&desk.store, changing, kim.id, Role::Admin)
        .await
        .unwrap();
    noted(
        desk,
        mia.member_id,
        "changed a role",
        "kim@acme.example admin",
    )
    .await;
    noted(desk, mia.member_id, "invited", KIM).await;
    noted(desk, kim.id, "imported contacts", "Kim Doe.csv").await;
    noted(desk, kim.id, "called the workspace", "Acme").await;
    team::remove(&desk.store, changing, kim.id).await.unwrap();
    kim
}

/// A letter of the house that is done and names somebody.
async fn told_of(desk: &Desk, whom: &str) {
    let house = desk.store.house().await.unwrap();
    let mut tx = house.write().await.unwrap();
    let message = format!("To: mia@studio.example\r\n\r\nMail from {whom} is yours.\r\n");
    let letter = NewMail {
        kind: OutboxKind::SignIn,
        due_at: NOON,
        recipient: "mia@studio.example",
        message_id: "told@crm.example",
        message: message.as_bytes(),
        member_id: None,
        contact_id: None,
        interaction_id: None,
        object: Some(&of_workspace(7)),
    };
    outbox::insert(&mut tx, &letter, NOON).await.unwrap();
    on!(&mut tx, c => sqlx::query("update outbox set state = 'sent'").execute(c).await.map(drop))
        .unwrap();
    let registry = &desk.store.registry;
    registry.wake(HOUSE, Lane::Delivery, NOON).await.unwrap();
    tx.commit().await.unwrap();
}

async fn letters_of_the_house(desk: &Desk) -> i64 {
    let house = desk.store.house().await.unwrap();
    let mut tx = house.read().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar("select count(*) from outbox").fetch_one(c).await).unwrap()
}

#[tokio::test]
async fn a_former_member_is_found_nowhere_either() {
    for place in databases().await {
        let desk = open(&place).await;
        done(&desk, "new: Bob Stone <bob@foo.example>").await;
        let kim = kim_was_here(&desk).await;
        done(&desk, "new: Kim Doe <kim@acme.example>").await;
        writes(
            &desk,
            "Kim Doe <kim@acme.example>",
            "acme",
            "two@acme.example",
            "Hello",
            "It is me.",
        )
        .await;
        told_of(&desk, KIM).await;
        for word in [KIM, "Kim Doe", "zanzibar"] {
            let found = places_of(&place, &desk, word).await;
            assert!(!found.is_empty(), "{word} is nowhere on {}", place.name);
        }
        let shown = done(&desk, &format!("erase {KIM}")).await;
        assert!(shown.contains("They were a member."), "{shown}");
        Box::pin(timekeeper(&desk).drain()).await.unwrap();
        for word in [KIM, "Kim Doe", "zanzibar"] {
            let found = places_of(&place, &desk, word).await;
            assert!(found.is_empty(), "{word} on {}: {found:#?}", place.name);
        }
        assert_eq!(letters_of_the_house(&desk).await, 0);
        // Who did what stays, by nobody's name, and so does what Kim filed.
        let former = desk
            .column("select email from member where left_at is not null")
            .await;
        assert_eq!(former, [format!("[erased] (former {})", kim.id)]);
        assert_eq!(
            desk.column("select text from interaction where kind = 'note'")
                .await,
            ["likes tea"]
        );
        let roles = desk.column("select subject from journal where verb in ('role', 'remove')");
        assert_eq!(roles.await, ["[erased]", "[erased]"]);
        let registry = &desk.store.registry;
        let events = registry.page_events_behind(desk.id, 0, 10).await.unwrap();
        let mut said: Vec<String> = events
            .iter()
            .map(|(_, event)| format!("{} {}", event.event, event.subject))
            .collect();
        said.sort();
        let wanted = [
            "called the workspace Acme",
            "changed a role [erased] admin",
            "imported contacts [erased].csv",
            "invited [erased]",
        ];
        assert_eq!(said, wanted, "{}", place.name);
        assert!(registry.account(kim.id).await.unwrap().is_none());
        // Invited again, Kim is a member as any.
        let again = registry
            .add_member(desk.id, KIM, Role::Viewer, "log.k4k4k4", NOON)
            .await
            .unwrap();
        let mut tx = desk.write().await;
        members::put(&mut tx, &team::row(&again, Role::Viewer))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(
            members::by_address(&mut desk.read().await, KIM)
                .await
                .unwrap()
                .is_some()
        );
    }
}

#[tokio::test]
async fn an_account_that_is_elsewhere_too_is_its_owner_s() {
    for place in databases().await {
        let desk = open(&place).await;
        let registry = &desk.store.registry;
        let kim = kim_was_here(&desk).await;
        let (other, _) = registry.make_workspace(KIMS, NOON).await.unwrap();
        done(&desk, "new: Kim Doe <kim@acme.example>").await;
        done(&desk, &format!("erase {KIM}")).await;
        let left = registry.account(kim.id).await.unwrap().expect("an account");
        assert_eq!(left.email, KIM);
        assert!(registry.role_of(other.id, kim.id).await.unwrap().is_some());
        desk.store.remove_workspace(other.id, NOON).await.unwrap();
        let found = places_of(&place, &desk, KIM).await;
        assert!(found.is_empty(), "{}: {found:#?}", place.name);
    }
}

#[tokio::test]
async fn an_account_that_goes_later_brings_no_name_back() {
    for place in databases().await {
        let desk = open(&place).await;
        let registry = &desk.store.registry;
        let jon = registry.account_by_email(JON).await.unwrap().unwrap();
        desk.store.close_account(&jon, NOON).await.unwrap();
        done(&desk, "new: Jon Vane <jon@studio.example>").await;
        done(&desk, &format!("erase {JON}")).await;
        assert!(registry.account(jon.id).await.unwrap().is_some());
        desk.store.remove_account(&jon, NOON + 1).await.unwrap();
        let subjects =
            desk.column("select subject from journal where verb like 'account%' order by id");
        let gone = format!("[erased] (former {})", jon.id);
        assert_eq!(subjects.await, ["[erased]", gone.as_str()]);
        let found = places_of(&place, &desk, JON).await;
        assert!(found.is_empty(), "{}: {found:#?}", place.name);
    }
}

#[tokio::test]
async fn an_address_that_was_a_member_s_own_goes_too() {
    for place in databases().await {
        let desk = open(&place).await;
        desk.verify("mia@studio.example", QUINN).await;
        let registry = &desk.store.registry;
        let mia = registry
            .account_by_email("mia@studio.example")
            .await
            .unwrap()
            .unwrap();
        noted(&desk, mia.id, "writes also from", QUINN).await;
        let removed = own_addresses::remove(&desk.store, &mia, QUINN, NOON).await;
        assert!(removed.unwrap());
        done(&desk, "new: Quinn Poe <quinn@acme.example>").await;
        done(&desk, &format!("erase {QUINN}")).await;
        Box::pin(timekeeper(&desk).drain()).await.unwrap();
        let found = places_of(&place, &desk, QUINN).await;
        assert!(found.is_empty(), "{}: {found:#?}", place.name);
        let verbs = desk.column(
            "select verb || ' ' || subject from journal where verb like '%address' order by id",
        );
        assert_eq!(
            verbs.await,
            ["add address [erased]", "remove address [erased]"]
        );
    }
}

#[tokio::test]
async fn who_deletes_a_workspace_stays_in_the_logs_of_others() {
    for place in databases().await {
        let desk = open(&place).await;
        let registry = &desk.store.registry;
        let mallory = registry
            .add_member(desk.id, MALLORY, Role::Admin, "log.x3x3x3", NOON)
            .await
            .unwrap();
        let own = NewWorkspace {
            slug: "own",
            name: "Own",
            owner_email: MALLORY,
            intake: "log.o3o3o3",
            app_password: "correct horse",
        };
        let (own, _) = registry.make_workspace(own, NOON).await.unwrap();
        noted(&desk, mallory.id, "exported", "").await;
        let mia = cx(&desk, "mia@studio.example").await.actor;
        let changing = team::Changing {
            actor: &mia,
            workspace_id: desk.id,
            now_us: NOON,
        };
        team::remove(&desk.store, changing, mallory.id)
            .await
            .unwrap();
        desk.store.remove_workspace(own.id, NOON).await.unwrap();
        assert!(registry.account(mallory.id).await.unwrap().is_none());
        let events = registry.page_events_behind(desk.id, 0, 10).await.unwrap();
        let said: Vec<_> = events
            .iter()
            .map(|(_, event)| (event.account_id, event.event.as_str()))
            .collect();
        assert_eq!(said, [(Some(mallory.id), "exported")], "on {}", place.name);
        // Where he was belongs to him.
        assert_eq!(events[0].1.address, "");
    }
}

#[tokio::test]
async fn a_further_address_leads_to_who_was_a_member_too() {
    for place in databases().await {
        let desk = open(&place).await;
        done(&desk, "new: Bob Stone <bob@foo.example>").await;
        let registry = &desk.store.registry;
        let kim = kim_was_here(&desk).await;
        desk.verify(KIM, QUINN).await;
        // Mia writes from home, and that is no contact's address.
        desk.pass(1);
        desk.verify("mia@studio.example", "mia@home.example").await;
        done(&desk, "new: Quinn Poe <quinn@acme.example>").await;
        done(&desk, &format!("erase {QUINN}")).await;
        Box::pin(timekeeper(&desk).drain()).await.unwrap();
        let found = places_of(&place, &desk, QUINN).await;
        assert!(found.is_empty(), "{}: {found:#?}", place.name);
        assert!(registry.account(kim.id).await.unwrap().is_none());
        let former = desk.column(
            "select email || coalesce(name, '') || settings from member where left_at is not null",
        );
        assert_eq!(former.await, [format!("[erased] (former {}){{}}", kim.id)]);
        let mia = registry.account_by_email("mia@studio.example").await;
        let mia = mia.unwrap().expect("Mia is here");
        let own = registry.own_addresses(mia.id).await.unwrap();
        assert_eq!(own, ["mia@home.example"]);
    }
}

#[tokio::test]
async fn a_further_address_of_who_is_elsewhere_is_theirs() {
    for place in databases().await {
        let desk = open(&place).await;
        let registry = &desk.store.registry;
        done(&desk, "new: Bob Stone <bob@foo.example>").await;
        let kim = kim_was_here(&desk).await;
        desk.verify(KIM, QUINN).await;
        registry.make_workspace(KIMS, NOON).await.unwrap();
        done(&desk, "new: Quinn Poe <quinn@acme.example>").await;
        done(&desk, &format!("erase {QUINN}")).await;
        let own = registry.own_addresses(kim.id).await.unwrap();
        assert_eq!(own, [QUINN], "on {}", place.name);
    }
}
