//! What an invitation brings, and what somebody may whose role changes while they do something.

use crate::common::databases;
use crate::site::{Browser, JON, MIA, Site};
use rapport::store::registry::{NewWorkspace, Role};
use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const KIM: &str = "kim@studio.example";
const EVE: &str = "eve@evil.example";

#[tokio::test]
async fn an_invitation_brings_an_account_in_and_nobody_into_the_account() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let new = NewWorkspace {
            slug: "other",
            name: "Other",
            owner_email: EVE,
            intake: "log.e8v2e4",
            app_password: "incorrect horse",
        };
        let (other, _) = registry.make_workspace(new, site.now_us()).await.unwrap();
        let mut eve = site.signed_in(EVE).await;
        let mut mia = site.signed_in(MIA).await;
        eve.get("/team").await;
        for email in [JON, MIA] {
            eve.post("/team/invite", &[("email", email), ("role", "member")])
                .await
                .assert_says("is invited");
        }
        // Whoever has the letter has no session of whom it was written to.
        let letter = site.letter(JON, 0).await;
        let mut holder = site.browser();
        holder.get(&letter.link).await;
        let joined = holder.post(&letter.link, &[("code", &letter.code)]).await;
        assert_eq!(joined.location(), "/sign-in");
        assert!(!holder.is_signed_in());
        assert_eq!(holder.get("/you").await.location(), "/sign-in");
        let members = registry.members(other.id).await.unwrap();
        assert!(members.iter().any(|member| member.account.email == JON));
        // Nor of anybody else: whoever is signed in as themselves stays that, and looks at it.
        let letter = site.letter(MIA, 1).await;
        let page = mia.get(&letter.link).await;
        page.assert_says("<strong>Other</strong>");
        let cookie = mia.cookies["rapport-session"].clone();
        let joined = mia.post(&letter.link, &[("code", &letter.code)]).await;
        assert_eq!(joined.location(), "/you");
        assert_eq!(mia.cookies["rapport-session"], cookie);
        mia.get("/team").await.assert_says(EVE);
    }
}

#[tokio::test]
async fn an_invitation_falls_with_whoever_wrote_it() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (id, jon_id) = site.ids(JON).await;
        let text = jon_id.to_string();
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        let mut kim = site.browser();
        for (path, fields, status) in [
            ("/team/role", vec![("role", "member")], StatusCode::GONE),
            ("", vec![], StatusCode::FORBIDDEN),
            ("/team/remove", vec![], StatusCode::GONE),
        ] {
            registry.set_role(id, jon_id, Role::Admin).await.unwrap();
            let mut jon = site.signed_in(JON).await;
            jon.get("/team").await;
            let before = site.letters(KIM).await.len();
            jon.post("/team/invite", &[("email", KIM), ("role", "admin")])
                .await
                .assert_says("is invited");
            let letter = site.letter(KIM, before).await;
            kim.get(&letter.link).await.assert_says("Join");
            match path {
                // Whatever took the role away.
                "" => registry.set_role(id, jon_id, Role::Viewer).await.unwrap(),
                _ => {
                    let fields = [vec![("id", text.as_str())], fields].concat();
                    let done = mia.post(path, &fields).await;
                    assert_eq!(done.status, StatusCode::OK, "{path}");
                    let open = registry.invitations(id, 0).await.unwrap();
                    assert!(open.is_empty(), "{path}");
                }
            }
            let pressed = kim.post(&letter.link, &[("code", &letter.code)]).await;
            assert_eq!(pressed.status, status, "{path}");
            assert!(registry.account_by_email(KIM).await.unwrap().is_none());
        }
    }
}

#[tokio::test]
async fn what_is_sent_slowly_is_done_with_the_role_of_its_end() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (id, jon_id) = site.ids(JON).await;
        let mut jon = site.signed_in(JON).await;
        jon.get("/you").await;
        let form = |fields: &str| format!("form={}&{fields}", jon.form);
        let file = format!(
            "--b\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"a.csv\"\r\n\r\nname,email\nEve,{EVE}\n\r\n--b--\r\n",
            jon.form
        );
        let fields = "application/x-www-form-urlencoded";
        for (path, kind, body) in [
            (
                "/team/invite",
                fields,
                form("email=eve@evil.example&role=admin"),
            ),
            ("/workspace", fields, form("name=Jon")),
            ("/sending/domain", fields, form("domain=studio.example")),
            ("/data/export", fields, form(&format!("workspace={id}"))),
            (
                "/billing/logo",
                "multipart/form-data; boundary=b",
                file.clone(),
            ),
            ("/data/import", "multipart/form-data; boundary=b", file),
        ] {
            registry.set_role(id, jon_id, Role::Admin).await.unwrap();
            let mut line = begun(&site, &jon, path, kind, body.len()).await;
            registry.set_role(id, jon_id, Role::Viewer).await.unwrap();
            line.write_all(body.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            line.read_to_end(&mut answer).await.unwrap();
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.starts_with("HTTP/1.1 403"), "{path}: {answer}");
        }
        assert!(registry.invitations(id, 0).await.unwrap().is_empty());
        assert_eq!(registry.workspace(id).await.unwrap().unwrap().name, "Acme");
    }
}

/// Sends the head of a request, until its body is asked for.
async fn begun(site: &Site, by: &Browser, path: &str, kind: &str, length: usize) -> TcpStream {
    let host = site.origin.trim_start_matches("http://");
    let mut line = TcpStream::connect(host).await.unwrap();
    let cookies: Vec<String> = by
        .cookies
        .iter()
        .map(|(name, it)| format!("{name}={it}"))
        .collect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncookie: {}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\
         expect: 100-continue\r\nconnection: close\r\n\r\n",
        cookies.join("; ")
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    while !said.ends_with(b"\r\n\r\n") {
        said.push(line.read_u8().await.unwrap());
    }
    let said = String::from_utf8(said).unwrap();
    assert!(said.starts_with("HTTP/1.1 100"), "{path}: {said}");
    line
}
