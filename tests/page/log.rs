//! The log: none of its lines is out of reach, and each says from where.

use crate::common::databases;
use crate::site::{Answer, Browser, JON, MIA, Site};
use rapport::store::registry::{NewWorkspace, PageEvent, Role};
use rapport::store::workspace::journal::{self, JournalRow};
use rapport::store::workspace::next_number;
use reqwest::StatusCode;
use std::collections::BTreeSet;

const EVE: &str = "eve@evil.example";

/// What stands in the column of what was done with, line by line.
fn subjects(page: &Answer) -> Vec<String> {
    let rows = page.body.split("<tr><td>").skip(1);
    let cell = |row: &str| {
        row.split("<td>")
            .nth(3)
            .map(|cell| cell.split('<').next().unwrap().to_owned())
    };
    rows.filter_map(cell).collect()
}

/// All that can be reached from a page of the log by "Older".
async fn leafed(browser: &mut Browser, first: &str) -> Vec<String> {
    let mut page = browser.get(first).await;
    let mut all = subjects(&page);
    let before = |page: &Answer| {
        let rest = page.body.split_once("name=\"before\" value=\"")?.1;
        rest.split('"').next().map(str::to_owned)
    };
    while let Some(before) = before(&page) {
        let mark = if first.contains('?') { '&' } else { '?' };
        page = browser.get(&format!("{first}{mark}before={before}")).await;
        let more = subjects(&page);
        assert!(!more.is_empty(), "an empty page behind {before}");
        all.extend(more);
    }
    all
}

async fn event(site: &Site, email: &str, at: i64, event: &str, subject: &str) {
    let (id, account) = site.ids(email).await;
    let event = PageEvent {
        at,
        account_id: Some(account),
        workspace_id: Some(id),
        event: event.to_owned(),
        subject: subject.to_owned(),
        address: "192.0.2.1".to_owned(),
        ..PageEvent::default()
    };
    let registry = &site.desk.store.registry;
    registry.add_page_event(&event).await.unwrap();
}

#[tokio::test]
async fn many_lines_of_one_moment_are_all_reached_and_one_member_s_stand_behind_another_s() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let at = site.now_us();
        let (_, mia_id) = site.ids(MIA).await;
        event(&site, JON, at - 1, "called the workspace", "jon's").await;
        for number in 0..130 {
            event(
                &site,
                MIA,
                at,
                "made a new intake address",
                &format!("e{number}"),
            )
            .await;
        }
        let mut tx = site.desk.write().await;
        let mut rows = Vec::new();
        for number in 0..250 {
            rows.push(JournalRow {
                id: next_number(&mut tx, "journal").await.unwrap(),
                at,
                member_id: Some(mia_id),
                door: "web".to_owned(),
                proof: "session".to_owned(),
                verb: "new".to_owned(),
                subject: format!("j{number}"),
                before: "{}".to_owned(),
                after: "{}".to_owned(),
                ..JournalRow::default()
            });
        }
        journal::insert_many(&mut tx, &rows).await.unwrap();
        tx.commit().await.unwrap();
        site.pass(1);
        let mut mia = site.signed_in(MIA).await;
        let all = leafed(&mut mia, "/log").await;
        let lines: BTreeSet<&String> = all.iter().collect();
        assert_eq!(lines.len(), all.len(), "none twice");
        let count = |mark: char| {
            let is_it = |line: &&String| line.starts_with(mark) && line[1..].parse::<u32>().is_ok();
            all.iter().filter(is_it).count()
        };
        assert_eq!((count('e'), count('j')), (130, 250));
        assert_eq!(all.last().unwrap(), "jon&#39;s");

        let (_, jon_id) = site.ids(JON).await;
        let page = mia.get(&format!("/log?member={jon_id}&door=page")).await;
        assert_eq!(subjects(&page), ["jon&#39;s"]);
        let made = leafed(&mut mia, "/log?verb=Made%20a%20new").await;
        assert_eq!(made.len(), 130);
        assert_eq!(leafed(&mut mia, "/log?verb=new&door=web").await.len(), 250);
        assert!(leafed(&mut mia, "/log?verb=ew").await.is_empty());
    }
}

