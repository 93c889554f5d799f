//! What a stranger on the internet tries, and a member with too low a role.

use crate::common::databases;
use crate::site::{JON, MIA, Site};
use rapport::store::registry::{NewWorkspace, Role};
use reqwest::{Method, StatusCode};

/// A path, its fields, and what is answered.
type Try<'a> = (&'a str, Vec<(&'a str, &'a str)>, StatusCode);

/// Every path that changes something, with fields that would do.
const CHANGES: &[(&str, &[(&str, &str)])] = &[
    ("/sign-out", &[]),
    ("/you", &[("name", "Eve")]),
    ("/you/intake", &[]),
    ("/you/address", &[("email", "eve@evil.example")]),
    ("/you/address/code", &[("id", "1"), ("code", "000000")]),
    ("/you/address/cancel", &[("id", "1")]),
    ("/you/address/remove", &[("email", "mia@home.example")]),
    ("/you/address/link/x", &[]),
    ("/security/session", &[("id", "1")]),
    ("/security/sessions", &[]),
    ("/security/factor", &[]),
    ("/security/factor/confirm", &[("code", "000000")]),
    ("/security/factor/remove", &[("code", "000000")]),
    ("/security/password", &[("label", "x")]),
    ("/security/password/remove", &[("id", "1")]),
    ("/workspace", &[("name", "Eve's")]),
    ("/workspace/settings", &[("own_domains", "evil.example")]),
    ("/workspace/switch", &[("id", "1")]),
    ("/data/export", &[("workspace", "1")]),
    ("/data/import/columns", &[("upload", "x"), ("what", "go")]),
    ("/data/import/stop", &[]),
    ("/connections/bot", &[("what", "disconnect")]),
    ("/connections/ai", &[("url", "https://evil.example")]),
    ("/connections/ai/remove", &[]),
    ("/sending/relay", RELAY),
    ("/sending/relay/trial", &[]),
    ("/sending/relay/remove", &[]),
    ("/sending/domain", &[("domain", "studio.example")]),
    ("/sending/domain/check", &[("domain", "studio.example")]),
    ("/sending/domain/remove", &[("domain", "studio.example")]),
    ("/workspaces", &[("name", "Eve's own")]),
    ("/workspaces/import/stop", &[]),
    ("/account/leave", &[("email", MIA), ("what", "now")]),
    ("/account/stay", &[]),
    (
        "/team/invite",
        &[("email", "eve@evil.example"), ("role", "admin")],
    ),
    ("/team/invitation/again", &[("id", "1")]),
    ("/team/invitation/cancel", &[("id", "1")]),
    ("/team/role", &[("id", "1"), ("role", "admin")]),
    ("/team/remove", &[("id", "1")]),
    ("/team/owner", &[("id", "1")]),
    ("/sign-in", &[("email", MIA)]),
];
/// A relay that would do.
const RELAY: &[(&str, &str)] = &[
    ("host", "relay.evil.example"),
    ("port", "465"),
    ("tls", "implicit"),
    ("name", "eve"),
    ("password", "x"),
];
const PAGES: &[&str] = &[
    "/you",
    "/security",
    "/workspace",
    "/connections",
    "/sending",
    "/team",
    "/log",
    "/workspaces",
    "/account",
    "/sign-in",
    "/sign-in/code",
    "/privacy",
    "/nowhere",
];

