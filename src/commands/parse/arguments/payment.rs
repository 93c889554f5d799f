//! Money: paid.

use super::Input;
use crate::commands::command::{Command, Ref};
use crate::commands::parse::opening::Built;
use crate::commands::parse::reference;
use crate::commands::problem::Problem;
use crate::domain::dates::When;
use crate::domain::money::Sum;

/// The most words of a name in front of an amount.
const NAME_WORDS_MAX: usize = 4;

impl Input<'_, '_> {
    /// `paid`.
    pub fn payment(&self) -> Option<Built> {
        let of_invoice = [
            self.target,
            reference::explicit(self.args).as_ref().map(|(of, _)| of),
        ]
        .into_iter()
        .flatten()
        .any(|of| matches!(of, Ref::Interaction(_)));
        if of_invoice && (self.opening.is_meant() || self.target.is_some()) {
            let problem = "invoices come with a later version; say who paid, and how much";
            return Some(Built::of(Err(
                Problem::new(problem).nearest("paid @ada: 25 EUR")
            )));
        }
        if !self.is_written() {
            return None;
        }
        if self.args.is_empty() {
            return self.lacking("an amount");
        }
        let (text, on) = match self.dated(self.args) {
            Ok(dated) => dated,
            Err(problem) => return Some(Built::of(Err(problem))),
        };
        let wrong = match Sum::read(&text) {
            Ok(amount) => return Built::right(Command::Paid { amount, on }),
            Err(error) => error.message,
        };
        match self.named_payer(&text, on.as_ref()) {
            Some(built) => Some(built),
            None => Some(Built::of(Err(Problem::new(wrong).nearest("paid: 25 EUR")))),
        }
    }

    /// `/paid ada 25 EUR`.
    fn named_payer(&self, text: &str, on: Option<&When>) -> Option<Built> {
        if self.target.is_some() || self.opening.has_colon() || !self.opening.is_certain() {
            return None;
        }
        let spaces = text.char_indices().filter(|(_, c)| c.is_whitespace());
        spaces.take(NAME_WORDS_MAX).find_map(|(at, _)| {
            let (name, rest) = text.split_at_checked(at)?;
            let amount = Sum::read(rest).ok()?;
            let name = Some(name).filter(|name| name.contains(char::is_alphabetic))?;
            let target = reference::whole(name)?;
            let on = on.cloned();
            Some(Built::of(Ok(Command::Paid { amount, on })).about(Some(target)))
        })
    }
}
