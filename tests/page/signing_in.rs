//! Letters, links, codes, sessions.

use crate::common::databases;
use crate::site::{JON, MIA, Site};
use reqwest::StatusCode;
use std::time::{Duration, Instant};

#[tokio::test]
async fn the_link_signs_in_the_browser_that_asked_once() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.browser();
        browser.get("/sign-in").await;
        let asked = browser
            .post("/sign-in", &[("email", " Mia@Studio.example ")])
            .await;
        assert_eq!(asked.location(), "/sign-in/code");
        let letter = site.letter(MIA, 0).await;
        // A look uses nothing up.
        for _ in 0..3 {
            browser
                .get(&letter.link)
                .await
                .assert_says("Press the button");
        }
        let signed = browser.post(&letter.link, &[]).await;
        assert_eq!(
            (signed.status, signed.location()),
            (StatusCode::SEE_OTHER, "/you")
        );
        browser.get("/you").await.assert_says(MIA);
        let again = browser.post(&letter.link, &[]).await;
        assert_eq!(again.status, StatusCode::GONE);
    }
}

#[tokio::test]
async fn the_code_signs_in_and_is_dead_after_five_guesses() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.browser();
        let letter = site.ask(&mut browser, MIA).await;
        browser.get("/sign-in/code").await;
        let wrong = if letter.code == "000000" {
            "000001"
        } else {
            "000000"
        };
        for _ in 0..4 {
            let answer = browser.post("/sign-in/code", &[("code", wrong)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        // Of another browser the code is worth nothing.
        let mut other = site.browser();
        other.get("/sign-in").await;
        let answer = other.post("/sign-in/code", &[("code", &letter.code)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let spaced = format!("{} {}", &letter.code[..3], &letter.code[3..]);
        let mut right = browser.clone();
        assert_eq!(
            right
                .post("/sign-in/code", &[("code", &spaced)])
                .await
                .location(),
            "/you"
        );

        let mut browser = site.browser();
        let letter = site.ask(&mut browser, MIA).await;
        browser.get("/sign-in/code").await;
        let wrong = if letter.code == "000000" {
            "000001"
        } else {
            "000000"
        };
        for _ in 0..5 {
            browser.post("/sign-in/code", &[("code", wrong)]).await;
        }
        let answer = browser
            .post("/sign-in/code", &[("code", &letter.code)])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            browser.post(&letter.link, &[]).await.status,
            StatusCode::GONE
        );
        assert!(!browser.is_signed_in());
    }
}

#[tokio::test]
async fn in_another_browser_the_link_needs_the_code_and_a_scanner_uses_nothing_up() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.browser();
        let letter = site.ask(&mut browser, MIA).await;
        let mut scanner = site.browser();
        for _ in 0..8 {
            scanner
                .get(&letter.link)
                .await
                .assert_says("This browser did not ask");
            let pressed = scanner.post(&letter.link, &[]).await;
            assert_eq!(pressed.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(!scanner.is_signed_in());
        }
        let mut phone = site.browser();
        phone.get(&letter.link).await;
        let wrong = if letter.code == "123456" {
            "123457"
        } else {
            "123456"
        };
        assert_eq!(
            phone.post(&letter.link, &[("code", wrong)]).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(
            phone
                .post(&letter.link, &[("code", &letter.code)])
                .await
                .location(),
            "/you"
        );
        assert_eq!(
            browser.post(&letter.link, &[]).await.status,
            StatusCode::GONE
        );
    }
}

#[tokio::test]
async fn an_unknown_address_is_answered_as_a_known_one_and_gets_no_letter() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut answers = Vec::new();
        for email in [MIA, "nobody@elsewhere.example"] {
            let mut browser = site.browser();
            browser.get("/sign-in").await;
            let answer = browser.post("/sign-in", &[("email", email)]).await;
            let page = browser.get("/sign-in/code").await;
            let body = page.body.replace(&browser.form, "");
            answers.push((
                answer.status,
                answer.location().to_owned(),
                answer.body,
                body,
            ));
        }
        assert_eq!(answers[0], answers[1]);
        site.letter(MIA, 0).await;
        assert!(site.letters("nobody@elsewhere.example").await.is_empty());
    }
}

