//! Making a workspace, and an account that nobody had before.

use crate::common::databases;
use crate::site::{Browser, JON, MIA, Site};
use rapport::domain::sign_up::SignUp;
use rapport::on;
use reqwest::StatusCode;

const EVE: &str = "eve@else.example";

/// The accounts that there are.
async fn accounts(site: &Site) -> Vec<String> {
    let mut tx = site.desk.store.registry.db().read().await.unwrap();
    on!(&mut tx, c => sqlx::query_scalar("select email from account order by id").fetch_all(c).await)
        .unwrap()
}

/// Addresses of strangers that are kept, and how many letters to them are counted.
async fn strangers(site: &Site) -> (Vec<String>, usize) {
    let mut tx = site.desk.store.registry.db().read().await.unwrap();
    let all: Vec<String> =
        on!(&mut tx, c => sqlx::query_scalar("select email from sign_up order by created_at")
        .fetch_all(c).await)
        .unwrap();
    let count = all.len();
    (
        all.into_iter().filter(|email| !email.is_empty()).collect(),
        count,
    )
}

/// Asks for a letter from a browser of its own; what is answered is the same for all.
async fn asks(site: &Site, email: &str) {
    let mut browser = site.browser();
    browser.get("/sign-in").await;
    let asked = browser.post("/sign-in", &[("email", email)]).await;
    assert_eq!(asked.location(), "/sign-in/code");
}

async fn gets_a_letter(site: &Site, email: &str) {
    let before = site.letters(email).await.len();
    asks(site, email).await;
    site.letter(email, before).await;
}

/// No letter comes: one that was asked for behind it is there, and it is not. Mia asks from a browser that is known.
async fn gets_none(site: &Site, mia: &mut Browser, email: &str) {
    let before = site.letters(email).await.len();
    asks(site, email).await;
    behind_all(site, mia).await;
    assert_eq!(site.letters(email).await.len(), before, "{email}");
}

async fn behind_all(site: &Site, mia: &mut Browser) {
    let before = site.letters(MIA).await.len();
    mia.address = site.browser().address;
    mia.post("/sign-in", &[("email", MIA)]).await;
    site.letter(MIA, before).await;
}

/// Mia, signed in, with a form.
async fn known(site: &Site) -> Browser {
    let mut mia = site.signed_in(MIA).await;
    mia.get("/you").await;
    mia
}

#[tokio::test]
async fn a_member_makes_a_workspace_and_goes_between_them() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Members).await;
        let mut jon = site.signed_in(JON).await;
        jon.get("/workspaces").await.assert_says("acme@crm.example");
        let made = jon.post("/workspaces", &[("name", " Jon's   Yard ")]).await;
        made.assert_says("The workspace &#34;Jon&#39;s Yard&#34; is made");
        made.assert_says("jon-s-yard@crm.example");
        let intake = made.between("BCC mail to ", "@");
        // It is the one that is looked at, and Jon owns it.
        jon.get("/team").await.assert_says("owner");
        jon.get("/log").await.assert_says("made the workspace");
        let mail = format!(
            "From: {JON}\nTo: {intake}@crm.example\nMessage-ID: <1@studio.example>\nDate: Tue, 10 Nov 2026 11:30:00 +0000\n\n\
             new: Ada Byron <ada@acme.example>\n"
        );
        site.desk.spool(Some(JON), &[&intake], &mail).await;
        site.desk.lanes.drain().await.unwrap();
        let registry = &site.desk.store.registry;
        let row = registry
            .workspace_by_slug("jon-s-yard")
            .await
            .unwrap()
            .unwrap();
        let workspace = site.desk.store.workspaces.get(row.id).await.unwrap();
        let names: Vec<String> = on!(&mut workspace.read().await.unwrap(), c => sqlx::query_scalar(
            "select name from contact").fetch_all(c).await)
        .unwrap();
        assert_eq!(names, ["Ada Byron"]);
        // And back.
        let page = jon.get("/workspaces").await;
        let listed = page.between("<h2 id=\"own\">", "</section>");
        let id = listed.split_once("name=\"id\" value=\"").unwrap().1;
        let id = id.split('"').next().unwrap().to_owned();
        assert_eq!(id, site.desk.id.to_string());
        jon.post("/workspace/switch", &[("id", &id)]).await;
        assert_eq!(jon.get("/log").await.status, StatusCode::FORBIDDEN);
        // What gives no address is said, and makes nothing.
        jon.get("/workspaces").await;
        for (name, words) in [
            ("Acme", "there is a workspace"),
            ("", "one to 80 letters"),
            ("Friday", "a meaning of its own"),
            ("administrator", "a meaning of its own"),
            ("Support", "a meaning of its own"),
            ("??", "gives no address"),
        ] {
            let answer = jon.post("/workspaces", &[("name", name)]).await;
            answer.assert_says("No workspace was made");
            answer.assert_says(words);
        }
        assert_eq!(registry.workspaces(10).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn ten_are_one_person_s_and_no_eleventh() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Open).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/workspaces").await;
        // One is hers already.
        for number in 1..10 {
            let name = format!("Yard {number}");
            mia.post("/workspaces", &[("name", &name)])
                .await
                .assert_says("is made");
        }
        mia.post("/workspaces", &[("name", "One more")])
            .await
            .assert_says("as many as one may make here");
        let registry = &site.desk.store.registry;
        assert_eq!(registry.workspaces(20).await.unwrap().len(), 10);
        // One address asks no more often than for letters.
        let mut refused = 0;
        for _ in 0..30 {
            let answer = mia.post("/workspaces", &[("name", "One more")]).await;
            refused += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert!(refused >= 10, "{refused}");
    }
}

