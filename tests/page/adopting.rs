//! A whole workspace from a ZIP, through the page.

use crate::common::zips::changed;
use crate::common::{Place, databases};
use crate::data::fill;
use crate::site::{Browser, JON, MIA, Site};
use rapport::domain::sign_up::SignUp;
use rapport::on;
use rapport::store::Tx;
use rapport::store::registry::NewWorkspace;
use reqwest::StatusCode;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

pub const EVE: &str = "eve@else.example";

/// The export of a workspace with contacts and with letters that wait.
pub async fn exported(site: &Site) -> Vec<u8> {
    fill(site).await;
    let mut mia = site.signed_in(MIA).await;
    mia.get("/data").await;
    mia.export().await
}

/// Somebody signed in, with a form of the page that takes ZIPs.
pub async fn at_workspaces(site: &Site, email: &str) -> Browser {
    let mut browser = site.signed_in(email).await;
    browser.get("/workspaces").await;
    browser
}

/// Uploads a ZIP, and gives what came of it.
pub async fn bring(browser: &mut Browser, zip: &[u8]) -> String {
    let answer = browser.upload("/workspaces/import", "acme.zip", zip).await;
    assert_eq!(answer.location(), "/workspaces/import", "{}", answer.body);
    told(browser).await
}

/// What came of the ZIP that is being read, once it is read.
async fn told(browser: &mut Browser) -> String {
    let mut page = String::new();
    crate::common::until("the ZIP is read", async || {
        page = browser.get("/workspaces").await.body;
        !page.contains("<progress")
    })
    .await;
    let (_, rest) = page
        .split_once("<strong>acme.zip</strong>")
        .expect("a reading");
    rest.split("</div>").next().unwrap_or_default().to_owned()
}

pub async fn column(site: &Site, id: i64, sql: &'static str) -> Vec<String> {
    let workspace = site.desk.store.workspaces.get(id).await.unwrap();
    let mut tx = workspace.read().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar(sql).fetch_all(c).await).unwrap()
}

pub async fn registered(site: &Site, sql: &'static str) -> Vec<String> {
    let mut tx = site.desk.store.registry.db().read().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar(sql).fetch_all(c).await).unwrap()
}

pub async fn id_of(site: &Site, slug: &str) -> i64 {
    let registry = &site.desk.store.registry;
    registry.workspace_by_slug(slug).await.unwrap().unwrap().id
}

/// The databases of workspaces that are there, registered or not, but the house.
async fn databases_of(site: &Site, place: &Place) -> usize {
    if place.database_url.is_none() {
        let files = std::fs::read_dir(place.folder.path().join("workspaces")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        return names
            .filter(|name| name.ends_with(".db") && name != "0.db")
            .count();
    }
    registered(site, "select cast(nspname as text) from pg_namespace where nspname like 'w%' and nspname <> 'w0'")
        .await
        .len()
}

#[tokio::test]
async fn a_stranger_s_zip_of_ours_is_theirs_alone_and_touches_nobody() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Open).await;
        let zip = exported(&site).await;
        let captures = "select capture from contact order by id";
        let before = column(&site, site.desk.id, captures).await;
        let mut eve = at_workspaces(&site, EVE).await;
        let said = bring(&mut eve, &zip).await;
        for words in [
            "Contacts: 2,",
            "acme-2@crm.example",
            "as they were: 0; new: 2",
            "Your intake address is a new one",
            "lead nowhere any more: 2",
            "have no access: 2",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
        let id = id_of(&site, "acme-2").await;
        let registry = &site.desk.store.registry;
        let members = registry.members(id).await.unwrap();
        let members: Vec<&str> = members.iter().map(|m| m.account.email.as_str()).collect();
        assert_eq!(members, [EVE]);
        assert_eq!(
            registered(&site, "select email from account order by id").await,
            [MIA, JON, EVE]
        );
        let present = "select email from member where left_at is null";
        assert_eq!(column(&site, id, present).await, [EVE]);
        let former = "select email from member where left_at is not null order by email";
        assert_eq!(column(&site, id, former).await, [JON, MIA]);
        // They are nobody here: not those who have accounts.
        for email in [MIA, JON] {
            let (_, account) = site.ids(email).await;
            let ids = column(&site, id, "select cast(id as text) from member").await;
            assert!(!ids.contains(&account.to_string()));
        }
        // What waited is not sent, and no letter of before can be sent again.
        let open =
            "select state from outbox where state in ('waiting', 'sending') or message is not null";
        assert_eq!(column(&site, id, open).await, [""; 0]);
        assert!(
            !column(&site, id, "select state from outbox")
                .await
                .is_empty()
        );
        // Addresses lead each to its own.
        assert_eq!(column(&site, site.desk.id, captures).await, before);
        let after = column(&site, id, captures).await;
        for (old, new) in before.iter().zip(&after) {
            assert_ne!(old, new);
            let of = async |local: &str| registry.route(local).await.unwrap().unwrap().workspace_id;
            assert_eq!((of(old).await, of(new).await), (site.desk.id, id));
        }
        let mail = "From: Ada <ada@acme.example>\nTo: ada@crm.example\nMessage-ID: <x@acme.example>\n\
                    Date: Tue, 10 Nov 2026 11:30:00 +0000\n\nHello.\n";
        site.desk.spool(None, &[&after[0]], mail).await;
        site.desk.lanes.drain().await.unwrap();
        let waiting = "select recipient from outbox where state = 'waiting'";
        assert_eq!(column(&site, id, waiting).await, [EVE]);
        // History names who did it.
        let id = id.to_string();
        eve.get("/workspaces").await;
        eve.post("/workspace/switch", &[("id", &id)]).await;
        eve.get("/log").await.assert_says(JON);
        let mut mia = site.signed_in(MIA).await;
        let own = mia.get("/workspaces").await;
        assert!(!own.body.contains("acme-2"), "{}", own.body);
        let operators = registry.operators_workspaces(10).await.unwrap();
        assert_eq!(operators.len(), 1);
        assert_eq!(operators[0].slug, "acme");
    }
}

