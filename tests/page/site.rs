//! A page that is served, and browsers that visit it: each with its cookies, its address, and the form that it saw last.

use crate::common::Place;
use crate::common::workspace::{Desk, SECOND};
use rapport::commands::{Actor, Cx, Door, Proof, Said};
use rapport::delivery::Gate;
use rapport::digest::{self, Timekeeper};
use rapport::domain::Clock;
use rapport::domain::sign_up::SignUp;
use rapport::on;
use rapport::store::Store;
use rapport::store::workspace::outbox;
use rapport::web::{self, Running, Settings};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, StatusCode};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use tokio_util::sync::CancellationToken;

pub const MIA: &str = "mia@studio.example";
pub const JON: &str = "jon@studio.example";

static NEXT_ADDRESS: AtomicU32 = AtomicU32::new(1);

pub struct Site {
    pub desk: Desk,
    pub origin: String,
    now: Arc<AtomicI64>,
    _running: Running,
    shutdown: CancellationToken,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// What a page answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        let value = self.headers.get("location");
        value.and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// What stands between two marks, the first time.
    pub fn between(&self, before: &str, after: &str) -> String {
        let at = self.body.split_once(before);
        let (_, rest) = at.unwrap_or_else(|| panic!("no {before} in {}", self.body));
        rest.split_once(after)
            .map(|(it, _)| it.to_owned())
            .unwrap_or_default()
    }

    /// The number that the first form for a path sends.
    pub fn id_for(&self, path: &str) -> String {
        let form = self.between(&format!("action=\"{path}\""), "</form>");
        let id = form
            .split_once("name=\"id\" value=\"")
            .map(|(_, rest)| rest);
        let id = id.and_then(|rest| rest.split('"').next());
        id.unwrap_or_else(|| panic!("no id for {path} in {form}"))
            .to_owned()
    }

    pub fn assert_says(&self, words: &str) {
        assert!(
            self.body.contains(words),
            "{} says no {words}: {}",
            self.status,
            self.body
        );
    }
}

/// What a member's text at the command line runs with.
pub async fn cx(site: &Site, email: &str) -> Cx {
    let all = site
        .desk
        .store
        .registry
        .members(site.desk.id)
        .await
        .unwrap();
    let member = all.into_iter().find(|m| m.account.email == email).unwrap();
    let said = Said {
        workspace_id: site.desk.id,
        actor: Actor {
            member_id: member.account.id,
            email: member.account.email,
            name: member.account.name,
            role: member.role,
        },
        proof: Proof::Machine,
        door: Door::CommandLine,
        now_us: site.now_us(),
        mail_domain: "crm.example".to_owned(),
    };
    Cx::new(said, Default::default())
}

fn signs_up(sign_up: SignUp) -> Settings {
    Settings {
        sign_up,
        ..Settings::default()
    }
}

impl Site {
    pub async fn open(place: &Place) -> Site {
        Site::open_with(place, |_| Settings::default()).await
    }

    /// One that reaches relays of workspaces through a gate.
    pub async fn behind(place: &Place, gate: Gate) -> Site {
        Site::open_with(place, |_| Settings {
            gate,
            ..Settings::default()
        })
        .await
    }

    /// With settings of its own.
    pub async fn open_with(place: &Place, settings: impl FnOnce(&Store) -> Settings) -> Site {
        // A second time it is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let desk = Desk::open(place).await;
        let now = Arc::new(AtomicI64::new(crate::common::workspace::NOON));
        let settings = settings(&desk.store);
        Site::served(desk, now, settings).await
    }

    /// Another page of the same instance, at another address of this machine.
    pub async fn at(&self, address: IpAddr, settings: Settings) -> Site {
        Site::served_at(address, self.desk.clone(), self.now.clone(), settings).await
    }

    pub async fn where_sign_up_is(place: &Place, sign_up: SignUp) -> Site {
        Site::open_with(place, |_| signs_up(sign_up)).await
    }

    /// An instance on which nobody is yet.
    pub async fn empty(place: &Place, sign_up: SignUp) -> Site {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let now = Arc::new(AtomicI64::new(crate::common::workspace::NOON));
        Site::served(Desk::beside(place).await, now, signs_up(sign_up)).await
    }

    /// Another page over the same store, as after a restart with another setting.
    pub async fn beside(&self, place: &Place, sign_up: SignUp) -> Site {
        // Two stores at one standing clock would draw the same numbers now and then.
        self.pass(1);
        let desk = Desk::beside(place).await;
        Site::served(desk, self.now.clone(), signs_up(sign_up)).await
    }

