//! Deleting one's own account, through the page.

use crate::common::databases;
use crate::second_factor::set_up;
use crate::site::{JON, MIA, Site};
use rapport::on;
use reqwest::StatusCode;

/// A letter of Jon's that makes a contact with an action of his.
async fn fill(site: &Site) {
    let mail = "From: jon@studio.example\nTo: log.j9k3w6@crm.example\nMessage-ID: <1@studio.example>\n\
                Date: Tue, 10 Nov 2026 11:30:00 +0000\n\nnew: Ada Byron <ada@acme.example>\nnext @ada@acme.example: call in 3 days\n";
    site.desk.spool(Some(JON), &["log.j9k3w6"], mail).await;
    site.desk.lanes.drain().await.unwrap();
}

async fn column(site: &Site, sql: &'static str) -> Vec<String> {
    let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
    let mut tx = workspace.read().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar(sql).fetch_all(c).await).unwrap()
}

#[tokio::test]
async fn who_closes_an_account_can_take_that_back_and_nothing_else() {
    for place in databases().await {
        let site = Site::open(&place).await;
        fill(&site).await;
        let mut jon = site.signed_in(JON).await;
        let mut elsewhere = site.signed_in(JON).await;
        jon.get("/account").await;
        let slip = jon
            .post(
                "/account/leave",
                &[("email", "jon@studio"), ("what", "close")],
            )
            .await;
        slip.assert_says("type your address");
        let closed = jon
            .post("/account/leave", &[("email", JON), ("what", "close")])
            .await;
        closed.assert_says("Your account is closed");
        closed.assert_says("10 Dec 2026");
        assert_eq!(elsewhere.get("/you").await.location(), "/sign-in");
        // He signs in still, and finds one page.
        let mut jon = site.signed_in(JON).await;
        for path in [
            "/",
            "/you",
            "/security",
            "/workspace",
            "/team",
            "/data",
            "/workspaces",
        ] {
            assert_eq!(jon.get(path).await.location(), "/account", "{path}");
        }
        jon.get("/account").await;
        for (path, fields) in [
            ("/you", vec![("name", "Eve")]),
            ("/security/password", vec![("label", "x")]),
            ("/workspaces", vec![("name", "Yard")]),
            ("/workspace/switch", vec![("id", "1")]),
        ] {
            assert_eq!(
                jon.post(path, &fields).await.location(),
                "/account",
                "{path}"
            );
        }
        // Others see it, and cannot make him act.
        let mut mia = site.signed_in(MIA).await;
        let team = mia.get("/team").await;
        team.assert_says("leaves: deletes their account");
        let (_, jon_id) = site.ids(JON).await;
        let id = jon_id.to_string();
        for (path, fields) in [
            ("/team/role", vec![("id", id.as_str()), ("role", "admin")]),
            ("/team/owner", vec![("id", id.as_str())]),
        ] {
            let answer = mia.post(path, &fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        // Nor is he written to.
        mia.get("/team").await;
        let before = site.letters(JON).await.len();
        mia.post("/team/invite", &[("email", JON), ("role", "admin")])
            .await
            .assert_says("They delete their account");
        assert_eq!(site.letters(JON).await.len(), before);
        mia.get("/log").await.assert_says("account leaves");

        jon.get("/account").await;
        jon.post("/account/stay", &[])
            .await
            .assert_says("Your account stays");
        jon.get("/you").await.assert_says("log.j9k3w6");
        jon.post("/account/stay", &[])
            .await
            .assert_says("was not to be deleted");
        mia.get("/log").await.assert_says("account stays");
        let owners = "select m.email from action a join member m on m.id = a.member_id where a.state = 'current'";
        assert_eq!(column(&site, owners).await, [JON]);
        assert_eq!(
            column(
                &site,
                "select email from member where left_at is null order by email"
            )
            .await,
            [JON, MIA]
        );
    }
}

#[tokio::test]
async fn an_only_owner_hands_over_first_and_who_goes_at_once_is_gone() {
    for place in databases().await {
        let site = Site::open(&place).await;
        fill(&site).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/account").await;
        for what in ["close", "now"] {
            let refused = mia
                .post("/account/leave", &[("email", MIA), ("what", what)])
                .await;
            refused.assert_says("nobody else owns &#34;Acme&#34;");
        }
        mia.get("/team").await.assert_says(MIA);
        let mut jon = site.signed_in(JON).await;
        jon.get("/account").await;
        let gone = jon
            .post(
                "/account/leave",
                &[("email", " Jon@studio.example "), ("what", "now")],
            )
            .await;
        gone.assert_says("Your account is gone");
        assert!(!jon.is_signed_in());
        let registry = &site.desk.store.registry;
        assert!(registry.account_by_email(JON).await.unwrap().is_none());
        assert!(registry.route("log.j9k3w6").await.unwrap().is_none());
        assert_eq!(site.letters(JON).await.len(), 0);
        // What he filed stays, with his name; what he was to do is Mia's.
        let owners = "select m.email from action a join member m on m.id = a.member_id where a.state = 'current'";
        assert_eq!(column(&site, owners).await, [MIA]);
        assert_eq!(
            column(&site, "select email from member where left_at is not null").await,
            [JON]
        );
        let log = mia.get("/log").await;
        log.assert_says("account gone");
        log.assert_says(JON);
        // Whoever comes back is another one, and what was is told of the former.
        mia.get("/team").await;
        mia.post("/team/invite", &[("email", JON), ("role", "member")])
            .await
            .assert_says("is invited");
        let letter = site.letter(JON, 0).await;
        let mut jon = site.browser();
        jon.get(&letter.link).await;
        let joined = jon.post(&letter.link, &[("code", &letter.code)]).await;
        assert_eq!(joined.location(), "/you");
        jon.get("/you").await.assert_says("log.");
        mia.get("/log")
            .await
            .assert_says("jon@studio.example (former");
    }
}

#[tokio::test]
async fn an_open_session_alone_deletes_nobody_who_has_a_second_factor() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut jon = site.signed_in(JON).await;
        let (_, codes) = set_up(&site, &mut jon).await;
        jon.get("/account").await.assert_says("A code of your app");
        for code in ["", "000000"] {
            let fields = [("email", JON), ("what", "now"), ("code", code)];
            jon.post("/account/leave", &fields)
                .await
                .assert_says("Nothing was changed");
        }
        let registry = &site.desk.store.registry;
        assert!(registry.account_by_email(JON).await.unwrap().is_some());
        let fields = [("email", JON), ("what", "now"), ("code", codes[0].as_str())];
        jon.post("/account/leave", &fields)
            .await
            .assert_says("Your account is gone");
        assert!(registry.account_by_email(JON).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn what_cannot_be_deleted_at_once_is_said_to_go_and_goes() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        // The list of what was deleted cannot be written.
        let list = place.folder.path().join("erasures.jsonl");
        std::fs::create_dir(&list).unwrap();
        let mut jon = site.signed_in(JON).await;
        jon.get("/account").await;
        let gone = jon
            .post("/account/leave", &[("email", JON), ("what", "now")])
            .await;
        assert_eq!(gone.status, StatusCode::OK);
        gone.assert_says("Your account is being deleted");
        assert!(!jon.is_signed_in());
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let gone = mia
            .post("/data/leave", &[("slug", "acme"), ("what", "now")])
            .await;
        assert_eq!(gone.status, StatusCode::OK);
        gone.assert_says("The workspace is being deleted");
        // She is told by mail all the same.
        let letters = site.messages(MIA).await;
        let is_told = |letter: &rapport::mail::Message| letter.text.contains("deleted \"Acme\"");
        assert!(letters.iter().any(is_told));
        let leaving = registry.leaving(site.desk.id).await.unwrap();
        assert_eq!(leaving.map(|row| row.gone_at), Some(0));
    }
}
