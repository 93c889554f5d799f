//! What the page is told of this instance, and where it listens.

use super::App;
use super::serve::gate;
use crate::bot::{self, Bots};
use crate::config::{Config, HTTP_LISTEN, networks};
use crate::domain::clock::Clock;
use crate::domain::{Error, Result};
use crate::mail::records;
use crate::web;
use tokio_util::sync::CancellationToken;

/// The page, and beside it where Telegram calls: only where this instance says how it is reached from outside. Where nobody said
/// where it is to listen and that place is taken, there is none, and mail goes on.
pub(super) async fn page(
    app: &App,
    bots: &Bots,
    shutdown: CancellationToken,
) -> Result<Option<web::Running>> {
    let config = &app.config;
    let is_reached = |url: &&str| url.starts_with("https://");
    let telegram = config.base_url.as_deref().filter(is_reached).map(|_| {
        let registry = app.store.registry.clone();
        bot::webhook::router(registry, Clock::system())
    });
    let listen = match config.http_listen {
        Some(listen) => listen,
        None => HTTP_LISTEN
            .parse()
            .map_err(|e| Error::invalid("the page has no address").because(e))?,
    };
    let mut settings = page_settings(config);
    let signers = app.signers().await?;
    settings.records = records::records(&config.mail_domain, &config.host_name, &signers);
    settings.ais = bots.ai.clone();
    settings.places = config
        .places
        .as_deref()
        .map(web::Places::open)
        .transpose()?;
    settings.scratch = Some(config.data.clone());
    let bots = bots.clone();
    settings.ask_bot = Some(web::AskBot::of(move |workspace_id, token| {
        let bots = bots.clone();
        Box::pin(async move { bots.verified(workspace_id, &token).await })
    }));
    settings.trusted_proxies = networks(&config.trusted_proxies)?;
    settings.gate = gate(config)?;
    settings.resolver = settings.gate.resolver.clone();
    let stored = (app.store.clone(), settings);
    let chance = (
        Clock::system(),
        rand::random::<[u8; 32]> as fn() -> [u8; 32],
    );
    match web::serve(listen, stored, chance, telegram, shutdown).await {
        Ok(running) => Ok(Some(running)),
        Err(error) if config.http_listen.is_none() => {
            tracing::warn!(error = %error, "there is no page");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// What the page tells of this instance.
fn page_settings(config: &Config) -> web::Settings {
    let mut processors = Vec::new();
    let mut add = |is_on: bool, name: String, what: &'static str| {
        if is_on {
            processors.push(web::Processor { name, what });
        }
    };
    let outbound = config
        .outbound
        .as_deref()
        .and_then(|url| url::Url::parse(url).ok());
    let relay = outbound.as_ref().and_then(|url| url.host_str());
    add(
        relay.is_some(),
        format!("the mail relay {}", relay.unwrap_or_default()),
        "every letter that leaves, with its sender, recipient and text, to pass it on",
    );
    add(
        config.outbound.is_some(),
        "a mail relay, where a workspace set one of its own".to_owned(),
        "its letters to contacts, with sender, recipient and text, to pass them on",
    );
    add(
        config.dns_zone.is_none(),
        "the DNS".to_owned(),
        "the names of domains that mail comes from or a workspace signs for, to check them",
    );
    add(
        config.telegram_token.is_some(),
        "Telegram".to_owned(),
        "what is said in linked chats and to bots of workspaces: that is how it comes and goes",
    );
    let ai = config
        .ai_base_url
        .as_deref()
        .unwrap_or("https://api.openai.com");
    add(
        config.ai_base_url.is_some() || config.ai_api_key.is_some(),
        format!("the AI provider {ai}"),
        "voice notes that members send to the members' bot, to write them down",
    );
    let database = match &config.database_url {
        None => "SQLite databases in the data folder of this server".to_owned(),
        Some(url) => {
            let host = url::Url::parse(url)
                .ok()
                .and_then(|url| url.host_str().map(str::to_owned));
            format!(
                "the PostgreSQL server {}",
                host.unwrap_or_else(|| "of this instance".to_owned())
            )
        }
    };
    web::Settings {
        mail_domain: config.mail_domain.clone(),
        base_url: config.base_url.clone(),
        processors,
        database,
        letters: match (relay, &config.outbound) {
            (Some(_), _) => "Letters leave over a mail relay.",
            (None, Some(_)) => "Letters are not sent, but written into a folder of this server.",
            (None, None) => "No letter is sent: all wait.",
        }
        .to_owned(),
        has_chat: config.telegram_token.is_some(),
        sign_up: config.sign_up,
        ..web::Settings::default()
    }
}
