//! What a member chose for themselves, and their own addresses. Each control is a command, run as if it had been written.

use super::Page;
use super::form::{Fields, Filled};
use super::limits::Trying;
use super::message::Refusal;
use super::own_addresses;
use super::view::{Choice, Frame, Notice, YouView, show as shown};
use super::visitor::{Membership, SignedIn};
use crate::commands::sender::{self, Sender};
use crate::domain::dates::Hours;
use crate::domain::language::Language;
use crate::domain::member_settings::{DIGEST_TIME, MemberSettings, Notify, short_day};
use crate::domain::{Kind, address, chance};
use crate::store::registry::AddressKind;
use crate::store::workspace::{member_chats, members};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

/// `GET /`
pub async fn home(signed_in: Result<SignedIn, Refusal>) -> Response {
    match signed_in {
        Ok(_) => Redirect::to("/you").into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// `GET /you`
pub async fn show(State(page): State<Page>, membership: Membership) -> Result<Response, Refusal> {
    show_with(&page, &membership, None).await
}

pub(super) async fn show_with(
    page: &Page,
    membership: &Membership,
    notice: Option<Notice>,
) -> Result<Response, Refusal> {
    let account = &membership.signed_in.visitor.account;
    let account_id = account.id;
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let mut tx = workspace.read().await?;
    let settings = members::settings(&mut tx, account_id).await?;
    let member = members::by_id(&mut tx, account_id).await?;
    let has_chat = member_chats::of_member(&mut tx, account_id)
        .await?
        .is_some();
    let own = members::own_addresses(&mut tx, account_id).await?;
    let sender = sender::of_member(&mut tx, account_id, &page.settings.mail_domain).await?;
    drop(tx);
    let address = async |kind, account| {
        let registry = &page.store.registry;
        let local = registry
            .address_of(membership.workspace.id, kind, account)
            .await?;
        let domain = &page.settings.mail_domain;
        Ok::<_, Refusal>(
            local
                .map(|local| format!("{local}@{domain}"))
                .unwrap_or_default(),
        )
    };
    Ok(shown(&YouView {
        frame: Frame::for_member(page, &membership.signed_in, "You").with(notice),
        name: member.and_then(|member| member.name).unwrap_or_default(),
        zone: settings.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
        zones: jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .collect(),
        languages: languages(&settings),
        dates: dates(&settings),
        clock: choices(
            &[("24 hours", "16:20"), ("12 hours", "4:20 PM")],
            clock_said(&settings),
        ),
        default_time: settings.default_time.clone().unwrap_or_default(),
        days: days(&settings),
        digest_time: settings
            .digest_time
            .clone()
            .unwrap_or_else(|| DIGEST_TIME.to_owned()),
        quiet: settings.quiet == Some(true),
        hold_seconds: settings.hold_seconds(),
        notify: notify(&settings),
        preview: settings.preview == Some(true),
        intake: address(AddressKind::Intake, Some(account_id)).await?,
        plain: address(AddressKind::Plain, None).await?,
        addresses: own_addresses::shown(page, account, &settings).await?,
        has_chat,
        can_chat: page.settings.has_chat,
        from: from(&settings, &own),
        signature: settings.signature.clone().unwrap_or_default(),
        from_why: match sender {
            Sender::NotYet(why) => Some(why),
            Sender::Capture | Sender::Own(_) => None,
        },
    }))
}

/// `POST /you`: what differs from what was chosen becomes commands, and their answers are shown.
pub async fn change(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let account = &membership.signed_in.visitor.account;
    let cx = page.cx(&membership).await?;
    let workspace = page.store.workspaces.get(membership.workspace.id).await?;
    let mut tx = workspace.read().await?;
    let member = members::by_id(&mut tx, account.id).await?;
    drop(tx);
    let name = member.and_then(|member| member.name).unwrap_or_default();
    let lines = lines(&fields, &cx.settings, &name);
    let notice = match lines.is_empty() {
        true => Notice::done("Nothing was changed."),
        false => Notice::of(&page.run(&membership, &cx, &lines.join("\n")).await?),
    };
    show_with(&page, &membership, Some(notice)).await
}

/// The commands that a form means.
fn lines(fields: &Fields, settings: &MemberSettings, name: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut say = |field: &str, verb: &str, before: &str| {
        let now = fields.line(field);
        if fields.has(field) && !now.is_empty() && now != before {
            lines.push(format!("{verb}: {now}"));
        }
    };
    say("name", "my name", name);
    say("zone", "my zone", settings.zone.as_deref().unwrap_or("UTC"));
    say(
        "language",
        "my language",
        settings.language.as_deref().unwrap_or("en"),
    );
    say(
        "dates",
        "my dates",
        settings.date_order.as_deref().unwrap_or("none"),
    );
    say("clock", "my clock", clock_said(settings));
    say(
        "time",
        "my time",
        settings.default_time.as_deref().unwrap_or_default(),
    );
    say(
        "from",
        "my from",
        settings.from.as_deref().unwrap_or("none"),
    );
    say("hold", "my hold", &settings.hold_seconds().to_string());
    say(
        "notify",
        "my notify",
        settings.notify.unwrap_or_default().word(),
    );
    for (field, before) in [("quiet", settings.quiet), ("preview", settings.preview)] {
        let word = |on: bool| if on { "on" } else { "off" };
        say(field, &format!("my {field}"), word(before == Some(true)));
    }
    if fields.has("digest") {
        let chosen: Vec<&str> = (1..=7)
            .filter(|day| fields.has(&format!("day{day}")))
            .filter_map(short_day)
            .collect();
        let said = match chosen.is_empty() {
            true => "never".to_owned(),
            false => format!(
                "{} {}",
                chosen.join(",").to_lowercase(),
                fields.get("digest")
            ),
        };
        if said != digest_said(settings) {
            lines.push(format!("my digest: {said}"));
        }
    }
    lines.extend(signature_line(fields, settings));
    lines
}

/// The command that sets the signature: one line, whatever stands in the field.
fn signature_line(fields: &Fields, settings: &MemberSettings) -> Option<String> {
    let typed: Vec<&str> = fields.get("signature").lines().map(str::trim_end).collect();
    let said = match typed.iter().all(|line| line.is_empty()) {
        true => "none".to_owned(),
        false => typed.join("\\n"),
    };
    let before = settings.signature.as_deref().unwrap_or("none");
    let is_new = fields.has("signature") && said != before.replace('\n', "\\n");
    is_new.then(|| format!("my signature: {said}"))
}

fn digest_said(settings: &MemberSettings) -> String {
    let time = settings.digest_time.as_deref().unwrap_or(DIGEST_TIME);
    let days = settings.digest_days.as_deref().unwrap_or(&[1, 2, 3, 4, 5]);
    let names: Vec<&str> = days.iter().filter_map(|day| short_day(*day)).collect();
    match names.is_empty() {
        true => "never".to_owned(),
        false => format!("{} {time}", names.join(",").to_lowercase()),
    }
}

/// `POST /you/intake`: a new intake address; mail to the old ones is filed as before.
pub async fn rotate_intake(
    State(page): State<Page>,
    Filled(membership, _): Filled<Membership>,
) -> Result<Response, Refusal> {
    let visitor = &membership.signed_in.visitor;
    page.limits.demand(Trying::Letter, visitor.address)?;
    let intake = address::intake(chance::nonce(page.random));
    let registry = &page.store.registry;
    let (workspace_id, account_id) = (membership.workspace.id, visitor.account.id);
    let added = registry.add_intake(workspace_id, account_id, &intake, page.now_us());
    match added.await {
        Ok(()) => {}
        Err(error) if error.kind == Kind::TooMuch => {
            let notice = Notice::wrong(format!("Nothing was changed: {}.", error.message));
            return show_with(&page, &membership, Some(notice)).await;
        }
        Err(error) => return Err(error.into()),
    }
    page.note(membership.event("made a new intake address", ""))
        .await?;
    let notice = Notice::done("You have a new intake address. Mail to the old one is still yours.");
    show_with(&page, &membership, Some(notice)).await
}

/// `GET /you/intake.vcf`: the intake address for an address book (RFC 6350).
pub async fn intake_card(
    State(page): State<Page>,
    membership: Membership,
) -> Result<Response, Refusal> {
    let account_id = membership.signed_in.visitor.account.id;
    let registry = &page.store.registry;
    let local = registry
        .address_of(
            membership.workspace.id,
            AddressKind::Intake,
            Some(account_id),
        )
        .await?;
    let Some(local) = local else {
        return Err(Refusal::NoWorkspace);
    };
    let name: String = membership
        .workspace
        .name
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let name = name
        .replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace(';', "\\;");
    let domain = &page.settings.mail_domain;
    let card = format!(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Rapport ({name})\r\nEMAIL:{local}@{domain}\r\nEND:VCARD\r\n"
    );
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/vcard; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"rapport.vcf\""),
        ),
    ];
    Ok((headers, card).into_response())
}