#[tokio::test]
async fn nothing_is_changed_without_a_form_of_ours() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let mut jon = site.signed_in(JON).await;
        mia.get("/you").await;
        jon.get("/you").await;
        let own = mia.form.clone();
        for (path, fields) in CHANGES {
            for token in ["", "x", jon.form.as_str()] {
                let mut all = vec![("form", token)];
                all.extend(fields.iter().copied());
                let answer = mia.ask(Method::POST, path, Some(&all), &[]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {token}");
            }
            let mut all = vec![("form", own.as_str())];
            all.extend(fields.iter().copied());
            for header in [
                ("origin", "https://evil.example"),
                ("origin", "null"),
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
            ] {
                let answer = mia.ask(Method::POST, path, Some(&all), &[header]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {header:?}");
            }
            // Nor by looking.
            let answer = mia.get(&format!("{path}?form={own}")).await;
            let looked = [
                StatusCode::OK,
                StatusCode::METHOD_NOT_ALLOWED,
                StatusCode::SEE_OTHER,
                StatusCode::GONE,
            ];
            assert!(looked.contains(&answer.status), "{path} {}", answer.status);
        }
        let (id, account) = site.ids(MIA).await;
        let registry = &site.desk.store.registry;
        assert_eq!(registry.workspace(id).await.unwrap().unwrap().name, "Acme");
        assert_eq!(registry.app_passwords(account).await.unwrap().len(), 1);
        assert!(registry.invitations(id, 0).await.unwrap().is_empty());
        assert!(
            registry
                .address_requests(account, 0)
                .await
                .unwrap()
                .is_empty()
        );
        mia.get("/workspace")
            .await
            .assert_says("name=\"own_domains\" maxlength=\"4000\" value=\"\"");
        assert_eq!(mia.get("/you").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn nobody_sees_a_page_without_a_session() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.browser();
        browser.get("/sign-in").await;
        for path in [
            "/",
            "/you",
            "/you/intake.vcf",
            "/security",
            "/workspace",
            "/sending",
            "/team",
            "/log",
            "/workspaces",
            "/account",
        ] {
            assert_eq!(browser.get(path).await.location(), "/sign-in", "{path}");
        }
        for (path, fields) in CHANGES
            .iter()
            .filter(|(path, _)| !path.starts_with("/sign-"))
        {
            let answer = browser.post(path, fields).await;
            assert_eq!(answer.location(), "/sign-in", "{path}");
        }
        // A cookie that nobody was given opens nothing, and is not adopted.
        let planted = "A".repeat(43);
        browser
            .cookies
            .insert("rapport-session".to_owned(), planted.clone());
        assert_eq!(browser.get("/you").await.location(), "/sign-in");
        let letter = site.ask(&mut browser, MIA).await;
        browser.get(&letter.link).await;
        browser.post(&letter.link, &[]).await;
        assert_ne!(browser.cookies["rapport-session"], planted);
        browser.get("/you").await.assert_says(MIA);
    }
}

#[tokio::test]
async fn a_role_does_what_it_may_and_nothing_above_it() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (id, jon_id) = site.ids(JON).await;
        let (_, mia_id) = site.ids(MIA).await;
        let own = id.to_string();
        let (jon_text, mia_text) = (jon_id.to_string(), mia_id.to_string());
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        mia.post(
            "/team/invite",
            &[("email", "kim@studio.example"), ("role", "member")],
        )
        .await;
        let invitation = registry.invitations(id, 0).await.unwrap()[0].id.to_string();
        let team: Vec<(&str, Vec<(&str, &str)>)> = vec![
            ("/workspace/settings", vec![("own_domains", "evil.example")]),
            ("/connections/bot", vec![("what", "disconnect")]),
            ("/connections/ai", vec![("url", "https://evil.example")]),
            ("/connections/ai/remove", vec![]),
            ("/data/export", vec![("workspace", &own)]),
            (
                "/team/invite",
                vec![("email", "eve@evil.example"), ("role", "viewer")],
            ),
            ("/team/invitation/again", vec![("id", &invitation)]),
            ("/team/invitation/cancel", vec![("id", &invitation)]),
            ("/team/role", vec![("id", &jon_text), ("role", "admin")]),
            ("/team/remove", vec![("id", &mia_text)]),
            ("/team/owner", vec![("id", &jon_text)]),
            ("/workspace", vec![("name", "Jon's")]),
            ("/workspace", vec![("factor", "none")]),
            ("/sending/relay", RELAY.to_vec()),
            ("/sending/relay/trial", vec![]),
            ("/sending/relay/remove", vec![]),
            ("/sending/domain", vec![("domain", "studio.example")]),
            ("/sending/domain/check", vec![("domain", "studio.example")]),
            ("/sending/domain/remove", vec![("domain", "studio.example")]),
        ];
        for role in [Role::Viewer, Role::Member] {
            registry.set_role(id, jon_id, role).await.unwrap();
            let mut jon = site.signed_in(JON).await;
            jon.get("/you").await;
            assert_eq!(jon.get("/log").await.status, StatusCode::FORBIDDEN);
            assert_eq!(jon.get("/sending").await.status, StatusCode::FORBIDDEN);
            jon.get("/you").await;
            for (path, fields) in &team {
                let answer = jon.post(path, fields).await;
                assert_eq!(
                    answer.status,
                    StatusCode::FORBIDDEN,
                    "{role:?} {path} {fields:?}"
                );
            }
        }
        registry.set_role(id, jon_id, Role::Admin).await.unwrap();
        let mut jon = site.signed_in(JON).await;
        jon.get("/you").await;
        let above: [(&str, Vec<(&str, &str)>); 7] = [
            ("/team/role", vec![("id", &jon_text), ("role", "owner")]),
            ("/team/role", vec![("id", &mia_text), ("role", "viewer")]),
            (
                "/team/invite",
                vec![("email", "eve@evil.example"), ("role", "owner")],
            ),
            (
                "/team/invite",
                vec![("email", "eve@evil.example"), ("role", "god")],
            ),
            ("/team/remove", vec![("id", &mia_text)]),
            ("/team/owner", vec![("id", &jon_text)]),
            ("/workspace", vec![("factor", "none")]),
        ];
        for (path, fields) in &above {
            let answer = jon.post(path, fields).await;
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "admin {path} {fields:?}"
            );
        }
        let members = registry.members(id).await.unwrap();
        let roles: Vec<Role> = members.iter().map(|member| member.role).collect();
        assert_eq!(roles, [Role::Owner, Role::Admin]);
        assert_eq!(registry.workspace(id).await.unwrap().unwrap().name, "Acme");
        assert_eq!(registry.invitations(id, 0).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn ids_of_another_workspace_are_nothing_here() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let new = NewWorkspace {
            slug: "other",
            name: "Other",
            owner_email: "eve@evil.example",
            intake: "log.e8v2e4",
            app_password: "incorrect horse",
        };
        let (_, eve) = registry.make_workspace(new, site.now_us()).await.unwrap();
        let (id, jon_id) = site.ids(JON).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        mia.post(
            "/team/invite",
            &[("email", "kim@studio.example"), ("role", "member")],
        )
        .await;
        let invitation = registry.invitations(id, 0).await.unwrap()[0].id.to_string();
        mia.get("/you").await;
        mia.post("/you", &[("name", "Mia Moe")]).await;

        let mut eve_browser = site.signed_in("eve@evil.example").await;
        eve_browser.get("/team").await;
        let jon = jon_id.to_string();
        let workspace = id.to_string();
        let foreign: [Try<'_>; 6] = [
            (
                "/team/role",
                vec![("id", &jon), ("role", "viewer")],
                StatusCode::NOT_FOUND,
            ),
            ("/team/remove", vec![("id", &jon)], StatusCode::NOT_FOUND),
            ("/team/owner", vec![("id", &jon)], StatusCode::NOT_FOUND),
            (
                "/team/invitation/again",
                vec![("id", &invitation)],
                StatusCode::OK,
            ),
            (
                "/team/invitation/cancel",
                vec![("id", &invitation)],
                StatusCode::OK,
            ),
            (
                "/workspace/switch",
                vec![("id", &workspace)],
                StatusCode::NOT_FOUND,
            ),
        ];
        for (path, fields, status) in &foreign {
            let answer = eve_browser.post(path, fields).await;
            assert_eq!(answer.status, *status, "{path}");
            assert!(!answer.body.contains("studio.example"), "{path}");
        }
        assert_eq!(registry.invitations(id, 0).await.unwrap().len(), 1);
        assert_eq!(registry.members(id).await.unwrap().len(), 2);
        for path in [
            "/you",
            "/team",
            "/workspace",
            &format!("/log?member={jon_id}"),
        ] {
            let page = eve_browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK);
            for word in ["studio.example", "Acme"] {
                assert!(!page.body.contains(word), "{path} {word}");
            }
        }
        assert_ne!(eve.id, jon_id);
    }
}

