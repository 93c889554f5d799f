//! What a workspace is connected with: its bot, its AI provider. Secrets go in and never come out.

use crate::common::ai::{Hearing, KEY};
use crate::common::databases;
use crate::site::{JON, MIA, Site};
use rapport::ai::Ais;
use rapport::bot::{self, Api, Bots};
use rapport::demo::telegram::BotApi;
use rapport::domain::Clock;
use rapport::domain::network::Reach;
use rapport::store::Store;
use rapport::store::workspace::{ai_providers, channel_bots};
use rapport::web::{AskBot, Settings};
use reqwest::StatusCode;
use std::sync::Arc;

const TOKEN: &str = "200002:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw-";
const UNKNOWN: &str = "200003:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw-";

/// Who asks Telegram, as `rapport serve` has it.
fn asks(store: &Store, api: &BotApi) -> AskBot {
    let bots = Bots {
        store: store.clone(),
        settings: Arc::new(bot::Settings {
            mail_domain: "crm.example".to_owned(),
            token: None,
            base_url: None,
            poll_seconds: 5,
        }),
        ai: Ais::default(),
        api: Api::new(Some(&api.url()), 5).unwrap(),
        node: "page".into(),
        clock: Clock::system(),
        random: rand::random,
    };
    AskBot::of(move |workspace_id, token| {
        let bots = bots.clone();
        Box::pin(async move { bots.verified(workspace_id, &token).await })
    })
}

#[tokio::test]
async fn a_bot_is_connected_greets_and_is_disconnected_at_the_page() {
    for place in databases().await {
        let api = BotApi::start().await.unwrap();
        api.add_bot(TOKEN, 200_002, "AcmeBot");
        let site = Site::open_with(&place, |store| Settings {
            ask_bot: Some(asks(store, &api)),
            ..Settings::default()
        })
        .await;
        let bot = async || {
            let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
            channel_bots::get(&mut workspace.read().await.unwrap())
                .await
                .unwrap()
        };
        let mut jon = site.signed_in(JON).await;
        assert_eq!(jon.get("/connections").await.status, StatusCode::FORBIDDEN);
        let mut mia = site.signed_in(MIA).await;
        mia.get("/connections").await.assert_says("Its token");
        for wrong in ["", "no token", UNKNOWN] {
            let fields = [("what", "connect"), ("token", wrong)];
            let answer = mia.post("/connections/bot", &fields).await;
            answer.assert_says("class=\"notice wrong\"");
            assert!(bot().await.is_none(), "{wrong}");
        }
        let fields = [("what", "connect"), ("token", TOKEN)];
        let answer = mia.post("/connections/bot", &fields).await;
        answer.assert_says("@AcmeBot");
        assert!(!answer.body.contains("AAHdq"), "{}", answer.body);
        let row = bot().await.unwrap();
        assert_eq!(row.username, "AcmeBot");
        assert!(!row.sealed.contains("AAHdq"));
        // One line: a field writes no command of its own.
        let greeting = [
            ("what", "greeting"),
            ("greeting", "Hello\ndelete workspace"),
        ];
        mia.post("/connections/bot", &greeting).await;
        let said = bot().await.unwrap().greeting;
        assert_eq!(said.as_deref(), Some("Hello delete workspace"));
        mia.post(
            "/connections/bot",
            &[("what", "greeting"), ("greeting", "")],
        )
        .await;
        assert_eq!(bot().await.unwrap().greeting, None);
        let answer = mia
            .post("/connections/bot", &[("what", "disconnect")])
            .await;
        assert!(bot().await.is_none(), "{}", answer.body);
        mia.get("/log").await.assert_says("connect bot");
    }
}

