//! How the demo speaks: numbered steps, facts, and checks that count. In colour on a terminal, plain elsewhere.

use std::io::{IsTerminal, Write};

/// Prints, and remembers what did not hold.
pub struct Teller {
    colour: Colour,
    step: u32,
    checks: u32,
    failures: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Colour {
    On,
    Off,
}

const BOLD: &str = "1";
const DIM: &str = "2";
const GREEN: &str = "32";
const RED: &str = "31";

impl Teller {
    /// Speaks on standard output.
    pub fn on_stdout() -> Teller {
        let plain = std::env::var_os("NO_COLOR").is_some() || !std::io::stdout().is_terminal();
        Teller {
            colour: if plain { Colour::Off } else { Colour::On },
            step: 0,
            checks: 0,
            failures: Vec::new(),
        }
    }

    /// A sentence of its own.
    pub fn say(&self, words: &str) {
        self.print(&format!("\n{words}\n"));
    }

    /// The next step, by its title.
    pub fn step(&mut self, title: &str) {
        self.step += 1;
        let title = self.paint(BOLD, title);
        self.print(&format!("\n{:>2}  {title}\n", self.step));
    }

    /// Something that happened; further lines are indented below the first.
    pub fn fact(&self, label: &str, words: &str) {
        let label = self.paint(DIM, &format!("{label:<8}"));
        let words = words.trim_end().replace('\n', "\n             ");
        self.print(&format!("    {label} {words}\n"));
    }

    /// Something that must hold.
    pub fn check(&mut self, held: bool, words: &str) {
        self.checks += 1;
        let mark = if held {
            self.paint(GREEN, "✓")
        } else {
            self.paint(RED, "✗ NOT SO:")
        };
        self.print(&format!("    {mark} {words}\n"));
        if !held {
            self.failures.push(format!("step {}: {words}", self.step));
        }
    }

    /// Something that must be this.
    pub fn check_eq(&mut self, got: &str, wanted: &str, what: &str) {
        if got == wanted {
            self.check(true, &format!("{what}: {got}"));
        } else {
            self.check(
                false,
                &format!("{what} should be \"{wanted}\" and is \"{got}\""),
            );
        }
    }

    /// The end: how many held; true where all did.
    pub fn end(self) -> bool {
        let held = self.checks - self.failures.len() as u32;
        if self.failures.is_empty() {
            self.print(&format!(
                "\n{}\n",
                self.paint(GREEN, &format!("All {held} checks held."))
            ));
            return true;
        }
        self.print(&format!(
            "\n{}\n",
            self.paint(
                RED,
                &format!("{held} of {} checks held. These did not:", self.checks)
            )
        ));
        for failure in &self.failures {
            self.print(&format!("  {failure}\n"));
        }
        false
    }

    fn paint(&self, code: &str, words: &str) -> String {
        match self.colour {
            Colour::On => format!("\x1b[{code}m{words}\x1b[0m"),
            Colour::Off => words.to_owned(),
        }
    }

    /// A reader who went away (a closed pipe) is no reason to fail.
    fn print(&self, words: &str) {
        let _ = std::io::stdout().write_all(words.as_bytes());
    }
}