/// `POST /you/chat`: the command `link telegram`, or `unlink telegram`.
pub async fn link_chat(
    State(page): State<Page>,
    Filled(membership, fields): Filled<Membership>,
) -> Result<Response, Refusal> {
    let cx = page.cx(&membership).await?;
    let line = match fields.get("what") {
        "unlink" => "unlink telegram",
        _ => "link telegram",
    };
    let replies = page.run(&membership, &cx, line).await?;
    show_with(&page, &membership, Some(Notice::of(&replies))).await
}

fn languages(settings: &MemberSettings) -> Vec<Choice> {
    let chosen = settings.language.as_deref().unwrap_or("en");
    let all = Language::ALL.iter();
    all.map(|language| Choice {
        value: language.tag().to_owned(),
        label: language.name().to_owned(),
        is_chosen: language.tag() == chosen,
    })
    .collect()
}

fn dates(settings: &MemberSettings) -> Vec<Choice> {
    let chosen = settings.date_order.as_deref().unwrap_or("none");
    choices(
        &[
            ("none", "neither: 03/11 is refused"),
            ("dmy", "day first: 3 November"),
            ("mdy", "month first: March 11"),
        ],
        chosen,
    )
}

fn clock_said(settings: &MemberSettings) -> &'static str {
    match settings.hours() {
        Hours::TwentyFour => "24 hours",
        Hours::Twelve => "12 hours",
    }
}

