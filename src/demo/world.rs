//! The demo's world: a scratch folder, a small DNS of its own, domains that sign their mail, and a real server.

use super::chat;
use super::outside::Outside;
use super::telegram::BotApi;
use crate::app::App;
use crate::app::serve::Server;
use crate::config::Config;
use crate::domain::member_settings::MemberSettings;
use crate::domain::{Error, Result};
use crate::mail::records;
use crate::mail::resolver::Resolver;
use crate::mail::sign::Signer;
use crate::store::Workspace;
use crate::store::registry::{NewWorkspace, Role};
use crate::store::workspace::members::{self, MemberRow};
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

/// The domain behind the demo's own addresses.
pub const MAIL_DOMAIN: &str = "crm.example";
/// Mia's app password.
pub const APP_PASSWORD: &str = "mia-and-her-mail-program";
/// A domain that signs and says nothing of what is not signed, as many do: such mail is in doubt, and its member is asked. What
/// the rules of a domain deny is a forgery, and nobody is bothered with it.
const WITHOUT_POLICY: &str = "studio.example";
/// Where the members live.
pub const ZONE: &str = "Europe/Helsinki";
/// Domains whose mail is signed, and may only come from this machine.
const SIGNING: [&str; 3] = ["studio.example", "northwind.example", "hafenwerk.example"];
/// Members with the local parts of their intake addresses: those that stand in the samples.
const MEMBERS: [(&str, &str, &str); 3] = [
    ("mia@studio.example", "Mia Laine", "log.m7a2x4"),
    ("jon@studio.example", "Jon Berg", "log.j9k3w6"),
    ("kei@studio.example", "Kei Sato", "log.k5s8t2"),
];

/// Everything that the demo's steps need.
pub struct World {
    /// The application.
    pub app: App,
    /// The workspace "acme".
    pub workspace: Arc<Workspace>,
    /// The server's certificate, PEM.
    pub certificate: Vec<u8>,
    /// Where mail that leaves arrives.
    pub outside: Outside,
    /// The demo's DNS.
    pub resolver: Resolver,
    /// The stand-in for Telegram.
    pub telegram: BotApi,
    server: Server,
    signers: Vec<Signer>,
}

impl World {
    /// Makes the world in a folder, and starts the server.
    pub async fn make(folder: &Path) -> Result<World> {
        let signers = SIGNING
            .iter()
            .map(|domain| Signer::generate(domain, "s1"))
            .collect::<Result<Vec<_>>>()?;
        let zone = folder.join("zone");
        let outside = Outside::open().await?;
        let telegram = BotApi::start()
            .await
            .map_err(|e| Error::unavailable("no port for the stand-in for Telegram").because(e))?;
        chat::people(&telegram);
        let app = App::open(config(folder, &zone, outside.address, &telegram)?).await?;
        let mut zone_text = zone_text(&signers);
        zone_text.push_str(&zone_of_ours(&app).await?);
        std::fs::write(&zone, &zone_text).map_err(|e| {
            Error::unavailable(format!("cannot write {}", zone.display())).because(e)
        })?;
        let workspace = make_workspace(&app).await?;
        let server = Server::start(&app).await?;
        let certificate = std::fs::read(app.config.data.join("tls-certificate.pem"))
            .map_err(|e| Error::unavailable("the server has made no certificate").because(e))?;
        Ok(World {
            app,
            workspace,
            certificate,
            outside,
            resolver: Resolver::zone(&zone_text)?,
            telegram,
            server,
            signers,
        })
    }

    /// Where other servers hand mail in.
    pub fn smtp(&self) -> SocketAddr {
        self.server.address
    }

    /// Where members' mail programs do.
    pub fn submission(&self) -> SocketAddr {
        self.server
            .submission_address
            .unwrap_or(self.server.address)
    }

    /// The message as its sender's server would sign it; as it is where the domain does not sign.
    pub fn signed(&self, domain: &str, raw: &[u8]) -> Result<Vec<u8>> {
        let Some(signer) = self.signers.iter().find(|s| s.domain() == domain) else {
            return Ok(raw.to_vec());
        };
        let mut signed = signer.sign(raw)?;
        signed.extend_from_slice(raw);
        Ok(signed)
    }