#[tokio::test]
async fn one_s_own_workspace_moves_to_another_instance_with_its_addresses() {
    for place in databases().await {
        let zip = exported(&Site::open(&place).await).await;
        let others = databases().await;
        let other = others.into_iter().find(|p| p.name == place.name).unwrap();
        let site = Site::empty(&other, SignUp::Open).await;
        let mut mia = at_workspaces(&site, MIA).await;
        let said = bring(&mut mia, &zip).await;
        for words in [
            "acme@crm.example",
            "as they were: 2; new: 0",
            "Your intake address is as it was",
            "lead nowhere any more: 1",
            "have no access: 1",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
        let registry = &site.desk.store.registry;
        assert!(registry.route("log.m7a2x4").await.unwrap().is_some());
        assert!(registry.route("log.j9k3w6").await.unwrap().is_none());
        assert!(registry.account_by_email(JON).await.unwrap().is_none());
        mia.get("/you").await.assert_says("log.m7a2x4@crm.example");
        // Whoever was a member before and is invited joins as a new one.
        mia.get("/team").await;
        mia.post("/team/invite", &[("email", JON), ("role", "member")])
            .await;
        let letter = site.letter(JON, 0).await;
        let mut jon = site.browser();
        jon.get(&letter.link).await;
        let joined = jon.post(&letter.link, &[("code", &letter.code)]).await;
        assert_eq!(joined.location(), "/you");
        mia.get("/log")
            .await
            .assert_says("jon@studio.example (former");
    }
}

/// The rows of a file with something in them put in another's place.
pub fn with(zip: &[u8], name: &str, from: &str, to: &str) -> Vec<u8> {
    changed(zip, |entry, bytes| match entry == name {
        true => {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(from), "{name} has no {from}: {text}");
            Some(text.replace(from, to).into_bytes())
        }
        false => Some(bytes),
    })
}