#[tokio::test]
async fn days_are_those_of_the_member_s_zone_and_so_are_times() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/you").await;
        mia.post("/you", &[("zone", "Asia/Tokyo")]).await;
        // 2026-11-10 16:30 in UTC is the next day in Tokyo.
        event(
            &site,
            MIA,
            site.now_us() + 4 * 3_600_000_000 + 1_800_000_000,
            "x",
            "late",
        )
        .await;
        for (days, is_there) in [
            ("from=2026-11-11", true),
            ("from=2026-11-11&to=2026-11-11", true),
            ("to=2026-11-10", false),
            ("from=2026-11-12", false),
            ("from=none", true),
        ] {
            let page = mia.get(&format!("/log?{days}")).await;
            let found = subjects(&page).contains(&"late".to_owned());
            assert_eq!(found, is_there, "{days}");
        }
        mia.get("/log?from=2026-11-11")
            .await
            .assert_says("11 Nov 2026 01:30 JST");
        mia.get("/security")
            .await
            .assert_says("10 Nov 2026 21:00 JST");
        mia.get("/team").await;
        let invited = [("email", "kim@studio.example"), ("role", "member")];
        mia.post("/team/invite", &invited)
            .await
            .assert_says("21:00 JST");
        mia.get("/you").await;
        let chosen = mia.post("/you", &[("clock", "12 hours")]).await;
        chosen.assert_says("Your clock is 12 hours: 4:20 PM now; it was 24 hours: 16:20.");
        chosen.assert_says("<option value=\"12 hours\" selected>");
        mia.get("/security")
            .await
            .assert_says("10 Nov 2026 9:00 PM JST");
        mia.get("/team").await.assert_says("9:00 PM JST");
        mia.post("/you", &[("clock", "24 hours")]).await;
        mia.get("/data").await;
        let leaves = [("slug", "acme"), ("what", "close")];
        mia.post("/data/leave", &leaves)
            .await
            .assert_says("21:00 JST");
    }
}

#[tokio::test]
async fn commands_at_the_page_say_from_where_and_whoever_comes_in_does() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (_, mia_id) = site.ids(MIA).await;
        let new = NewWorkspace {
            slug: "other",
            name: "Other",
            owner_email: EVE,
            intake: "log.e8v2e4",
            app_password: "incorrect horse",
        };
        let (other, _) = registry
            .make_workspace(new, site.now_us() + 1)
            .await
            .unwrap();
        registry
            .add_member(other.id, MIA, Role::Member, "log.m8v2e4", site.now_us() + 1)
            .await
            .unwrap();
        let mut mia = site.signed_in(MIA).await;
        mia.get("/you").await;
        mia.post("/you", &[("name", "Mia Moe")]).await;
        let page = mia.get("/log?door=web").await;
        page.assert_says(&format!("<td>web, {}</td>", mia.address));
        assert!(!page.body.contains("<td>commands</td>"));
        let page = mia.get("/log?verb=signed").await;
        page.assert_says(&format!("<td>page, {}</td>", mia.address));

        // The owner of another workspace sees what comes into theirs, and nothing else that she does.
        let mut eve = site.signed_in(EVE).await;
        let page = eve.get("/log").await;
        assert!(!page.body.contains(&mia.address), "{}", page.body);
        mia.get("/you").await;
        mia.post("/workspace/switch", &[("id", &other.id.to_string())])
            .await;
        let page = eve.get(&format!("/log?member={mia_id}")).await;
        page.assert_says("opened the workspace");
        page.assert_says(&mia.address);
        assert!(!page.body.contains("<td>signed in</td>"), "{}", page.body);
    }
}

#[tokio::test]
async fn an_account_sees_who_signed_in_as_it_and_who_tried() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut other = site.browser();
        site.ask(&mut other, MIA).await;
        other.get("/sign-in/code").await;
        let answer = other.post("/sign-in/code", &[("code", "none")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut mia = site.signed_in(MIA).await;
        let page = mia.get("/security").await;
        let list = page.between("<h2 id=\"attempts\">", "</section>");
        assert!(list.contains("typed a wrong code"), "{list}");
        assert!(
            list.contains(&other.address) && list.contains(&mia.address),
            "{list}"
        );
        assert!(list.contains("signed in, Firefox on Linux"), "{list}");
        // What somebody tried stands in no workspace, and with nobody else.
        assert!(!mia.get("/log").await.body.contains("wrong code"));
        let mut jon = site.signed_in(JON).await;
        assert!(!jon.get("/security").await.body.contains(&other.address));
    }
}
