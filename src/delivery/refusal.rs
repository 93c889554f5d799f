//! Why a mail was not handed over, as far as what follows depends on it: the way is shut, later, or never.

use crate::domain::address;

/// Why a mail was not handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The way itself is shut, for this mail and any other: nobody answers, or does not let us in.
    Shut(String),
    /// Nobody is against it: a 4xx, a line that broke.
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
            Refusal::Shut(words) | Refusal::Later(words) | Refusal::Never { words, .. } => words,
        }
    }

    /// What it is where it says nothing of this mail, but of all that we send.
    pub(super) fn of_all(self) -> Refusal {
        match self {
            Refusal::Never { words, .. } => Refusal::Shut(words),
            other => other,
        }
    }

    /// What an answer of a server means at a step; `text` is what stands behind the code.
    pub(super) fn of_answer(step: Step, code: u16, text: &str) -> Refusal {
        let text: Vec<&str> = text.split_whitespace().collect();
        let words = format!("{code} {}", text.join(" "));
        if step == Step::Hello || NOT_LET_IN.contains(&code) {
            return Refusal::Shut(words);
        }
        if !(500..600).contains(&code) {
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

    const LATER: Option<bool> = None;
    const NEVER: Option<bool> = Some(false);
    const GONE: Option<bool> = Some(true);

    /// Where, the answer, and whether it is for good; and then, whether the address is gone.
    const CASES: [(Step, u16, &str, Option<bool>); 16] = [
        (Step::Hello, 554, "5.7.1 you are blocked", LATER),
        (Step::Hello, 535, "5.7.8 no", LATER),
        (Step::Sender, 530, "5.7.0 sign in first", LATER),
        (Step::Sender, 553, "5.1.8 who is that", NEVER),
        (Step::Sender, 550, "5.1.1 odd", NEVER),
        (Step::Recipient, 450, "4.2.1 greylisted", LATER),
        (Step::Recipient, 421, "busy", LATER),
        (Step::Recipient, 550, "5.1.1 no such user", GONE),
        (Step::Recipient, 550, "5.1.10 null MX", GONE),
        (Step::Recipient, 550, "5.1.12 new one", NEVER),
        (Step::Recipient, 550, "no such user", NEVER),
        (Step::Recipient, 552, "5.2.2 full", NEVER),
        (Step::Recipient, 354, "odd", LATER),
        (Step::Message, 554, "5.7.1 spam\nreally", NEVER),
        (Step::Message, 550, "5.1.1 no such user", GONE),
        (Step::Message, 451, "4.3.0 disk", LATER),
    ];

    #[test]
    fn a_fault_of_the_mail_is_for_good_and_any_other_is_not() {
        for (step, code, text, for_good) in CASES {
            let refusal = Refusal::of_answer(step, code, text);
            let found = match &refusal {
                Refusal::Shut(_) | Refusal::Later(_) => None,
                Refusal::Never { is_gone, .. } => Some(*is_gone),
            };
            assert_eq!(found, for_good, "{step:?} {code} {text}");
            let words: Vec<&str> = text.split_whitespace().collect();
            assert_eq!(refusal.words(), format!("{code} {}", words.join(" ")));
        }
    }
}
