//! Further addresses that a member writes from: who may verify one, what it counts for, and what nobody learns by asking.

use crate::common::databases;
use crate::common::workspace::{NOON, mail};
use crate::site::{Browser, JON, MIA, Site, WayIn};
use rapport::on;
use rapport::store::registry::{InvitationRow, NewWorkspace, Tombstone};
use reqwest::StatusCode;

const HOME: &str = "mia@home.example";
const DAY: i64 = 86_400;

/// Mia asks for an address, and its letter comes.
async fn asked(site: &Site, mia: &mut Browser, address: &str) -> WayIn {
    let kept = address.to_lowercase();
    let before = site.letters(&kept).await.len();
    mia.get("/you").await;
    mia.post("/you/address", &[("email", address)])
        .await
        .assert_says("a letter with a link and a code is on its way");
    site.letter(&kept, before).await
}

async fn own(site: &Site, email: &str) -> Vec<String> {
    let (_, id) = site.ids(email).await;
    site.desk.store.registry.own_addresses(id).await.unwrap()
}

/// The copies in the workspace.
async fn copies(site: &Site) -> Vec<String> {
    let sql = "select a.address || ' of ' || m.email from member_address a join member m on m.id = a.member_id order by 1";
    site.desk.column(sql).await
}

#[tokio::test]
async fn the_link_of_the_letter_works_for_who_asked_alone_and_once() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let letter = asked(&site, &mut mia, "Mia@Home.example").await;
        let text = site.messages(HOME).await.pop().unwrap();
        assert_eq!(
            text.subject.as_deref(),
            Some("mia@studio.example asks to write from this address")
        );
        assert!(
            text.body.contains("give the code to nobody"),
            "{}",
            text.body
        );
        // Whoever else reads that mailbox is told who asked, and can do nothing with the link: by a program, or signed in here.
        let mut scanner = site.browser();
        let seen = scanner.get(&letter.link).await;
        seen.assert_says(
            "mia@studio.example asked to write from <strong>mia@home.example</strong>",
        );
        assert!(!seen.body.contains("The address is mine"));
        let pressed = scanner.post(&letter.link, &[]).await;
        assert_eq!(pressed.status, StatusCode::FORBIDDEN);
        let mut jon = site.signed_in(JON).await;
        let seen = jon.get(&letter.link).await;
        assert!(!seen.body.contains("The address is mine"));
        let pressed = jon.post(&letter.link, &[]).await;
        assert_eq!(pressed.status, StatusCode::FORBIDDEN);
        assert!(own(&site, JON).await.is_empty() && own(&site, MIA).await.is_empty());
        // To look uses nothing up, and verifies nothing.
        mia.get(&letter.link)
            .await
            .assert_says("The address is mine");
        assert!(own(&site, MIA).await.is_empty());
        let told = site.letters(MIA).await.len();
        let done = mia.post(&letter.link, &[]).await;
        done.assert_says("Mail from mia@home.example is yours from now on");
        done.assert_says("people of home.example are colleagues");
        assert_eq!(own(&site, MIA).await, [HOME]);
        assert_eq!(
            copies(&site).await,
            ["mia@home.example of mia@studio.example"]
        );
        assert_eq!(
            site.letters(MIA).await.len(),
            told + 1,
            "she is told where she is registered"
        );
        assert_eq!(mia.post(&letter.link, &[]).await.status, StatusCode::GONE);
        mia.get("/log").await.assert_says("add address");
        mia.get("/log").await.assert_says("writes also from");

        // From there she is Mia, by the same proofs, and is answered where she is registered.
        let says = |id: &str| {
            let to = "log.m7a2x4@crm.example";
            mail(
                "Mia <mia@home.example>",
                to,
                id,
                "",
                "note: tea\nmy quiet: off",
            )
        };
        site.desk
            .spool(Some(MIA), &["log.m7a2x4"], &says("1@home.example"))
            .await;
        site.desk.file().await;
        let ack = site.desk.outbox().await.pop().unwrap();
        assert_eq!((ack.kind.as_str(), ack.to.as_str()), ("ack", MIA));
        site.desk
            .spool(None, &["acme"], &says("2@home.example"))
            .await;
        site.desk.file().await;
        let states = site
            .desk
            .column("select state from interaction order by id")
            .await;
        assert_eq!(
            states.last().map(String::as_str),
            Some("held"),
            "{states:?}"
        );
        let notice = site.desk.outbox().await.pop().unwrap();
        assert_eq!((notice.kind.as_str(), notice.to.as_str()), ("notice", MIA));
        assert!(notice.message.body.contains("mia@home.example"));

        mia.get("/you").await;
        mia.post("/you/address/remove", &[("email", HOME)])
            .await
            .assert_says("is not yours any more");
        assert!(own(&site, MIA).await.is_empty() && copies(&site).await.is_empty());
        site.desk
            .spool(Some(MIA), &["log.m7a2x4"], &says("3@home.example"))
            .await;
        site.desk.file().await;
        let authors = site
            .desk
            .column("select state || ' ' || author_kind from interaction order by id")
            .await;
        assert_eq!(authors.last().map(String::as_str), Some("held other"));
    }
}

