//! `my`: what a member chose for himself.

mod words;
mod zone;

use super::deed::Deed;
use crate::commands::command::Setting;
use crate::commands::context::Cx;
use crate::commands::outcome::Outcome;
use crate::commands::outcome::actions::{Chosen, Settings};
use crate::commands::problem::{Failure, Problem};
use crate::commands::sender::{self, Sender};
use crate::domain::dates::Hours;
use crate::domain::language::Language;
use crate::domain::member_settings::{HOLD_SECONDS, MemberSettings, Notify};
use crate::store::Tx;
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::member_chats;
use crate::store::workspace::members::{self, MemberRow};
use serde_json::{Value, json};

/// The most letters of a name.
const NAME_CHARS_MAX: usize = 100;

/// All settings, in the order in which they are shown.
const ALL: [Setting; 14] = [
    Setting::Addresses,
    Setting::Name,
    Setting::Zone,
    Setting::Language,
    Setting::DateOrder,
    Setting::Clock,
    Setting::DefaultTime,
    Setting::Digest,
    Setting::Quiet,
    Setting::Hold,
    Setting::Notify,
    Setting::Preview,
    Setting::From,
    Setting::Signature,
];

/// Shows what the actor chose, or changes one thing of it.
pub async fn my(
    tx: &mut Tx,
    cx: &Cx,
    setting: Setting,
    value: Option<&str>,
) -> Result<Outcome, Failure> {
    let member = member(tx, cx).await?;
    let settings = members::settings(tx, member.id).await?;
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    let further = members::addresses(tx).await?.into_iter();
    let further = further.filter_map(|(address, id)| (id == member.id).then_some(address));
    let further: Vec<String> = further.collect();
    let shown = |settings: &MemberSettings, member: &MemberRow, setting: Setting| Chosen {
        setting,
        value: match setting {
            Setting::Addresses => addresses(member, &further),
            setting => words(cx, settings, member, setting),
        },
        note: None,
    };
    let Some(value) = value else {
        let which: Vec<Setting> = match setting {
            Setting::All => ALL.to_vec(),
            one => vec![one],
        };
        let note = note_on_from(tx, cx).await?;
        let chosen = which.into_iter().map(|one| Chosen {
            note: note.clone().filter(|_| one == Setting::From),
            ..shown(&settings, &member, one)
        });
        return Ok(Outcome::Settings(Settings::Shown(chosen.collect())));
    };
    let before = shown(&settings, &member, setting);
    let (mut chosen, mut named) = (settings.clone(), member.clone());
    choose(cx, &mut chosen, &mut named, setting, value)?;
    if setting == Setting::Notify && chosen.notify.is_some_and(Notify::in_chat) {
        demand_chat(tx, member.id).await?;
    }
    if let (Setting::From, Some(address)) = (setting, &chosen.from) {
        demand_own(tx, cx, address).await?;
    }
    let mut after = shown(&chosen, &named, setting);
    let mut deed = Deed::new("my");
    deed.touch(tx, RowKey::number(Table::Member, member.id))
        .await?;
    if chosen != settings {
        members::put_settings(tx, member.id, &chosen).await?;
    }
    if named.name != member.name {
        members::put_name(tx, member.id, named.name.as_deref()).await?;
    }
    if setting == Setting::From {
        after.note = note_on_from(tx, cx).await?;
    }
    let subject = format!("my {}", setting.word());
    deed.finish(tx, cx, subject, told(&before), told(&after))
        .await?;
    Ok(Outcome::Settings(Settings::Changed { before, after }))
}

fn told(chosen: &Chosen) -> Value {
    json!({ chosen.setting.word(): chosen.value })
}

/// What follows from the address that letters to contacts come from, or keeps it from having effect.
async fn note_on_from(tx: &mut Tx, cx: &Cx) -> Result<Option<String>, Failure> {
    let sender = sender::of_member(tx, cx.actor.member_id, &cx.mail_domain).await?;
    Ok(match sender {
        Sender::Capture => None,
        Sender::Own(address) => Some(format!(
            "Your letters to contacts come from it, and their answers come here. What somebody writes to {address} itself, past that, \
             reaches your own mailbox, and is not filed."
        )),
        Sender::NotYet(why) => Some(format!(
            "It has no effect yet, since {why}. Until then your letters come from the contact's own address here."
        )),
    })
}

/// A problem where an address is none that letters of the actor may come from.
async fn demand_own(tx: &mut Tx, cx: &Cx, address: &str) -> Result<(), Failure> {
    let member_id = cx.actor.member_id;
    if sender::may_choose(tx, member_id, address, &cx.mail_domain).await? {
        return Ok(());
    }
    let own = members::own_addresses(tx, member_id).await?;
    let own = own.first().map_or("none", String::as_str);
    let problem = Problem::new(format!(
        "\"{}\" is no address that is proved to be yours here",
        words::short(address)
    ));
    Err(problem.nearest(format!("my from: {own}")).into())
}

/// A problem where no chat is linked.
async fn demand_chat(tx: &mut Tx, member_id: i64) -> Result<(), Failure> {
    match member_chats::of_member(tx, member_id).await? {
        Some(_) => Ok(()),
        None => {
            let problem = Problem::new("no chat of yours is linked; link telegram links one");
            Err(problem.nearest("link telegram").into())
        }
    }
}

