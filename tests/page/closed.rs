//! A workspace that is closed, through the page: it is read, exported and opened again, and nothing in it changes.

use crate::common::databases;
use crate::data::fill;
use crate::routes::CHANGES;
use crate::site::{JON, MIA, Site};
use rapport::store::registry::Role;
use reqwest::StatusCode;

const KIM: &str = "kim@studio.example";

/// What goes on in a closed workspace: what is about the account, and what opens it again.
fn goes_on(path: &str) -> bool {
    let begins = [
        "/sign-",
        "/security",
        "/account",
        "/you/address",
        "/workspaces",
    ];
    let whole = [
        "/workspace/switch",
        "/data/export",
        "/data/leave",
        "/invitation/x",
    ];
    begins.iter().any(|begin| path.starts_with(begin)) || whole.contains(&path)
}

#[tokio::test]
async fn nothing_changes_in_a_closed_workspace_and_all_of_it_is_read() {
    for place in databases().await {
        let site = Site::open(&place).await;
        fill(&site).await;
        let registry = &site.desk.store.registry;
        let (id, jon_id) = site.ids(JON).await;
        registry.set_role(id, jon_id, Role::Admin).await.unwrap();
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        mia.post("/team/invite", &[("email", KIM), ("role", "member")])
            .await
            .assert_says("is invited");
        let letter = site.letter(KIM, 0).await;
        mia.get("/data").await;
        mia.post("/data/leave", &[("slug", "acme"), ("what", "close")])
            .await
            .assert_says("is closed");
        let letters = site.desk.column("select kind from outbox").await.len();
        let contacts = site.desk.column("select name from contact").await;
        for email in [MIA, JON] {
            let mut browser = site.signed_in(email).await;
            browser.get("/you").await;
            for (path, fields) in CHANGES.iter().filter(|(path, _)| !goes_on(path)) {
                let refused = browser.post(path, fields).await;
                assert_eq!(refused.status, StatusCode::CONFLICT, "{email} {path}");
                refused.assert_says("on Thu 10 Dec 2026 all of it is deleted");
                refused.assert_says("restore workspace");
            }
            let file = browser
                .upload("/data/import", "a.csv", b"name\nEve\n")
                .await;
            assert_eq!(file.status, StatusCode::CONFLICT, "{email}");
        }
        assert_eq!(
            site.desk.column("select kind from outbox").await.len(),
            letters
        );
        assert_eq!(site.desk.column("select name from contact").await, contacts);
        assert_eq!(registry.invitations(id, 0).await.unwrap().len(), 1);
        // Nobody joins it any more.
        let mut kim = site.browser();
        kim.get(&letter.link).await;
        let refused = kim.post(&letter.link, &[("code", &letter.code)]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        refused.assert_says("the workspace is closed");
        assert!(registry.account_by_email(KIM).await.unwrap().is_none());
        // It is read, and comes out.
        for path in ["/you", "/team", "/workspace", "/data", "/log", "/security"] {
            assert_eq!(mia.get(path).await.status, StatusCode::OK, "{path}");
        }
        assert!(mia.export().await.starts_with(b"PK"));
        mia.get("/security").await;
        mia.post("/security/password", &[("label", "x")])
            .await
            .assert_says("shown only now");
        mia.get("/data").await;
        mia.post("/data/leave", &[("what", "stay")])
            .await
            .assert_says("The workspace stays");
        kim.get(&letter.link).await;
        let joined = kim.post(&letter.link, &[("code", &letter.code)]).await;
        assert_eq!(joined.location(), "/you");
    }
}