#[tokio::test]
async fn a_code_is_typed_by_who_asked_and_five_wrong_ones_end_it() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let letter = asked(&site, &mut mia, HOME).await;
        let id = mia.get("/you").await.id_for("/you/address/code");
        let mut jon = site.signed_in(JON).await;
        jon.get("/you").await;
        let foreign = [("id", id.as_str()), ("code", letter.code.as_str())];
        jon.post("/you/address/code", &foreign)
            .await
            .assert_says("not the code of the letter");
        jon.post("/you/address/cancel", &[("id", &id)])
            .await
            .assert_says("worth nothing already");
        for code in ["", "000000", "999999", "12", "abcdef", "------7"] {
            if code != letter.code {
                mia.post("/you/address/code", &[("id", &id), ("code", code)])
                    .await
                    .assert_says("role=\"alert\"");
            }
        }
        mia.post("/you/address/code", &foreign)
            .await
            .assert_says("role=\"alert\"");
        assert_eq!(mia.get(&letter.link).await.status, StatusCode::GONE);
        assert!(own(&site, MIA).await.is_empty() && own(&site, JON).await.is_empty());

        // Another letter; it is good for 24 hours.
        let letter = asked(&site, &mut mia, HOME).await;
        let id = mia.get("/you").await.id_for("/you/address/code");
        site.pass(DAY - 60);
        let mut mia = site.signed_in(MIA).await;
        mia.get("/you").await;
        let right = [("id", id.as_str()), ("code", letter.code.as_str())];
        mia.post("/you/address/code", &right)
            .await
            .assert_says("is yours from now on");
        let late = asked(&site, &mut mia, "mia@phone.example").await;
        let id = mia.get("/you").await.id_for("/you/address/code");
        site.pass(DAY + 1);
        let mut mia = site.signed_in(MIA).await;
        mia.get("/you").await;
        mia.post("/you/address/code", &[("id", &id), ("code", &late.code)])
            .await
            .assert_says("role=\"alert\"");
        assert_eq!(mia.get(&late.link).await.status, StatusCode::GONE);

        let cancelled = asked(&site, &mut mia, "mia@work.example").await;
        let id = mia.get("/you").await.id_for("/you/address/cancel");
        mia.post("/you/address/cancel", &[("id", &id)])
            .await
            .assert_says("worth nothing any more");
        assert_eq!(mia.get(&cancelled.link).await.status, StatusCode::GONE);
        assert_eq!(own(&site, MIA).await, [HOME]);
    }
}

