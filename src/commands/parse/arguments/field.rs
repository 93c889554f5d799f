//! Fields and values: phone, set, clear, company, status, score, keep in touch, tag, my, workspace.

use super::Input;
use crate::commands::command::{Command, Field, Setting, Verb};
use crate::commands::parse::line::short;
use crate::commands::parse::opening::{Built, Form};
use crate::commands::parse::{nearest, prose, reference};
use crate::commands::problem::Problem;
use crate::commands::words;
use crate::domain::language::Language;
use crate::domain::workspace_settings::WorkspaceSetting;

/// The most letters of the name of a field that a member makes.
const FIELD_LETTERS_MAX: usize = 40;
/// The most words of it.
const FIELD_WORDS_MAX: usize = 4;
/// The most bytes of a value.
const VALUE_BYTES_MAX: usize = 2_000;
/// The most tags of one command.
const TAGS_MAX: usize = 20;
/// The most letters of a tag.
const TAG_LETTERS_MAX: usize = 60;
/// The most days of an interval.
const DAYS_MAX: i64 = 3_650;
/// Scores are between this and its negative.
const SCORE_MAX: i64 = 1_000;

impl Input<'_, '_> {
    /// `phone: +49 30 1234`.
    pub fn value_of(&self, field: &Field) -> Option<Built> {
        if !self.is_written() {
            return None;
        }
        self.set(field)
    }

    fn set(&self, field: &Field) -> Option<Built> {
        self.set_to(field, self.args)
    }

    fn set_to(&self, field: &Field, value: &str) -> Option<Built> {
        let value = plain_value(field, value);
        if value.is_empty() {
            let name = field_name(field);
            let problem = Problem::new(format!("{name} needs a value"));
            return Some(Built::of(Err(problem.nearest(format!("clear {name}")))));
        }
        if value.len() > VALUE_BYTES_MAX {
            let problem =
                format!("the value has more than {VALUE_BYTES_MAX} bytes; write it as a note");
            return Some(Built::of(Err(Problem::new(problem))));
        }
        Built::right(match field {
            Field::Company => Command::Company { name: value },
            field => Command::Set {
                field: field.clone(),
                value,
            },
        })
    }

    /// `set shoe size: 42`.
    pub fn field(&self) -> Option<Built> {
        if let Some((field, value)) = self.known_field() {
            return self.set_to(field, value);
        }
        let Some((name, value)) = self.args.split_once([':', '：', '=']) else {
            return self.lacking("a field, a colon and a value");
        };
        // `Set the agenda: …` is prose.
        if !self.is_written() && prose::begins_like_prose(name, self.opening.language) {
            return None;
        }
        if let Some(near) = nearest::field(name, self.opening.language) {
            let problem = Problem::new(format!("there is no field \"{}\"", short(name)));
            let near = format!("set {near}: {}", short(value.trim()));
            return Some(Built::of(Err(problem.nearest(near))));
        }
        match custom(name) {
            Some(field) => self.set_to(&field, value),
            None => self.lacking("a field of at most four words, a colon and a value"),
        }
    }

    /// A known field at the beginning, and the value behind it. In a mail a colon stands between them.
    fn known_field(&self) -> Option<(&'static Field, &str)> {
        let words: Vec<usize> = ends_of_words(self.args, FIELD_WORDS_MAX);
        words.iter().rev().find_map(|end| {
            let (name, rest) = self.args.split_at_checked(*end)?;
            let field = words::field(name, self.opening.language)?;
            let rest = rest.trim_start();
            match rest.strip_prefix([':', '：', '=']) {
                Some(value) => Some((field, value)),
                None if self.is_written() => Some((field, rest)),
                None => None,
            }
        })
    }

    /// `clear phone`, `clear email: old@acme.example`.
    pub fn field_name(&self) -> Option<Built> {
        if self.args.is_empty() {
            return self.lacking("the name of a field");
        }
        let alone = words::field(self.args.trim_end_matches('.'), self.opening.language);
        let known = alone.map(|field| (field, ""));
        if let Some((field, value)) = known.or_else(|| self.known_field()) {
            let value = plain_value(field, value);
            return Built::right(Command::Clear {
                field: field.clone(),
                value: (!value.is_empty()).then_some(value),
            });
        }
        if !self.is_written() {
            return None;
        }
        let (name, value) = self
            .args
            .split_once([':', '：', '='])
            .unwrap_or((self.args, ""));
        let value = value.trim();
        match custom(name) {
            Some(field) => Built::right(Command::Clear {
                field,
                value: (!value.is_empty()).then(|| value.to_owned()),
            }),
            None => self.lacking("the name of a field"),
        }
    }

