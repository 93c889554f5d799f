//! Invitations, roles, handing over, leaving.

use crate::common::databases;
use crate::site::{JON, MIA, Site};
use rapport::commands::team;
use rapport::domain::{Kind, token};
use rapport::on;
use rapport::store::registry::InvitationRow;
use reqwest::StatusCode;

const KIM: &str = "kim@studio.example";

#[tokio::test]
async fn who_is_invited_joins_with_the_link_and_the_code_of_the_letter() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        mia.post("/team/invite", &[("email", KIM), ("role", "viewer")])
            .await
            .assert_says("is invited as viewer");
        let first = site.letter(KIM, 0).await;
        let page = mia.get("/team").await;
        let id = page.id_for("/team/invitation/again");
        mia.post("/team/invitation/again", &[("id", &id)])
            .await
            .assert_says("got a new letter");
        let letter = site.letter(KIM, 1).await;

        let mut kim = site.browser();
        assert_eq!(
            kim.get(&first.link).await.status,
            StatusCode::GONE,
            "the old link is worth nothing"
        );
        kim.get(&letter.link)
            .await
            .assert_says("<strong>Acme</strong> as viewer");
        // A scanner presses without the code.
        let pressed = kim.post(&letter.link, &[]).await;
        assert_eq!(pressed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            kim.post(&letter.link, &[("code", &letter.code)])
                .await
                .location(),
            "/you"
        );
        kim.get("/you").await.assert_says("log.");
        assert_eq!(kim.get(&letter.link).await.status, StatusCode::GONE);
        // Signing in later works as for all.
        site.signed_in(KIM).await.get("/you").await.assert_says(KIM);
        mia.get("/log").await.assert_says("join");
    }
}

#[tokio::test]
async fn an_invitation_ends_by_cancelling_and_after_seven_days() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        mia.post("/team/invite", &[("email", KIM), ("role", "member")])
            .await;
        let letter = site.letter(KIM, 0).await;
        let mut kim = site.browser();
        kim.get(&letter.link).await;
        site.pass(7 * 86_400 - 1);
        let mut mia = site.signed_in(MIA).await;
        kim.get(&letter.link).await.assert_says("Join");
        site.pass(2);
        assert_eq!(
            kim.post(&letter.link, &[("code", &letter.code)])
                .await
                .status,
            StatusCode::GONE
        );

        mia.get("/team").await;
        mia.post("/team/invite", &[("email", KIM), ("role", "member")])
            .await;
        let letter = site.letter(KIM, 1).await;
        let page = mia.get("/team").await;
        let id = page.id_for("/team/invitation/cancel");
        mia.post("/team/invitation/cancel", &[("id", &id)])
            .await
            .assert_says("is cancelled");
        assert_eq!(kim.get(&letter.link).await.status, StatusCode::GONE);
        for (email, words) in [
            (JON, "belong to the workspace already"),
            ("kim", "Write a whole address"),
        ] {
            mia.post("/team/invite", &[("email", email), ("role", "member")])
                .await
                .assert_says(words);
        }
    }
}

#[tokio::test]
async fn whoever_is_taken_out_is_told_nothing_more_and_their_work_goes_on() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut jon = site.signed_in(JON).await;
        let mut mia = site.signed_in(MIA).await;
        // Jon has a contact with an action; his letters are filed.
        jon.get("/you").await;
        jon.post("/you", &[("name", "Jon Doe")])
            .await
            .assert_says("Jon Doe");
        let mail = "From: jon@studio.example\nTo: log.j9k3w6@crm.example\nMessage-ID: <1@studio.example>\n\
                    Date: Tue, 10 Nov 2026 11:30:00 +0000\n\nnew: Ada Byron <ada@acme.example>\nnext @ada@acme.example: call in 3 days\n";
        site.desk.spool(Some(JON), &["log.j9k3w6"], mail).await;
        site.desk.lanes.drain().await.unwrap();
        let (workspace_id, jon_id) = site.ids(JON).await;
        mia.get("/team").await;
        let id = jon_id.to_string();
        mia.post("/team/remove", &[("id", &id)])
            .await
            .assert_says("1 open action of theirs is yours now");
        let gone = jon.get("/you").await;
        assert_eq!(gone.status, StatusCode::FORBIDDEN);
        gone.assert_says("You belong to no workspace");
        let registry = &site.desk.store.registry;
        assert!(
            registry.route("log.j9k3w6").await.unwrap().is_none(),
            "mail to their address is refused"
        );
        let workspace = site.desk.store.workspaces.get(workspace_id).await.unwrap();
        let mut tx = workspace.read().await.unwrap();
        let owners: Vec<String> = on!(&mut tx, c => sqlx::query_scalar(
            "select m.email from action a join member m on m.id = a.member_id where a.state = 'current'")
            .fetch_all(c).await)
        .unwrap();
        assert_eq!(owners, [MIA]);
        let waits: i64 = on!(&mut tx, c => sqlx::query_scalar(
            "select count(*) from outbox where recipient = $1 and state = 'waiting' and kind <> 'sign_in'")
            .bind(JON).fetch_one(c).await)
        .unwrap();
        assert_eq!(waits, 0);
        drop(tx);
        // Who belongs nowhere signs in still: to delete the account, at least.
        let mut jon = site.signed_in(JON).await;
        assert_eq!(jon.get("/you").await.status, StatusCode::FORBIDDEN);
        jon.get("/account").await.assert_says("Delete my account");
    }
}

