//! A person's card: phone, job title and company, read from a signature where they stand plainly.
//!
//! A contact is made from it without anybody looking, so that only lines count that are nothing else: a labelled number, a
//! line that is a job's name, a name that ends with a legal form. When in doubt, nothing.

mod words;

#[cfg(test)]
mod tests;

/// What a signature tells of its writer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// A number to call, as written, with single spaces.
    pub phone: Option<String>,
    /// Job title.
    pub title: Option<String>,
    /// Company, with its legal form if that is written.
    pub company: Option<String>,
}

/// Lines of a signature that are looked at.
const MOST_LINES: usize = 24;
/// Characters of a line; a longer one is prose.
const LONGEST_LINE: usize = 160;
/// Words of a job title or a company.
const MOST_WORDS: usize = 8;

/// Reads a signature. `name` is what its writer is called, so that a line "Ada King, Director" tells the title.
pub fn read(signature: &str, name: Option<&str>) -> Card {
    let mut card = Card::default();
    let mut bare_number = None;
    let mut names = Vec::new();
    for line in signature.lines().take(MOST_LINES) {
        let line = line
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '>' | '\u{feff}'));
        if line.is_empty() || line.chars().count() > LONGEST_LINE {
            continue;
        }
        for segment in segments(line) {
            let segment = without_name(segment, name);
            if segment.is_empty() {
                continue;
            }
            if card.phone.is_none() {
                card.phone = labelled_number(segment);
            }
            if bare_number.is_none() {
                bare_number = whole_number(segment);
            }
            if is_talk(segment) {
                continue;
            }
            let (job, employer) = job(segment);
            let company = company(segment).or_else(|| employer.map(str::to_owned));
            if card.title.is_none() {
                card.title = job
                    .filter(|job| company.as_deref() != Some(*job))
                    .map(str::to_owned);
            }
            if card.company.is_none() {
                card.company = company;
            }
            names.push(segment);
        }
    }
    card.phone = card.phone.or(bare_number);
    card.company = card
        .company
        .or_else(|| named_by_domain(signature, &names, name));
    card
}

/// Splits a line at the marks that signatures put between things.
fn segments(line: &str) -> impl Iterator<Item = &str> {
    line.split(['|', '•', '·', '●', '▪', '¦', '‖', '\t'])
        .flat_map(|part| part.split("  "))
        .flat_map(|part| part.split(" // "))
        .map(|part| {
            part.trim_matches(|c: char| {
                c.is_whitespace() || matches!(c, '*' | '_' | ',' | ';' | '-' | '–' | '—')
            })
        })
}

/// A segment without the writer's name before it.
fn without_name<'a>(segment: &'a str, name: Option<&str>) -> &'a str {
    let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else {
        return segment;
    };
    let rest = match segment.get(..name.len()) {
        Some(start) if start.to_lowercase() == name.to_lowercase() => &segment[name.len()..],
        _ => return segment,
    };
    let trimmed = rest.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | '-' | '–' | '—' | '/' | ':' | '(')
    });
    // "Ada Kingsley" is not Ada King.
    if trimmed.len() == rest.len() && !rest.is_empty() {
        segment
    } else {
        trimmed.trim_end_matches(')')
    }
}

