//! Addresses as reports write them: typed (`rfc822;a@b`), bracketed, routed, escaped (RFC 3464 §2.1.2, RFC 6533 §3).

/// The address of a typed field value such as `rfc822; <ada@example.com>`, lower case; empty where there is none.
pub fn typed(value: &str) -> String {
    let (kind, rest) = match value.split_once(';') {
        Some((kind, rest)) if is_type(kind.trim()) => (kind.trim().to_ascii_lowercase(), rest),
        _ => (String::new(), value),
    };
    let address = if kind == "utf-8" {
        unescape(rest)
    } else {
        rest.to_owned()
    };
    clean(&address)
}

/// An address without brackets, quotes around it, comments, control characters and `mailto:`; lower case.
pub fn clean(text: &str) -> String {
    let mut text = text.trim();
    if let Some(open) = text.rfind('<') {
        let inner = text.get(open + 1..).unwrap_or_default();
        let inner = inner.split('>').next().unwrap_or_default();
        if !inner.trim().is_empty() {
            text = inner;
        }
    } else if let Some((before, _)) = text.split_once(" (") {
        text = before;
    }
    let text = text
        .trim()
        .trim_matches(['\'', '<', '>', ',', ';', '`'])
        .trim_end_matches(['.', ':']);
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let text = text.strip_prefix("smtp:").unwrap_or(text);
    text.trim()
        .to_lowercase()
        .replace(char::is_control, "")
        .replace("+3d", "=")
        .replace("+2b", "+")
}

/// Whether a text looks like `local@domain`.
pub fn is_valid(address: &str) -> bool {
    if address.len() > 320 {
        return false;
    }
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let quoted = local.starts_with('"') && local.ends_with('"');
    let local_holds = !local.is_empty()
        && (quoted || !local.contains(|c: char| c.is_whitespace() || "<>()[]|,;\"".contains(c)));
    let domain_holds = domain.starts_with('[')
        || domain
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '*'));
    local_holds && domain_holds && domain.contains(|c: char| c.is_alphanumeric())
}

fn is_type(kind: &str) -> bool {
    !kind.is_empty()
        && kind.len() <= 20
        && kind
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

/// Decodes `\x{HEX}` of an utf-8 address (RFC 6533 §3).
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x{") {
        out.push_str(before);
        let Some((hex, left)) = after.split_once('}') else {
            out.push_str("\\x{");
            rest = after;
            break;
        };
        match u32::from_str_radix(hex, 16).ok().and_then(char::from_u32) {
            Some(c) => out.push(c),
            None => out.push_str(hex),
        }
        rest = left;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_what_is_around_and_inside_them() {
        for (written, expected) in [
            ("rfc822; <Ada@Example.com>", "ada@example.com"),
            ("rfc822;ada@example.com (Ada Byron)", "ada@example.com"),
            ("utf-8; gr\\x{E9}goire@example.com", "grégoire@example.com"),
            ("'mailto:ada@example.com',", "ada@example.com"),
            ("rfc822;a\u{1}da\u{0}@example.com\u{7f}", "ada@example.com"),
        ] {
            assert_eq!(typed(written), expected, "{written:?}");
        }
    }
}
