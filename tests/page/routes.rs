//! Which forms there are, and who may send which. A route that changes something and stands in no table here fails.

use crate::common::databases;
use crate::site::{JON, MIA, Site};
use crate::uploads::UPLOADS;
use rapport::store::registry::Role;
use reqwest::StatusCode;
use std::collections::BTreeSet;

/// Every path that changes something, with fields that would do; but for files.
pub const CHANGES: &[(&str, &[(&str, &str)])] = &[
    ("/sign-out", &[]),
    ("/you", &[("name", "Eve")]),
    ("/you/intake", &[]),
    ("/you/chat", &[("what", "link")]),
    ("/you/address", &[("email", "eve@evil.example")]),
    ("/you/address/code", &[("id", "1"), ("code", "000000")]),
    ("/you/address/cancel", &[("id", "1")]),
    ("/you/address/remove", &[("email", "mia@home.example")]),
    ("/you/address/link/x", &[]),
    ("/security/session", &[("id", "1")]),
    ("/security/sessions", &[]),
    ("/security/factor", &[]),
    ("/security/factor/confirm", &[("code", "000000")]),
    ("/security/factor/recovery", &[("code", "000000")]),
    ("/security/factor/remove", &[("code", "000000")]),
    ("/security/password", &[("label", "x")]),
    ("/security/password/remove", &[("id", "1")]),
    ("/workspace", &[("name", "Eve's")]),
    ("/workspace/records", &[]),
    ("/workspace/settings", &[("own_domains", "evil.example")]),
    ("/workspace/switch", &[("id", "1")]),
    ("/billing", &[("invoice_iban", "FI21 1234 5600 0007 85")]),
    ("/billing/logo/remove", &[]),
    ("/data/export", &[("workspace", "1")]),
    (
        "/data/import/columns",
        &[("upload", "x"), ("column0", "name"), ("what", "go")],
    ),
    ("/data/import/stop", &[]),
    ("/data/erase", &[("who", "ada@acme.example")]),
    (
        "/data/kept",
        &[("name", "keep sent letters"), ("days", "7")],
    ),
    ("/data/leave", &[("slug", "acme"), ("what", "now")]),
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
    ("/sign-in/code", &[("code", "000000")]),
    ("/sign-in/link/x", &[("code", "000000")]),
    ("/sign-in/factor", &[("code", "000000")]),
    ("/invitation/x", &[("code", "000000")]),
];
/// A relay that would do.
const RELAY: &[(&str, &str)] = &[
    ("host", "relay.evil.example"),
    ("port", "465"),
    ("tls", "implicit"),
    ("name", "eve"),
    ("password", "x"),
];
/// What is one's own, or everybody's, whatever the role.
const OWN: &[&str] = &[
    "/sign-in",
    "/sign-in/code",
    "/sign-in/link/{token}",
    "/sign-in/factor",
    "/sign-out",
    "/invitation/{token}",
    "/you",
    "/you/intake",
    "/you/chat",
    "/you/address",
    "/you/address/code",
    "/you/address/cancel",
    "/you/address/remove",
    "/you/address/link/{token}",
    "/security/session",
    "/security/sessions",
    "/security/factor",
    "/security/factor/confirm",
    "/security/factor/recovery",
    "/security/factor/remove",
    "/security/password",
    "/security/password/remove",
    "/account/leave",
    "/account/stay",
    "/workspace/switch",
    "/workspaces",
    "/workspaces/import",
    "/workspaces/import/stop",
    // Whoever may bring nothing has nothing to stop.
    "/data/import/stop",
];

/// A form that takes a role.
type Needs<'a> = (Role, &'a str, Vec<(&'a str, &'a str)>);

