//! Export, import, erasing, leaving, through the page.

use crate::common::databases;
use crate::site::{Browser, JON, MIA, Site};
use rapport::domain::backups::Backups;
use rapport::on;
use rapport::store::registry::NewWorkspace;
use rapport::web::Settings;
use reqwest::StatusCode;
use std::io::Read;

/// A letter of Jon's that makes two contacts.
pub async fn fill(site: &Site) {
    let mail = "From: jon@studio.example\nTo: log.j9k3w6@crm.example\nMessage-ID: <1@studio.example>\n\
                Date: Tue, 10 Nov 2026 11:30:00 +0000\n\nnew: Ada Byron <ada@acme.example>\nnew: Bob <bob@acme.example>\n\
                note @ada@acme.example: prefers mornings\n";
    site.desk.spool(Some(JON), &["log.j9k3w6"], mail).await;
    site.desk.lanes.drain().await.unwrap();
}

async fn contacts(site: &Site) -> Vec<String> {
    let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
    let mut tx = workspace.read().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar("select address from contact_address order by address").fetch_all(c).await).unwrap()
}

fn zip_names(bytes: &[u8]) -> Vec<String> {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    archive.file_names().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_whole_workspace_comes_out_as_a_zip_for_admins_alone() {
    for place in databases().await {
        let site = Site::open(&place).await;
        fill(&site).await;
        let mut jon = site.signed_in(JON).await;
        let (id, _) = site.ids(MIA).await;
        let (id, other) = (id.to_string(), (id + 1).to_string());
        let page = format!("/data/export/{id}");
        assert_eq!(jon.get(&page).await.status, StatusCode::FORBIDDEN);
        jon.get("/data").await;
        for (workspace, status) in [
            (&id, StatusCode::FORBIDDEN),
            (&other, StatusCode::NOT_FOUND),
        ] {
            let asked = jon.post("/data/export", &[("workspace", workspace)]).await;
            assert_eq!(asked.status, status);
        }
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await.assert_says("Download the ZIP");
        mia.get(&page).await.assert_says("Download the ZIP");
        let field = format!("workspace={id}");
        let (headers, bytes) = mia.post_bytes("/data/export", &field).await;
        assert_eq!(headers["content-type"], "application/zip");
        assert_eq!(
            headers["content-disposition"],
            "attachment; filename=\"acme-2026-11-10.zip\""
        );
        let names = zip_names(&bytes);
        for name in [
            "README.txt",
            "manifest.json",
            "mail.mbox",
            "contacts.csv",
            "contacts.vcf",
            "data/contact.jsonl",
            "page.jsonl",
        ] {
            assert!(names.iter().any(|n| n == name), "{name} in {names:?}");
        }
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        let mut text = String::new();
        archive
            .by_name("contacts.csv")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert!(text.contains("ada@acme.example"), "{text}");
        // What is done at the page is in it too, this export itself last.
        let mut events = String::new();
        archive
            .by_name("page.csv")
            .unwrap()
            .read_to_string(&mut events)
            .unwrap();
        let last = format!(
            "\"{MIA}\",\"exported the workspace\",\"\",\"{}\"\n",
            mia.address
        );
        assert!(events.ends_with(&last), "{events}");
        mia.get("/log").await.assert_says("exported the workspace");
    }
}

#[tokio::test]
async fn a_spreadsheet_is_looked_at_mapped_and_taken_in_once() {
    for place in databases().await {
        let site = Site::open(&place).await;
        fill(&site).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let sheet =
            "Who;Reach;Bank\nCora Lane;cora@acme.example;yes\nAda Byron;ada@acme.example;no\n";
        let look = mia
            .upload("/data/import", "people.csv", sheet.as_bytes())
            .await;
        assert_eq!(look.status, StatusCode::OK);
        look.assert_says("What the columns are");
        look.assert_says("Cora Lane");
        assert!(
            look.body.contains("disabled"),
            "no column is a name or an address by its heading: {}",
            look.body
        );
        assert_eq!(
            contacts(&site).await.len(),
            2,
            "nothing is changed by looking"
        );
        let upload = look.between("name=\"upload\" value=\"", "\"");
        let columns = [
            ("upload", upload.as_str()),
            ("column0", "name"),
            ("column1", "email"),
            ("column2", "field"),
        ];
        let mut again = columns.to_vec();
        again.push(("what", "look"));
        let look = mia.post("/data/import/columns", &again).await;
        look.assert_says("1 contact would be made");
        assert_eq!(contacts(&site).await.len(), 2);
        // A file belongs to whoever brought it, and to the workspace that it was brought for.
        let new = NewWorkspace {
            slug: "other",
            name: "Other",
            owner_email: MIA,
            intake: "log.o2t4h6",
            app_password: "",
        };
        let registry = &site.desk.store.registry;
        let (other, _) = registry.make_workspace(new, site.now_us()).await.unwrap();
        let mut elsewhere = mia.clone();
        for id in [other.id, site.desk.id] {
            elsewhere.get("/security").await;
            let text = id.to_string();
            let turned = elsewhere.post("/workspace/switch", &[("id", &text)]).await;
            assert_eq!(turned.location(), "/you");
            if id == other.id {
                elsewhere.get("/data").await;
                let mut go = again.clone();
                go.retain(|(name, _)| *name != "what");
                go.push(("what", "go"));
                let refused = elsewhere.post("/data/import/columns", &go).await;
                assert_eq!(refused.status, StatusCode::BAD_REQUEST);
                refused.assert_says("The file is not here any more");
            }
        }
        let mut jon = site.signed_in(JON).await;
        jon.get("/data").await;
        assert_eq!(
            jon.post("/data/import/columns", &again).await.status,
            StatusCode::BAD_REQUEST
        );
        let mut go = columns.to_vec();
        go.push(("what", "go"));
        mia.post("/data/import/columns", &go)
            .await
            .assert_says("1 contact was made");
        assert_eq!(
            contacts(&site).await,
            ["ada@acme.example", "bob@acme.example", "cora@acme.example"]
        );
        assert_eq!(
            mia.post("/data/import/columns", &go).await.status,
            StatusCode::BAD_REQUEST,
            "it is gone"
        );
        // The same file again makes nobody twice.
        let look = mia
            .upload("/data/import", "people.csv", sheet.as_bytes())
            .await;
        let upload = look.between("name=\"upload\" value=\"", "\"");
        let go = [
            ("upload", upload.as_str()),
            ("column0", "name"),
            ("column1", "email"),
            ("what", "go"),
        ];
        mia.post("/data/import/columns", &go)
            .await
            .assert_says("0 contacts were made");
        let cards =
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Dan Dare\r\nEMAIL:dan@acme.example\r\nEND:VCARD\r\n";
        let look = mia
            .upload("/data/import", "book.vcf", cards.as_bytes())
            .await;
        look.assert_says("1 contact would be made");
        let upload = look.between("name=\"upload\" value=\"", "\"");
        mia.post(
            "/data/import/columns",
            &[("upload", &upload), ("what", "go")],
        )
        .await
        .assert_says("1 contact was made");
    }
}

#[tokio::test]
async fn mail_of_before_is_read_behind_the_page_and_nothing_of_it_runs_or_is_sent() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let mut mbox = String::new();
        for number in 0..20 {
            mbox.push_str(&format!(
                "From mia@studio.example Tue Nov 10 11:30:00 2026\nFrom: mia@studio.example\nTo: Ada <ada{number}@acme.example>\n\
                 Message-ID: <old{number}@studio.example>\nDate: Tue, 10 Nov 2025 11:30:00 +0000\nSubject: Old\n\n\
                 next action: call Friday\n\nHello Ada.\n\n"
            ));
        }
        let before = outbox(&site).await;
        let look = mia
            .upload("/data/import", "archive.mbox", mbox.as_bytes())
            .await;
        let upload = look.between("name=\"upload\" value=\"", "\"");
        let go = [("upload", upload.as_str()), ("what", "go")];
        mia.post("/data/import/columns", &go).await;
        crate::common::until("the archive is read", async || {
            mia.get("/data").await.body.contains("Done: 20 filed")
        })
        .await;
        assert_eq!(contacts(&site).await.len(), 20);
        assert_eq!(outbox(&site).await, before);
        let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
        let mut tx = workspace.read().await.unwrap();
        let actions: i64 =
            on!(&mut tx, c => sqlx::query_scalar("select count(*) from action").fetch_one(c).await)
                .unwrap();
        assert_eq!(actions, 0);
    }
}