#[tokio::test]
async fn a_workspace_is_handed_over_and_keeps_an_owner() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let (_, jon_id) = site.ids(JON).await;
        let (_, mia_id) = site.ids(MIA).await;
        let jon_id = jon_id.to_string();
        mia.get("/team").await;
        let own = mia
            .post("/team/remove", &[("id", &mia_id.to_string())])
            .await;
        assert_eq!(own.status, StatusCode::CONFLICT);
        let less = mia
            .post(
                "/team/role",
                &[("id", &mia_id.to_string()), ("role", "viewer")],
            )
            .await;
        assert_eq!(less.status, StatusCode::CONFLICT, "an owner stays");
        mia.get("/team").await;
        mia.post("/team/owner", &[("id", &jon_id)])
            .await
            .assert_says("owns the workspace now");
        let again = mia.post("/team/owner", &[("id", &jon_id)]).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN);
        site.signed_in(JON)
            .await
            .get("/team")
            .await
            .assert_says("owner");
    }
}

/// An invitation of Kim that stands, as a crash or two at the same time left it, with the code 123456.
async fn left_over(site: &Site, id: i64) -> InvitationRow {
    let (workspace_id, mia_id) = site.ids(MIA).await;
    let registry = &site.desk.store.registry;
    let digest = token::digest(&format!("left{id}"));
    let row = InvitationRow {
        id,
        code: token::keyed_code(registry.key(), &digest, "123456"),
        digest,
        workspace_id,
        email: KIM.to_owned(),
        role: "member".to_owned(),
        invited_by: mia_id,
        created_at: site.now_us(),
        expires_at: site.now_us() + 7 * 86_400_000_000,
        ..InvitationRow::default()
    };
    registry.add_invitation(&row).await.unwrap();
    row
}

async fn open_again(site: &Site) {
    let mut tx = site.desk.store.registry.db().write().await.unwrap();
    on!(&mut tx, c => sqlx::query("update invitation set ended_at = null, ended = null")
        .execute(c).await.map(drop))
    .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn no_invitation_of_before_lets_anybody_in_again() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (id, _) = site.ids(MIA).await;
        // Of two at the same time one stands.
        for number in [1, 3, 5] {
            tokio::join!(left_over(&site, number), left_over(&site, number + 1));
            let stand = registry.invitations(id, site.now_us()).await.unwrap();
            assert_eq!(stand.len(), 1, "on {}", place.name);
        }
        open_again(&site).await;
        let mut kim = site.browser();
        kim.get("/invitation/left2").await.assert_says("Join");
        let joined = kim.post("/invitation/left2", &[("code", "123456")]).await;
        assert_eq!(joined.location(), "/you");
        let stand = registry.invitations(id, site.now_us()).await.unwrap();
        assert_eq!(stand, [], "on {}", place.name);
        // Pressed once more after a crash, it ends them as well.
        open_again(&site).await;
        kim.get("/invitation/left1").await;
        kim.post("/invitation/left1", &[("code", "123456")]).await;
        let stand = registry.invitations(id, site.now_us()).await.unwrap();
        assert_eq!(stand, [], "on {}", place.name);
        // Whoever is taken out has no way back by what stood open.
        open_again(&site).await;
        let (_, kim_id) = site.ids(KIM).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        mia.post("/team/remove", &[("id", &kim_id.to_string())])
            .await
            .assert_says("does not belong to the workspace any more");
        for number in 1..=6 {
            let link = format!("/invitation/left{number}");
            let again = kim.get(&link).await.status;
            assert_eq!(again, StatusCode::GONE, "{link} on {}", place.name);
        }
        assert!(registry.role_of(id, kim_id).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn an_invitation_that_was_guessed_at_too_often_is_worth_nothing_when_it_is_used() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let store = &site.desk.store;
        let row = left_over(&site, 1).await;
        for _ in 0..5 {
            store.registry.miss_invitation(row.id).await.unwrap();
        }
        let joined = team::join(store, &row, "log.k3k3k3", site.now_us()).await;
        assert_eq!(joined.unwrap_err().kind, Kind::Conflict, "{}", place.name);
        assert!(
            store
                .registry
                .account_by_email(KIM)
                .await
                .unwrap()
                .is_none()
        );
    }
}