    /// `company`, `status`.
    pub fn value(&self) -> Option<Built> {
        if !self.is_written() {
            return None;
        }
        if self.verb == Verb::Company {
            return self.set(&Field::Company);
        }
        let status = self.args.to_owned();
        match status.is_empty() {
            true => self.lacking("a word or a few"),
            false => Built::right(Command::Status { status }),
        }
    }

    /// `score`.
    pub fn number(&self) -> Option<Built> {
        if !self.is_written() {
            return None;
        }
        let written = self.args.trim_end_matches('.').replace('\u{2212}', "-");
        match written.parse::<i64>() {
            Ok(score) if score.abs() <= SCORE_MAX => Built::right(Command::Score { score }),
            _ => self.lacking("a whole number from -1000 to 1000"),
        }
    }

    /// `keep in touch`.
    pub fn interval(&self) -> Option<Built> {
        let language = self.opening.language;
        let mut all = words::beside(language);
        let never = all.any(|words| words::is_one_of(self.args, words.never));
        match interval(self.args, self.opening.language) {
            _ if never && self.is_written() => Built::right(Command::Keep { days: None }),
            // `keep in touch every 30 days` needs no colon.
            Some(days) if self.is_written() || self.opening.found.name.contains(' ') => {
                Built::right(Command::Keep { days: Some(days) })
            }
            _ => self.lacking("an interval, or never"),
        }
    }

    /// `tag`, `untag`.
    pub fn tags(&self) -> Option<Built> {
        // No prose begins with this verb.
        let unusual = self.verb == Verb::Untag && self.form() == Form::Words;
        if !self.is_written() && !unusual {
            return None;
        }
        let tags = tags(self.args);
        let right = !tags.is_empty()
            && tags.len() <= TAGS_MAX
            && tags
                .iter()
                .all(|tag| tag.chars().count() <= TAG_LETTERS_MAX);
        if !right {
            let what = format!("up to {TAGS_MAX} tags with commas between them");
            return self.lacking(&what);
        }
        Built::right(match self.verb {
            Verb::Untag => Command::Untag { tags },
            _ => Command::Tag { tags },
        })
    }

    /// `my`.
    pub fn setting(&self) -> Option<Built> {
        if self.args.is_empty() {
            let all = Command::My {
                setting: Setting::All,
                value: None,
            };
            return match self.opening.is_meant() {
                true => Built::right(all),
                false => None,
            };
        }
        if let Some((setting, value)) = self.chosen(words::setting) {
            // `My name is Bob` is prose.
            return self.said(value, |value| Command::My { setting, value });
        }
        let problem = Problem::new(format!("there is no setting \"{}\"", short(self.args)));
        self.opening
            .wrong(problem.nearest("my zone: Europe/Helsinki"))
    }

    /// `workspace`.
    pub fn workspace_setting(&self) -> Option<Built> {
        if self.args.is_empty() {
            let all = Command::Workspace {
                setting: WorkspaceSetting::All,
                value: None,
            };
            return match self.opening.is_meant() {
                true => Built::right(all),
                false => None,
            };
        }
        if let Some((setting, value)) = self.chosen(words::workspace_setting) {
            return self.said(value, |value| Command::Workspace { setting, value });
        }
        // `Workspace: a desk by the window` is prose, unless nothing else can be meant.
        if !self.opening.is_certain() {
            return None;
        }
        let problem = format!("the workspace has no setting \"{}\"", short(self.args));
        let nearest = "workspace own domains: daughter.example";
        self.opening.wrong(Problem::new(problem).nearest(nearest))
    }

    /// The setting that the arguments begin with, and what follows it.
    fn chosen<T>(&self, named: fn(&str, Language) -> Option<T>) -> Option<(T, &str)> {
        let ends = ends_of_words(self.args, FIELD_WORDS_MAX);
        ends.into_iter().rev().find_map(|end| {
            let (name, rest) = self.args.split_at_checked(end)?;
            Some((named(name, self.opening.language)?, rest.trim_start()))
        })
    }