async fn outbox(site: &Site) -> i64 {
    let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
    let mut tx = workspace.read().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar("select count(*) from outbox where kind <> 'sign_in'").fetch_one(c).await).unwrap()
}

#[tokio::test]
async fn what_is_no_file_of_people_is_refused_with_what_to_do() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let zip = mia
            .upload("/data/import", "../../etc/passwd", b"PK\x03\x04xxxx")
            .await;
        assert_eq!(zip.status, StatusCode::BAD_REQUEST);
        zip.assert_says("rapport import FILE.zip");
        // Without the token of the form, or with it behind the file, nothing is kept.
        let form = std::mem::take(&mut mia.form);
        assert_eq!(
            mia.upload("/data/import", "a.csv", b"name\nEve\n")
                .await
                .status,
            StatusCode::FORBIDDEN
        );
        mia.form = form;
        assert_eq!(
            mia.upload_token_last("/data/import", b"name\nEve\n")
                .await
                .status,
            StatusCode::FORBIDDEN
        );
        let registry = &site.desk.store.registry;
        let (id, jon_id) = site.ids(JON).await;
        registry
            .set_role(id, jon_id, rapport::store::registry::Role::Viewer)
            .await
            .unwrap();
        let workspace = id.to_string();
        let mut jon = site.signed_in(JON).await;
        jon.get("/data").await;
        for path in [
            "/data/import",
            "/data/export",
            "/data/erase",
            "/data/kept",
            "/data/leave",
        ] {
            let answer = match path {
                "/data/import" => jon.upload(path, "a.csv", b"name\nEve\n").await,
                _ => {
                    jon.post(
                        path,
                        &[
                            ("workspace", &workspace),
                            ("who", "ada"),
                            ("slug", "acme"),
                            ("what", "now"),
                            ("name", "x"),
                            ("days", "1"),
                        ],
                    )
                    .await
                }
            };
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
}

