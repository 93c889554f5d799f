//! What a part is: its media type (RFC 2045 §5), its name, and whether it is text to read or a file to keep.

use super::fields::Fields;
use super::parameters::Parameters;
use super::transfer::Encoding;

/// What the header of a part says about its content.
#[derive(Clone, Debug, Default)]
pub struct Kind {
    /// Media type in lower case, mended: always `type/subtype`.
    pub media_type: String,
    /// Parameters of Content-Type.
    pub parameters: Parameters,
    /// Content-Disposition in lower case; empty where none is given.
    pub disposition: String,
    /// File name, decoded.
    pub name: Option<String>,
    /// How the bytes are encoded.
    pub encoding: Encoding,
    /// Whether there is a Content-Type field at all.
    pub is_declared: bool,
}

impl Kind {
    /// Reads a part's header; `default` is the type of a part that has none.
    pub fn read(fields: &Fields, default: &str) -> Kind {
        let mut types = fields
            .raw_values("content-type")
            .take(4)
            .map(|raw| Parameters::read(raw, fields.fallback()));
        let first = types.next();
        let is_declared = first.is_some();
        // Of several, the first that is a media type.
        let parameters = match first {
            Some(first) if !first.value.contains('/') => {
                types.find(|t| t.value.contains('/')).unwrap_or(first)
            }
            first => first.unwrap_or_default(),
        };
        let disposition = fields.parameters("content-disposition");
        let name = [
            disposition.get("filename"),
            disposition.get("name"),
            parameters.get("name"),
            parameters.get("filename"),
        ]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .chain(location(fields))
        .map(unquoted)
        .find(|name| !name.is_empty());
        let has_file = name.is_some() || disposition.value == "attachment";
        Kind {
            media_type: mend(&parameters.value, default, has_file),
            encoding: fields
                .value("content-transfer-encoding")
                .map(Encoding::named)
                .unwrap_or_default(),
            disposition: disposition.value,
            parameters,
            name,
            is_declared,
        }
    }

    /// `text` of `text/plain`.
    pub fn family(&self) -> &str {
        self.media_type.split('/').next().unwrap_or_default()
    }

    /// Whether the sender wants it kept as a file.
    pub fn is_attached(&self) -> bool {
        self.disposition == "attachment"
    }

    /// Whether it is a letter in a letter, also where it only has the name of one.
    pub fn is_letter(&self) -> bool {
        let is_named = || {
            self.name
                .as_deref()
                .is_some_and(|n| n.to_lowercase().ends_with(".eml"))
        };
        match self.media_type.as_str() {
            "message/rfc822" | "message/global" | "message/news" => true,
            "application/octet-stream" | "application/eml" | "text/plain" => is_named(),
            _ => false,
        }
    }

    /// Whether it is text that is shown as it stands.
    pub fn is_plain(&self) -> bool {
        const OTHERS: [&str; 17] = [
            "html",
            "calendar",
            "vcard",
            "x-vcard",
            "directory",
            "rtf",
            "csv",
            "xml",
            "css",
            "javascript",
            "rfc822-headers",
            "x-amp-html",
            "watch-html",
            "x-watch-html",
            "enriched",
            "richtext",
            "ics",
        ];
        let subtype = self.media_type.strip_prefix("text/").unwrap_or("html");
        subtype == "plain"
            || (self.name.is_none() && !OTHERS.contains(&subtype) && !subtype.starts_with("x-"))
    }

    /// Whether it is text with marks: HTML, or its forerunner (RFC 1896).
    pub fn is_marked(&self) -> bool {
        matches!(
            self.media_type.as_str(),
            "text/html" | "application/xhtml+xml" | "text/enriched" | "text/richtext"
        )
    }

    /// Whether it is a winmail.dat.
    pub fn is_tnef(&self) -> bool {
        let is_named = || {
            self.name
                .as_deref()
                .is_some_and(|n| n.eq_ignore_ascii_case("winmail.dat"))
        };
        matches!(
            self.media_type.as_str(),
            "application/ms-tnef" | "application/vnd.ms-tnef"
        ) || (self.media_type == "application/octet-stream" && is_named())
    }

    /// Whether it is an S/MIME envelope.
    pub fn is_smime(&self) -> bool {
        let is_named = || {
            self.name
                .as_deref()
                .is_some_and(|n| n.eq_ignore_ascii_case("smime.p7m"))
        };
        matches!(
            self.media_type.as_str(),
            "application/pkcs7-mime" | "application/x-pkcs7-mime"
        ) || (self.media_type == "application/octet-stream" && is_named())
    }

    /// Whether it is a detached signature.
    pub fn is_signature(&self) -> bool {
        matches!(
            self.media_type.as_str(),
            "application/pgp-signature"
                | "application/pkcs7-signature"
                | "application/x-pkcs7-signature"
        )
    }
}

/// A name without the single quotes that some writers take for quotes.
fn unquoted(name: String) -> String {
    let inner = name.strip_prefix('\'').and_then(|n| n.strip_suffix('\''));
    inner.map(str::to_owned).unwrap_or(name)
}

/// The last step of a Content-Location, where it names a file.
fn location(fields: &Fields) -> Option<String> {
    let location = fields.text("content-location")?;
    let file = location.split(['?', '#']).next()?.rsplit('/').next()?;
    file.contains('.').then(|| file.to_owned())
}

/// A media type for what was written where one belongs. RFC 2045 §5.2: what is no type is text/plain.
fn mend(written: &str, default: &str, has_file: bool) -> String {
    let written: String = written
        .chars()
        .filter(|c| c.is_ascii_graphic() && !"\"<>()[]".contains(*c))
        .collect();
    let mut steps = written.splitn(3, '/');
    let (family, subtype) = (
        steps.next().unwrap_or_default(),
        steps.next().unwrap_or_default(),
    );
    match (family, subtype) {
        ("", "") => default.to_owned(),
        ("text", "ascii" | "text" | "txt" | "us-ascii" | "utf-8" | "unknown" | "plaintext") => {
            "text/plain".to_owned()
        }
        ("text" | "plain", "") | ("plain", "text") => "text/plain".to_owned(),
        ("html" | "text", "htm" | "html") | ("html", _) => "text/html".to_owned(),
        ("multipart", "") => "multipart/mixed".to_owned(),
        ("message", "") => "message/rfc822".to_owned(),
        (_, "") if has_file => "application/octet-stream".to_owned(),
        (_, "") => "text/plain".to_owned(),
        ("", _) => default.to_owned(),
        (family, subtype) => format!("{family}/{subtype}"),
    }
}
