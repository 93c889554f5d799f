//! An address as it stands in a header: checked, its domain in ASCII (RFC 5321 §4.1.2, RFC 5890).

use crate::domain::address::{ADDRESS_BYTES_MAX, split};
use unicode_normalization::UnicodeNormalization;

/// Longest label of a domain name, in bytes (RFC 1035 §2.3.4).
const LABEL_BYTES: usize = 63;

/// The address for a header; absent where it is none. A local part outside ASCII stays as it is (RFC 6532).
pub fn for_header(address: &str) -> Option<String> {
    let (local, domain) = split(address.trim())?;
    let local = local_part(local)?;
    let domain = domain_name(domain)?;
    let address = format!("{local}@{domain}");
    (address.len() <= ADDRESS_BYTES_MAX).then_some(address)
}

/// Dots may stand where they like: some operators give out such addresses. Whatever else is no atom must stand in quotes already.
fn local_part(local: &str) -> Option<String> {
    if local.chars().any(|c| c.is_control() || !is_ordinary(c)) {
        return None;
    }
    let is_atom =
        |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    if local.chars().all(is_atom) {
        return Some(local.to_owned());
    }
    let quoted = local.strip_prefix('"')?.strip_suffix('"')?;
    let inner = unescaped(quoted)?;
    let escaped = inner.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("\"{escaped}\""))
}

/// A character that is seen and does not end a line, also not for a lenient reader.
fn is_ordinary(c: char) -> bool {
    !matches!(c, '\u{85}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn unescaped(quoted: &str) -> Option<String> {
    let mut inner = String::with_capacity(quoted.len());
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => inner.push(chars.next()?),
            '"' => return None,
            _ => inner.push(c),
        }
    }
    Some(inner)
}

fn domain_name(domain: &str) -> Option<String> {
    if let Some(literal) = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']')) {
        let is_literal = |c: char| c.is_ascii_alphanumeric() || ".:-".contains(c);
        return (!literal.is_empty() && literal.chars().all(is_literal)).then(|| domain.to_owned());
    }
    let labels: Option<Vec<String>> = domain.split(['.', '\u{3002}']).map(label).collect();
    Some(labels?.join("."))
}

/// One label of a domain name in ASCII.
fn label(label: &str) -> Option<String> {
    let ascii = if label.is_ascii() {
        label.to_owned()
    } else {
        let folded: String = label.nfkc().flat_map(char::to_lowercase).nfc().collect();
        let is_strange = |c: char| {
            let is_sign = c.is_ascii() && !c.is_ascii_alphanumeric() && c != '-';
            is_sign || c.is_control() || c.is_whitespace() || !is_ordinary(c)
        };
        if folded.chars().any(is_strange) {
            return None;
        }
        format!("xn--{}", punycode(&folded)?)
    };
    let is_label = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let fits = !ascii.is_empty() && ascii.len() <= LABEL_BYTES;
    (fits && ascii.chars().all(is_label)).then_some(ascii)
}

/// Punycode (RFC 3492 §6.3) of a label that is not all ASCII.
fn punycode(label: &str) -> Option<String> {
    const BASE: u32 = 36;
    const T_MAX: u32 = 26;
    let points: Vec<u32> = label.chars().map(u32::from).take(LABEL_BYTES + 1).collect();
    let mut written: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(written.len()).ok()?;
    if basic > 0 {
        written.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (128_u32, 0_u32, 72_u32, basic);
    let all = u32::try_from(points.len()).ok()?;
    while handled < all {
        let next = points.iter().copied().filter(|p| *p >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for &point in &points {
            if point < n {
                delta = delta.checked_add(1)?;
            }
            if point != n {
                continue;
            }
            let (mut q, mut k) = (delta, BASE);
            loop {
                let t = k.saturating_sub(bias).clamp(1, T_MAX);
                if q < t {
                    break;
                }
                written.push(digit(t + (q - t) % (BASE - t)));
                q = (q - t) / (BASE - t);
                k += BASE;
            }
            written.push(digit(q));
            bias = adapt(delta, handled + 1, handled == basic);
            delta = 0;
            handled += 1;
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(written)
}

fn digit(value: u32) -> char {
    char::from_digit(value, 36).map_or('0', |_| match value {
        0..26 => char::from(b'a' + value as u8),
        _ => char::from(b'0' + (value - 26) as u8),
    })
}

/// The bias after one more character (RFC 3492 §6.1).
fn adapt(delta: u32, points: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}
