//! Speech to text, with the operator's key or the workspace's own, at any server that speaks OpenAI's API. Gives text and nothing else: it never
//! writes, never sends, and what it heard is only ever proposed.

mod answers;
mod workspace;

pub use workspace::{Ais, Choice, seal_purpose};

use crate::domain::network::Reach;
use crate::domain::{Error, Result};
use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::types::audio::{AudioInput, CreateTranscriptionRequestArgs};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// What hears, where no other model is named.
pub const SPEECH_MODEL: &str = "whisper-1";
/// Longer than this nobody waits for an answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Letters that are kept of what was heard.
const HEARD_CHARS_MAX: usize = 20_000;
/// The page, which answers within 30 seconds, waits so long to see whether a provider hears.
const TRY_MAX: Duration = Duration::from_secs(20);

/// Where the provider is, and how it is spoken to.
#[derive(Clone)]
pub struct Provider {
    /// The API, without a slash at its end: `https://api.openai.com/v1`; OpenAI's own where absent.
    pub base_url: Option<String>,
    /// The key; a server of one's own may need none.
    pub key: Option<String>,
    /// The model that hears.
    pub speech_model: String,
}

/// What a provider answers, as far as it matters here.
#[derive(Deserialize)]
struct Heard {
    text: String,
}

/// A client of a provider. Cheap to clone.
#[derive(Clone)]
pub struct Ai {
    client: Client<OpenAIConfig>,
    speech_model: Arc<str>,
}

impl Ai {
    /// A client of the operator's provider; `Kind::Invalid` where none can be made of the settings.
    pub fn new(provider: &Provider) -> Result<Ai> {
        Ai::within(provider, Reach::Anywhere)
    }

    /// A client that leads no farther than it may.
    fn within(provider: &Provider, reach: Reach) -> Result<Ai> {
        let roots =
            rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::invalid("TLS cannot be set up for the AI provider").because(e))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE);
        if reach == Reach::Public {
            // A proxy would look names up for us, beside what is checked.
            http = http
                .dns_resolver(Arc::new(workspace::PublicNames))
                .no_proxy();
        }
        let http = http.build().map_err(|e| {
            Error::invalid("the address of the AI provider cannot be used").because(e)
        })?;
        // The key is ours to give: nothing is taken from the environment of other programs.
        let mut config = OpenAIConfig::new().with_api_key(provider.key.clone().unwrap_or_default());
        if let Some(url) = &provider.base_url {
            config = config.with_api_base(url);
        }
        Ok(Ai {
            client: Client::build(http.clone(), config).with_http_service(answers::bounded(http)),
            speech_model: provider.speech_model.as_str().into(),
        })
    }

    /// What is said in a recording, at most 20,000 letters. `Kind::Unavailable` where the provider does not say.
    pub async fn transcribe(&self, name: &str, recording: Vec<u8>) -> Result<String> {
        let failed = || Error::unavailable("the AI provider did not transcribe");
        let request = CreateTranscriptionRequestArgs::default()
            .file(AudioInput::from_vec_u8(name.to_owned(), recording))
            .model(&*self.speech_model)
            .build()
            .map_err(|e| failed().because(e))?;
        let audio = self.client.audio();
        let transcription = audio.transcription();
        // Servers of other makes say no more than the text.
        let answer = transcription.create_byot::<_, Heard>(request);
        let heard = tokio::time::timeout(PATIENCE, answer)
            .await
            .map_err(|e| failed().because(e))?
            .map_err(|e| failed().because(answers::refusal(e)))?;
        let text = heard.text.trim().chars().filter(|c| *c != '\0');
        Ok(text.take(HEARD_CHARS_MAX).collect())
    }

    /// Whether the provider hears, by a fifth of a second in which nothing is said; else its words why not.
    pub async fn tries(&self) -> std::result::Result<(), String> {
        let hearing = self.transcribe("silence.wav", silence());
        match tokio::time::timeout(TRY_MAX, hearing).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                let cause = error.cause.as_ref().map(ToString::to_string);
                Err(cause.unwrap_or(error.message))
            }
            Err(_) => Err("it did not answer within 20 seconds".to_owned()),
        }
    }
}

/// A recording of nothing: PCM of 16 bits, 8,000 a second, in a RIFF frame (Microsoft and IBM, Multimedia Programming Interface
/// and Data Specifications 1.0).
fn silence() -> Vec<u8> {
    const SAMPLES: u32 = 1_600;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + 2 * SAMPLES).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    for number in [16, 0x0001_0001, 8_000, 16_000, 0x0010_0002] {
        wav.extend(u32::to_le_bytes(number));
    }
    wav.extend(b"data");
    wav.extend((2 * SAMPLES).to_le_bytes());
    wav.resize(44 + 2 * SAMPLES as usize, 0);
    wav
}
