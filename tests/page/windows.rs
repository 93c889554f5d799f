//! Two windows of one session, each at a workspace: a form changes the one that it was drawn for, or nothing.

use crate::common::databases;
use crate::site::{Browser, JON, MIA, Site};
use rapport::store::registry::NewWorkspace;
use reqwest::StatusCode;

const KIM: &str = "kim@studio.example";

/// A second workspace of somebody's.
async fn other(site: &Site, owner: &str) -> i64 {
    let new = NewWorkspace {
        slug: "other",
        name: "Other",
        owner_email: owner,
        intake: "log.o2t4h6",
        app_password: "",
    };
    let registry = &site.desk.store.registry;
    registry
        .make_workspace(new, site.now_us())
        .await
        .unwrap()
        .0
        .id
}

async fn switched(browser: &mut Browser, id: i64) {
    browser.get("/security").await;
    let id = id.to_string();
    let answer = browser.post("/workspace/switch", &[("id", &id)]).await;
    assert_eq!(answer.location(), "/you");
}

#[tokio::test]
async fn a_form_of_one_workspace_changes_no_other_that_is_looked_at_by_then() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (id, jon_id) = site.ids(JON).await;
        let other = other(&site, MIA).await;
        let mut first = site.signed_in(MIA).await;
        switched(&mut first, id).await;
        first.get("/team").await.assert_says("Who belongs to Acme");
        let mut second = first.clone();
        switched(&mut second, other).await;
        second
            .get("/team")
            .await
            .assert_says("Who belongs to Other");
        let jon_text = jon_id.to_string();
        for (path, fields) in [
            ("/team/invite", vec![("email", KIM), ("role", "admin")]),
            ("/team/remove", vec![("id", jon_text.as_str())]),
            ("/workspace", vec![("name", "Mine")]),
            ("/workspace/settings", vec![("currency", "EUR")]),
            ("/you", vec![("name", "Mia Moe")]),
            ("/you/intake", vec![]),
            ("/data/erase", vec![("who", "ada@acme.example")]),
            ("/data/leave", vec![("slug", "other"), ("what", "now")]),
        ] {
            let refused = first.post(path, &fields).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
            refused.assert_says(
                "that page was of &#34;Acme&#34;, and you look at &#34;Other&#34; now",
            );
        }
        let file = first.upload("/data/import", "a.csv", b"name\nEve\n").await;
        assert_eq!(file.status, StatusCode::CONFLICT);
        for workspace in [id, other] {
            assert!(registry.invitations(workspace, 0).await.unwrap().is_empty());
            assert!(registry.leaving(workspace).await.unwrap().is_none());
        }
        // Nor does a token say another workspace than it was made for.
        let forged = first.form.replacen(&id.to_string(), &other.to_string(), 1);
        assert_ne!(forged, first.form);
        let own = std::mem::replace(&mut first.form, forged);
        let refused = first.post("/workspace", &[("name", "Mine")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        // What is about the account alone is done from any window, and so is looking at the first again.
        first.form = own;
        first
            .post("/security/sessions", &[])
            .await
            .assert_says("All other sessions are ended");
        let id_text = id.to_string();
        first.get("/team").await;
        switched(&mut second, id).await;
        first
            .post("/you/address", &[("email", "mia@home.example")])
            .await
            .assert_says("is on its way there");
        switched(&mut second, other).await;
        let back = first.post("/workspace/switch", &[("id", &id_text)]).await;
        assert_eq!(back.location(), "/you");
        first.get("/team").await;
        first
            .post("/team/invite", &[("email", KIM), ("role", "member")])
            .await
            .assert_says("is invited");
        assert_eq!(registry.invitations(id, 0).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn who_was_taken_out_changes_nothing_in_what_is_left_to_them() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (id, jon_id) = site.ids(JON).await;
        let other = other(&site, JON).await;
        let mut jon = site.signed_in(JON).await;
        switched(&mut jon, id).await;
        jon.get("/you").await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        let jon_text = jon_id.to_string();
        mia.post("/team/remove", &[("id", &jon_text)])
            .await
            .assert_says("does not belong");
        for (path, fields) in [
            ("/workspace", vec![("name", "Mine")]),
            ("/team/invite", vec![("email", KIM), ("role", "admin")]),
        ] {
            let refused = jon.post(path, &fields).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
            refused.assert_says("not yours any more");
            assert!(!refused.body.contains("Acme"), "{path}");
        }
        let row = registry.workspace(other).await.unwrap().unwrap();
        assert_eq!(row.name, "Other");
        assert!(registry.invitations(other, 0).await.unwrap().is_empty());
    }
}