#[tokio::test]
async fn a_person_is_erased_by_the_code_that_was_shown() {
    for place in databases().await {
        let site = Site::open(&place).await;
        fill(&site).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let asked = mia
            .post("/data/erase", &[("who", "ada@acme.example")])
            .await;
        assert_eq!(contacts(&site).await.len(), 2);
        let drawn = "select code from confirmation where used_at is null";
        let code = site.desk.column(drawn).await.concat();
        asked.assert_says(&format!("confirm {code}"));
        let done = mia.post("/data/erase", &[("code", &code)]).await;
        assert!(!done.body.contains("role=\"alert\""), "{}", done.body);
        assert_eq!(contacts(&site).await, ["bob@acme.example"]);
    }
}

#[tokio::test]
async fn a_workspace_is_closed_opened_again_and_deleted() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await;
        let slip = mia
            .post("/data/leave", &[("slug", "acm"), ("what", "now")])
            .await;
        slip.assert_says("Nothing was changed");
        mia.post("/data/leave", &[("slug", "acme"), ("what", "close")])
            .await
            .assert_says("is closed");
        // Signing in goes on.
        let mut later = site.signed_in(MIA).await;
        later
            .get("/data")
            .await
            .assert_says("everything in it is deleted");
        later
            .post("/data/leave", &[("what", "stay")])
            .await
            .assert_says("The workspace stays");
        let mut jon = site.signed_in(JON).await;
        jon.get("/data").await;
        let answer = jon
            .post("/data/leave", &[("slug", "acme"), ("what", "now")])
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        later.get("/data").await;
        later
            .post("/data/leave", &[("slug", "acme"), ("what", "now")])
            .await
            .assert_says("The workspace is gone");
        let registry = &site.desk.store.registry;
        assert!(registry.workspace(site.desk.id).await.unwrap().is_none());
        assert!(registry.account_by_email(MIA).await.unwrap().is_none());
        assert_eq!(later.get("/you").await.location(), "/sign-in");
    }
}