async fn member(tx: &mut Tx, cx: &Cx) -> Result<MemberRow, Failure> {
    let row = members::present(tx, cx.actor.member_id).await?;
    let nobody = || Problem::new(format!("{} is no member here", cx.actor.email));
    Ok(row.ok_or_else(nobody)?)
}

/// Changes one setting; a problem says what it may be.
fn choose(
    cx: &Cx,
    settings: &mut MemberSettings,
    member: &mut MemberRow,
    setting: Setting,
    value: &str,
) -> Result<(), Problem> {
    let language = cx.language();
    match setting {
        Setting::All => {
            return Err(Problem::new("say what is to be set").nearest("my zone: Europe/Helsinki"));
        }
        Setting::Addresses => {
            return Err(Problem::new(
                "an address is added and removed at the page, under You: a letter to it shows that it is yours",
            )
            .nearest("my addresses"));
        }
        Setting::Name => member.name = Some(name(value)?),
        Setting::Zone => settings.zone = Some(zone::named(value)?),
        Setting::Language => {
            settings.language = match words::language(value)? {
                Language::English => None,
                other => Some(other.tag().to_owned()),
            }
        }
        Setting::DateOrder => settings.date_order = words::date_order(value)?.map(str::to_owned),
        Setting::Clock => settings.clock_hours = words::clock_hours(value)?,
        Setting::DefaultTime => {
            let time = words::clock(value, language);
            let wrong = || {
                Problem::new(format!("\"{value}\" is no time of day"))
                    .nearest("my default time: 09:00")
            };
            settings.default_time = Some(time.ok_or_else(wrong)?);
        }
        Setting::Digest => {
            let digest = words::digest(value, language)?;
            settings.digest_days = digest.days.unwrap_or(settings.digest_days.take());
            settings.digest_time = digest.time.or(settings.digest_time.take());
        }
        Setting::Quiet => settings.quiet = Some(words::on_or_off("quiet", value, language)?),
        Setting::Notify => settings.notify = Some(words::notify(value)?),
        Setting::Preview => settings.preview = Some(words::on_or_off("preview", value, language)?),
        Setting::Hold => settings.relay_hold_seconds = Some(words::hold_seconds(value)?),
        Setting::From => settings.from = words::from(value),
        Setting::Signature => settings.signature = words::signature(value)?,
    }
    Ok(())
}

fn name(value: &str) -> Result<String, Problem> {
    let words: Vec<&str> = value.split_whitespace().collect();
    let name: String = words
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let wrong = name.is_empty() || name.contains(['<', '>', '@', '"']);
    match name.chars().count() {
        1..=NAME_CHARS_MAX if !wrong => Ok(name),
        _ => Err(Problem::new(format!(
            "a name has at most {NAME_CHARS_MAX} letters, and none of < > @ \""
        ))
        .nearest("my name: Grace Hopper")),
    }
}

/// The registered address, and those beside it.
fn addresses(member: &MemberRow, further: &[String]) -> String {
    match further {
        [] => member.email.clone(),
        further => format!("{}, and {}", member.email, further.join(", ")),
    }
}

/// A setting in words; what was not chosen says its default.
fn words(cx: &Cx, settings: &MemberSettings, member: &MemberRow, setting: Setting) -> String {
    match setting {
        Setting::All | Setting::Addresses => String::new(),
        Setting::Name => member.name.clone().unwrap_or_else(|| "none".to_owned()),
        Setting::Zone => match &settings.zone {
            Some(zone) => zone.clone(),
            None => format!("{} (not chosen)", cx.zone.iana_name().unwrap_or("UTC")),
        },
        Setting::Language => match words::language_of(settings) {
            Language::English => "English".to_owned(),
            other => format!("{} beside English", other.name()),
        },
        Setting::DateOrder => match settings.date_order.as_deref() {
            Some("dmy") => "day first: 03/11 is 3 November".to_owned(),
            Some("mdy") => "month first: 03/11 is 11 March".to_owned(),
            _ => "none: 03/11 is refused".to_owned(),
        },
        Setting::Clock => match settings.hours() {
            Hours::TwentyFour => "24 hours: 16:20".to_owned(),
            Hours::Twelve => "12 hours: 4:20 PM".to_owned(),
        },
        Setting::DefaultTime => settings
            .default_time
            .clone()
            .unwrap_or_else(|| "09:00".to_owned()),
        Setting::Digest => words::digest_words(settings),
        Setting::Quiet => match settings.quiet {
            Some(true) => "on: what was done is told in the digest only".to_owned(),
            _ => "off".to_owned(),
        },
        Setting::Hold => match settings.relay_hold_seconds {
            Some(0) => "none: mail to contacts goes at once".to_owned(),
            Some(1) => "1 second".to_owned(),
            seconds => format!("{} seconds", seconds.unwrap_or(HOLD_SECONDS)),
        },
        Setting::Notify => settings.notify.unwrap_or_default().word().to_owned(),
        Setting::From => match &settings.from {
            Some(address) => address.clone(),
            None => "none: the contact's own address here".to_owned(),
        },
        Setting::Signature => match &settings.signature {
            Some(signature) => signature.replace('\n', "\\n"),
            None => "none".to_owned(),
        },
        Setting::Preview => match settings.preview {
            Some(true) => "on: what contacts write stands in the chat".to_owned(),
            _ => "off".to_owned(),
        },
    }
}