/// A number behind a label that says that it is for calling.
fn labelled_number(segment: &str) -> Option<String> {
    // "Tel: +1 …, Fax: +1 …", "T +1 … M +1 …"
    let start = segment.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('))?;
    let label = segment[..start].trim().trim_end_matches(['+', '(']).trim();
    let label = label
        .trim_end_matches([':', '.', '：', '-', '–', ')', '/', ' ', '\u{a0}'])
        .trim()
        .to_lowercase();
    let label = label.trim_start_matches(['(', '☎', '📞', '📱', '✆', '☏', '\u{fe0f}', ' ']);
    let is_symbol = label.is_empty() && segment.starts_with(['☎', '📞', '📱', '✆', '☏']);
    let is_known = words::PHONE.contains(label)
        || label.rsplit([' ', ',', '/']).next().is_some_and(|last| {
            last.chars().count() > 2 && words::PHONE.contains(last) && label.split(' ').count() <= 3
        });
    if !is_known && !is_symbol {
        return None;
    }
    number(&segment[start..]).map(|(number, _)| number)
}

/// A segment that is a number and nothing else, in a form that only phone numbers have.
fn whole_number(segment: &str) -> Option<String> {
    if !segment.starts_with(['+', '(']) && !segment.starts_with("00") {
        return None;
    }
    let (number, rest) = number(segment)?;
    rest.trim().is_empty().then_some(number)
}

/// The phone number that a text begins with (ITU-T E.164: up to 15 digits), and what follows it.
fn number(text: &str) -> Option<(String, &str)> {
    let is_part = |c: char| {
        c.is_ascii_digit()
            || matches!(
                c,
                ' ' | '.'
                    | '-'
                    | '('
                    | ')'
                    | '/'
                    | '+'
                    | '\u{a0}'
                    | '\u{202f}'
                    | '\u{2010}'
                    | '\u{2011}'
                    | '–'
            )
    };
    let end = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    // A second number has a plus of its own.
    let end = text
        .get(1..end)
        .and_then(|rest| rest.find('+'))
        .map_or(end, |at| at + 1);
    let (raw, rest) = text.split_at(end);
    let raw = raw.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = raw.chars().filter(char::is_ascii_digit).count();
    // Years, house numbers and dates are shorter; accounts are longer.
    if !(7..=15).contains(&digits) || raw.contains("//") {
        return None;
    }
    let spaced: Vec<&str> = raw
        .split(|c: char| c.is_whitespace())
        .filter(|part| !part.is_empty())
        .collect();
    Some((spaced.join(" "), rest))
}

/// A job's name, and the company that it is at, where the segment says "at".
fn job(segment: &str) -> (Option<&str>, Option<&str>) {
    let (title, employer) = [" at ", " @ ", " bei ", " chez ", " hos ", " bij "]
        .iter()
        .find_map(|word| segment.split_once(word))
        .map_or((segment, None), |(title, employer)| (title, Some(employer)));
    // "Director, Acme GmbH"
    let title = match company(title).and_then(|company| title.find(&company)) {
        Some(at) if at > 0 => &title[..at],
        _ => title,
    };
    let title = title.trim_matches([',', ' ', ':']);
    let is_title = looks_like_name(title) && has_job(title) && !ends_with_form(title);
    let employer = employer
        .map(str::trim)
        .filter(|employer| is_title && looks_like_name(employer) && !has_job(employer));
    (is_title.then_some(title), employer)
}

fn has_job(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut parts = lower
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '"' | '\'')))
        .filter(|word| !word.is_empty());
    parts.any(|word| {
        words::TITLE.contains(word)
            || word
                .rsplit('-')
                .next()
                .is_some_and(|last| words::TITLE.contains(last))
    }) || words::TITLE_PARTS.iter().any(|part| lower.contains(part))
        || words::TITLE
            .iter()
            .any(|title| title.contains(' ') && lower.contains(title))
}

/// Whether a text may be the name of a job or a company: short, begun with a capital, no address, no number, no sentence.
fn looks_like_name(text: &str) -> bool {
    let begins = text
        .chars()
        .next()
        .is_some_and(|c| c.is_alphanumeric() && !c.is_lowercase());
    let digits = text.chars().filter(char::is_ascii_digit).count();
    begins
        && digits < 4
        && text.chars().count() <= 80
        && text.split_whitespace().count() <= MOST_WORDS
        && !text.contains(['@', '?', '!', ':', ';', '<', '='])
        && !text.contains("www.")
        && !text.contains("http")
        && !has_sentence(text)
}

