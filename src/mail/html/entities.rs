//! Character references (`&amp;`, `&#8364;`, `&#x20AC;`) → characters.

/// Longest name of a reference that is looked up, in bytes.
const NAME_BYTES: usize = 33;

/// Decodes the references of a text; what is none stays as it is.
pub fn decode(text: &str, decoded: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let used = reference(rest, decoded);
        if used == 0 {
            decoded.push('&');
            rest = &rest[1..];
        } else {
            rest = &rest[used..];
        }
    }
    decoded.push_str(rest);
}

/// Decodes the reference at the start; answers how many bytes it took, 0 where it is none.
fn reference(text: &str, decoded: &mut String) -> usize {
    let body = &text.as_bytes()[1..];
    if body.first() == Some(&b'#') {
        return numeric(body, decoded);
    }
    let window = body.get(..NAME_BYTES).unwrap_or(body);
    let length = window
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    if length > 1 && window.get(length) == Some(&b';') {
        let token = &text.as_bytes()[..length + 2];
        let before = decoded.len();
        mail_parser::decoders::html::add_html_token(decoded, token, false);
        if !decoded[before..].starts_with('&') || length == 3 {
            return length + 2;
        }
        decoded.truncate(before);
        return 0;
    }
    // Old pages leave the semicolon out.
    const BARE: [(&[u8], char); 6] = [
        (b"nbsp", '\u{a0}'),
        (b"amp", '&'),
        (b"lt", '<'),
        (b"gt", '>'),
        (b"quot", '"'),
        (b"copy", '©'),
    ];
    let bare = BARE
        .into_iter()
        .find(|(name, _)| &window[..length] == *name);
    bare.map_or(0, |(name, c)| {
        decoded.push(c);
        name.len() + 1
    })
}

fn numeric(body: &[u8], decoded: &mut String) -> usize {
    let is_hex = matches!(body.get(1), Some(b'x' | b'X'));
    let start = if is_hex { 2 } else { 1 };
    let radix = if is_hex { 16 } else { 10 };
    let digits = body[start..]
        .iter()
        .take(8)
        .take_while(|b| char::from(**b).is_digit(radix))
        .count();
    let number = std::str::from_utf8(&body[start..start + digits]).ok();
    let Some(number) = number.and_then(|n| u32::from_str_radix(n, radix).ok()) else {
        return 0;
    };
    decoded.push(character(number));
    let has_end = body.get(start + digits) == Some(&b';');
    1 + start + digits + usize::from(has_end)
}

/// Numbers from 128 to 159 mean windows-1252, whatever the standard of characters says.
fn character(number: u32) -> char {
    match u8::try_from(number) {
        Ok(byte @ 0x80..=0x9f) => {
            let text = encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(std::slice::from_ref(&byte))
                .0
                .into_owned();
            text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        Ok(0) => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}