#[tokio::test]
async fn letters_are_worth_something_for_fifteen_minutes() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.browser();
        let letter = site.ask(&mut browser, MIA).await;
        site.pass(15 * 60 + 1);
        assert_eq!(browser.get(&letter.link).await.status, StatusCode::GONE);
        assert_eq!(
            browser.post(&letter.link, &[]).await.status,
            StatusCode::GONE
        );
        browser.get("/sign-in/code").await;
        let answer = browser
            .post("/sign-in/code", &[("code", &letter.code)])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn sessions_are_listed_and_ended_and_end_by_themselves() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut first = site.signed_in(MIA).await;
        let mut second = site.signed_in(MIA).await;
        let mut jon = site.signed_in(JON).await;
        let page = first.get("/security").await;
        page.assert_says("Firefox on Linux");
        assert_eq!(page.body.matches("action=\"/security/session\"").count(), 1);
        let id = page.id_for("/security/session");
        // Another account's session is nobody's to end.
        jon.get("/security").await;
        jon.post("/security/session", &[("id", &id)])
            .await
            .assert_says("had ended already");
        assert_eq!(second.get("/you").await.status, StatusCode::OK);
        first
            .post("/security/session", &[("id", &id)])
            .await
            .assert_says("The session is ended");
        assert_eq!(second.get("/you").await.location(), "/sign-in");

        site.pass(6 * 86_400);
        assert_eq!(first.get("/you").await.status, StatusCode::OK);
        site.pass(7 * 86_400 + 61);
        assert_eq!(first.get("/you").await.location(), "/sign-in");
        let mut third = site.signed_in(MIA).await;
        for _ in 0..5 {
            site.pass(5 * 86_400);
            assert_eq!(third.get("/you").await.status, StatusCode::OK);
        }
        site.pass(5 * 86_400 + 1);
        assert_eq!(third.get("/you").await.location(), "/sign-in");
    }
}

#[tokio::test]
async fn who_is_sent_to_sign_in_comes_to_the_page_that_was_wanted() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let (id, _) = site.ids(MIA).await;
        let wanted = format!("/data/export/{id}");
        let mut browser = site.browser();
        assert_eq!(browser.get(&wanted).await.location(), "/sign-in");
        let letter = site.ask(&mut browser, MIA).await;
        browser.get(&letter.link).await;
        assert_eq!(browser.post(&letter.link, &[]).await.location(), wanted);
        assert!(!browser.cookies.contains_key("rapport-wanted"));
        // What leads away from here, or to nowhere, is not remembered.
        for path in ["//evil.example", "/\\evil.example", "/nowhere"] {
            let mut browser = site.browser();
            browser.get(path).await;
            assert!(!browser.cookies.contains_key("rapport-wanted"), "{path}");
        }
        for planted in ["//evil.example", "https://evil.example", "you", "/a?b"] {
            let mut browser = site.browser();
            let name = "rapport-wanted".to_owned();
            browser.cookies.insert(name, planted.to_owned());
            let letter = site.ask(&mut browser, MIA).await;
            browser.get(&letter.link).await;
            let answer = browser.post(&letter.link, &[]).await;
            assert_eq!(answer.location(), "/you", "{planted}");
        }
    }
}

#[tokio::test]
async fn the_time_of_a_wrong_code_tells_nobody_who_is_known() {
    for place in databases().await {
        let site = Site::open(&place).await;
        for email in [MIA, "nobody@strange.example"] {
            let mut browser = site.browser();
            match email {
                MIA => drop(site.ask(&mut browser, MIA).await),
                _ => drop(browser.get("/sign-in").await),
            }
            browser.get("/sign-in/code").await;
            let asked = Instant::now();
            let answer = browser.post("/sign-in/code", &[("code", "none")]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            // Both wait for the same beat.
            assert!(asked.elapsed() >= Duration::from_millis(300), "{email}");
        }
    }
}
