//! The token of a bot: whoever has it is the bot. It is shown to nobody, and masked where somebody wrote it into a text.

use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// What stands for the secret half of a token.
const MASK: &str = "•••";
/// Digits of the number of a bot.
const NUMBER_DIGITS: std::ops::RangeInclusive<usize> = 6..=12;
/// Letters of the secret half at the least.
const SECRET_LETTERS_MIN: usize = 30;
/// And at the most.
const SECRET_LETTERS_MAX: usize = 64;

/// A token as BotFather gives it: `123456789:AAH…`. What shows it shows the number alone.
#[derive(Clone, PartialEq, Eq)]
pub struct BotToken(String);

impl BotToken {
    /// The token, where the whole text is one.
    pub fn read(text: &str) -> Option<BotToken> {
        let text = text.trim();
        let (number, secret) = text.split_once(':')?;
        let right = NUMBER_DIGITS.contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_digit())
            && (SECRET_LETTERS_MIN..=SECRET_LETTERS_MAX).contains(&secret.len())
            && secret.bytes().all(is_secret);
        right.then(|| BotToken(text.to_owned()))
    }

    /// The token itself.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// The bot's number at Telegram.
    pub fn bot_id(&self) -> i64 {
        let (number, _) = self.0.split_once(':').unwrap_or_default();
        number.parse().unwrap_or_default()
    }
}

impl fmt::Debug for BotToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{MASK}", self.bot_id())
    }
}

impl Serialize for BotToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:?}"))
    }
}

fn is_secret(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// A text with the secret half of every token in it masked: `123456789:•••`.
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut done = 0;
    for (colon, _) in text.match_indices(':') {
        let (before, behind) = (text.get(done..colon), text.get(colon + 1..));
        let (Some(before), Some(behind)) = (before, behind) else {
            continue;
        };
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let secret = behind.bytes().take_while(|b| is_secret(*b)).count();
        // More digits than a number has end in one.
        if digits < *NUMBER_DIGITS.start() || secret < SECRET_LETTERS_MIN {
            continue;
        }
        shown.push_str(before);
        shown.push(':');
        shown.push_str(MASK);
        done = colon + 1 + secret;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(shown)
}

/// Whether a text holds what [`masked`] leaves of a token: what is said again with it would not be the same.
pub fn is_masked(text: &str) -> bool {
    text.contains(&format!(":{MASK}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";

    #[test]
    fn a_token_is_read_and_never_shown() {
        let token = BotToken::read(&format!(" 123456789:{SECRET}\n")).unwrap();
        assert_eq!(token.secret(), format!("123456789:{SECRET}"));
        assert_eq!(token.bot_id(), 123_456_789);
        assert_eq!(format!("{token:?}"), "123456789:•••");
        assert_eq!(serde_json::json!(token), "123456789:•••");
        for text in [
            "",
            "123456789",
            "123456789:short",
            &format!("12345:{SECRET}"),
            &format!("1234567890123:{SECRET}"),
            &format!("12345678x:{SECRET}"),
            &format!("123456789:{SECRET}ä"),
            &format!("123456789:{SECRET} x"),
            &format!("123456789:{}", SECRET.repeat(3)),
        ] {
            assert_eq!(BotToken::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_token_in_a_text_is_masked_wherever_it_stands() {
        for (text, shown) in [
            ("connect bot: T", "connect bot: 123456789:•••"),
            ("connct bot: <T>!", "connct bot: <123456789:•••>!"),
            ("T T", "123456789:••• 123456789:•••"),
            ("x:T:y", "x:123456789:•••:y"),
            ("ä99T", "ä99123456789:•••"),
            ("at 123456:30", "at 123456:30"),
            ("a:b::c", "a:b::c"),
            ("", ""),
        ] {
            let token = format!("123456789:{SECRET}");
            let written = text.replace('T', &token);
            assert_eq!(masked(&written), shown, "{text}");
            assert_eq!(is_masked(&masked(&written)), text.contains('T'), "{text}");
        }
    }
}
