//! The second factor: set up, asked for, lost, demanded.

use crate::common::databases;
use crate::site::{Answer, Browser, JON, MIA, Site};
use rapport::store::registry::Role;
use reqwest::StatusCode;
use totp_rs::{Builder, Secret, Totp};

fn totp(page: &Answer) -> Totp {
    let secret = page.between("<p><code>", "</code>").replace(' ', "");
    let secret = Secret::try_from_base32(secret).unwrap();
    Builder::new().with_secret(secret).build().unwrap()
}

fn code(site: &Site, totp: &Totp) -> String {
    let now = u64::try_from(site.now_us() / 1_000_000).unwrap();
    totp.generate(now).to_string()
}

pub async fn set_up(site: &Site, browser: &mut Browser) -> (Totp, Vec<String>) {
    browser.get("/security").await;
    let page = browser.post("/security/factor", &[]).await;
    page.assert_says("data:image/svg+xml;base64,");
    let totp = totp(&page);
    let done = browser
        .post("/security/factor/confirm", &[("code", &code(site, &totp))])
        .await;
    done.assert_says("counts from now on");
    (totp, recovery_codes(&done))
}

fn recovery_codes(page: &Answer) -> Vec<String> {
    let list = page.between("<ul class=\"codes\">", "</ul>");
    let codes = list
        .split("<code>")
        .skip(1)
        .filter_map(|rest| rest.split_once("</code>"));
    let codes: Vec<String> = codes.map(|(code, _)| code.to_owned()).collect();
    assert_eq!(codes.len(), 10);
    codes
}

/// Signs in as far as the mail goes.
async fn half(site: &Site, email: &str) -> Browser {
    let mut browser = site.browser();
    let letter = site.ask(&mut browser, email).await;
    browser.get(&letter.link).await;
    assert_eq!(
        browser.post(&letter.link, &[]).await.location(),
        "/sign-in/factor"
    );
    browser.get("/sign-in/factor").await;
    browser
}

#[tokio::test]
async fn a_code_of_the_app_is_asked_for_and_counts_once() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.signed_in(MIA).await;
        let mut elsewhere = site.signed_in(MIA).await;
        let (totp, _) = set_up(&site, &mut browser).await;
        assert_eq!(
            elsewhere.get("/you").await.location(),
            "/sign-in",
            "other sessions are ended"
        );

        let mut browser = half(&site, MIA).await;
        // The mailbox alone opens nothing.
        for path in ["/you", "/security", "/team", "/workspace", "/log"] {
            assert_eq!(
                browser.get(path).await.location(),
                "/sign-in/factor",
                "{path}"
            );
        }
        browser.get("/sign-in/factor").await;
        // The one that confirmed it was used.
        let used = browser
            .post("/sign-in/factor", &[("code", &code(&site, &totp))])
            .await;
        assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
        site.pass(30);
        let now = code(&site, &totp);
        assert_eq!(
            browser
                .post("/sign-in/factor", &[("code", &now)])
                .await
                .location(),
            "/you"
        );
        let mut other = half(&site, MIA).await;
        let replayed = other.post("/sign-in/factor", &[("code", &now)]).await;
        assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY);
        for _ in 0..4 {
            other.post("/sign-in/factor", &[("code", "000000")]).await;
        }
        assert_eq!(
            other.get("/sign-in/factor").await.location(),
            "/sign-in",
            "five misses end it"
        );
    }
}

#[tokio::test]
async fn a_recovery_code_helps_once_and_removes_the_factor() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.signed_in(MIA).await;
        let (_, recovery) = set_up(&site, &mut browser).await;
        let mut lost = half(&site, MIA).await;
        assert_eq!(
            lost.post("/sign-in/factor", &[("code", &recovery[0])])
                .await
                .location(),
            "/you"
        );
        let mut again = half(&site, MIA).await;
        let answer = again
            .post("/sign-in/factor", &[("code", &recovery[0])])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        lost.get("/security").await;
        lost.post("/security/factor/remove", &[("code", "1")])
            .await
            .assert_says("Nothing was changed");
        lost.post("/security/factor/remove", &[("code", &recovery[1])])
            .await
            .assert_says("is removed");
        site.signed_in(MIA).await.get("/you").await.assert_says(MIA);
    }
}

