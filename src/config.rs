//! Configuration: a TOML file, overridden by the environment. Read once, at the start; plain data after that.

use crate::ai::SPEECH_MODEL;
use crate::delivery::{Outbound, Private};
use crate::domain::backups::Backups;
use crate::domain::sign_up::SignUp;
use crate::domain::{Error, Result};
use crate::mail::trust::Network;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The file that is read where none is named and one is there.
pub const DEFAULT_FILE: &str = "rapport.toml";

/// Where the page is served where nothing is said.
pub const HTTP_LISTEN: &str = "127.0.0.1:8080";

/// Everything that an operator can set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Folder for databases, keys and certificates.
    pub data: PathBuf,
    /// `postgres://…`; absent means SQLite in the folder.
    pub database_url: Option<String>,
    /// The domain behind every address of ours.
    pub mail_domain: String,
    /// What we call ourselves in SMTP; the mail domain where not set.
    pub host_name: String,
    /// Where other mail servers hand mail in.
    pub smtp_listen: SocketAddr,
    /// Where members' mail programs hand mail in, signed in.
    pub submission_listen: Option<SocketAddr>,
    /// Where the page is served; absent: [`HTTP_LISTEN`], where that is free.
    pub http_listen: Option<SocketAddr>,
    /// How the page is reached from outside.
    pub base_url: Option<String>,
    /// Where outgoing mail goes: `smtp://…`, `smtps://…` or `file:DIR`; where it is not set nothing is sent, and mail waits.
    pub outbound: Option<String>,
    /// That relays of workspaces may be at private addresses and any port: `allowed`, or `allowed?ca=FILE`. Not set: they may not.
    pub private_networks: Option<String>,
    /// Networks of relays in front of us, whose Authentication-Results are believed.
    pub trusted_relays: Vec<String>,
    /// Networks of web servers in front of the page, whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<String>,
    /// The authserv-id that those relays write.
    pub authserv_id: Option<String>,
    /// The token of the members' bot; without it there is no chat with members.
    pub telegram_token: Option<String>,
    /// The Bot API server, without a slash at its end; Telegram's own where not set.
    pub telegram_api_url: Option<String>,
    /// The API of the AI provider, without a slash at its end; OpenAI's own where only the key is set.
    pub ai_base_url: Option<String>,
    /// The key for it. Where neither is set there is no AI.
    pub ai_api_key: Option<String>,
    /// The model that hears voice notes.
    pub ai_speech_model: String,
    /// A database of places, for the list of sessions: `GeoLite2-City.mmdb`.
    pub places: Option<PathBuf>,
    /// A zone file that answers instead of the network.
    pub dns_zone: Option<PathBuf>,
    /// Certificate chain for TLS, PEM; self-signed ones are made where absent.
    pub tls_certificate: Option<PathBuf>,
    /// Private key for TLS, PEM.
    pub tls_key: Option<PathBuf>,
    /// The instance key; made on first start.
    pub key_file: PathBuf,
    /// What is logged: `info`, `debug`, or directives such as `rapport=debug,sqlx=warn`.
    pub log: String,
    /// Largest message that is taken, in bytes.
    pub message_bytes_max: usize,
    /// How many workspaces are filed at the same time.
    pub ingest_lanes: usize,
    /// Who may make a workspace at the page.
    pub sign_up: SignUp,
    /// For how long backups are kept: it is told whoever deletes something.
    pub backups: Backups,
}

/// The file and the environment alike: every field may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    data: Option<PathBuf>,
    database_url: Option<String>,
    mail_domain: Option<String>,
    host_name: Option<String>,
    smtp_listen: Option<String>,
    submission_listen: Option<String>,
    http_listen: Option<String>,
    base_url: Option<String>,
    outbound: Option<String>,
    private_networks: Option<String>,
    trusted_relays: Option<Words>,
    trusted_proxies: Option<Words>,
    authserv_id: Option<String>,
    telegram_token: Option<String>,
    telegram_api_url: Option<String>,
    ai_base_url: Option<String>,
    ai_api_key: Option<String>,
    ai_speech_model: Option<String>,
    places: Option<PathBuf>,
    dns_zone: Option<PathBuf>,
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    key_file: Option<PathBuf>,
    log: Option<String>,
    message_bytes_max: Option<usize>,
    ingest_lanes: Option<usize>,
    sign_up: Option<String>,
    backup_days: Option<u32>,
}

