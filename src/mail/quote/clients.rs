//! The ids and classes that clients put on quotes, attributions and signatures. Data, and how to ask it.

use super::lines::Mark;
use super::markup::Attributes;

/// An id or class without what web mailers put before those of mail that they quote.
pub(super) fn stripped(id: &str) -> &str {
    let mut id = id;
    for _ in 0..4 {
        id = ["x_", "ecx", "m_", "3d", "\""]
            .iter()
            .find_map(|prefix| id.strip_prefix(prefix))
            .unwrap_or(id);
    }
    id
}

/// Elements that hold the attribution and the quote together.
pub(super) fn is_container(name: &str, attributes: &Attributes) -> bool {
    name == "div"
        && classes(attributes).any(|class| {
            matches!(
                class,
                "gmail_quote" | "gmail_quote_container" | "zmail_extra" | "moz-forward-container"
            )
        })
        && attributes.name != "quoted-content"
}

fn classes(attributes: &Attributes) -> impl Iterator<Item = &str> {
    attributes.class.split_whitespace().map(stripped)
}

/// What an element says of the lines in it.
pub(super) fn mark_of(name: &str, attributes: &Attributes) -> Mark {
    let id = stripped(&attributes.id);
    if is_tail_id(id) || attributes.marker == "__headers__" {
        return Mark::Tail;
    }
    if name == "blockquote" {
        return blockquote(attributes);
    }
    if classes(attributes).any(is_tail_id) {
        return Mark::Tail;
    }
    if is_quote_id(id)
        || classes(attributes).any(is_quote_class)
        || name == "includetail"
        || name == "tutanota-quote"
        || matches!(attributes.name.as_str(), "quote" | "messagereplysection")
        || attributes.marker == "__quoted_text__"
    {
        return Mark::Quote;
    }
    if classes(attributes).any(is_attribution_class)
        || matches!(id, "reply-intro" | "mail_ru_quote_header")
    {
        return Mark::Attribution;
    }
    let signature_marker = attributes.marker.starts_with("__sig_");
    if is_signature_id(id)
        || classes(attributes).any(is_signature_class)
        || attributes.signature_block
        || signature_marker
        || attributes.name == "messagesignaturesection"
    {
        return Mark::Signature;
    }
    Mark::None
}

/// Below these stands the quoted letter, to the end of the mail.
fn is_tail_id(id: &str) -> bool {
    matches!(
        id,
        "divrplyfwdmsg"
            | "mail-editor-reference-message-container"
            | "olk_src_body_section"
            | "ms-outlook-mobile-reference-message"
            | "divneteasemailcard"
            | "replysplit"
            | "originalmessage"
            | "original-message"
            | "appleoriginalcontents"
            | "zwchr"
    )
}

fn is_quote_id(id: &str) -> bool {
    matches!(
        id,
        "isreplycontent"
            | "yahoo_quoted"
            | "qt"
            | "edo-original"
            | "replyforwardbody"
            | "includetail"
    ) || id.starts_with("yahoo_quoted_")
        || id.starts_with("aolmsgpart")
}

fn is_quote_class(class: &str) -> bool {
    matches!(
        class,
        "protonmail_quote"
            | "tutanota_quote"
            | "yahoo_quoted"
            | "missive_quote"
            | "freshdesk_quote"
            | "front-blockquote"
            | "olk_src_body_section"
            | "gmail_quote_body"
            | "hse-quote"
            | "nylas-quote"
            | "mailbird_quote"
            | "bloop_original_html"
            | "zd-quote"
            | "quoted-message"
            | "reply-quote"
            | "mail-quote-collapse"
            | "ntes-mail-quote"
            | "iosymail"
            | "history_container"
            | "moz-email-headers-table"
            | "gmail_quoted"
    ) || class.ends_with("yahoo_quoted")
}

fn is_attribution_class(class: &str) -> bool {
    matches!(
        class,
        "gmail_attr"
            | "moz-cite-prefix"
            | "gmail_quote_attribution"
            | "airmail_on"
            | "bloop_quote_header"
            | "mail-quote-header"
            | "protonmail_quote_header"
            | "quote-header"
            | "k9mail-quote-header"
            | "evolution-attribution"
            | "-x-evo-attribution"
    )
}

fn is_signature_id(id: &str) -> bool {
    matches!(
        id,
        "applemailsignature"
            | "signature"
            | "ms-outlook-mobile-signature"
            | "composer_signature"
            | "edo-signature"
            | "sig"
            | "signature-content"
            | "mobilesignature"
            | "ymail_android_signature"
            | "ymail_signature"
            | "mail_signature"
            | "_rc_sig"
            | "sh-signature"
            | "email-signature"
            | "applemailsignature-1"
    )
}

fn is_signature_class(class: &str) -> bool {
    matches!(
        class,
        "gmail_signature"
            | "gmail_signature_prefix"
            | "moz-signature"
            | "protonmail_signature_block"
            | "k9mail-signature"
            | "yahoo_signature"
            | "bloop_sign"
            | "front-signature"
            | "sh-signature"
            | "applemailsignature"
            | "-x-evo-signature"
            | "zmail_signature"
            | "zmsignature"
            | "tutanota_signature"
            | "missive_signature"
            | "hey-signature"
            | "bluemail_signature"
            | "mobile-signature"
            | "ydpsignature"
            | "yahoo-signature"
            | "signature-div"
    ) || class.ends_with("yahoo-signature")
        || class.ends_with("_signature_block-user")
        || class.ends_with("ydpsignature")
}

/// `<blockquote>`: for quotes, if it says so; for indenting, if it does not.
fn blockquote(attributes: &Attributes) -> Mark {
    let says = attributes.kind == "cite"
        || attributes.cite
        || classes(attributes)
            .any(|class| class.contains("quote") || class.contains("cite") || class == "clean_bq")
        || is_quote_id(stripped(&attributes.id))
        || attributes.style.contains("border-left");
    if says { Mark::Quote } else { Mark::Indented }
}
