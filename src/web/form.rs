//! A form that was filled in at a page of ours: its fields, read only where its token fits the browser's cookie. The token says for
//! which workspace the form was drawn: it changes no other, whichever one is looked at by then.

use super::Page;
use super::cookie::{self, Name};
use super::message::Refusal;
use crate::domain::instance_key::Keyed;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{StatusCode, header};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// The field that carries the token.
pub const TOKEN: &str = "form";
/// A form comes within this time, or is given up.
const READ_MAX: Duration = Duration::from_secs(15);
/// No form of ours has more fields.
const FIELDS_MAX: usize = 200;

/// The fields of a form.
#[derive(Clone, Debug)]
pub struct Fields {
    said: Vec<(String, String)>,
    drawn: Drawn,
}

/// For which workspace a form was drawn; none where nobody was signed in, or belonged to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn(pub Option<i64>);

impl Drawn {
    /// What a form proves itself by: for one cookie, and one workspace.
    pub fn token(self, page: &Page, cookie: &str) -> String {
        let key = page.store.registry.key();
        match self.0 {
            Some(id) => format!("{id}.{}", key.keyed(Keyed::Form, &format!("{cookie} {id}"))),
            None => key.keyed(Keyed::Form, cookie),
        }
    }

    /// Of what a form said; a refusal where that fits none of the cookies.
    pub fn of(page: &Page, cookies: &[&str], said: &str) -> Result<Drawn, Refusal> {
        let drawn = match said.split_once('.') {
            Some((id, _)) => Drawn(Some(id.parse().map_err(|_| Refusal::Stale)?)),
            None => Drawn(None),
        };
        let fits = |cookie: &&str| {
            let token = drawn.token(page, cookie);
            bool::from(token.as_bytes().ct_eq(said.as_bytes()))
        };
        match cookies.iter().any(fits) {
            true => Ok(drawn),
            false => Err(Refusal::Stale),
        }
    }
}

/// A text with one space wherever white space stood.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Fields {
    /// What stands in a field, without the space around it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        let found = self.said.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// The same as one line: what stands in a field writes no command of its own.
    pub fn line(&self, name: &str) -> String {
        one_line(self.get(name))
    }

    /// Whether the form has a field.
    pub fn has(&self, name: &str) -> bool {
        self.said.iter().any(|(field, _)| field == name)
    }

    /// A number of ours.
    pub fn id(&self, name: &str) -> Result<i64, Refusal> {
        let number = self.get(name).parse();
        number.map_err(|_| {
            Refusal::Invalid(
                "The form was not whole. Open the page anew, and try again.".to_owned(),
            )
        })
    }
}

impl FromRequest<Page> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, page: &Page) -> Result<Fields, Refusal> {
        let headers = request.headers();
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok());
        let kind = kind
            .and_then(|kind| kind.split(';').next())
            .unwrap_or_default();
        if kind.trim() != "application/x-www-form-urlencoded" {
            return Err(Refusal::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let session = cookie::read(page, headers, Name::Session);
        let browser = cookie::read(page, headers, Name::Browser);
        let read = tokio::time::timeout(READ_MAX, Bytes::from_request(request, &()));
        let body = match read.await {
            Ok(Ok(body)) => body,
            Ok(Err(refused)) => return Err(Refusal::Status(refused.status())),
            Err(_) => return Err(Refusal::Status(StatusCode::REQUEST_TIMEOUT)),
        };
        let said = url::form_urlencoded::parse(&body)
            .take(FIELDS_MAX)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let mut fields = Fields {
            said,
            drawn: Drawn(None),
        };
        let cookies: Vec<&str> = [&session, &browser]
            .into_iter()
            .filter_map(Option::as_deref)
            .collect();
        fields.drawn = Drawn::of(page, &cookies, fields.get(TOKEN))?;
        Ok(fields)
    }
}

/// Who filled in a form, and its fields. Who that is and what they may is looked up behind the form, which takes its time: a role may
/// have changed meanwhile, and a session ended.
#[derive(Clone, Debug)]
pub struct Filled<W>(pub W, pub Fields);

impl<W: FromRequestParts<Page, Rejection = Refusal>> FromRequest<Page> for Filled<W> {
    type Rejection = Refusal;

    async fn from_request(request: Request, page: &Page) -> Result<Filled<W>, Refusal> {
        let (mut parts, body) = request.into_parts();
        let form = Request::from_parts(parts.clone(), body);
        let fields = Fields::from_request(form, page).await?;
        parts.extensions.insert(fields.drawn);
        let who = W::from_request_parts(&mut parts, page).await?;
        Ok(Filled(who, fields))
    }
}