#[tokio::test]
async fn what_is_broken_cut_or_made_to_do_harm_leaves_nothing() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Members).await;
        let zip = exported(&site).await;
        let mut jon = at_workspaces(&site, JON).await;
        let bomb = changed(&zip, |name, bytes| match name {
            "data/journal.jsonl" => Some([bytes, vec![b'\n'; 70 << 20]].concat()),
            _ => Some(bytes),
        });
        let long = format!("\"name\":\"{}\"", "b".repeat(20 << 20));
        let long = with(&zip, "data/contact.jsonl", "\"name\":\"Bob\"", &long);
        let somebody = "\"name\":null";
        let named = format!("\"name\":\"{}\"", "b".repeat(20_000));
        let named = with(&zip, "registry/accounts.jsonl", somebody, &named);
        let hostile = [
            (b"PK\x03\x04 and nothing".to_vec(), "no whole ZIP"),
            (
                b"name,email\nEve,eve@else.example\n".to_vec(),
                "no whole ZIP",
            ),
            (zip[..zip.len() / 2].to_vec(), "no whole ZIP"),
            (bomb, "unpacks to far more"),
            (
                long,
                "data/contact.jsonl, line 2: the line is longer than 16777216 bytes",
            ),
            (
                named,
                "registry/accounts.jsonl, line 1: the line is longer than 16384 bytes",
            ),
            (
                with(
                    &zip,
                    "data/contact.jsonl",
                    "\"name\":\"Bob\"",
                    &format!("\"name\":[0{}]", ",0".repeat(1_000)),
                ),
                "data/contact.jsonl, line 2: invalid type: sequence",
            ),
            (
                with(&zip, "manifest.json", "\"format\":1", "\"format\":9"),
                "install a newer Rapport",
            ),
            (
                with(&zip, "data/contact.jsonl", "\"name\":\"Bob\"", "\"name\":7"),
                "wrong kind",
            ),
            (
                with(
                    &zip,
                    "data/counter.jsonl",
                    "\"last\":2",
                    "\"last\":9223372036854775807",
                ),
                "no number of ours",
            ),
            (
                with(&zip, "data/member.jsonl", MIA, JON),
                "stands there twice",
            ),
            (
                with(&zip, "registry/addresses.jsonl", "log.m7a2x4", "postmaster"),
                "no address of a workspace",
            ),
        ];
        for (zip, words) in hostile {
            jon.address = site.browser().address;
            let said = bring(&mut jon, &zip).await;
            assert!(
                said.contains("No workspace was made") && said.contains(words),
                "{words}: {said}"
            );
            let registry = &site.desk.store.registry;
            assert_eq!(registry.workspaces(10).await.unwrap().len(), 1, "{words}");
            assert_eq!(databases_of(&site, &place).await, 1, "{words}");
        }
        // Without the token of the form, and where the operator allows none, nothing is read.
        let form = std::mem::take(&mut jon.form);
        let answer = jon.upload("/workspaces/import", "acme.zip", &zip).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        jon.form = form;
        let closed = site.beside(&place, SignUp::Closed).await;
        let mut there = closed.with_cookies_of(&jon);
        let answer = there.upload("/workspaces/import", "acme.zip", &zip).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(databases_of(&site, &place).await, 1);
    }
}

#[tokio::test]
async fn a_zip_says_nothing_that_only_this_instance_may_say() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Members).await;
        let zip = exported(&site).await;
        let mut jon = at_workspaces(&site, JON).await;
        let (_, mia_id) = site.ids(MIA).await;
        // Names that lead outside are never looked at.
        let mut out = zip::ZipWriter::new_append(Cursor::new(zip.clone())).unwrap();
        for name in ["../../evil", "/etc/evil", "data/../../evil"] {
            out.start_file(name, SimpleFileOptions::default()).unwrap();
            out.write_all(b"evil").unwrap();
        }
        let slipping = out.finish().unwrap().into_inner();
        // Addresses with a meaning are nobody's.
        let named = with(
            &slipping,
            "registry/workspace.json",
            "\"slug\":\"acme\"",
            "\"slug\":\"administrator\"",
        );
        let named = with(
            &named,
            "registry/addresses.jsonl",
            "\"acme\"",
            "\"administrator\"",
        );
        // A letter of a state that nobody knows.
        let forged = with(
            &named,
            "data/outbox.jsonl",
            "\"state\":\"waiting\"",
            "\"state\":\"soon\"",
        );
        // What Mia did, done by a number that has an account here and is no member of the export.
        let forged = changed(&forged, |name, bytes| match name {
            "data/journal.jsonl" => {
                let text = String::from_utf8(bytes).unwrap();
                let jon_id = text.split("\"member_id\":").nth(1).unwrap();
                let jon_id: String = jon_id.chars().take_while(char::is_ascii_digit).collect();
                Some(
                    text.replace(&format!("\"member_id\":{jon_id}"), "\"member_id\":77")
                        .into_bytes(),
                )
            }
            _ => Some(bytes),
        });
        let said = bring(&mut jon, &forged).await;
        assert!(said.contains("workspace@crm.example"), "{said}");
        let id = id_of(&site, "workspace").await;
        let open = "select state from outbox where state not in ('sent', 'dead', 'cancelled') or message is not null";
        assert_eq!(column(&site, id, open).await, [""; 0]);
        let doers = column(
            &site,
            id,
            "select cast(member_id as text) from journal where member_id is not null",
        )
        .await;
        assert!(
            !doers.is_empty()
                && !doers.contains(&"77".to_owned())
                && !doers.contains(&mia_id.to_string())
        );
        let registry = &site.desk.store.registry;
        assert!(registry.route("administrator").await.unwrap().is_none());
        // What takes a change back would write rows as a forger wants them: there is none.
        let undoable = "select verb from journal where changes is not null";
        assert_eq!(column(&site, id, undoable).await, [""; 0]);
        assert!(!column(&site, site.desk.id, undoable).await.is_empty());
        assert_eq!(
            column(&site, id, "select state from chat_message").await,
            [""; 0]
        );
        // Jon, who uploaded it, is Jon.
        let present = "select email from member where left_at is null";
        assert_eq!(column(&site, id, present).await, [JON]);
    }
}