/// A list, or words parted by commas.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Words {
    List(Vec<String>),
    Line(String),
}

/// Writes a value of the environment into its setting.
type Apply = fn(&mut Settings, String) -> Result<()>;

/// The names in the environment, each with the setting that it overrides.
const ENVIRONMENT: [(&str, Apply); 28] = [
    ("RAPPORT_DATA", |s, v| set(&mut s.data, v.into())),
    ("RAPPORT_DATABASE_URL", |s, v| set(&mut s.database_url, v)),
    ("RAPPORT_MAIL_DOMAIN", |s, v| set(&mut s.mail_domain, v)),
    ("RAPPORT_HOST_NAME", |s, v| set(&mut s.host_name, v)),
    ("RAPPORT_SMTP_LISTEN", |s, v| set(&mut s.smtp_listen, v)),
    ("RAPPORT_SUBMISSION_LISTEN", |s, v| {
        set(&mut s.submission_listen, v)
    }),
    ("RAPPORT_HTTP_LISTEN", |s, v| set(&mut s.http_listen, v)),
    ("RAPPORT_BASE_URL", |s, v| set(&mut s.base_url, v)),
    ("RAPPORT_OUTBOUND", |s, v| set(&mut s.outbound, v)),
    ("RAPPORT_PRIVATE_NETWORKS", |s, v| {
        set(&mut s.private_networks, v)
    }),
    ("RAPPORT_TRUSTED_RELAYS", |s, v| {
        set(&mut s.trusted_relays, Words::Line(v))
    }),
    ("RAPPORT_TRUSTED_PROXIES", |s, v| {
        set(&mut s.trusted_proxies, Words::Line(v))
    }),
    ("RAPPORT_AUTHSERV_ID", |s, v| set(&mut s.authserv_id, v)),
    ("RAPPORT_TELEGRAM_TOKEN", |s, v| {
        set(&mut s.telegram_token, v)
    }),
    ("RAPPORT_TELEGRAM_API_URL", |s, v| {
        set(&mut s.telegram_api_url, v)
    }),
    ("RAPPORT_AI_BASE_URL", |s, v| set(&mut s.ai_base_url, v)),
    ("RAPPORT_AI_API_KEY", |s, v| set(&mut s.ai_api_key, v)),
    ("RAPPORT_AI_SPEECH_MODEL", |s, v| {
        set(&mut s.ai_speech_model, v)
    }),
    ("RAPPORT_PLACES", |s, v| set(&mut s.places, v.into())),
    ("RAPPORT_DNS_ZONE", |s, v| set(&mut s.dns_zone, v.into())),
    ("RAPPORT_TLS_CERTIFICATE", |s, v| {
        set(&mut s.tls_certificate, v.into())
    }),
    ("RAPPORT_TLS_KEY", |s, v| set(&mut s.tls_key, v.into())),
    ("RAPPORT_KEY_FILE", |s, v| set(&mut s.key_file, v.into())),
    ("RAPPORT_LOG", |s, v| set(&mut s.log, v)),
    ("RAPPORT_MESSAGE_BYTES_MAX", |s, v| {
        set(
            &mut s.message_bytes_max,
            number("RAPPORT_MESSAGE_BYTES_MAX", &v)?,
        )
    }),
    ("RAPPORT_INGEST_LANES", |s, v| {
        set(&mut s.ingest_lanes, number("RAPPORT_INGEST_LANES", &v)?)
    }),
    ("RAPPORT_SIGN_UP", |s, v| set(&mut s.sign_up, v)),
    ("RAPPORT_BACKUP_DAYS", |s, v| {
        set(&mut s.backup_days, number("RAPPORT_BACKUP_DAYS", &v)?)
    }),
];

