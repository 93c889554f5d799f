//! AUTH PLAIN and AUTH LOGIN (RFC 4954, RFC 4616), on the submission door alone, and never in clear over a network.

use super::command::Mechanism;
use super::{Action, Answer, Asked, Credentials, Door, Session, Stage, reply};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Which line of a sign-in comes next.
#[derive(Debug)]
pub(super) enum Step {
    Plain,
    Name,
    Password { name: String },
}

impl Session {
    pub(super) fn sign_in(&mut self, mechanism: Mechanism, initial: Option<String>) {
        if self.terms.door != Door::Submission {
            return self.refuse(reply::NO_SIGN_IN);
        }
        if self.hello.is_none() {
            return self.refuse(reply::HELLO_FIRST);
        }
        if self.account.is_some() {
            return self.refuse(reply::SIGNED_IN_ALREADY);
        }
        if self.transaction.is_some() {
            return self.refuse(reply::NOT_AMID_MAIL);
        }
        if !self.may_sign_in() {
            return self.refuse(reply::TLS_FIRST);
        }
        let (step, prompt) = match mechanism {
            Mechanism::Plain => (Step::Plain, reply::SAY_ANYTHING),
            Mechanism::Login => (Step::Name, reply::SAY_NAME),
        };
        match initial {
            Some(text) => self.take_step(step, &text),
            None => self.ask(step, prompt),
        }
    }

    pub(super) fn sign_in_line(&mut self, step: Step, line: &[u8]) {
        let text = line
            .strip_suffix(b"\r\n")
            .and_then(|line| std::str::from_utf8(line).ok());
        match text {
            Some("*") => self.refuse(reply::SIGN_IN_CANCELLED),
            Some(text) => self.take_step(step, text),
            None => self.refuse(reply::SIGN_IN_GARBLED),
        }
    }

    fn take_step(&mut self, step: Step, text: &str) {
        let Some(said) = decode(text) else {
            return self.refuse(reply::SIGN_IN_GARBLED);
        };
        match step {
            Step::Plain => match plain(&said) {
                Some(credentials) => self.check(credentials),
                None => self.refuse(reply::SIGN_IN_GARBLED),
            },
            Step::Name => self.ask(Step::Password { name: said }, reply::SAY_PASSWORD),
            Step::Password { name } => self.check(Credentials {
                name,
                password: said,
            }),
        }
    }

    fn ask(&mut self, step: Step, prompt: &'static str) {
        self.stage = Stage::SignIn(step);
        self.say(prompt);
    }

    fn check(&mut self, credentials: Credentials) {
        self.asked = Asked::Password;
        self.actions.push_back(Action::CheckPassword(credentials));
    }

    pub(super) fn password_checked(&mut self, answer: Answer) {
        match answer {
            Answer::RightPassword(account) => {
                self.account = Some(account);
                self.counts.idle_commands = 0;
                self.say(reply::SIGNED_IN);
            }
            Answer::WrongPassword => {
                self.say(reply::WRONG_PASSWORD);
                self.counts.wrong_passwords += 1;
                if self.counts.wrong_passwords >= self.terms.limits.wrong_passwords_max {
                    self.close_with(reply::TOO_MANY_SIGN_INS.into());
                }
            }
            Answer::TooManyPasswords => self.close_with(reply::TOO_MANY_SIGN_INS.into()),
            _ => self.say(reply::SIGN_IN_LATER),
        }
    }
}

fn decode(text: &str) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    String::from_utf8(bytes).ok()
}

/// `[authzid] NUL authcid NUL password` (RFC 4616 §2); nobody may act as another.
fn plain(said: &str) -> Option<Credentials> {
    let mut parts = said.split('\0');
    let (for_whom, name, password) = (parts.next()?, parts.next()?, parts.next()?);
    let is_whole = parts.next().is_none() && !name.is_empty() && !password.is_empty();
    let is_own = for_whom.is_empty() || for_whom.eq_ignore_ascii_case(name);
    (is_whole && is_own).then(|| Credentials {
        name: name.to_owned(),
        password: password.to_owned(),
    })
}
