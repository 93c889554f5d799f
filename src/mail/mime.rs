//! MIME: headers, parts, charsets, names. Bytes → [`Parts`], which the other files of this folder read on.

use super::message::Message;

/// A message on its way to being understood.
pub struct Parts<'a> {
    /// What is known so far.
    pub message: Message,
    /// The text that people read.
    pub body: Body,
    /// The parsed tree, for reports and invitations; absent for bare bodies.
    pub tree: Option<mail_parser::Message<'a>>,
}

/// The text of a message in the forms in which it came.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// All text/plain inline parts in order, LF line ends.
    pub plain: Option<String>,
    /// The HTML part, as written.
    pub html: Option<String>,
    /// Whole attached letters (`message/rfc822`), in order.
    pub letters: Vec<Letter>,
}

/// A `message/rfc822` part that was read.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The letter as `read` understood it.
    pub message: Box<Message>,
}

impl Parts<'static> {
    /// A bare text with its subject.
    pub fn from_text(text: &str, subject: Option<&str>) -> Parts<'static> {
        let body = Body {
            plain: Some(text.replace("\r\n", "\n")),
            ..Body::default()
        };
        Parts {
            message: Message {
                subject: subject.map(str::to_owned),
                ..Message::default()
            },
            body,
            tree: None,
        }
    }

    /// A bare HTML body with its subject.
    pub fn from_html(html: &str, subject: Option<&str>) -> Parts<'static> {
        let body = Body {
            html: Some(html.to_owned()),
            ..Body::default()
        };
        Parts {
            message: Message {
                subject: subject.map(str::to_owned),
                ..Message::default()
            },
            body,
            tree: None,
        }
    }
}

impl Body {
    /// The whole text for people and for the index: the plain text, else the HTML as text.
    pub fn whole_text(&self) -> String {
        match (&self.plain, &self.html) {
            (Some(text), _) => text.clone(),
            (None, Some(html)) => super::html::to_text(html),
            (None, None) => String::new(),
        }
    }
}

/// Reads the MIME structure.
pub fn read(raw: &[u8]) -> Parts<'_> {
    let tree = mail_parser::MessageParser::default().parse(raw);
    let mut message = Message {
        answerable: true,
        ..Message::default()
    };
    let mut body = Body::default();
    if let Some(tree) = &tree {
        message.subject = tree.subject().map(str::to_owned);
        body.plain = tree.body_text(0).map(|t| t.replace("\r\n", "\n"));
    }
    Parts {
        message,
        body,
        tree,
    }
}