#[tokio::test]
async fn how_long_things_are_kept_is_the_owner_s_to_choose_within_bounds() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let page = mia.get("/data").await;
        page.assert_says("<kbd>workspace keep sent letters: 30 days</kbd>");
        let name = page.between("name=\"name\" value=\"", "\"");
        let most = page.between("max=\"", "\"");
        let beyond = (most.parse::<i64>().unwrap() + 1).to_string();
        for days in [&beyond, "-7", "some", "7\r\nnote @ada: x"] {
            let refused = mia
                .post("/data/kept", &[("name", &name), ("days", days)])
                .await;
            refused.assert_says("role=\"alert\"");
        }
        for name in ["everything", "currency", "keep in touch", "undo", ""] {
            let refused = mia
                .post("/data/kept", &[("name", name), ("days", "30")])
                .await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}");
        }
        assert!(
            site.desk
                .column("select name from setting")
                .await
                .is_empty()
        );
        let done = mia
            .post("/data/kept", &[("name", &name), ("days", &most)])
            .await;
        done.assert_says(&format!(
            "For the workspace, keep sent letters is {most} days now; it was 30 days."
        ));
        done.assert_says(&format!("{most} days, where"));
        // It is a command as from any other door: in the log, and taken back.
        let log = mia.get("/log?door=web").await;
        log.assert_says("<td>workspace keep sent letters</td>");
        let cx = crate::site::cx(&site, MIA).await;
        let undone = rapport::commands::run(&site.desk.store, &cx, "undo").await;
        assert!(undone.unwrap()[0].verdict == rapport::commands::Verdict::Done);
        let page = mia.get("/data").await;
        assert!(!page.body.contains(&format!("{most} days, where")));
        mia.post("/data/kept", &[("name", &name), ("days", "7")])
            .await
            .assert_says("is 7 days now");
        mia.post("/data/kept", &[("name", &name), ("days", "")])
            .await
            .assert_says("is 30 days now");
    }
}

/// What a browser calls the form of a file.
pub const UPLOADED: &str = "multipart/form-data; boundary=b";

/// A form with its token and a file.
pub fn uploaded(form: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\n{form}\r\n--b\r\nContent-Disposition: form-data; \
         name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat()
}

/// Uploads and downloads.
impl Browser {
    pub async fn upload(&mut self, path: &str, name: &str, bytes: &[u8]) -> crate::site::Answer {
        let body = uploaded(&self.form, name, bytes);
        self.send(path, UPLOADED, body).await
    }

    pub async fn upload_token_last(&mut self, path: &str, bytes: &[u8]) -> crate::site::Answer {
        let form = self.form.clone();
        let head =
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";
        let tail = format!(
            "\r\n--b\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\n{form}\r\n--b--\r\n"
        );
        let body = [head.as_bytes(), bytes, tail.as_bytes()].concat();
        self.send(path, UPLOADED, body).await
    }
}

#[tokio::test]
async fn whoever_deletes_at_the_page_is_told_until_when_backups_hold_it() {
    for place in databases().await {
        let mut site = Site::open(&place).await;
        fill(&site).await;
        site.desk.store.backups = Backups::of(Some(14));
        let site = site.again(Settings::default()).await;
        let (in_thirty_days, now) = ("until Thu 24 Dec 2026", "until Tue 24 Nov 2026");
        let mut mia = site.signed_in(MIA).await;
        mia.get("/data").await.assert_says(in_thirty_days);
        mia.get("/account").await.assert_says(in_thirty_days);
        let mut jon = site.signed_in(JON).await;
        jon.get("/account").await;
        let gone = jon.post("/account/leave", &[("email", JON), ("what", "now")]);
        gone.await.assert_says(now);
        mia.get("/data").await;
        let shown = mia
            .post("/data/erase", &[("who", "ada@acme.example")])
            .await;
        shown.assert_says(now);
        let gone = mia.post("/data/leave", &[("slug", "acme"), ("what", "now")]);
        gone.await.assert_says(now);
    }
}