/// Holds back whatever brings a workspace, before it makes anything, as long as this is not dropped; others read and go on.
async fn held_back(site: &Site) -> Tx {
    let mut tx = site.desk.store.registry.db().write().await.unwrap();
    // SQLite has one writer, who this is.
    if let Tx::Postgres(tx) = &mut tx {
        let lock = sqlx::query("lock table coming in share mode");
        lock.execute(&mut **tx).await.unwrap();
    }
    tx
}

/// Uploads a ZIP, and looks on until its addresses are read.
async fn begin(browser: &mut Browser, zip: &[u8]) {
    let answer = browser.upload("/workspaces/import", "acme.zip", zip).await;
    assert_eq!(answer.location(), "/workspaces/import", "{}", answer.body);
    crate::common::until("the ZIP is being read", async || {
        let page = browser.get("/workspaces").await.body;
        assert!(page.contains("<progress"), "{page}");
        !page.contains("<progress max=\"100\" value=\"0\"")
    })
    .await;
}

#[tokio::test]
async fn an_import_is_stopped_by_its_uploader_alone_and_leaves_nothing() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Members).await;
        let zip = exported(&site).await;
        let mut mia = at_workspaces(&site, MIA).await;
        let mut jon = at_workspaces(&site, JON).await;
        let addresses = "select local_part from address order by local_part";
        let before = registered(&site, addresses).await;
        for (who, is_stopped) in [(JON, true), (MIA, false)] {
            let held = held_back(&site).await;
            begin(&mut jon, &zip).await;
            let browser = match who {
                JON => &mut jon,
                _ => &mut mia,
            };
            let answer = browser.post("/workspaces/import/stop", &[]).await;
            assert_eq!(answer.location(), "/workspaces/import", "{}", answer.body);
            drop(held);
            let said = told(&mut jon).await;
            if is_stopped {
                assert!(said.contains("No workspace was made: stopped"), "{said}");
                assert_eq!(registered(&site, addresses).await, before);
                assert_eq!(databases_of(&site, &place).await, 1);
                let brought = "select event from page_event where event like 'brought%'";
                assert_eq!(registered(&site, brought).await, [""; 0]);
            } else {
                assert!(said.contains("acme-2@crm.example"), "{said}");
                assert_eq!(databases_of(&site, &place).await, 2);
            }
            let coming = "select cast(workspace_id as text) from coming";
            assert_eq!(registered(&site, coming).await, [""; 0]);
        }
        // One that has ended, or none, is stopped in vain.
        for browser in [&mut jon, &mut mia] {
            let answer = browser.post("/workspaces/import/stop", &[]).await;
            assert_eq!(answer.location(), "/workspaces/import");
        }
        assert_eq!(databases_of(&site, &place).await, 2);
    }
}

#[tokio::test]
async fn an_import_too_many_leaves_nothing() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Members).await;
        let zip = exported(&site).await;
        let registry = &site.desk.store.registry;
        for number in 0..10 {
            let new = NewWorkspace {
                slug: &format!("yard-{number}"),
                name: "Yard",
                owner_email: JON,
                intake: &format!("log.yard{number}"),
                app_password: "",
            };
            registry.make_workspace(new, site.now_us()).await.unwrap();
        }
        let before = databases_of(&site, &place).await;
        let mut browser = at_workspaces(&site, JON).await;
        // It is said before anything of the file is read.
        for file in [&zip[..], b"no ZIP"] {
            let said = bring(&mut browser, file).await;
            assert!(said.contains("as many as one may make here"), "{said}");
        }
        assert_eq!(databases_of(&site, &place).await, before);
        assert_eq!(registry.workspaces(20).await.unwrap().len(), 11);
    }
}