#[tokio::test]
async fn nobody_learns_who_is_here_by_asking_for_their_address() {
    for place in databases().await {
        let site = Site::open(&place).await;
        site.desk.verify(JON, "jon@home.example").await;
        let other = NewWorkspace {
            slug: "other",
            name: "Other",
            owner_email: "eve@evil.example",
            intake: "log.e8v2e4",
            app_password: "incorrect horse",
        };
        let registry = &site.desk.store.registry;
        registry.make_workspace(other, site.now_us()).await.unwrap();
        let mut mia = site.signed_in(MIA).await;
        let jons = site.letters(JON).await.len();
        mia.get("/you").await;
        let mut answers = Vec::new();
        let all = [
            "free@nobody.example",
            JON,
            "jon@home.example",
            "eve@evil.example",
        ];
        for address in all {
            let answer = mia.post("/you/address", &[("email", address)]).await;
            let id = answer.id_for("/you/address/code");
            let form = mia.form.clone();
            let said = answer
                .body
                .replace(address, "X")
                .replace(&id, "N")
                .replace(&form, "F");
            let (notice, _) = said
                .split_once("<section aria-labelledby=\"addresses\"")
                .unwrap();
            answers.push(notice.to_owned());
            // A code is as wrong for one as for another.
            let wrong = mia
                .post("/you/address/code", &[("id", &id), ("code", "123456")])
                .await;
            answers.push(wrong.between("role=\"alert\">", "</div>"));
            mia.post("/you/address/cancel", &[("id", &id)])
                .await
                .assert_says("worth nothing any more");
        }
        for answer in answers.chunks(2) {
            assert_eq!(answer, &answers[..2]);
        }
        site.letter("free@nobody.example", 0).await;
        assert_eq!(site.letters(JON).await.len(), jons);
        for address in ["jon@home.example", "eve@evil.example"] {
            assert!(site.letters(address).await.is_empty(), "{address}");
        }
        // Mailboxes are not flooded, whoever asks, and one who asks too often is slowed down.
        for _ in 0..2 {
            asked(&site, &mut mia, "free@nobody.example").await;
        }
        let mut jon = site.signed_in(JON).await;
        jon.get("/you").await;
        jon.post("/you/address", &[("email", "free@nobody.example")])
            .await
            .assert_says("is on its way");
        mia.get("/you").await;
        for number in 0..4 {
            let address = format!("mia{number}@home.example");
            mia.post("/you/address", &[("email", &address)]).await;
            site.letter(&address, 0).await;
        }
        let refused = mia
            .post("/you/address", &[("email", "one@more.example")])
            .await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(site.letters("free@nobody.example").await.len(), 3);
        jon.get("/you").await;
        for (address, words) in [
            (JON, "is yours already"),
            ("jon@home.example", "is yours already"),
            ("log.m7a2x4@crm.example", "an address of ours"),
            ("jon", "Write a whole address"),
        ] {
            jon.post("/you/address", &[("email", address)])
                .await
                .assert_says(words);
        }
    }
}

#[tokio::test]
async fn a_contact_with_the_address_keeps_its_history_and_removing_undoes_it() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let say = "new: Ada Byron <ada@acme.example>";
        let raw = mail(MIA, "log.m7a2x4@crm.example", "1@studio.example", "", say);
        site.desk.spool(Some(MIA), &["log.m7a2x4"], &raw).await;
        site.desk.file().await;
        let wrote = |id: &str| mail("ada@acme.example", "acme@crm.example", id, "", "Hello");
        let mut mia = site.signed_in(MIA).await;
        for (id, step) in [
            ("a1@acme.example", "before"),
            ("a2@acme.example", "with"),
            ("a3@acme.example", "after"),
        ] {
            match step {
                "with" => {
                    let letter = asked(&site, &mut mia, "ada@acme.example").await;
                    mia.get(&letter.link).await;
                    mia.post(&letter.link, &[])
                        .await
                        .assert_says("#c1 Ada Byron has this address: what is filed stays");
                }
                "after" => {
                    mia.get("/you").await;
                    mia.post("/you/address/remove", &[("email", "ada@acme.example")])
                        .await;
                }
                _ => {}
            }
            let account = (step == "with").then_some(MIA);
            site.desk.spool(account, &["acme"], &wrote(id)).await;
            site.desk.file().await;
        }
        let sql = "select author_kind || ' ' || (select count(*) from interaction_contact p where p.interaction_id = i.id) \
                   from interaction i where author_address = 'ada@acme.example' order by id";
        let authors = site.desk.column(sql).await;
        assert_eq!(
            authors,
            ["contact 1", "member 0", "contact 1"],
            "{}",
            place.name
        );
    }
}