#[tokio::test]
async fn where_it_is_closed_nobody_makes_one_and_no_stranger_gets_a_letter() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let page = mia.get("/workspaces").await;
        assert!(!page.body.contains("Make a workspace"), "{}", page.body);
        let answer = mia.post("/workspaces", &[("name", "Yard")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        answer.assert_says("RAPPORT_SIGN_UP");
        let registry = &site.desk.store.registry;
        assert_eq!(registry.workspaces(10).await.unwrap().len(), 1);
        gets_none(&site, &mut mia, EVE).await;
        assert_eq!(strangers(&site).await, (vec![], 0));
        mia.get("/privacy").await.assert_says("the operator alone");
        // Members make workspaces where they may; a stranger is none.
        let site = site.beside(&place, SignUp::Members).await;
        let mut mia = known(&site).await;
        gets_none(&site, &mut mia, EVE).await;
        gets_a_letter(&site, JON).await;
        assert_eq!(accounts(&site).await.len(), 2);
    }
}

#[tokio::test]
async fn a_stranger_gets_an_account_by_the_letter_and_not_before() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Open).await;
        let mut eve = site.browser();
        let page = eve.get("/sign-in").await;
        page.assert_says("An address that is new here gets an account");
        let letter = site.ask(&mut eve, EVE).await;
        assert_eq!(accounts(&site).await, [MIA, JON]);
        // Programs that follow the link use nothing up, nor does another browser without the code.
        let mut scanner = site.browser();
        for _ in 0..7 {
            scanner
                .get(&letter.link)
                .await
                .assert_says("This browser did not ask");
            let pressed = scanner.post(&letter.link, &[]).await;
            assert_eq!(pressed.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(accounts(&site).await, [MIA, JON]);
        eve.get("/sign-in/code").await;
        let wrong = if letter.code == "000000" {
            "000001"
        } else {
            "000000"
        };
        let answer = eve.post("/sign-in/code", &[("code", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = eve.post("/sign-in/code", &[("code", &letter.code)]).await;
        assert_eq!(done.location(), "/you");
        assert_eq!(accounts(&site).await, [MIA, JON, EVE]);
        // Once.
        assert_eq!(scanner.get(&letter.link).await.status, StatusCode::GONE);
        assert_eq!(strangers(&site).await, (vec![], 1));
        // There is nothing but a workspace to be made.
        for path in ["/you", "/team", "/data", "/workspace", "/log"] {
            assert_eq!(eve.get(path).await.location(), "/workspaces", "{path}");
        }
        eve.get("/workspaces")
            .await
            .assert_says("You belong to none yet");
        eve.post("/workspaces", &[("name", "Eve's")])
            .await
            .assert_says("eve-s@crm.example");
        eve.get("/you").await.assert_says("log.");
        for word in ["Acme", "studio.example"] {
            for path in ["/you", "/team", "/workspaces", "/log"] {
                assert!(!eve.get(path).await.body.contains(word), "{path} {word}");
            }
        }
        // Signing in later is as for all.
        site.signed_in(EVE).await.get("/you").await.assert_says(EVE);
    }
}

#[tokio::test]
async fn of_who_does_not_come_back_nothing_is_kept() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Open).await;
        let mut eve = site.browser();
        let letter = site.ask(&mut eve, EVE).await;
        assert_eq!(strangers(&site).await, (vec![EVE.to_owned()], 1));
        site.pass(15 * 60 - 1);
        eve.get(&letter.link).await.assert_says("Press the button");
        site.pass(1);
        assert_eq!(eve.get(&letter.link).await.status, StatusCode::GONE);
        eve.get("/sign-in/code").await;
        let late = eve.post("/sign-in/code", &[("code", &letter.code)]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        site.time_passes().await;
        assert_eq!(strangers(&site).await, (vec![], 1));
        site.pass(86_400);
        site.time_passes().await;
        assert_eq!(strangers(&site).await, (vec![], 0));
        // Nor the letter, which nobody sent in time.
        assert_eq!(site.letters(EVE).await.len(), 0);
        assert_eq!(accounts(&site).await, [MIA, JON]);
        // Five wrong codes, and it is worth nothing.
        let letter = site.ask(&mut eve, EVE).await;
        eve.get("/sign-in/code").await;
        let wrong = if letter.code == "000000" {
            "000001"
        } else {
            "000000"
        };
        for _ in 0..5 {
            eve.post("/sign-in/code", &[("code", wrong)]).await;
        }
        let right = eve.post("/sign-in/code", &[("code", &letter.code)]).await;
        assert_eq!(right.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(eve.post(&letter.link, &[]).await.status, StatusCode::GONE);
        // What the operator closes meanwhile is closed for letters of before, too.
        let mut other = site.browser();
        let letter = site.ask(&mut other, "late@else.example").await;
        let closed = site.beside(&place, SignUp::Members).await;
        let mut there = closed.with_cookies_of(&other);
        there.get(&letter.link).await;
        assert_eq!(there.post(&letter.link, &[]).await.status, StatusCode::GONE);
        assert_eq!(accounts(&site).await, [MIA, JON]);
    }
}

#[tokio::test]
async fn strangers_are_not_annoyed_by_letters() {
    for place in databases().await {
        let site = Site::where_sign_up_is(&place, SignUp::Open).await;
        let mut mia = known(&site).await;
        // Three to one address in a day, from wherever.
        for _ in 0..3 {
            gets_a_letter(&site, EVE).await;
        }
        gets_none(&site, &mut mia, EVE).await;
        site.pass(86_400);
        gets_a_letter(&site, EVE).await;
        // Five from one network in an hour, to whomever; members sign in from there all the same.
        let mut browser = site.browser();
        browser.get("/sign-in").await;
        for number in 0..7 {
            let email = format!("n{number}@else.example");
            browser.post("/sign-in", &[("email", &email)]).await;
        }
        gets_as_many(&site, 4 + 5).await;
        let before = site.letters(JON).await.len();
        browser.post("/sign-in", &[("email", JON)]).await;
        site.letter(JON, before).await;
        behind_all(&site, &mut mia).await;
        gets_as_many(&site, 4 + 5).await;
        // A hundred in an hour in all.
        for number in 0..99 {
            asks(&site, &format!("m{number}@else.example")).await;
        }
        gets_as_many(&site, 3 + 100).await;
        behind_all(&site, &mut mia).await;
        gets_as_many(&site, 3 + 100).await;
        // To an address of ours there is none: somebody's workspace would file it.
        site.pass(3_601);
        gets_none(&site, &mut mia, "acme@crm.example").await;
        gets_a_letter(&site, "later@else.example").await;
    }
}

/// So many letters to strangers are counted, in all.
async fn gets_as_many(site: &Site, wanted: usize) {
    crate::common::until("letters to strangers", async || {
        strangers(site).await.1 >= wanted
    })
    .await;
    assert_eq!(strangers(site).await.1, wanted);
}

#[tokio::test]
async fn what_brings_somebody_in_is_in_no_workspace_and_in_no_export() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        mia.post(
            "/team/invite",
            &[("email", "kim@studio.example"), ("role", "viewer")],
        )
        .await;
        let letter = site.letter("kim@studio.example", 0).await;
        let jon = site.ask(&mut site.browser(), JON).await;
        let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
        let rows: i64 = on!(&mut workspace.read().await.unwrap(), c => sqlx::query_scalar(
            "select count(*) from outbox").fetch_one(c).await)
        .unwrap();
        assert_eq!(rows, 0);
        mia.get("/data").await;
        let bytes = mia.export().await;
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        for at in 0..archive.len() {
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut archive.by_index(at).unwrap(), &mut text).unwrap();
            let text = String::from_utf8_lossy(&text);
            for secret in [&letter.link, &jon.link] {
                let token = secret.rsplit('/').next().unwrap();
                assert!(token.len() > 40 && !text.contains(token));
            }
        }
    }
}
