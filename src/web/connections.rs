//! What the workspace is connected with: a bot of its own at Telegram, an AI provider of its own. Secrets go in and never come out.

use super::form::Filled;
use super::limits::Trying;
use super::message::Refusal;
use super::view::{BotShown, ConnectionsView, Frame, Notice, show as shown};
use super::visitor::Membership;
use super::{Page, time};
use crate::ai::{Choice, SPEECH_MODEL, seal_purpose};
use crate::commands::context::VerifiedBot;
use crate::domain::bot_token::BotToken;
use crate::domain::{Kind, chance};
use crate::store::registry::Role;
use crate::store::workspace::ai_providers::{self, AiProviderRow};
use crate::store::workspace::channel_bots;
use axum::extract::State;
use axum::response::Response;
use std::pin::Pin;
use std::sync::Arc;

/// Asks Telegram whose token that is, for a workspace; nobody's where it is not to be had. Cheap to clone.
#[derive(Clone)]
pub struct AskBot(Arc<dyn Fn(i64, String) -> BotAsked + Send + Sync>);

/// The answer that is waited for.
pub type BotAsked = Pin<Box<dyn Future<Output = Option<VerifiedBot>> + Send>>;

impl AskBot {
    /// A way to ask.
    pub fn of(ask: impl Fn(i64, String) -> BotAsked + Send + Sync + 'static) -> AskBot {
        AskBot(Arc::new(ask))
    }
}

/// `GET /connections`
pub async fn show(State(page): State<Page>, membership: Membership) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    show_with(&page, &membership, None).await
}

async fn show_with(
    page: &Page,
    membership: &Membership,
    notice: Option<Notice>,
) -> Result<Response, Refusal> {
    show_typed(page, membership, notice, None).await
}

/// The page, with what somebody typed where it could not be taken: the address of the API and the model.
async fn show_typed(
    page: &Page,
    membership: &Membership,
    notice: Option<Notice>,
    typed: Option<(&str, &str)>,
) -> Result<Response, Refusal> {
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let mut tx = workspace.read().await?;
    let bot = channel_bots::get(&mut tx).await?;
    let provider = ai_providers::get(&mut tx).await?;
    drop(tx);
    let settings = time::chosen(page, &membership.signed_in).await?;
    Ok(shown(&ConnectionsView {
        frame: Frame::for_member(page, &membership.signed_in, "Connections").with(notice),
        bot: bot.map(|bot| BotShown {
            name: bot.username,
            greeting: bot.greeting.unwrap_or_default(),
            since: time::shown(bot.connected_at, &settings),
        }),
        can_ask_bots: page.settings.ask_bot.is_some(),
        has_provider: provider.is_some(),
        has_key: provider.as_ref().is_some_and(|row| row.sealed.is_some()),
        typed: match (typed, provider) {
            (Some((url, model)), _) => (url.to_owned(), model.to_owned()),
            (None, Some(row)) => (row.base_url, row.speech_model),
            (None, None) => Default::default(),
        },
        speech_model: SPEECH_MODEL,
        has_instance_ai: page.settings.ais.instance.is_some(),
    }))
}

/// `POST /connections/bot`: the commands `connect bot`, `greeting` and `disconnect bot`.
pub async fn change_bot(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let mut cx = page.cx(&membership).await?;
    let line = match fields.get("what") {
        "disconnect" => "disconnect bot".to_owned(),
        "greeting" => match fields.line("greeting") {
            words if words.is_empty() => "greeting: none".to_owned(),
            words => format!("greeting: {words}"),
        },
        _ => {
            page.limits
                .demand(Trying::Letter, membership.signed_in.visitor.address)?;
            let Some(token) = BotToken::read(fields.get("token")) else {
                let notice = Notice::wrong(
                    "That is no token. BotFather gives one: digits, a colon, and 35 letters.",
                );
                return show_with(&page, &membership, Some(notice)).await;
            };
            if let Some(AskBot(ask)) = &page.settings.ask_bot {
                cx.verified_bot = ask(cx.workspace_id, token.secret().to_owned()).await;
            }
            format!("connect bot: {}", token.secret())
        }
    };
    let replies = page.run(&membership, &cx, &line).await?;
    show_with(&page, &membership, Some(Notice::of(&replies))).await
}

/// `POST /connections/ai`: sets the provider, once it was tried; a key that is left out stays as it is, for the same API alone.
pub async fn change_ai(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    page.limits
        .demand(Trying::Letter, membership.signed_in.visitor.address)?;
    let ais = &page.settings.ais;
    let choice = Choice::read(
        ais.reach,
        fields.get("url"),
        fields.get("key"),
        fields.get("model"),
    );
    let choice = match choice {
        Ok(choice) => choice,
        Err(error) if error.kind == Kind::Invalid => {
            let notice = Notice::wrong(error.message);
            let typed = (fields.get("url"), fields.get("model"));
            return show_typed(&page, &membership, Some(notice), Some(typed)).await;
        }
        Err(error) => return Err(error.into()),
    };
    let id = membership.workspace.id;
    let workspace = page.store.workspaces.get(id).await?;
    let before = ai_providers::get(&mut workspace.read().await?).await?;
    let registry = &page.store.registry;
    let sealed = match &choice.key {
        Some(key) => {
            let nonce = chance::nonce(page.random);
            Some(
                registry
                    .key()
                    .seal(&seal_purpose(id), key.as_bytes(), nonce)?,
            )
        }
        // A key is for the API that it was given for: nobody has it sent elsewhere by changing the address.
        None => before
            .filter(|before| before.base_url == choice.base_url)
            .and_then(|before| before.sealed),
    };
    let row = AiProviderRow {
        base_url: choice.base_url,
        sealed,
        speech_model: choice.speech_model,
        set_at: page.now_us(),
    };
    let tried = ais.open(registry.key(), id, &row)?.tries().await;
    let mut tx = workspace.write().await?;
    ai_providers::put(&mut tx, &row).await?;
    tx.commit().await?;
    page.note(membership.event("set the AI provider", &row.base_url))
        .await?;
    let notice = match tried {
        Ok(()) => Notice::done("Saved. It was tried, and it hears."),
        Err(words) => Notice::wrong(format!(
            "Saved, but it was tried and does not hear yet: {words}"
        )),
    };
    show_with(&page, &membership, Some(notice)).await
}

/// `POST /connections/ai/remove`
pub async fn remove_ai(
    State(page): State<Page>,
    Filled(membership, _): Filled<Membership>,
) -> Result<Response, Refusal> {
    membership.demand(Role::Admin)?;
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let mut tx = workspace.write().await?;
    let removed = ai_providers::remove(&mut tx).await?;
    tx.commit().await?;
    let done = "The workspace has no AI provider of its own any more.";
    let noted = page.note_removed(&membership, removed, "removed the AI provider", done);
    let notice = noted.await?;
    show_with(&page, &membership, Some(notice)).await
}