/// What takes a role, by the numbers of two members, of the workspace and of an invitation.
fn needs<'a>([jon, mia, own, invitation]: [&'a str; 4]) -> Vec<Needs<'a>> {
    let admin = [
        ("/workspace", vec![("name", "Jon's")]),
        ("/workspace/records", vec![]),
        ("/workspace/settings", vec![("own_domains", "evil.example")]),
        ("/billing", vec![("stages", "Evil")]),
        ("/billing/logo/remove", vec![]),
        ("/connections/bot", vec![("what", "disconnect")]),
        ("/connections/ai", vec![("url", "https://evil.example")]),
        ("/connections/ai/remove", vec![]),
        ("/data/export", vec![("workspace", own)]),
        ("/data/erase", vec![("who", "ada@acme.example")]),
        ("/data/erase", vec![("code", "0000")]),
        (
            "/team/invite",
            vec![("email", "eve@evil.example"), ("role", "viewer")],
        ),
        ("/team/invitation/again", vec![("id", invitation)]),
        ("/team/invitation/cancel", vec![("id", invitation)]),
        ("/team/role", vec![("id", jon), ("role", "admin")]),
        ("/team/remove", vec![("id", mia)]),
        ("/sending/relay", RELAY.to_vec()),
        ("/sending/relay/trial", vec![]),
        ("/sending/relay/remove", vec![]),
        ("/sending/domain", vec![("domain", "studio.example")]),
        ("/sending/domain/check", vec![("domain", "studio.example")]),
        ("/sending/domain/remove", vec![("domain", "studio.example")]),
    ];
    let owner = [
        ("/workspace", vec![("factor", "none")]),
        ("/team/owner", vec![("id", jon)]),
        (
            "/team/invite",
            vec![("email", "eve@evil.example"), ("role", "owner")],
        ),
        (
            "/team/invite",
            vec![("email", "eve@evil.example"), ("role", "god")],
        ),
        ("/team/role", vec![("id", jon), ("role", "owner")]),
        ("/team/role", vec![("id", mia), ("role", "viewer")]),
        ("/team/remove", vec![("id", mia)]),
        (
            "/data/kept",
            vec![("name", "keep sent letters"), ("days", "7")],
        ),
        ("/data/leave", vec![("slug", "acme"), ("what", "close")]),
        ("/data/leave", vec![("slug", "acme"), ("what", "now")]),
        ("/data/leave", vec![("what", "stay")]),
    ];
    let member = [("/data/import/columns", vec![("upload", "x")])];
    let of = |role: Role| move |(path, fields)| (role, path, fields);
    let admin = admin.into_iter().map(of(Role::Admin));
    let owner = owner.into_iter().map(of(Role::Owner));
    let member = member.into_iter().map(of(Role::Member));
    member.chain(admin).chain(owner).collect()
}

/// The routes that take a form, as the page has them.
fn routes() -> BTreeSet<String> {
    let source = |name: &str| {
        let path = format!("{}/src/web/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let (routes, guard) = (source("routes"), source("guard"));
    let mut found = BTreeSet::new();
    for route in routes.split(".route(").skip(1) {
        let (path, handlers) = route.split_once(',').unwrap();
        if !handlers.contains("post(") {
            continue;
        }
        let path = match path.trim().strip_prefix("guard::") {
            Some(name) => {
                let rest = guard
                    .split_once(&format!("const {name}: &str = "))
                    .unwrap()
                    .1;
                rest.split_once(';').unwrap().0
            }
            None => path.trim(),
        };
        found.insert(path.trim_matches('"').to_owned());
    }
    found
}

#[test]
fn every_form_stands_in_the_tables_of_attacks() {
    let routes = routes();
    assert!(routes.len() > 50, "{routes:?}");
    let tried = CHANGES
        .iter()
        .map(|(path, _)| match path.strip_suffix("/x") {
            Some(begin) => format!("{begin}/{{token}}"),
            None => (*path).to_owned(),
        });
    let uploads = UPLOADS.iter().map(|(path, _)| (*path).to_owned());
    let tried: BTreeSet<String> = tried.chain(uploads).collect();
    assert_eq!(routes, tried, "left: routes; right: what a stranger tries");
    let needs = needs(["1"; 4]);
    let asked = needs.iter().map(|(_, path, _)| *path);
    let asked = asked
        .chain(OWN.iter().copied())
        .chain(["/data/import", "/billing/logo"]);
    let asked: BTreeSet<String> = asked.map(str::to_owned).collect();
    assert_eq!(routes, asked, "left: routes; right: who may what");
}

#[tokio::test]
async fn a_role_does_what_it_may_and_nothing_above_it() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (id, jon_id) = site.ids(JON).await;
        let (_, mia_id) = site.ids(MIA).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        mia.post(
            "/team/invite",
            &[("email", "kim@studio.example"), ("role", "member")],
        )
        .await;
        let invitation = registry.invitations(id, 0).await.unwrap()[0].id;
        let numbers = [jon_id, mia_id, id, invitation].map(|number| number.to_string());
        let needs = needs(numbers.each_ref().map(String::as_str));
        for role in [Role::Viewer, Role::Member, Role::Admin] {
            registry.set_role(id, jon_id, role).await.unwrap();
            let mut jon = site.signed_in(JON).await;
            if role < Role::Admin {
                for path in ["/log", "/sending", "/connections"] {
                    let page = jon.get(path).await;
                    assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?} {path}");
                }
            }
            jon.get("/you").await;
            for (_, path, fields) in needs.iter().filter(|(needed, ..)| role < *needed) {
                let answer = jon.post(path, fields).await;
                let forbidden = StatusCode::FORBIDDEN;
                assert_eq!(answer.status, forbidden, "{role:?} {path} {fields:?}");
            }
            if role < Role::Member {
                let answer = jon.upload("/data/import", "a.csv", b"name\nEve\n").await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?}");
            }
        }
        let members = registry.members(id).await.unwrap();
        let roles: Vec<Role> = members.iter().map(|member| member.role).collect();
        assert_eq!(roles, [Role::Owner, Role::Admin]);
        assert_eq!(registry.workspace(id).await.unwrap().unwrap().name, "Acme");
        assert_eq!(registry.invitations(id, 0).await.unwrap().len(), 1);
        assert!(registry.leaving(id).await.unwrap().is_none());
        assert!(
            site.desk
                .column("select name from setting")
                .await
                .is_empty()
        );
    }
}
