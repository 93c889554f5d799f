//! What the pages about a workspace show: its team, its settings, what it is connected with, how it sends, its log.

use super::{Choice, Frame};
use askama::Template;

/// A member as the team page shows one.
pub struct MemberShown {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub roles: Vec<Choice>,
    pub role: &'static str,
    pub is_self: bool,
    pub is_owner: bool,
}

#[derive(Template)]
#[template(path = "team.html", config = "src/web/askama.toml")]
pub struct TeamView {
    pub frame: Frame,
    pub workspace: String,
    pub members: Vec<MemberShown>,
    /// Who deletes their account, and when they are gone.
    pub leaving: Vec<(String, String)>,
    /// Number, address, role, until when, whether it is too late.
    pub invitations: Vec<(i64, String, String, String, bool)>,
    pub roles: Vec<Choice>,
    pub can_change: bool,
    pub can_hand_over: bool,
    pub has_factor: bool,
}

#[derive(Template)]
#[template(path = "invited.html", config = "src/web/askama.toml")]
pub struct InvitedView {
    pub frame: Frame,
    pub link: String,
    pub workspace: String,
    pub by: String,
    pub role: String,
    pub email: String,
    pub wrong: Option<&'static str>,
}

/// A record of the DNS.
pub struct RecordShown {
    pub name: String,
    pub kind: &'static str,
    pub value: String,
    /// What the DNS says of it, where it was asked.
    pub found: Option<String>,
}

#[derive(Template)]
#[template(path = "workspace.html", config = "src/web/askama.toml")]
pub struct WorkspaceView {
    pub frame: Frame,
    pub name: String,
    pub plain: String,
    pub bot: Option<String>,
    pub records: Vec<RecordShown>,
    pub factor: Vec<Choice>,
    pub own_domains: String,
    pub excluded_domains: String,
    pub keep_in_touch: String,
    pub can_change: bool,
    pub can_demand: bool,
}

/// What is chosen for invoices, one detail.
pub struct DetailShown {
    /// The name of its field.
    pub field: String,
    pub label: &'static str,
    pub hint: &'static str,
    /// What holds; of an address the lines.
    pub value: String,
    /// The command, to copy.
    pub line: String,
    pub chars_max: usize,
    pub is_lines: bool,
}

#[derive(Template)]
#[template(path = "billing.html", config = "src/web/askama.toml")]
pub struct BillingView {
    pub frame: Frame,
    pub name: String,
    pub stages: String,
    pub currency: String,
    pub details: Vec<DetailShown>,
    pub has_logo: bool,
    pub can_change: bool,
}

/// The workspace's bot.
pub struct BotShown {
    pub name: String,
    pub greeting: String,
    pub since: String,
}

#[derive(Template)]
#[template(path = "connections.html", config = "src/web/askama.toml")]
pub struct ConnectionsView {
    pub frame: Frame,
    pub bot: Option<BotShown>,
    pub can_ask_bots: bool,
    pub has_provider: bool,
    pub has_key: bool,
    /// What stands in the fields: the address of the API, the model.
    pub typed: (String, String),
    pub speech_model: &'static str,
    pub has_instance_ai: bool,
}

/// The workspace's own relay; never its password.
pub struct RelayShown {
    pub host: String,
    pub port: i64,
    pub is_implicit: bool,
    pub name: String,
    /// Why it was shut the last time.
    pub error: Option<String>,
}

/// A domain that the workspace signs for.
pub struct DomainShown {
    pub domain: String,
    /// Whether letters from it are signed now.
    pub is_signed: bool,
    pub records: Vec<RecordShown>,
}

#[derive(Template)]
#[template(path = "sending.html", config = "src/web/askama.toml")]
pub struct SendingView {
    pub frame: Frame,
    pub relay: Option<RelayShown>,
    pub domains: Vec<DomainShown>,
    /// Domains of members that keys can be made for.
    pub candidates: Vec<String>,
}

/// A line of the log.
pub struct LogLine {
    pub at: String,
    pub who: String,
    pub what: String,
    pub subject: String,
    pub from: String,
}

#[derive(Template)]
#[template(path = "log.html", config = "src/web/askama.toml")]
pub struct LogView {
    pub frame: Frame,
    pub lines: Vec<LogLine>,
    pub members: Vec<Choice>,
    pub doors: Vec<Choice>,
    /// Behind which line there are older ones, where there are.
    pub older: Option<String>,
    pub member: i64,
    pub door: String,
    pub verb: String,
    /// The first and the last day, `2026-11-29`, or nothing.
    pub from: String,
    pub to: String,
}
