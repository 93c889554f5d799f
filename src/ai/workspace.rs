//! Which provider a workspace has: its own, else the operator's. What a workspace names is hostile input: its host must be public,
//! and what is connected to is the very address that was looked at.

use super::{Ai, Provider, SPEECH_MODEL};
use crate::domain::network::Reach;
use crate::domain::{Error, InstanceKey, Kind, Result};
use crate::store::Store;
use crate::store::workspace::ai_providers::{self, AiProviderRow};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;

/// Letters of the address of an API.
const URL_CHARS_MAX: usize = 200;
/// Letters of a key, and of the name of a model.
const WORD_CHARS_MAX: usize = 300;

/// The providers of an instance. Cheap to clone.
#[derive(Clone, Default)]
pub struct Ais {
    /// The operator's; absent where none is set.
    pub instance: Option<Ai>,
    /// How far those of workspaces may lead.
    pub reach: Reach,
}

/// What somebody set, checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Choice {
    /// The API, without a slash at its end.
    pub base_url: String,
    /// The key; absent where it wants none, or where the one of before stays.
    pub key: Option<String>,
    /// The model that hears.
    pub speech_model: String,
}

impl Ais {
    /// Who hears for a workspace; nobody where neither it nor the operator has a provider.
    pub async fn of_workspace(&self, store: &Store, id: i64) -> Result<Option<Ai>> {
        let workspace = store.workspaces.get(id).await?;
        let row = ai_providers::get(&mut workspace.read().await?).await?;
        match row {
            Some(row) => self.open(store.registry.key(), id, &row).map(Some),
            None => Ok(self.instance.clone()),
        }
    }

    /// The client that a workspace's row means.
    pub fn open(&self, key: &InstanceKey, id: i64, row: &AiProviderRow) -> Result<Ai> {
        // What was allowed when it was set may be no longer.
        let no_url = |e| Error::invalid("the address of an AI provider is none").because(e);
        check_host(self.reach, &url::Url::parse(&row.base_url).map_err(no_url)?)?;
        let sealed = row.sealed.as_deref();
        let opened = sealed.map(|sealed| key.open(&seal_purpose(id), sealed));
        let no_text = |_| Error::new(Kind::Corrupt, "the key of an AI provider is no text");
        let key = opened.transpose()?.map(String::from_utf8).transpose();
        let provider = Provider {
            base_url: Some(row.base_url.clone()),
            key: key.map_err(no_text)?,
            speech_model: row.speech_model.clone(),
        };
        Ai::within(&provider, self.reach)
    }
}

impl Choice {
    /// Checks what somebody typed; an error says what is wrong with it.
    pub fn read(reach: Reach, base_url: &str, key: &str, model: &str) -> Result<Choice> {
        let base_url = base_url.trim().trim_end_matches('/');
        let url = url::Url::parse(base_url).ok();
        let is_http = |url: &url::Url| {
            url.scheme() == "https" || url.scheme() == "http" && reach == Reach::Anywhere
        };
        let is_plain = |url: &url::Url| {
            url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        };
        let url =
            url.filter(|url| is_http(url) && is_plain(url) && base_url.len() <= URL_CHARS_MAX);
        let Some(url) = url else {
            return Err(Error::invalid(
                "The address of the API begins with https:// and has no name, password or ? in it: https://api.openai.com/v1.",
            ));
        };
        check_host(reach, &url)?;
        let (key, model) = (key.trim(), model.trim());
        let is_word =
            |text: &str| text.len() <= WORD_CHARS_MAX && text.bytes().all(|b| b.is_ascii_graphic());
        if !is_word(key) || !is_word(model) {
            return Err(Error::invalid(
                "A key and a model are one word each, without spaces.",
            ));
        }
        Ok(Choice {
            base_url: base_url.to_owned(),
            key: (!key.is_empty()).then(|| key.to_owned()),
            speech_model: match model {
                "" => SPEECH_MODEL.to_owned(),
                model => model.to_owned(),
            },
        })
    }
}

/// Refuses a host that is written as an address and may not be led to; a name is looked at when it is looked up.
fn check_host(reach: Reach, url: &url::Url) -> Result<()> {
    let address = match url.host() {
        Some(url::Host::Ipv4(four)) => Some(four.into()),
        Some(url::Host::Ipv6(six)) => Some(six.into()),
        Some(url::Host::Domain(_)) | None => None,
    };
    match address.is_none_or(|address| reach.takes(address)) {
        true => Ok(()),
        false => Err(Error::invalid(
            "The API has to be at a public address; the operator can allow private ones.",
        )),
    }
}

/// For what the key of a workspace's provider is sealed.
pub fn seal_purpose(workspace_id: i64) -> String {
    format!("ai {workspace_id}")
}

/// Looks names up, and gives public addresses alone.
pub(super) struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found
                .filter(|address| Reach::Public.takes(address.ip()))
                .collect();
            match public.is_empty() {
                true => Err("the name leads to no public address".into()),
                false => Ok(Box::new(public.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_api_by_tls_at_a_public_place_is_taken() {
        let read = |url: &str| Choice::read(Reach::Public, url, " sk-example ", "");
        let choice = read("https://api.ai.example/v1/").unwrap();
        assert_eq!(choice.base_url, "https://api.ai.example/v1");
        assert_eq!(choice.key.as_deref(), Some("sk-example"));
        assert_eq!(choice.speech_model, SPEECH_MODEL);
        for url in [
            "",
            "api.ai.example",
            "http://api.ai.example/v1",
            "file:///etc/passwd",
            "https://mia:secret@api.ai.example",
            "https://api.ai.example/v1?key=secret",
            "https://127.0.0.1/v1",
            "https://2130706433/v1",
            "https://0x7f.1/v1",
            "https://[::1]/v1",
            "https://[::ffff:10.0.0.1]/v1",
            "https://169.254.169.254/latest",
        ] {
            assert!(read(url).is_err(), "{url}");
        }
        assert!(Choice::read(Reach::Anywhere, "http://127.0.0.1:8000/v1", "", "m").is_ok());
        assert!(Choice::read(Reach::Public, "https://a.example", "two words", "").is_err());
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_leads_nowhere() {
        let name: Name = "localhost".parse().unwrap();
        let found = PublicNames.resolve(name).await;
        assert!(found.is_err());
    }
}
