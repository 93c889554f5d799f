//! How a text names a record: `#c12`, `ada@acme.example`, `"Ada Byron"`, `@ada`, a bare name.

use crate::commands::command::Ref;
use crate::domain::address;

/// The most bytes of a name.
const NAME_BYTES_MAX: usize = 120;

/// A ref at the beginning that no prose begins with (`#c12`, an address, a quoted name, anything behind `@`), and what
/// follows it.
pub fn explicit(text: &str) -> Option<(Ref, &str)> {
    let text = text.trim_start();
    let (at, bare) = match text.strip_prefix('@') {
        Some(bare) => (true, bare),
        None => (false, text),
    };
    if let Some(found) = number(bare).or_else(|| quoted(bare)) {
        return Some(found);
    }
    let end = bare.find(is_end_of_word).unwrap_or(bare.len());
    let (word, rest) = bare.split_at(end);
    // A colon or comma behind the word is no part of it.
    let trimmed = word.trim_end_matches([':', ',', ';', '：']);
    let rest = text_from(bare, trimmed.len()).unwrap_or(rest);
    if let Some(address) = mail_address(trimmed) {
        return Some((
            Ref::Address {
                name: None,
                address,
            },
            skip_autolink(rest),
        ));
    }
    let name = name(trimmed)?;
    at.then_some((Ref::Name(name), rest))
}

/// A ref that ends at a colon, which is not part of what follows: `ada: …`, `@Ada Byron: …`; at most `words_max` words.
pub fn before_colon(text: &str, words_max: usize) -> Option<(Ref, &str)> {
    let (before, after) = split_at_colon(text)?;
    if before.split_whitespace().count() > words_max {
        return None;
    }
    Some((whole(before)?, after))
}

/// The first colon that ends a word: not the one of `14:30` or `https://`.
pub fn split_at_colon(text: &str) -> Option<(&str, &str)> {
    let (line, _) = text.split_once('\n').unwrap_or((text, ""));
    let mut inside_quotes = false;
    for (at, letter) in line.char_indices() {
        match letter {
            '"' | '“' | '”' | '„' => inside_quotes = !inside_quotes,
            ':' | '：' if !inside_quotes => {
                let after = text_from(text, at + letter.len_utf8())?;
                if letter == '：' || after.is_empty() || after.starts_with(char::is_whitespace) {
                    return Some((text_to(text, at)?, after.trim_start()));
                }
            }
            _ => {}
        }
    }
    None
}

/// A text that is a ref from its beginning to its end.
pub fn whole(text: &str) -> Option<Ref> {
    let text = text.trim().trim_end_matches([',', ';', '：']).trim_end();
    if let Some((found, rest)) = explicit(text)
        && rest.trim_matches([':', ',', ';', '.', ' ']).is_empty()
    {
        return Some(found);
    }
    if let Some(found) = named_address(text) {
        return Some(found);
    }
    let bare = text.strip_prefix('@').unwrap_or(text);
    if bare.starts_with('#') || bare.contains('@') {
        return None;
    }
    name(bare.trim_end_matches(':')).map(Ref::Name)
}

/// A text that is from its beginning to its end a ref that no prose is.
pub fn whole_explicit(text: &str) -> Option<Ref> {
    let (found, rest) = explicit(text)?;
    rest.trim_matches([':', ',', ';', '.', ' '])
        .is_empty()
        .then_some(found)
}

/// The address, where a text is one, also with the link that mail programs write behind it.
pub fn whole_address(text: &str) -> Option<String> {
    match whole(text)? {
        Ref::Address {
            name: None,
            address,
        } => Some(address),
        _ => None,
    }
}

/// `Ada Byron <ada@acme.example>`, also `ada@acme.example <mailto:ada@acme.example>` as programs write links.
fn named_address(text: &str) -> Option<Ref> {
    let (before, after) = text.split_once('<')?;
    let (inside, behind) = after.split_once('>')?;
    if !behind.trim_matches([',', ';', '.', ' ']).is_empty() {
        return None;
    }
    let inside = inside.trim().trim_start_matches("mailto:");
    let address = mail_address(inside)?;
    let before = before
        .trim()
        .trim_matches(['"', '“', '”', '„', '\''])
        .trim();
    let name = match mail_address(before) {
        Some(_) => None,
        None => name(before),
    };
    Some(Ref::Address { name, address })
}

/// `#c12`, in any case.
fn number(text: &str) -> Option<(Ref, &str)> {
    let rest = text.strip_prefix('#')?;
    let mut letters = rest.chars();
    let kind = letters.next()?.to_ascii_lowercase();
    let rest = letters.as_str();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = rest.split_at_checked(digits)?;
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let id: i64 = digits.parse().ok()?;
    let found = match kind {
        'c' => Ref::Contact(id),
        'd' => Ref::Deal(id),
        'a' => Ref::Action(id),
        'i' => Ref::Interaction(id),
        'j' => Ref::Journal(id),
        _ => return None,
    };
    Some((found, rest))
}

/// A name in straight or curly quotes.
fn quoted(text: &str) -> Option<(Ref, &str)> {
    let rest = text.strip_prefix(['"', '“', '„', '«'])?;
    let end = rest.find(['"', '“', '”', '»'])?;
    let inside = text_to(rest, end)?;
    let rest = text_from(rest, end)?;
    let mut behind = rest.chars();
    behind.next();
    let found = match mail_address(inside.trim()) {
        Some(address) => Ref::Address {
            name: None,
            address,
        },
        None => Ref::Name(name(inside)?),
    };
    Some((found, behind.as_str()))
}

/// An address as it compares, where the text is one and no more.
pub fn mail_address(text: &str) -> Option<String> {
    let bare = text.trim_start_matches("mailto:");
    let bare = bare
        .strip_prefix('<')
        .and_then(|b| b.strip_suffix('>'))
        .unwrap_or(bare);
    let bare = bare.trim_end_matches('.');
    let (local, domain) = address::split(bare)?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\"\\@".contains(c);
    let right = bare.len() <= address::ADDRESS_BYTES_MAX
        && local.chars().all(plain)
        && domain
            .chars()
            .all(|c| c.is_alphanumeric() || c == '.' || c == '-')
        && domain.split('.').all(|label| !label.is_empty());
    right.then(|| address::normalise(bare))
}

/// A name: some letters in it, not too long.
fn name(text: &str) -> Option<String> {
    let name = text.trim();
    let right = name.len() <= NAME_BYTES_MAX
        && name.chars().any(char::is_alphanumeric)
        && !name.chars().any(char::is_control);
    right.then(|| name.to_owned())
}

/// Mail programs write `ada@acme.example<mailto:ada@acme.example>`.
fn skip_autolink(rest: &str) -> &str {
    let bare = rest.trim_start();
    let link = bare
        .strip_prefix("<mailto:")
        .or_else(|| bare.strip_prefix("[mailto:"));
    match link.and_then(|link| link.split_once(['>', ']'])) {
        Some((_, after)) => after,
        None => rest,
    }
}

fn is_end_of_word(letter: char) -> bool {
    letter.is_whitespace() || letter == '<'
}

fn text_from(text: &str, at: usize) -> Option<&str> {
    text.get(at..)
}

fn text_to(text: &str, at: usize) -> Option<&str> {
    text.get(..at)
}
