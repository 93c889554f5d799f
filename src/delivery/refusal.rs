//! Why a mail was not handed over, as far as what follows depends on it: later, or never.

use crate::domain::address;

/// Why a mail was not handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody is against it: a 4xx, a line that broke, a peer that is silent, a relay that does not let us in.
    Later(String),
    /// A 5xx to this mail.
    Never {
        /// What was said.
        words: String,
        /// Whether it was said that there is no such address.
        is_gone: bool,
    },
}

/// Where in the dialogue an answer came (RFC 5321 §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Greeting, EHLO, STARTTLS, AUTH: nothing was said of any mail yet.
    Hello,
    /// MAIL.
    Sender,
    /// RCPT.
    Recipient,
    /// DATA, and the end of the message.
    Message,
}

/// RFC 4954 §6 and RFC 3207: they want us to sign in, or to close the line. That is the operator's to mend, and no fault of the
/// mail: it waits.
const NOT_LET_IN: [u16; 4] = [530, 534, 535, 538];

impl Refusal {
    /// What was said.
    pub fn words(&self) -> &str {
        match self {
            Refusal::Later(words) | Refusal::Never { words, .. } => words,
        }
    }

    /// What an answer of a server means at a step; `text` is what stands behind the code.
    pub(super) fn of_answer(step: Step, code: u16, text: &str) -> Refusal {
        let text: Vec<&str> = text.split_whitespace().collect();
        let words = format!("{code} {}", text.join(" "));
        let is_for_good = (500..600).contains(&code) && !NOT_LET_IN.contains(&code);
        if !is_for_good || step == Step::Hello {
            return Refusal::Later(words);
        }
        let status = text.first().copied().unwrap_or_default();
        let is_about_recipient = matches!(step, Step::Recipient | Step::Message);
        Refusal::Never {
            is_gone: is_about_recipient && address::is_gone(status),
            words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_the_mail_is_for_good_and_any_other_is_not() {
        let later = |words: &str| Refusal::Later(words.to_owned());
        let never = |words: &str, is_gone| Refusal::Never {
            words: words.to_owned(),
            is_gone,
        };
        for (step, code, text, expected) in [
            (
                Step::Hello,
                554,
                "5.7.1 you are blocked",
                later("554 5.7.1 you are blocked"),
            ),
            (Step::Hello, 535, "5.7.8 no", later("535 5.7.8 no")),
            (
                Step::Sender,
                530,
                "5.7.0 sign in first",
                later("530 5.7.0 sign in first"),
            ),
            (
                Step::Sender,
                553,
                "5.1.8 who is that",
                never("553 5.1.8 who is that", false),
            ),
            (
                Step::Sender,
                550,
                "5.1.1 odd",
                never("550 5.1.1 odd", false),
            ),
            (
                Step::Recipient,
                450,
                "4.2.1 greylisted",
                later("450 4.2.1 greylisted"),
            ),
            (Step::Recipient, 421, "busy", later("421 busy")),
            (
                Step::Recipient,
                550,
                "5.1.1 no such user",
                never("550 5.1.1 no such user", true),
            ),
            (
                Step::Recipient,
                550,
                "5.1.10 null MX",
                never("550 5.1.10 null MX", true),
            ),
            (
                Step::Recipient,
                550,
                "5.1.12 new one",
                never("550 5.1.12 new one", false),
            ),
            (
                Step::Recipient,
                550,
                "no such user",
                never("550 no such user", false),
            ),
            (
                Step::Recipient,
                552,
                "5.2.2 full",
                never("552 5.2.2 full", false),
            ),
            (Step::Recipient, 354, "odd", later("354 odd")),
            (
                Step::Message,
                554,
                "5.7.1 spam\nreally",
                never("554 5.7.1 spam really", false),
            ),
            (
                Step::Message,
                550,
                "5.1.1 no such user",
                never("550 5.1.1 no such user", true),
            ),
            (Step::Message, 451, "4.3.0 disk", later("451 4.3.0 disk")),
        ] {
            assert_eq!(
                Refusal::of_answer(step, code, text),
                expected,
                "{step:?} {code}"
            );
        }
    }
}
