//! Behind a proxy that speaks TLS: what binds the browser to that; and that the log says of nobody where they went in.

use crate::common::databases;
use crate::site::{Answer, Browser, MIA, Site};
use rapport::web::Settings;
use reqwest::{Method, StatusCode};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::EnvFilter;

const HOST: (&str, &str) = ("host", "crm.example");
const ORIGIN: (&str, &str) = ("origin", "https://crm.example");

fn cookies(answer: &Answer) -> Vec<String> {
    let all = answer.headers.get_all("set-cookie").iter();
    all.map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

async fn look(browser: &mut Browser, path: &str) -> Answer {
    browser.ask(Method::GET, path, None, &[HOST]).await
}

async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let form = browser.form.clone();
    let mut all = vec![("form", form.as_str())];
    all.extend(fields);
    let said = [HOST, ORIGIN];
    browser.ask(Method::POST, path, Some(&all), &said).await
}

#[tokio::test]
async fn behind_tls_each_cookie_is_of_this_host_alone_and_browsers_stay_with_tls() {
    for place in databases().await {
        let site = Site::open_with(&place, |_| Settings {
            base_url: Some("https://CRM.example/".to_owned()),
            ..Settings::default()
        })
        .await;
        let mut browser = site.browser();
        let wrong = browser.get("/sign-in").await;
        assert_eq!(wrong.status, StatusCode::MISDIRECTED_REQUEST);
        let mut all = cookies(&look(&mut browser, "/security").await);
        let asked = look(&mut browser, "/sign-in").await;
        let strict = asked.headers.get("strict-transport-security").unwrap();
        assert_eq!(strict, "max-age=31536000");
        all.extend(cookies(&asked));
        send(&mut browser, "/sign-in", &[("email", MIA)]).await;
        let letter = site.letter(MIA, 0).await;
        look(&mut browser, "/sign-in/code").await;
        let signed = send(&mut browser, "/sign-in/code", &[("code", &letter.code)]).await;
        assert_eq!(signed.location(), "/security", "{}", signed.body);
        all.extend(cookies(&signed));
        let mut names: Vec<&str> = all.iter().filter_map(|set| set.split('=').next()).collect();
        names.sort_unstable();
        names.dedup();
        let wanted = ["browser", "session", "wanted"].map(|name| format!("__Host-rapport-{name}"));
        assert_eq!(names, wanted);
        for set in &all {
            for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
                assert!(set.contains(part), "{set} has no {part}");
            }
            assert!(!set.contains("Domain"), "{set}");
        }
        // What another page without TLS planted under the plain names is nothing.
        let session = browser.cookies.remove("__Host-rapport-session").unwrap();
        browser
            .cookies
            .insert("rapport-session".to_owned(), session.clone());
        assert_eq!(look(&mut browser, "/you").await.location(), "/sign-in");
        browser
            .cookies
            .insert("__Host-rapport-session".to_owned(), session);
        look(&mut browser, "/you").await.assert_says(MIA);
    }
}

#[tokio::test]
async fn without_tls_nothing_says_that_there_is_some() {
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.browser();
        let asked = browser.get("/sign-in").await;
        assert!(asked.headers.get("strict-transport-security").is_none());
        let all = cookies(&asked);
        assert!(all[0].starts_with("rapport-browser="), "{all:?}");
        assert!(!all[0].contains("Secure"), "{all:?}");
    }
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_the_route_and_neither_its_token_nor_what_was_asked() {
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("info,rapport=trace,axum=trace"))
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // Of all tests of this program: one thread's alone misses what another thread's test came by first.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    for place in databases().await {
        let site = Site::open(&place).await;
        let mut browser = site.browser();
        let letter = site.ask(&mut browser, MIA).await;
        let (_, token) = letter.link.rsplit_once('/').unwrap();
        let agent = "Mozilla";
        browser.get(&format!("{}?who=needle-a", letter.link)).await;
        let signed = browser.post(&letter.link, &[]).await;
        assert_eq!(signed.location(), "/you");
        for path in [
            "/invitation/needle-b?x=needle-c",
            "/you/address/link/needle-d",
            "/log?verb=needle-e",
            "/needle-f?needle-g",
            "/data/export/7?needle-h",
        ] {
            browser.get(path).await;
        }
        browser
            .post("/sign-in?needle-i", &[("email", "needle-j@studio.example")])
            .await;
        let said = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        for route in [
            "/sign-in/link/{token}",
            "/invitation/{token}",
            "/log",
            "(none)",
            "/data/export/{workspace}",
        ] {
            assert!(said.contains(route), "{route} is not logged: {said}");
        }
        let session = browser.cookies["rapport-session"].clone();
        let secrets = [token, &session, "needle", agent];
        for secret in secrets {
            let line = said.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "{secret} is logged: {line:?}");
        }
    }
}