#[tokio::test]
async fn every_answer_binds_the_browser_and_no_other_host_is_answered() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        for path in PAGES.iter().copied().chain(["/style.css", "/page.js"]) {
            let answer = mia.get(path).await;
            let said = |name: &str| {
                let value = answer.headers.get(name);
                value
                    .and_then(|v| v.to_str().ok())
                    .unwrap_or_default()
                    .to_owned()
            };
            assert!(
                said("content-security-policy").contains("default-src 'none'"),
                "{path}"
            );
            assert!(
                !said("content-security-policy").contains("unsafe"),
                "{path}"
            );
            assert_eq!(said("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(said("x-frame-options"), "DENY", "{path}");
            assert_eq!(said("referrer-policy"), "same-origin", "{path}");
            assert!(said("permissions-policy").contains("camera=()"), "{path}");
            assert!(
                said("cache-control").contains(if path.contains('.') {
                    "max-age"
                } else {
                    "no-store"
                }),
                "{path}"
            );
            assert!(
                !answer.body.contains("style=\"") && !answer.body.contains("<script>"),
                "{path}"
            );
            for elsewhere in ["src=\"http", "href=\"http", "url(http"] {
                assert!(!answer.body.contains(elsewhere), "{path} {elsewhere}");
            }
        }
        for host in ["evil.example", "crm.example", "127.0.0.1", "127.0.0.1:1"] {
            let answer = mia.ask(Method::GET, "/you", None, &[("host", host)]).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
            assert!(!answer.body.contains(MIA));
        }
        let cookie = mia
            .ask(Method::GET, "/sign-in", None, &[("cookie", "x=1")])
            .await;
        let set = cookie
            .headers
            .get("set-cookie")
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"),
            "{set}"
        );
    }
}
