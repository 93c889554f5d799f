//! The operator's log: what happened, by numbers. Whatever an error of a database or of a server says, no mail address goes into
//! it: it outlives whoever is erased, and nobody erases there.

use crate::config::Config;
use std::io::{self, Write};
use tracing_subscriber::EnvFilter;

/// async-openai logs whole answers of providers: what was said in a voice note.
const NEVER_LOGGED: &str = "async_openai=off";
/// Stands where an address was.
const ADDRESS: &str = "[address]";
/// What ends an address on either side, beside white space.
const AROUND: &str = "<>()[]{}\"'`,;:\\/|";

/// Logs go to standard error; a wrong filter falls back to `info` and says so.
pub(super) fn begin(config: &Config) {
    // A second call, as in tests, keeps the first. No colours: they would stand within words.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter(&config.log))
        .with_ansi(false)
        .with_writer(|| Masked(io::stderr()))
        .try_init();
}

fn filter(log: &str) -> EnvFilter {
    EnvFilter::try_new(format!("{log},{NEVER_LOGGED}")).unwrap_or_else(|e| {
        eprintln!("rapport: the log setting \"{log}\" is not right ({e}); logging at info");
        EnvFilter::new(format!("info,{NEVER_LOGGED}"))
    })
}

/// Lines as they are written, each at once, without the addresses in them.
struct Masked<W>(W);

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        self.0.write_all(masked(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A text without what looks like a mail address: letters on both sides of an `@`.
fn masked(text: &str) -> String {
    let ends = |letter: char| letter.is_whitespace() || AROUND.contains(letter);
    let mut kept = String::with_capacity(text.len());
    for part in text.split_inclusive(ends) {
        let word = part.trim_end_matches(ends);
        let is_one = matches!(word.split_once('@'), Some((name, domain)) if !name.is_empty() && !domain.is_empty());
        match is_one {
            true => {
                kept.push_str(ADDRESS);
                kept.push_str(part.get(word.len()..).unwrap_or_default());
            }
            false => kept.push_str(part),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_answers_is_never_logged() {
        for log in ["info", "debug,sqlx=warn", "async_openai=trace", "a=b=c"] {
            let filter = filter(log).to_string();
            let words: Vec<&str> = filter.split(',').collect();
            assert!(words.contains(&NEVER_LOGGED), "{log}: {filter}");
            assert!(!words.contains(&"async_openai=trace"), "{filter}");
        }
    }

    #[test]
    fn no_address_is_written() {
        for (said, written) in [
            (
                "ERROR a mail was not filed spool_id=7 detail: Some(\"Key (address)=(Ada+x@acme.example) already exists.\")\n",
                "ERROR a mail was not filed spool_id=7 detail: Some(\"Key (address)=([address]) already exists.\")\n",
            ),
            (
                "550 <ada@acme.example>: no mailbox, bounce+ada=acme.example@crm.example",
                "550 <[address]>: no mailbox, [address]",
            ),
            (
                "to ada@acme.example\nto ädä@ümläut.example",
                "to [address]\nto [address]",
            ),
            (
                "postgres://rapport:secret@db.example/crm",
                "postgres://rapport:[address]/crm",
            ),
            (
                "INFO page method=GET route=\"/team\" ms=3",
                "INFO page method=GET route=\"/team\" ms=3",
            ),
            ("@ alone, @rapport_bot, x@", "@ alone, @rapport_bot, x@"),
            ("", ""),
        ] {
            let mut out = Masked(Vec::new());
            out.write_all(said.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(out.0).unwrap(), written);
        }
    }
}
