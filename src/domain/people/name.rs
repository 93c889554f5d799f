//! Display names, as they are written into From, made into names of people.

/// Letters that a name may have.
const NAME_CHARS_MAX: usize = 200;

/// Words before which a service says through whom it sent: `Ada Byron via Signing`.
const THROUGH: [&str; 5] = [" via ", " über ", " through ", " przez ", " через "];

/// What stands behind the comma of a name that is in order: `Ada Byron, PhD`, `Acme, Inc.`
const SUFFIXES: [&str; 28] = [
    "jr", "sr", "ii", "iii", "iv", "phd", "ph.d", "md", "m.d", "mba", "esq", "cpa", "dds", "msc",
    "bsc", "ma", "inc", "llc", "ltd", "gmbh", "ag", "oy", "ab", "as", "sa", "srl", "bv", "plc",
];

/// The name of the person: `"Byron, Ada" (Acme)` → `Ada Byron`; absent where nothing but an address was written.
pub fn clean(display: Option<&str>, address: &str) -> Option<String> {
    let mut name = plain(display?);
    for word in THROUGH {
        if let Some((person, _)) = name.split_once(word)
            && !person.trim().is_empty()
        {
            name = person.trim().to_owned();
        }
    }
    let name = in_order(without_marks(&name));
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    let is_address = name.contains('@') || name == local;
    let has_letter = name.chars().any(char::is_alphabetic);
    (!is_address && has_letter).then(|| name.chars().take(NAME_CHARS_MAX).collect())
}

/// One line, single spaces, no quotes around it, no control characters.
fn plain(display: &str) -> String {
    let visible: String = display
        .chars()
        .take(4 * NAME_CHARS_MAX)
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        .collect();
    let joined = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    joined
        .trim_matches(|c| {
            matches!(
                c,
                '"' | '\'' | '`' | '“' | '”' | '„' | '‘' | '’' | '«' | '»' | ' '
            )
        })
        .to_owned()
}

/// Without what gateways and companies add in brackets: `[EXT] Ada Byron (Acme)` → `Ada Byron`.
fn without_marks(name: &str) -> &str {
    let mut name = name.trim();
    for (open, close) in [('(', ')'), ('[', ']'), ('<', '>')] {
        if let Some(rest) = name.strip_suffix(close)
            && let Some(at) = rest.rfind(open)
            && at > 0
        {
            name = rest.get(..at).unwrap_or(name).trim_end();
        }
    }
    if let Some(rest) = name.strip_prefix('[')
        && let Some((_, behind)) = rest.split_once(']')
        && !behind.trim().is_empty()
    {
        name = behind.trim_start();
    }
    name
}

/// `Byron, Ada` → `Ada Byron`.
fn in_order(name: &str) -> String {
    let Some((family, given)) = name.split_once(',') else {
        return name.to_owned();
    };
    let (family, given) = (family.trim(), given.trim());
    let suffix = given.trim_end_matches('.').to_lowercase();
    let is_name = |part: &str| {
        !part.is_empty()
            && part.split_whitespace().count() <= 3
            && !part
                .chars()
                .any(|c| c.is_ascii_digit() || matches!(c, ',' | '@' | '/' | '|'))
    };
    if !is_name(family) || !is_name(given) || SUFFIXES.contains(&suffix.as_str()) {
        return name.to_owned();
    }
    format!("{given} {family}")
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn a_display_name_becomes_the_name_of_a_person() {
        for (display, expected) in [
            ("Ada Byron", Some("Ada Byron")),
            ("\"Byron, Ada\"", Some("Ada Byron")),
            ("Byron, Ada (Northwind)", Some("Ada Byron")),
            ("von Bülow, Anna Maria", Some("Anna Maria von Bülow")),
            ("Ada Byron, PhD", Some("Ada Byron, PhD")),
            ("Northwind, Inc.", Some("Northwind, Inc.")),
            ("Ada Byron via Signing", Some("Ada Byron")),
            ("[EXTERN] Ada Byron", Some("Ada Byron")),
            ("ada@acme.example", None),
            ("'ada@acme.example'", None),
            ("ada", None),
            ("Ada", Some("Ada")),
            ("  \u{200b} ", None),
            ("...", None),
            ("田中 太郎", Some("田中 太郎")),
        ] {
            let found = clean(Some(display), "ada@acme.example");
            assert_eq!(found.as_deref(), expected, "{display}");
        }
        assert_eq!(clean(None, "ada@acme.example"), None);
    }
}