/// Whether a full stop ends something longer than an abbreviation ("Co. KG", "Sp. z o.o.").
fn has_sentence(text: &str) -> bool {
    let mut parts = text.split(". ").peekable();
    while let Some(part) = parts.next() {
        let last = part.rsplit(' ').next().unwrap_or_default();
        if parts.peek().is_some() && last.chars().count() > 4 {
            return true;
        }
    }
    false
}

fn is_talk(segment: &str) -> bool {
    let lower = segment.to_lowercase();
    lower
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .any(|word| words::TALK.contains(word))
}

/// A company by its legal form: the whole segment, or the part before an address or behind a title.
fn company(segment: &str) -> Option<String> {
    let mut before = None;
    let mut start = 0;
    for part in segment.split(", ") {
        let end = start + part.len();
        let name = part.trim();
        if looks_like_name(name) && ends_with_form(name) {
            return Some(name.to_owned());
        }
        // "Acme, Inc.": the comma belongs to the name.
        let whole = before
            .and_then(|before| segment.get(before..end))
            .filter(|_| is_form(name));
        if let Some(whole) = whole.filter(|whole| looks_like_name(whole) && !has_job(whole)) {
            return Some(whole.to_owned());
        }
        before = Some(start);
        start = end + 2;
    }
    None
}

/// Whether a name's last words are a legal form, with a name before them.
fn ends_with_form(name: &str) -> bool {
    let parts: Vec<&str> = name.split_whitespace().collect();
    let by_words = (1..=4.min(parts.len().saturating_sub(1)))
        .any(|count| is_form(&parts[parts.len() - count..].join(" ")));
    let by_ends = words::COMPANY_PARTS
        .iter()
        .any(|form| name.len() > form.len() && (name.starts_with(form) || name.ends_with(form)));
    by_words || by_ends
}

fn is_form(text: &str) -> bool {
    // Short forms are words of languages, too: as, se, co, ab.
    if text
        .chars()
        .next()
        .is_none_or(|c| c.is_lowercase() && !text.contains('.'))
    {
        return false;
    }
    let form: String = text.to_lowercase().chars().filter(|c| *c != '.').collect();
    words::COMPANY.contains(form.as_str())
}

/// A short line that is called as the domain of the writer's address or site is.
fn named_by_domain(signature: &str, names: &[&str], own: Option<&str>) -> Option<String> {
    let squeeze = |text: &str| {
        text.to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    };
    let labels: Vec<String> = domains(signature)
        .filter_map(|domain| {
            domain
                .split('.')
                .rev()
                .skip(1)
                .find(|label| label.len() > 3 || domain.matches('.').count() == 1)
        })
        .map(squeeze)
        .filter(|label| label.len() >= 3)
        .collect();
    let own = own.map(squeeze).unwrap_or_default();
    let is_named = |segment: &&&str| {
        let squeezed = squeeze(segment);
        looks_like_name(segment)
            && !segment.contains('.')
            && squeezed != own
            && !has_job(segment)
            && labels.contains(&squeezed)
    };
    names.iter().find(is_named).map(|name| (*name).to_owned())
}

/// Domains of the addresses and sites that a signature names.
fn domains(signature: &str) -> impl Iterator<Item = &str> {
    signature
        .lines()
        .take(MOST_LINES)
        .flat_map(|line| {
            line.split(|c: char| {
                c.is_whitespace() || matches!(c, '<' | '>' | '|' | ',' | '(' | ')')
            })
        })
        .filter_map(|word| {
            let word = word
                .trim_start_matches("https://")
                .trim_start_matches("http://")
                .trim_start_matches("mailto:");
            let domain = word.rsplit_once('@').map_or(word, |(_, domain)| domain);
            let domain = domain
                .trim_start_matches("www.")
                .split(['/', '?', '>'])
                .next()?;
            (domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.'))
                .then_some(domain)
        })
}
