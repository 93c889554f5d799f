//! The languages that members speak to Rapport in. Knows which there are, and nothing of their words.

use std::fmt;

/// A language that the words of commands and dates are known in. English always works beside the member's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// `en`
    #[default]
    English,
    /// `fi`
    Finnish,
    /// `de`
    German,
    /// `fr`
    French,
    /// `es`
    Spanish,
    /// `sv`
    Swedish,
}

impl Language {
    /// Every one, English first.
    pub const ALL: [Language; 6] = [
        Language::English,
        Language::Finnish,
        Language::German,
        Language::French,
        Language::Spanish,
        Language::Swedish,
    ];

    /// The primary subtag of BCP 47 (RFC 5646 section 2.2.1), lower case.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Finnish => "fi",
            Language::German => "de",
            Language::French => "fr",
            Language::Spanish => "es",
            Language::Swedish => "sv",
        }
    }

    /// The language of a tag such as `de`, `de-AT` or `sv_FI`; `None` for one that is not spoken here.
    pub fn from_tag(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Language::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// What its speakers call it.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Finnish => "suomi",
            Language::German => "Deutsch",
            Language::French => "français",
            Language::Spanish => "español",
            Language::Swedish => "svenska",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl serde::Serialize for Language {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

impl<'de> serde::Deserialize<'de> for Language {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Language, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Language::from_tag(&tag).ok_or_else(|| serde::de::Error::custom("an unknown language"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_the_first_part_of_its_tag() {
        for (tag, language) in [
            ("en", Some(Language::English)),
            ("EN-gb", Some(Language::English)),
            ("fi", Some(Language::Finnish)),
            ("de-AT", Some(Language::German)),
            ("fr_CA", Some(Language::French)),
            ("es-419", Some(Language::Spanish)),
            ("sv-FI", Some(Language::Swedish)),
            ("da", None),
            ("", None),
            ("english", None),
        ] {
            assert_eq!(Language::from_tag(tag), language, "{tag}");
        }
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
    }
}