    /// Another page of the same instance, with settings of its own.
    pub async fn again(&self, settings: Settings) -> Site {
        Site::served(self.desk.clone(), self.now.clone(), settings).await
    }

    /// A browser that is signed in at another page of the same instance.
    pub fn visited_by(&self, browser: &Browser) -> Browser {
        Browser {
            origin: self.origin.clone(),
            ..browser.clone()
        }
    }

    async fn served(desk: Desk, now: Arc<AtomicI64>, settings: Settings) -> Site {
        Site::served_at(Ipv4Addr::LOCALHOST.into(), desk, now, settings).await
    }

    async fn served_at(
        address: IpAddr,
        desk: Desk,
        now: Arc<AtomicI64>,
        settings: Settings,
    ) -> Site {
        let shown = now.clone();
        let settings = Settings {
            mail_domain: "crm.example".to_owned(),
            database: "a scratch folder".to_owned(),
            ..settings
        };
        let shutdown = CancellationToken::new();
        let running = web::serve(
            (address, 0).into(),
            (desk.store.clone(), settings),
            (
                Clock::of(move || shown.load(Ordering::SeqCst)),
                rand::random,
            ),
            None,
            shutdown.clone(),
        )
        .await
        .unwrap();
        Site {
            origin: format!("http://{}", running.address),
            desk,
            now,
            _running: running,
            shutdown,
        }
    }

    /// A browser of this site that has what another one was given.
    pub fn with_cookies_of(&self, other: &Browser) -> Browser {
        Browser {
            origin: self.origin.clone(),
            ..other.clone()
        }
    }

    /// The lane of time does all that is due by the site's clock.
    pub async fn time_passes(&self) {
        let keeper = Timekeeper {
            store: self.desk.store.clone(),
            settings: Arc::new(digest::Settings {
                mail_domain: "crm.example".to_owned(),
                page_origin: Some(self.origin.clone()),
            }),
            node: Arc::from("test"),
            clock: Clock::fixed(self.now_us()),
            random: rand::random,
        };
        Box::pin(keeper.drain()).await.unwrap();
    }

    pub fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * SECOND, Ordering::SeqCst);
    }

    pub fn now_us(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    /// A browser that nobody is signed in with, at an address of its own.
    pub fn browser(&self) -> Browser {
        let number = NEXT_ADDRESS.fetch_add(1, Ordering::SeqCst);
        let client = Client::builder().redirect(reqwest::redirect::Policy::none());
        Browser {
            client: client.build().unwrap(),
            origin: self.origin.clone(),
            address: format!("203.0.{}.{}", number / 250, number % 250 + 1),
            cookies: BTreeMap::new(),
            form: String::new(),
        }
    }

    /// A browser in which somebody signed in by the code of a letter.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        self.sign_in(&mut browser, email).await;
        browser
    }

    /// The same in this very browser.
    pub async fn sign_in(&self, browser: &mut Browser, email: &str) {
        let letter = self.ask(browser, email).await;
        browser.get("/sign-in/code").await;
        let answer = browser
            .post("/sign-in/code", &[("code", &letter.code)])
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }

    /// A browser asks for a letter, and the letter comes.
    pub async fn ask(&self, browser: &mut Browser, email: &str) -> WayIn {
        let before = self.letters(email).await.len();
        browser.get("/sign-in").await;
        browser.post("/sign-in", &[("email", email)]).await;
        self.letter(email, before).await
    }

    /// The letters that bring somebody in, the oldest first.
    pub async fn letters(&self, email: &str) -> Vec<WayIn> {
        let letters = self.messages(email).await;
        letters.iter().map(|read| WayIn::of(&read.text)).collect()
    }

    /// The same, as a mail program reads them.
    pub async fn messages(&self, email: &str) -> Vec<rapport::mail::Message> {
        let house = self.desk.store.house().await.unwrap();
        let mut tx = house.read().await.unwrap();
        let ids: Vec<i64> = on!(&mut tx, c => sqlx::query_scalar(
            "select id from outbox where kind = 'sign_in' and recipient = $1 order by id")
            .bind(email).fetch_all(c).await)
        .unwrap();
        let mut letters = Vec::new();
        for id in ids {
            let raw = outbox::message(&mut tx, id).await.unwrap().unwrap();
            letters.push(rapport::mail::read(&raw));
        }
        letters
    }

    /// The letter behind so many others; it is written behind the answer's back.
    pub async fn letter(&self, email: &str, before: usize) -> WayIn {
        crate::common::until("the letter", async || {
            self.letters(email).await.len() > before
        })
        .await;
        self.letters(email).await.pop().unwrap()
    }

    /// The workspace's id, the account's id.
    pub async fn ids(&self, email: &str) -> (i64, i64) {
        let registry = &self.desk.store.registry;
        let account = registry.account_by_email(email).await.unwrap().unwrap();
        (self.desk.id, account.id)
    }
}

