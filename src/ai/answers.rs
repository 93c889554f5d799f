//! What a provider answers is hostile input, as is everything that a workspace names: so much of it is read, and no more.

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use async_openai::middleware::retry::OpenAIRetryLayer;
use reqwest::Response;
use tower::{Layer, Service, service_fn};

/// Bytes of an answer: a voice note's text is far smaller.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// Letters that are kept of why a provider refused.
const REFUSAL_CHARS_MAX: usize = 200;

/// Asks over a client, reads the answer within its bound, and asks again as async-openai does by itself.
pub(super) fn bounded(
    http: reqwest::Client,
) -> impl Service<HttpRequestFactory, Response = Response, Error = OpenAIError, Future: Send + 'static>
+ Clone
+ Send
+ Sync
+ 'static {
    OpenAIRetryLayer::default().layer(service_fn(move |request: HttpRequestFactory| {
        let http = http.clone();
        async move { read(http.execute(request.build().await?).await?).await }
    }))
}

/// The answer with all of its body.
async fn read(mut response: Response) -> Result<Response, OpenAIError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > ANSWER_BYTES_MAX {
            return Err(OpenAIError::Boxed("the answer is over 1 MiB".into()));
        }
        body.extend_from_slice(&piece);
    }
    let mut answer = http::Response::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer.into())
}

/// Why it did not answer; of what a provider said itself, the beginning.
pub(super) fn refusal(error: OpenAIError) -> Box<dyn std::error::Error + Send + Sync> {
    match error {
        OpenAIError::ApiError(_) | OpenAIError::JSONDeserialize(..) => {
            let words = error.to_string();
            let words = words.chars().filter(|c| !c.is_control());
            words.take(REFUSAL_CHARS_MAX).collect::<String>().into()
        }
        error => Box::new(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_a_provider_says_the_beginning_is_kept() {
        let error = serde_json::from_str::<u8>("none").unwrap_err();
        let said = "x\u{1b}".repeat(10_000);
        let words = refusal(OpenAIError::JSONDeserialize(error, said)).to_string();
        assert_eq!(words.chars().count(), REFUSAL_CHARS_MAX);
        assert!(!words.contains('\u{1b}'), "{words}");
    }
}