impl Config {
    /// Reads the named file, or `rapport.toml` where there is one, and the environment over it.
    pub fn read(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Config> {
        let settings = match file {
            Some(file) => read_file(file)?,
            None if Path::new(DEFAULT_FILE).exists() => read_file(Path::new(DEFAULT_FILE))?,
            None => Settings::default(),
        };
        Config::of(settings, environment)
    }

    /// Reads the environment alone.
    pub fn from_environment(environment: impl Fn(&str) -> Option<String>) -> Result<Config> {
        Config::of(Settings::default(), environment)
    }

    fn of(mut settings: Settings, environment: impl Fn(&str) -> Option<String>) -> Result<Config> {
        for (name, apply) in ENVIRONMENT {
            if let Some(value) = environment(name).filter(|v| !v.is_empty()) {
                apply(&mut settings, value)?;
            }
        }
        Config::from_settings(settings)
    }

    fn from_settings(settings: Settings) -> Result<Config> {
        let data = settings.data.unwrap_or_else(|| "rapport-data".into());
        let mail_domain = settings
            .mail_domain
            .unwrap_or_else(|| "localhost".to_owned())
            .to_lowercase();
        let config = Config {
            host_name: settings.host_name.unwrap_or_else(|| mail_domain.clone()),
            smtp_listen: socket(
                "smtp_listen",
                settings.smtp_listen.as_deref().unwrap_or("127.0.0.1:2525"),
            )?,
            submission_listen: settings
                .submission_listen
                .as_deref()
                .map(|text| socket("submission_listen", text))
                .transpose()?,
            http_listen: settings
                .http_listen
                .as_deref()
                .map(|text| socket("http_listen", text))
                .transpose()?,
            key_file: settings
                .key_file
                .unwrap_or_else(|| data.join("instance.key")),
            log: settings.log.unwrap_or_else(|| "info,sqlx=warn".to_owned()),
            message_bytes_max: settings.message_bytes_max.unwrap_or(36 * 1024 * 1024),
            ingest_lanes: settings.ingest_lanes.unwrap_or(2).clamp(1, 64),
            sign_up: sign_up(settings.sign_up.as_deref())?,
            backups: Backups::of(settings.backup_days),
            trusted_relays: words(settings.trusted_relays),
            trusted_proxies: words(settings.trusted_proxies),
            database_url: settings.database_url,
            base_url: settings
                .base_url
                .map(|url| url.trim_end_matches('/').to_lowercase()),
            outbound: settings.outbound,
            private_networks: settings.private_networks,
            authserv_id: settings.authserv_id,
            telegram_token: settings.telegram_token,
            telegram_api_url: settings
                .telegram_api_url
                .map(|url| url.trim_end_matches('/').to_owned()),
            ai_base_url: settings
                .ai_base_url
                .map(|url| url.trim_end_matches('/').to_owned()),
            ai_api_key: settings.ai_api_key,
            ai_speech_model: settings
                .ai_speech_model
                .unwrap_or_else(|| SPEECH_MODEL.to_owned()),
            places: settings.places,
            dns_zone: settings.dns_zone,
            tls_certificate: settings.tls_certificate,
            tls_key: settings.tls_key,
            mail_domain,
            data,
        };
        config.check()?;
        Ok(config)
    }

    /// What can be seen to be wrong without touching the world.
    fn check(&self) -> Result<()> {
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            return Err(Error::invalid(
                "only one of tls_certificate and tls_key is set; set both, or neither for a self-signed certificate",
            ));
        }
        if !self.trusted_relays.is_empty() && self.authserv_id.is_none() {
            return Err(Error::invalid(
                "trusted_relays is set without authserv_id; name the authserv-id that those relays write",
            ));
        }
        networks(&self.trusted_relays)?;
        networks(&self.trusted_proxies)?;
        if self.message_bytes_max < 64 * 1024 {
            return Err(Error::invalid(
                "message_bytes_max is under 65536 bytes; real mail would not fit",
            ));
        }
        if let Some(outbound) = &self.outbound {
            Outbound::parse(outbound)?;
        }
        if let Some(private) = &self.private_networks {
            Private::parse(private)?;
        }
        if let Some(url) = &self.base_url {
            let is_web = url.starts_with("https://") || url.starts_with("http://");
            if !is_web || url.matches('/').count() != 2 {
                return Err(Error::invalid(
                    "base_url is no origin; write https:// and a host, without a path, such as https://crm.example",
                ));
            }
        }
        let postgres =
            |url: &String| url.starts_with("postgres://") || url.starts_with("postgresql://");
        if self.database_url.as_ref().is_some_and(|url| !postgres(url)) {
            return Err(Error::invalid(
                "database_url does not begin with postgres://; leave it out for SQLite in the data folder",
            ));
        }
        Ok(())
    }
}

fn set<T>(place: &mut Option<T>, value: T) -> Result<()> {
    *place = Some(value);
    Ok(())
}

fn number<N: std::str::FromStr>(name: &str, text: &str) -> Result<N> {
    text.parse()
        .map_err(|_| Error::invalid(format!("{name} is \"{text}\", which is no whole number")))
}