#[tokio::test]
async fn an_ai_provider_is_tried_kept_sealed_and_given_its_key_alone() {
    for place in databases().await {
        let hearing = Hearing::start("").await;
        let site = Site::open_with(&place, |_| Settings {
            ais: Ais {
                instance: None,
                reach: Reach::Anywhere,
            },
            ..Settings::default()
        })
        .await;
        let row = async || {
            let workspace = site.desk.store.workspaces.get(site.desk.id).await.unwrap();
            ai_providers::get(&mut workspace.read().await.unwrap())
                .await
                .unwrap()
        };
        let mut mia = site.signed_in(MIA).await;
        mia.get("/connections").await;
        let wrong = [("url", hearing.url.as_str()), ("key", "sk-wrong")];
        let answer = mia.post("/connections/ai", &wrong).await;
        answer.assert_says("does not hear yet: 401 Unauthorized");
        let right = [
            ("url", hearing.url.as_str()),
            ("key", KEY),
            ("model", "ear-2"),
        ];
        let answer = mia.post("/connections/ai", &right).await;
        answer.assert_says("it hears");
        let heard = hearing.recordings();
        let (model, _, wav) = heard.last().unwrap();
        assert_eq!((model.as_str(), &wav[..4]), ("ear-2", &b"RIFF"[..]));
        assert!(!mia.get("/connections").await.body.contains(KEY));
        assert!(!mia.get("/log").await.body.contains(KEY));
        let kept = row().await.unwrap();
        assert!(!kept.sealed.clone().unwrap().contains(KEY));
        // Left empty it stays, for this API; another API is not given it.
        let same = [("url", hearing.url.as_str()), ("key", "")];
        let answer = mia.post("/connections/ai", &same).await;
        answer.assert_says("it hears");
        assert_eq!(row().await.unwrap().sealed, kept.sealed);
        let other = Hearing::start("").await;
        let elsewhere = [("url", other.url.as_str()), ("key", "")];
        let answer = mia.post("/connections/ai", &elsewhere).await;
        answer.assert_says("wrong key");
        assert_eq!(row().await.unwrap().sealed, None);
        mia.post("/connections/ai/remove", &[]).await;
        assert!(row().await.is_none());
        let log = mia.get("/log").await;
        log.assert_says("set the AI provider");
        log.assert_says("removed the AI provider");
    }
}

#[tokio::test]
async fn no_provider_beside_this_server_is_taken_where_that_is_not_allowed() {
    for place in databases().await {
        let hearing = Hearing::start("").await;
        let site = Site::open(&place).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/connections").await;
        let port = hearing.url.rsplit_once(':').unwrap().1;
        for url in [
            hearing.url.clone(),
            hearing.url.replace("http:", "https:"),
            format!("https://user@localhost:{port}"),
        ] {
            let answer = mia.post("/connections/ai", &[("url", &url)]).await;
            answer.assert_says("class=\"notice wrong\"");
            assert!(!answer.body.contains("Saved"), "{url}: {}", answer.body);
            answer.assert_says(&format!("value=\"{url}\""));
        }
        // A name is looked up when it is called, and its addresses are looked at then.
        let url = format!("https://localhost:{port}");
        let answer = mia.post("/connections/ai", &[("url", &url)]).await;
        answer.assert_says("does not hear yet");
        assert!(hearing.recordings().is_empty());
    }
}

#[tokio::test]
async fn a_provider_that_says_too_much_or_nothing_is_saved_and_told_of() {
    let mut sites = Vec::new();
    for place in databases().await {
        let settings = |_: &Store| Settings {
            ais: Ais {
                instance: None,
                reach: Reach::Anywhere,
            },
            ..Settings::default()
        };
        let site = Site::open_with(&place, settings).await;
        let mut mia = site.signed_in(MIA).await;
        mia.get("/connections").await;
        sites.push((place, site, mia));
    }
    let visits = sites.iter_mut().map(|(_, _, mia)| async {
        let hearing = Hearing::start(&"x".repeat(2 << 20)).await;
        let fields = [("url", hearing.url.as_str()), ("key", KEY)];
        let answer = mia.post("/connections/ai", &fields).await;
        answer.assert_says("does not hear yet: the answer is over 1 MiB");
        hearing.hears(&"x".repeat(1 << 19));
        let answer = mia.post("/connections/ai", &fields).await;
        answer.assert_says("it hears");
        hearing.rests();
        let answer = mia.post("/connections/ai", &fields).await;
        answer.assert_says("does not hear yet: it did not answer within 20 seconds");
    });
    futures_util::future::join_all(visits).await;
}