#[tokio::test]
async fn an_address_is_one_account_s_and_goes_with_it_into_each_workspace_and_out() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let store = &site.desk.store;
        let registry = &store.registry;
        site.desk.verify(JON, "jon@home.example").await;
        // Nobody gets an account by an address that is somebody's already; who holds the mailbox is told.
        let mut mia = site.signed_in(MIA).await;
        mia.get("/team").await;
        mia.post(
            "/team/invite",
            &[("email", "jon@home.example"), ("role", "member")],
        )
        .await
        .assert_says("is invited");
        let letter = site.letter("jon@home.example", 0).await;
        let mut browser = site.browser();
        browser.get(&letter.link).await;
        let joined = browser.post(&letter.link, &[("code", &letter.code)]).await;
        assert_eq!(joined.status, StatusCode::CONFLICT);
        joined.assert_says("a further address of somebody who is here");
        assert!(
            registry
                .account_by_email("jon@home.example")
                .await
                .unwrap()
                .is_none()
        );
        // And nobody signs in by it.
        let mut browser = site.browser();
        browser.get("/sign-in").await;
        browser
            .post("/sign-in", &[("email", "jon@home.example")])
            .await;
        site.signed_in(MIA).await;
        assert_eq!(site.letters("jon@home.example").await.len(), 1);

        let other = NewWorkspace {
            slug: "other",
            name: "Other",
            owner_email: "eve@evil.example",
            intake: "log.e8v2e4",
            app_password: "incorrect horse",
        };
        let (other, eve) = registry.make_workspace(other, site.now_us()).await.unwrap();
        let (id, jon_id) = site.ids(JON).await;
        let invitation = InvitationRow {
            workspace_id: other.id,
            email: JON.to_owned(),
            role: "member".to_owned(),
            invited_by: eve.id,
            expires_at: site.now_us() + 1,
            ..InvitationRow::default()
        };
        registry.add_invitation(&invitation).await.unwrap();
        rapport::commands::team::join(store, &invitation, "log.j2k2w2", site.now_us())
            .await
            .unwrap();
        let workspace = store.workspaces.get(other.id).await.unwrap();
        let mut tx = workspace.read().await.unwrap();
        let copied: Vec<String> = on!(&mut tx, c => sqlx::query_scalar("select address from member_address").fetch_all(c).await)
            .unwrap();
        assert_eq!(copied, ["jon@home.example"]);
        drop(tx);
        assert_eq!(
            copies(&site).await,
            ["jon@home.example of jon@studio.example"]
        );
        mia.get("/team").await;
        mia.post("/team/remove", &[("id", &jon_id.to_string())])
            .await;
        assert!(copies(&site).await.is_empty());
        assert_eq!(
            own(&site, JON).await,
            ["jon@home.example"],
            "it is his where he still is"
        );

        // With the last workspace the account goes, and the address with it.
        registry
            .remove_workspace(&Tombstone::of_workspace(other.id, NOON))
            .await
            .unwrap();
        assert!(registry.account_by_email(JON).await.unwrap().is_none());
        assert!(registry.own_addresses(jon_id).await.unwrap().is_empty());
        registry
            .remove_workspace(&Tombstone::of_workspace(id, NOON))
            .await
            .unwrap();
    }
}

/// How the letters stand that wait for somebody, or did.
async fn stand(site: &Site, email: &str) -> Vec<String> {
    let house = site.desk.store.house().await.unwrap();
    on!(&mut house.read().await.unwrap(), c => sqlx::query_scalar(
        "select state from outbox where recipient = $1 order by id").bind(email).fetch_all(c).await)
    .unwrap()
}

#[tokio::test]
async fn letters_wait_for_a_slow_server_as_long_as_they_are_worth_something() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let letter = asked(&site, &mut mia, HOME).await;
        site.pass(16 * 60);
        site.time_passes().await;
        assert_eq!(stand(&site, HOME).await, ["waiting"], "{}", place.name);
        assert_eq!(stand(&site, MIA).await, ["cancelled"], "the way in");
        let link = mia.get(&letter.link).await;
        link.assert_says("The address is mine");
        mia.post(&letter.link, &[]).await;
        site.pass(DAY - 16 * 60);
        site.time_passes().await;
        assert!(stand(&site, HOME).await.is_empty(), "{}", place.name);
        // That an address was added is told, however long it takes.
        site.pass(3 * DAY);
        site.time_passes().await;
        assert_eq!(stand(&site, MIA).await, ["waiting"], "{}", place.name);
    }
}