#[tokio::test]
async fn recovery_codes_are_counted_and_renewed_by_the_app() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.signed_in(MIA).await;
        let (totp, old) = set_up(&site, &mut browser).await;
        let left = |count: usize| format!("did not use: <strong>{count}</strong>");
        browser.get("/security").await.assert_says(&left(10));
        let mut lost = half(&site, MIA).await;
        lost.post("/sign-in/factor", &[("code", &old[0])]).await;
        lost.get("/security").await.assert_says(&left(9));
        // Whoever found the paper gets no new ones by it; nor by a code that was used.
        for code in [old[1].as_str(), "", &code(&site, &totp)] {
            let answer = lost
                .post("/security/factor/recovery", &[("code", code)])
                .await;
            answer.assert_says("Nothing was changed");
        }
        lost.get("/security").await.assert_says(&left(9));
        site.pass(30);
        let now = code(&site, &totp);
        let renewed = lost
            .post("/security/factor/recovery", &[("code", &now)])
            .await;
        let new = recovery_codes(&renewed);
        renewed.assert_says(&left(10));
        assert!(
            !lost.get("/security").await.body.contains(&new[0]),
            "shown once"
        );
        let mut again = half(&site, MIA).await;
        let answer = again.post("/sign-in/factor", &[("code", &old[2])]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let answer = again.post("/sign-in/factor", &[("code", &new[2])]).await;
        assert_eq!(answer.location(), "/you");
        again
            .get("/log?verb=renewed")
            .await
            .assert_says("renewed the recovery codes");
    }
}

#[tokio::test]
async fn behind_the_second_factor_the_session_has_another_cookie() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.signed_in(MIA).await;
        let (_, recovery) = set_up(&site, &mut browser).await;
        let mut mia = half(&site, MIA).await;
        // Whoever saw, or planted, the cookie of the half session.
        let mut other = mia.clone();
        let answer = mia.post("/sign-in/factor", &[("code", &recovery[0])]).await;
        assert_eq!(answer.location(), "/you");
        assert_ne!(
            mia.cookies["rapport-session"],
            other.cookies["rapport-session"]
        );
        mia.get("/you").await.assert_says(MIA);
        assert_eq!(other.get("/you").await.location(), "/sign-in");
        assert_eq!(other.get("/sign-in/factor").await.location(), "/sign-in");
    }
}

#[tokio::test]
async fn after_thirty_misses_in_a_day_only_recovery_codes_are_taken() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.signed_in(MIA).await;
        let (totp, recovery) = set_up(&site, &mut browser).await;
        site.pass(30);
        for number in 0..30 {
            // What is right is no miss.
            if number == 20 {
                let mut mia = half(&site, MIA).await;
                let right = [("code", &*code(&site, &totp))];
                assert_eq!(mia.post("/sign-in/factor", &right).await.location(), "/you");
            }
            browser
                .post("/security/factor/remove", &[("code", "000000")])
                .await
                .assert_says("Nothing was changed");
        }
        site.pass(30);
        let right = code(&site, &totp);
        let mut mia = half(&site, MIA).await;
        for (mia, path) in [
            (&mut browser, "/security/factor/remove"),
            (&mut mia, "/sign-in/factor"),
        ] {
            let answer = mia.post(path, &[("code", &right)]).await;
            answer.assert_says("too many wrong codes today");
        }
        let by_recovery = [("code", recovery[0].as_str())];
        let answer = mia.post("/sign-in/factor", &by_recovery).await;
        assert_eq!(answer.location(), "/you");
        site.pass(86_400);
        let mut mia = half(&site, MIA).await;
        let right = [("code", &*code(&site, &totp))];
        assert_eq!(mia.post("/sign-in/factor", &right).await.location(), "/you");
    }
}

