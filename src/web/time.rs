//! Moments as the page shows them.

use super::Page;
use super::visitor::SignedIn;
use crate::domain::Result;
use crate::domain::member_settings::MemberSettings;
use crate::store::workspace::members;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What somebody chose in the workspace that they look at, for the moments that they are shown; the default where they are in none.
pub async fn chosen(page: &Page, signed_in: &SignedIn) -> Result<MemberSettings> {
    let Some((workspace, _)) = signed_in.current() else {
        return Ok(MemberSettings::default());
    };
    let workspace = page.store.workspaces.get(workspace.id).await?;
    members::settings(&mut workspace.read().await?, signed_in.visitor.account.id).await
}

/// `29 Nov 2026 16:20 EET`, in the member's zone, or `4:20 PM` where they chose that.
pub fn shown(at_us: i64, settings: &MemberSettings) -> String {
    let at = Timestamp::from_microsecond(at_us).unwrap_or_default();
    let at = at.to_zoned(settings.time_zone());
    let time = at.strftime(settings.hours().pattern());
    format!("{} {time} {}", at.strftime("%-d %b %Y"), at.strftime("%Z"))
}

/// `2026-11-29`, in UTC.
pub fn day(at_us: i64) -> String {
    let at = Timestamp::from_microsecond(at_us).unwrap_or_default();
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d").to_string()
}