fn sign_up(word: Option<&str>) -> Result<SignUp> {
    let chosen = word.map_or(Some(SignUp::default()), SignUp::of);
    chosen.ok_or_else(|| {
        Error::invalid(format!(
            "sign_up is \"{}\"; write closed, members or open",
            word.unwrap_or_default()
        ))
    })
}

fn socket(name: &str, text: &str) -> Result<SocketAddr> {
    text.parse().map_err(|_| {
        Error::invalid(format!(
            "{name} is \"{text}\"; write an address and a port, such as 0.0.0.0:25 or [::]:25"
        ))
    })
}

fn words(words: Option<Words>) -> Vec<String> {
    match words {
        None => Vec::new(),
        Some(Words::List(list)) => list,
        Some(Words::Line(line)) => line
            .split([',', ' '])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}

/// Networks as an operator writes them; `Kind::Invalid` where one is none.
pub fn networks(texts: &[String]) -> Result<Vec<Network>> {
    texts.iter().map(|text| text.parse()).collect()
}

fn read_file(file: &Path) -> Result<Settings> {
    let text = std::fs::read_to_string(file).map_err(|e| {
        Error::invalid(format!("cannot read the configuration {}", file.display())).because(e)
    })?;
    toml::from_str(&text).map_err(|e| {
        Error::invalid(format!(
            "the configuration {} is not right: {}",
            file.display(),
            e.message()
        ))
        .because(e)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<Config> {
        Config::from_environment(|name| {
            pairs
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn without_anything_the_defaults_hold() {
        let config = of(&[]).unwrap();
        assert_eq!(config.data, PathBuf::from("rapport-data"));
        assert_eq!(config.smtp_listen.port(), 2525);
        assert_eq!(config.http_listen, None);
        assert_eq!(config.sign_up, SignUp::Closed);
        assert_eq!(config.submission_listen, None);
        assert_eq!(config.key_file, PathBuf::from("rapport-data/instance.key"));
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rapport.toml");
        std::fs::write(&file, "mail_domain = \"file.example\"\nsmtp_listen = \"127.0.0.1:25\"\ntrusted_relays = [\"192.0.2.0/24\"]\nauthserv_id = \"mx.file.example\"\n").unwrap();
        let config = Config::read(Some(&file), |name| {
            (name == "RAPPORT_MAIL_DOMAIN").then(|| "Env.example".to_owned())
        })
        .unwrap();
        assert_eq!(config.mail_domain, "env.example");
        assert_eq!(config.smtp_listen.port(), 25);
        assert_eq!(config.trusted_relays, ["192.0.2.0/24"]);
    }

    #[test]
    fn what_is_wrong_is_named_with_what_to_do() {
        for (pairs, expected) in [
            (
                vec![("RAPPORT_SMTP_LISTEN", "2525")],
                "write an address and a port",
            ),
            (
                vec![("RAPPORT_DATABASE_URL", "mysql://x")],
                "leave it out for SQLite",
            ),
            (vec![("RAPPORT_TLS_KEY", "k.pem")], "set both"),
            (
                vec![("RAPPORT_TRUSTED_RELAYS", "192.0.2.1")],
                "name the authserv-id",
            ),
            (vec![("RAPPORT_INGEST_LANES", "many")], "no whole number"),
            (vec![("RAPPORT_BACKUP_DAYS", "-1")], "no whole number"),
            (
                vec![("RAPPORT_TRUSTED_PROXIES", "10.0.0.0/8, proxy.example")],
                "\"proxy.example\" is no IP network",
            ),
            (vec![("RAPPORT_BASE_URL", "crm.example")], "write https://"),
            (
                vec![("RAPPORT_BASE_URL", "https://crm.example/x")],
                "without a path",
            ),
            (vec![("RAPPORT_OUTBOUND", "mail.example")], "write smtp://"),
            (
                vec![("RAPPORT_PRIVATE_NETWORKS", "yes")],
                "neither allowed nor",
            ),
            (
                vec![("RAPPORT_SIGN_UP", "yes")],
                "write closed, members or open",
            ),
        ] {
            let error = of(&pairs).unwrap_err();
            assert!(error.message.contains(expected), "{pairs:?}: {error}");
        }
    }

    #[test]
    fn an_unknown_setting_in_the_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rapport.toml");
        std::fs::write(&file, "mail_domian = \"x.example\"\n").unwrap();
        let error = Config::read(Some(&file), |_| None).unwrap_err();
        assert!(error.message.contains("mail_domian"), "{error}");
    }
}