    /// Stops the server, then the world outside.
    pub async fn end(self) {
        self.server.stop().await;
        self.outside.close();
    }
}

fn config(folder: &Path, zone: &Path, outside: SocketAddr, telegram: &BotApi) -> Result<Config> {
    let settings = [
        ("RAPPORT_DATA", folder.join("data").display().to_string()),
        ("RAPPORT_MAIL_DOMAIN", MAIL_DOMAIN.to_owned()),
        ("RAPPORT_SMTP_LISTEN", "127.0.0.1:0".to_owned()),
        ("RAPPORT_HTTP_LISTEN", "127.0.0.1:0".to_owned()),
        ("RAPPORT_SUBMISSION_LISTEN", "127.0.0.1:0".to_owned()),
        ("RAPPORT_DNS_ZONE", zone.display().to_string()),
        ("RAPPORT_TELEGRAM_TOKEN", chat::MEMBERS_BOT.to_owned()),
        ("RAPPORT_TELEGRAM_API_URL", telegram.url()),
        ("RAPPORT_OUTBOUND", format!("smtp://{outside}?tls=none")),
    ];
    // No file and nothing of the environment: the demo is the same everywhere.
    Config::from_environment(|name| {
        settings
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value.clone())
    })
}

/// SPF and DKIM of the domains that sign, DMARC of those that have rules; of every other name it says that there is none.
fn zone_text(signers: &[Signer]) -> String {
    let mut zone = String::from("$TTL 300\n");
    for signer in signers {
        let domain = signer.domain();
        let (name, value) = signer.dns_record();
        // Writing to a string does not fail.
        let _ = writeln!(zone, "{domain}. TXT \"v=spf1 ip4:127.0.0.1 -all\"");
        let _ = writeln!(zone, "{name}. TXT \"{value}\"");
        if domain != WITHOUT_POLICY {
            let _ = writeln!(zone, "_dmarc.{domain}. TXT \"v=DMARC1; p=reject\"");
        }
    }
    zone
}

/// The same of our own domain, whose keys are made where an operator's are.
async fn zone_of_ours(app: &App) -> Result<String> {
    let mut zone = format!(
        "{MAIL_DOMAIN}. TXT \"v=spf1 ip4:127.0.0.1 -all\"\n_dmarc.{MAIL_DOMAIN}. TXT \"v=DMARC1; p=reject\"\n"
    );
    for record in records::records(
        &app.config.mail_domain,
        &app.config.host_name,
        &app.signers().await?,
    ) {
        if record.name.contains("._domainkey.") {
            let _ = writeln!(zone, "{}", record.line());
        }
    }
    Ok(zone)
}

async fn make_workspace(app: &App) -> Result<Arc<Workspace>> {
    let now_us = crate::app::now_us();
    let (owner, owner_name, intake) = MEMBERS[0];
    let new = NewWorkspace {
        slug: "acme",
        name: "Acme",
        owner_email: owner,
        intake,
        app_password: APP_PASSWORD,
    };
    let (row, account) = app.store.registry.make_workspace(new, now_us).await?;
    let workspace = app.store.workspaces.get(row.id).await?;
    let mut rows = vec![member_row(account.id, owner, owner_name, Role::Owner)];
    for (email, name, intake) in MEMBERS.iter().skip(1) {
        let account = app
            .store
            .registry
            .add_member(row.id, email, Role::Member, intake, now_us)
            .await?;
        rows.push(member_row(account.id, email, name, Role::Member));
    }
    let mut tx = workspace.write().await?;
    for row in &rows {
        members::put(&mut tx, row).await?;
        let settings = MemberSettings {
            zone: Some(ZONE.to_owned()),
            ..MemberSettings::default()
        };
        members::put_settings(&mut tx, row.id, &settings).await?;
    }
    tx.commit().await?;
    Ok(workspace)
}

fn member_row(id: i64, email: &str, name: &str, role: Role) -> MemberRow {
    MemberRow {
        id,
        email: email.to_owned(),
        name: Some(name.to_owned()),
        role: role.word().to_owned(),
    }
}