#[tokio::test]
async fn a_workspace_demands_it_of_a_role() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        let mut jon = site.signed_in(JON).await;
        jon.get("/security").await;
        let refused = jon.post("/workspace", &[("factor", "none")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        mia.get("/workspace").await;
        mia.post("/workspace", &[("factor", "member")])
            .await
            .assert_says("From now on");
        assert_eq!(jon.get("/you").await.location(), "/security");
        assert_eq!(jon.get("/team").await.location(), "/security");
        jon.get("/security")
            .await
            .assert_says("This workspace asks for a second factor");
        // No word that is none takes it away.
        set_up(&site, &mut mia).await;
        mia.get("/workspace").await;
        for word in ["", "members", "Owner", "None"] {
            let refused = mia.post("/workspace", &[("factor", word)]).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{word}");
        }
        assert_eq!(jon.get("/you").await.location(), "/security");
        jon.get("/security").await;
        set_up(&site, &mut jon).await;
        jon.get("/you").await.assert_says(JON);
        mia.post("/workspace", &[("factor", "none")])
            .await
            .assert_says("From now on");
        let demanded = site.desk.store.registry.second_factor_role(site.desk.id);
        assert_eq!(demanded.await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_open_session_alone_closes_nothing_hands_nothing_over_and_makes_no_password() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (id, jon_id) = site.ids(JON).await;
        let (_, mia_id) = site.ids(MIA).await;
        registry.set_role(id, jon_id, Role::Admin).await.unwrap();
        let mut mia = site.signed_in(MIA).await;
        let (_, codes) = set_up(&site, &mut mia).await;
        let jon_text = jon_id.to_string();
        let forms = [
            ("/security", "/security/password", vec![("label", "x")]),
            ("/team", "/team/owner", vec![("id", jon_text.as_str())]),
            (
                "/data",
                "/data/leave",
                vec![("slug", "acme"), ("what", "close")],
            ),
            (
                "/data",
                "/data/leave",
                vec![("slug", "acme"), ("what", "now")],
            ),
        ];
        for (page, path, fields) in &forms {
            mia.get(page)
                .await
                .assert_says("A code of your app, or a recovery code");
            for code in [None, Some(""), Some("000000"), Some("aaaa bbbb cccc")] {
                let mut all = fields.clone();
                all.extend(code.map(|code| ("code", code)));
                let refused = mia.post(path, &all).await;
                refused.assert_says("Nothing was changed");
            }
        }
        assert_eq!(registry.app_passwords(mia_id).await.unwrap().len(), 1);
        assert_eq!(
            registry.role_of(id, jon_id).await.unwrap(),
            Some(Role::Admin)
        );
        assert!(registry.leaving(id).await.unwrap().is_none());
        // With one each is done; a code counts once, and none is used up where something else is wrong.
        let done = [
            "shown only now",
            "owns the workspace now",
            "is closed",
            "The workspace is gone",
        ];
        for (((page, path, fields), words), code) in forms.iter().zip(done).zip(&codes) {
            if *page == "/data" {
                registry.set_role(id, mia_id, Role::Owner).await.unwrap();
                mia.get(page).await;
                let slip = [("slug", "acm"), ("what", "now"), ("code", code)];
                mia.post(path, &slip)
                    .await
                    .assert_says("Nothing was changed");
            }
            mia.get(page).await;
            let mut all = fields.clone();
            all.push(("code", code));
            mia.post(path, &all).await.assert_says(words);
            if words != "The workspace is gone" {
                mia.get("/security").await;
                let again = [("label", "y"), ("code", code.as_str())];
                let refused = mia.post("/security/password", &again).await;
                refused.assert_says("Nothing was changed");
            }
        }
        assert!(registry.workspace(id).await.unwrap().is_none());
        // Those who answered for it are told, from the house: it has no outbox any more.
        for email in [MIA, JON] {
            let told = site.messages(email).await.pop().unwrap();
            assert_eq!(
                told.subject.as_deref(),
                Some("\"Acme\" was deleted"),
                "{email}"
            );
            assert!(
                told.text.contains("mia@studio.example deleted"),
                "{}",
                told.text
            );
        }
    }
}

#[tokio::test]
async fn only_the_seed_whose_code_was_typed_is_confirmed_and_once() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let registry = &site.desk.store.registry;
        let (_, id) = site.ids(MIA).await;
        let seen = async || registry.second_factor(id).await.unwrap().unwrap();
        let confirm = async |of, codes: &str| {
            let codes = [codes.to_owned()];
            let confirmed = registry.confirm_second_factor(of, 7, &codes, site.now_us());
            confirmed.await.unwrap()
        };
        let now_us = site.now_us();
        registry
            .propose_second_factor(id, "one", now_us)
            .await
            .unwrap();
        let one = seen().await;
        // Begun anew in another window, between the check of the code and this.
        registry
            .propose_second_factor(id, "two", now_us)
            .await
            .unwrap();
        let two = seen().await;
        assert!(!confirm(&one, "of one").await, "{}", place.name);
        assert_eq!(seen().await.confirmed_at, None);
        assert!(confirm(&two, "of two").await, "{}", place.name);
        assert_eq!(seen().await.last_step, 7);
        // Twice at once: the codes that were shown first stay what they are.
        assert!(!confirm(&two, "of two again").await, "{}", place.name);
        for (code, is_one) in [("of two again", false), ("of two", true)] {
            let used = registry.use_recovery_code(id, code, now_us).await;
            assert_eq!(used.unwrap(), is_one, "{code} on {}", place.name);
        }
    }
}