/// What a letter brings.
#[derive(Clone, Debug)]
pub struct WayIn {
    /// The path of its link.
    pub link: String,
    /// Its digits.
    pub code: String,
}

impl WayIn {
    fn of(text: &str) -> WayIn {
        let after = |mark: &str| {
            let rest = text.split_once(mark).map(|(_, rest)| rest);
            rest.and_then(|rest| rest.lines().next())
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        let link = text.lines().find_map(|line| line.split_once("http://"));
        let link = link.map(|(_, rest)| rest.trim()).unwrap_or_default();
        WayIn {
            link: link
                .find('/')
                .map(|at| link[at..].to_owned())
                .unwrap_or_default(),
            code: after("The code: ").replace(' ', ""),
        }
    }
}

#[derive(Clone)]
pub struct Browser {
    client: Client,
    origin: String,
    pub address: String,
    pub cookies: BTreeMap<String, String>,
    /// The token of the form that was seen last.
    pub form: String,
}

impl Browser {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, None, &[]).await
    }

    /// Sends the form that was seen last, with these fields.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.form.clone();
        let mut all = vec![("form", form.as_str())];
        all.extend(fields);
        self.ask(Method::POST, path, Some(&all), &[]).await
    }

    /// A request with all its parts.
    pub async fn ask(
        &mut self,
        method: Method,
        path: &str,
        fields: Option<&[(&str, &str)]>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = fields.map(|fields| {
            let mut body = url::form_urlencoded::Serializer::new(String::new());
            body.extend_pairs(fields);
            body.finish().into_bytes()
        });
        let mut said = Vec::new();
        if body.is_some() {
            said.push(("content-type", "application/x-www-form-urlencoded"));
        }
        said.extend(headers);
        let (status, headers, body) = self.raw(method, path, body, &said).await;
        self.seen(status, headers, body)
    }

    /// What is no page.
    pub async fn get_bytes(&mut self, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        self.raw(Method::GET, path, None, &[]).await
    }

    /// Sends a body of another kind.
    pub async fn send(&mut self, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        self.send_with(path, &[("content-type", kind)], body).await
    }

    /// The same with all its headers.
    pub async fn send_with(&mut self, path: &str, said: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let (status, headers, body) = self.raw(Method::POST, path, Some(body), said).await;
        self.seen(status, headers, body)
    }

    /// The ZIP of the workspace that is looked at.
    pub async fn export(&mut self) -> Vec<u8> {
        let page = self.get("/data").await;
        let (_, id) = page.body.split_once("name=\"workspace\" value=\"").unwrap();
        let field = format!("workspace={}", id.split('"').next().unwrap());
        self.post_bytes("/data/export", &field).await.1
    }

    /// Sends a form with one field, and takes bytes.
    pub async fn post_bytes(&mut self, path: &str, field: &str) -> (HeaderMap, Vec<u8>) {
        let body = format!("form={}&{field}", self.form).into_bytes();
        let said = [("content-type", "application/x-www-form-urlencoded")];
        let (status, headers, body) = self.raw(Method::POST, path, Some(body), &said).await;
        assert_eq!(status, StatusCode::OK);
        (headers, body)
    }

    fn seen(&mut self, status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Answer {
        let body = String::from_utf8(body).expect("a page is text");
        if let Some((_, rest)) = body.split_once("name=\"form\" value=\"") {
            self.form = rest.split('"').next().unwrap_or_default().to_owned();
        }
        Answer {
            status,
            headers,
            body,
        }
    }

    async fn raw(
        &mut self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> (StatusCode, HeaderMap, Vec<u8>) {
        let url = format!("{}{path}", self.origin);
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut said = HeaderMap::new();
        let mut say = |name: &str, value: &str| {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            said.insert(name, HeaderValue::from_str(value).unwrap());
        };
        say("x-forwarded-for", &self.address);
        say(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        );
        if !cookies.is_empty() {
            say("cookie", &cookies.join("; "));
        }
        for (name, value) in headers {
            say(name, value);
        }
        let request = self
            .client
            .request(method, url)
            .headers(said)
            .body(body.unwrap_or_default());
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for set in headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            match set.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        (status, headers, response.bytes().await.unwrap().to_vec())
    }

    pub fn is_signed_in(&self) -> bool {
        self.cookies.contains_key("rapport-session")
    }
}