    /// A setting with its value; prose where no colon stands between them, and nothing says that a command is meant.
    fn said(&self, rest: &str, command: impl FnOnce(Option<String>) -> Command) -> Option<Built> {
        let value = rest.strip_prefix([':', '：', '=']);
        if value.is_none() && !self.opening.is_meant() {
            return None;
        }
        let value = value.unwrap_or(rest).trim();
        Built::right(command((!value.is_empty()).then(|| value.to_owned())))
    }
}

/// So many days, as people write an interval: `30 days`, `30d`, `30`, `every 2 weeks`, `month`.
pub fn interval(text: &str, language: Language) -> Option<i64> {
    let mut rest = text.trim_end_matches('.').trim();
    for _ in 0..2 {
        let (first, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if words::is_one_of(first, EVERY) {
            rest = behind.trim_start();
        }
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = rest.split_at_checked(digits)?;
    let unit = unit.trim();
    let number = match number.is_empty() {
        true => 1,
        false => number.parse::<i64>().ok()?,
    };
    let days = match unit.is_empty() {
        true if digits > 0 => 1,
        true => return None,
        false => words::days_of_unit(unit, language)?,
    };
    let days = number.checked_mul(days)?;
    (1..=DAYS_MAX).contains(&days).then_some(days)
}

/// Words in front of an interval, in every language.
const EVERY: &[&str] = &[
    "every", "each", "once", "a", "per", "joka", "alle", "jede", "jeden", "jedes", "tous",
    "toutes", "les", "chaque", "cada", "var", "varje",
];

/// Where the first words of a text end; a colon or equals sign ends the last of them.
fn ends_of_words(text: &str, words_max: usize) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut inside = false;
    for (at, letter) in text.char_indices() {
        let is_end = matches!(letter, ':' | '：' | '=');
        if inside && (is_end || letter.is_whitespace()) {
            ends.push(at);
        }
        if is_end || ends.len() >= words_max {
            return ends;
        }
        inside = !letter.is_whitespace();
    }
    ends.push(text.len());
    ends
}

/// A field that a member makes, by its name in lower case with single spaces.
fn custom(name: &str) -> Option<Field> {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    let name = words.join(" ");
    let letters = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '\'' | '/' | '&');
    let right = (1..=FIELD_WORDS_MAX).contains(&words.len())
        && name.chars().count() <= FIELD_LETTERS_MAX
        && name.chars().all(letters)
        && name.chars().any(char::is_alphabetic);
    right.then_some(Field::Custom(name))
}

fn field_name(field: &Field) -> &str {
    match field {
        Field::Name => "name",
        Field::Email => "email",
        Field::Phone => "phone",
        Field::Company => "company",
        Field::Title => "title",
        Field::Address => "address",
        Field::Birthday => "birthday",
        Field::Site => "site",
        Field::Custom(name) => name,
    }
}

/// A value without the link that mail programs write behind it: `acme.example <https://acme.example/>`.
fn plain_value(field: &Field, value: &str) -> String {
    let value = value.trim();
    if *field == Field::Email
        && let Some(address) = reference::whole_address(value)
    {
        return address;
    }
    let linked = value
        .strip_suffix(['>', ']'])
        .and_then(|v| v.rsplit_once(['<', '[']))
        .filter(|(shown, link)| {
            let schemes = ["http:", "https:", "mailto:", "tel:"];
            !shown.trim().is_empty() && schemes.iter().any(|scheme| link.starts_with(scheme))
        });
    linked.map_or(value, |(shown, _)| shown).trim().to_owned()
}

/// Tags in lower case, each once, in order; `#vip #berlin` needs no commas.
fn tags(text: &str) -> Vec<String> {
    let hashes = text.split_whitespace().count() > 1
        && text.split_whitespace().all(|word| word.starts_with('#'));
    let parts: Vec<&str> = match hashes {
        true => text.split_whitespace().collect(),
        false => text.split([',', ';', '،', '、']).collect(),
    };
    let mut tags: Vec<String> = Vec::new();
    for part in parts {
        let part = part.trim().trim_start_matches('#').trim_end_matches('.');
        let words: Vec<String> = part.split_whitespace().map(str::to_lowercase).collect();
        let tag = words.join(" ");
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}
