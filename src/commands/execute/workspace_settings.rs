//! `workspace`: what a workspace chose for all of its members. What is filed stays as it is, whatever is chosen.

use super::deed::Deed;
use super::demand;
use crate::commands::context::Cx;
use crate::commands::outcome::{Outcome, WorkspaceChoice};
use crate::commands::problem::{Failure, Problem};
use crate::commands::{parse, words};
use crate::domain::invoice_details::InvoiceDetail;
use crate::domain::language::Language;
use crate::domain::money;
use crate::domain::pipeline::Pipeline;
use crate::domain::retention::{self, Kept};
use crate::domain::workspace_settings::{
    KEEP_DAYS_MAX, WorkspaceSetting, WorkspaceSettings, domains,
};
use crate::store::Tx;
use crate::store::registry::Role;
use crate::store::workspace::ledger::{RowKey, Table};
use crate::store::workspace::settings;
use serde_json::json;

/// Shows what was chosen, or chooses one thing.
pub async fn workspace(
    tx: &mut Tx,
    cx: &Cx,
    setting: WorkspaceSetting,
    value: Option<&str>,
) -> Result<Outcome, Failure> {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    if value.is_some() && setting.is_owner_s() {
        demand(cx, Role::Owner, setting.word())?;
    }
    let before = WorkspaceSettings::of(&settings::all(tx).await?);
    let Some(value) = value else {
        let which = match setting {
            WorkspaceSetting::All => WorkspaceSetting::EACH.to_vec(),
            one => vec![one],
        };
        let shown = which.into_iter().map(|one| (one, words_of(&before, one)));
        return Ok(Outcome::Workspace(WorkspaceChoice::Shown(shown.collect())));
    };
    let mut after = before.clone();
    choose(&mut after, setting, value, cx.language())?;
    let told = |settings: &WorkspaceSettings| json!({ setting.word(): settings.kept(setting) });
    let mut deed = Deed::new("workspace");
    deed.touch(tx, RowKey::text(Table::Setting, setting.word()))
        .await?;
    settings::put(tx, setting.word(), after.kept(setting).as_deref()).await?;
    let subject = format!("workspace {}", setting.word());
    deed.finish(tx, cx, subject, told(&before), told(&after))
        .await?;
    Ok(Outcome::Workspace(WorkspaceChoice::Changed {
        setting,
        before: words_of(&before, setting),
        after: words_of(&after, setting),
    }))
}

/// Changes one setting; a problem says what it may be.
fn choose(
    settings: &mut WorkspaceSettings,
    setting: WorkspaceSetting,
    value: &str,
    language: Language,
) -> Result<(), Problem> {
    let is_none = words::is_none(value, language);
    let listed = |nearest: &str| match is_none {
        true => Ok(Vec::new()),
        false => domains(setting, value)
            .map_err(|error| Problem::new(error.message).nearest(nearest.to_owned())),
    };
    match setting {
        WorkspaceSetting::All => {
            return Err(Problem::new("say what is to be set").nearest("workspace currency: EUR"));
        }
        WorkspaceSetting::OwnDomains => {
            settings.own_domains = listed("workspace own domains: daughter.example")?;
        }
        WorkspaceSetting::ExcludedDomains => {
            settings.excluded_domains = listed("workspace excluded domains: shop.example")?;
        }
        WorkspaceSetting::KeepInTouch => {
            let days = parse::interval(value, language).filter(|days| *days <= KEEP_DAYS_MAX);
            if !is_none && days.is_none() {
                let problem = format!("an interval is from 1 day to {KEEP_DAYS_MAX} days, or none");
                return Err(Problem::new(problem).nearest("workspace keep in touch: 30 days"));
            }
            settings.keep_in_touch_days = days.filter(|_| !is_none);
        }
        WorkspaceSetting::Currency => {
            let code = money::code(value);
            if !is_none && code.is_none() {
                let shown: String = value.chars().take(20).collect();
                let problem = format!("\"{shown}\" is no currency (ISO 4217), and not none");
                return Err(Problem::new(problem).nearest("workspace currency: EUR"));
            }
            settings.currency = code.filter(|_| !is_none);
        }
        WorkspaceSetting::Stages => {
            settings.pipeline = match is_none {
                true => Pipeline::default(),
                false => Pipeline::read(value).map_err(|error| {
                    let nearest = "workspace stages: Lead 10%, Proposal 50%";
                    Problem::new(error.message).nearest(nearest)
                })?,
            };
        }
        WorkspaceSetting::Invoice(detail) => {
            let days = || parse::interval(value, language).map(|days| days.to_string());
            let days = (detail == InvoiceDetail::Terms).then(days).flatten();
            let value = (!is_none).then_some(days.as_deref().unwrap_or(value));
            settings.invoice.choose(detail, value).map_err(|error| {
                let nearest = format!("workspace {}: {}", detail.word(), detail.example());
                Problem::new(error.message).nearest(nearest)
            })?;
        }
        WorkspaceSetting::Keep(kept) => {
            let days = parse::interval(value, language);
            keep(settings, kept, days.filter(|_| !is_none), is_none)?;
        }
    }
    Ok(())
}

/// Chooses for how many days something is kept; `None` for what is usual.
fn keep(
    settings: &mut WorkspaceSettings,
    kept: Kept,
    days: Option<i64>,
    is_none: bool,
) -> Result<(), Problem> {
    let (least, most) = retention::bounds(kept);
    match days.filter(|days| (least..=most).contains(days)) {
        Some(days) => settings.kept_days.insert(kept, days),
        None if is_none => settings.kept_days.remove(&kept),
        None => {
            let problem = format!("that is kept for {least} to {most} days, or none as is usual");
            let (setting, usual) = (WorkspaceSetting::Keep(kept), retention::default_days(kept));
            let nearest = format!("workspace {}: {usual} days", setting.word());
            return Err(Problem::new(problem).nearest(nearest));
        }
    };
    Ok(())
}

/// A setting in words.
fn words_of(settings: &WorkspaceSettings, setting: WorkspaceSetting) -> String {
    match (setting, settings.said(setting)) {
        (WorkspaceSetting::Keep(of), None) => format!("{} days", retention::default_days(of)),
        (WorkspaceSetting::Keep(_), Some(days)) => format!("{days} days"),
        (_, None) => "none".to_owned(),
        (
            WorkspaceSetting::KeepInTouch | WorkspaceSetting::Invoice(InvoiceDetail::Terms),
            Some(days),
        ) => match days.as_str() {
            "1" => "1 day".to_owned(),
            days => format!("{days} days"),
        },
        (WorkspaceSetting::Invoice(InvoiceDetail::Vat), Some(rate)) => format!("{rate}%"),
        (_, Some(said)) => said,
    }
}
