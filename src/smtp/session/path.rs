//! Paths of MAIL and RCPT (RFC 5321 §4.1.2). Read here, since smtp-proto takes the quotes off a local part and reads
//! `<Postmaster>` as the null sender.

/// Longest path that is taken, in bytes: the RFC's 64 and 255, and the `@`. Longer local parts are real (VERP), so the sum
/// is what counts.
const PATH_BYTES_MAX: usize = 320;

/// What stands between angle brackets, without a source route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Without quotes and escapes; empty in the null path.
    pub local_part: String,
    /// As written; empty in the null path and where none stands (`<Postmaster>`).
    pub domain: String,
    /// As written, quotes included.
    pub address: String,
}

impl Path {
    /// Whether this is `<>`, the sender of bounces.
    pub fn is_null(&self) -> bool {
        self.address.is_empty()
    }

    /// Whether it needs SMTPUTF8 (RFC 6531).
    pub fn is_ascii(&self) -> bool {
        self.address.is_ascii()
    }
}

/// Reads a path, and gives back what follows its closing bracket. `None` where it is none: no brackets, controls, two
/// `@`, an empty local part, a domain of other letters.
pub fn read(text: &str) -> Option<(Path, &str)> {
    let inside = text.trim_start_matches(' ').strip_prefix('<')?;
    let (inside, rest) = split_at_bracket(inside)?;
    if inside.len() > PATH_BYTES_MAX || inside.chars().any(char::is_control) {
        return None;
    }
    let mailbox = match inside.starts_with('@') {
        true => inside.split_once(':')?.1,
        false => inside,
    };
    let (local_part, domain) = match mailbox {
        "" if inside.is_empty() => (String::new(), ""),
        "" => return None,
        _ => split(mailbox)?,
    };
    let path = Path {
        local_part,
        domain: domain.to_owned(),
        address: mailbox.to_owned(),
    };
    Some((path, rest))
}

/// Cuts at the first `>` that is not quoted.
fn split_at_bracket(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some((text.get(..at)?, text.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

/// Local part without quotes, and domain.
fn split(mailbox: &str) -> Option<(String, &str)> {
    let (local_part, domain) = match mailbox.strip_prefix('"') {
        Some(rest) => unquote(rest)?,
        None => {
            let at = mailbox.find('@').unwrap_or(mailbox.len());
            let (local_part, domain) = mailbox.split_at_checked(at)?;
            (local_part.to_owned(), domain)
        }
    };
    let plain = !mailbox.starts_with('"');
    if local_part.is_empty() || plain && !local_part.chars().all(is_plain) {
        return None;
    }
    let domain = match domain.strip_prefix('@') {
        Some(domain) if is_domain(domain) => domain,
        None if domain.is_empty() => domain,
        _ => return None,
    };
    Some((local_part, domain))
}

/// What stands before the closing quote, without escapes, and what follows it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut plain = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((plain, text.get(at + 1..)?)),
            '\\' => plain.push(letters.next()?.1),
            letter => plain.push(letter),
        }
    }
    None
}

/// Letters of an unquoted local part. Dots may stand anywhere, since some providers hand out such addresses.
fn is_plain(letter: char) -> bool {
    !letter.is_whitespace() && !"()<>[]:;@\\,\"".contains(letter)
}

fn is_domain(domain: &str) -> bool {
    if let Some(literal) = domain.strip_prefix('[') {
        let inside = literal.strip_suffix(']').unwrap_or_default();
        return !inside.is_empty()
            && inside
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ":.-".contains(c));
    }
    !domain.is_empty()
        && domain
            .split('.')
            .all(|label| !label.is_empty() && label.chars().all(is_of_label))
}

fn is_of_label(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || letter == '-'
        || letter == '_'
        || (!letter.is_ascii() && letter.is_alphanumeric())
        || (!letter.is_ascii() && !letter.is_whitespace() && !letter.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_without_its_quotes_and_its_route() {
        for (text, expected) in [
            ("<>", Some(("", "", "", ""))),
            (
                " <ada@example.com>",
                Some(("ada", "example.com", "ada@example.com", "")),
            ),
            (
                "<ada@example.com> SIZE=1",
                Some(("ada", "example.com", "ada@example.com", " SIZE=1")),
            ),
            (
                "<@a.example,@b.example:ada@example.com>",
                Some(("ada", "example.com", "ada@example.com", "")),
            ),
            (
                "<\"q s\"@example.com>",
                Some(("q s", "example.com", "\"q s\"@example.com", "")),
            ),
            (
                "<\"a\\\"b>\"@example.com>",
                Some(("a\"b>", "example.com", "\"a\\\"b>\"@example.com", "")),
            ),
            ("<Postmaster>", Some(("Postmaster", "", "Postmaster", ""))),
            (
                "<a..b.@example.com>",
                Some(("a..b.", "example.com", "a..b.@example.com", "")),
            ),
            (
                "<ada@[192.0.2.1]>",
                Some(("ada", "[192.0.2.1]", "ada@[192.0.2.1]", "")),
            ),
            (
                "<ada@[IPv6:2001:db8::1]>",
                Some(("ada", "[IPv6:2001:db8::1]", "ada@[IPv6:2001:db8::1]", "")),
            ),
            (
                "<łucja@żółw.example>",
                Some(("łucja", "żółw.example", "łucja@żółw.example", "")),
            ),
            ("ada@example.com", None),
            ("<ada@example.com", None),
            ("<a@b@example.com>", None),
            ("<@example.com>", None),
            ("<@a.example:>", None),
            ("<ada@>", None),
            ("<ada@example..com>", None),
            ("<a b@example.com>", None),
            ("<a\u{1}b@example.com>", None),
            ("<\"\"@example.com>", None),
            ("<\"a\"b@example.com>", None),
            ("<ada@exam ple.com>", None),
            ("<ada@[]>", None),
        ] {
            let read = read(text);
            let read = read.as_ref().map(|(path, rest)| {
                let (local_part, domain) = (path.local_part.as_str(), path.domain.as_str());
                (local_part, domain, path.address.as_str(), *rest)
            });
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn a_path_over_the_limit_is_refused() {
        let text = format!("<{}@example.com>", "a".repeat(PATH_BYTES_MAX));
        assert_eq!(read(&text), None);
    }
}