fn notify(settings: &MemberSettings) -> Vec<Choice> {
    let all = [Notify::Mail, Notify::Chat, Notify::Both];
    let labels = all.map(|one| match one {
        Notify::Mail => (one.word(), "by mail"),
        Notify::Chat => (one.word(), "in the chat"),
        Notify::Both => (one.word(), "by mail and in the chat"),
    });
    choices(&labels, settings.notify.unwrap_or_default().word())
}

/// Whom letters to contacts come from: the contact's own address, or one of the member's; what was chosen, also where it is theirs no
/// more.
fn from(settings: &MemberSettings, own: &[String]) -> Vec<Choice> {
    let chosen = settings.from.as_deref().unwrap_or("none");
    let mut all = vec![("none", "the contact's own address here")];
    all.extend(
        own.iter()
            .map(|address| (address.as_str(), address.as_str())),
    );
    if !all.iter().any(|(value, _)| *value == chosen) {
        all.push((chosen, chosen));
    }
    choices(&all, chosen)
}

fn days(settings: &MemberSettings) -> Vec<Choice> {
    let chosen = settings.digest_days.as_deref().unwrap_or(&[1, 2, 3, 4, 5]);
    let all = (1_i8..=7).filter_map(|number| Some((number, short_day(number)?)));
    all.map(|(number, name)| Choice {
        value: format!("day{number}"),
        label: name.to_owned(),
        is_chosen: chosen.contains(&number),
    })
    .collect()
}

/// Choices of values and labels, one of them chosen.
pub(super) fn choices(all: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    let all = all.iter();
    all.map(|(value, label)| Choice {
        value: (*value).to_owned(),
        label: (*label).to_owned(),
        is_chosen: *value == chosen,
    })
    .collect()
}
