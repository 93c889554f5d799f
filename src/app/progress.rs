//! How far something long is, on a terminal: one line that is written over. Ctrl-C stops it where it may be stopped.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often a terminal is told how far it is.
const TELL_EVERY: Duration = Duration::from_millis(500);
/// Signs of the bar.
const BAR_SIGNS: u64 = 20;

/// Shows how far it is until it is dropped.
pub struct Bar {
    ended: CancellationToken,
    is_shown: bool,
}

impl Bar {
    /// On a terminal alone; what is asked gives percent and words. The first Ctrl-C cancels `stop`, the second ends the program.
    pub fn begin(
        far: Arc<dyn Fn() -> (u64, String) + Send + Sync>,
        stop: CancellationToken,
    ) -> Bar {
        let ended = CancellationToken::new();
        let is_shown = std::io::stderr().is_terminal();
        let until = ended.clone();
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(TELL_EVERY);
            loop {
                tokio::select! {
                    () = until.cancelled() => return,
                    _ = tokio::signal::ctrl_c() => match stop.is_cancelled() {
                        true => std::process::exit(130),
                        false => stop.cancel(),
                    },
                    _ = ticks.tick() => if is_shown {
                        let (percent, words) = far();
                        let mut out = std::io::stderr().lock();
                        let _ = write!(out, "\r{}", line(percent, &words)).and_then(|()| out.flush());
                    },
                }
            }
        });
        Bar { ended, is_shown }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.ended.cancel();
        if self.is_shown {
            // What is said next begins a line of its own.
            let _ = writeln!(std::io::stderr());
        }
    }
}

fn line(percent: u64, words: &str) -> String {
    let full = percent.min(100) * BAR_SIGNS / 100;
    let bar: String = (0..BAR_SIGNS)
        .map(|at| if at < full { '#' } else { '.' })
        .collect();
    format!("[{bar}] {percent:3} %  {words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_up() {
        let none = ".".repeat(20);
        assert_eq!(line(0, ""), format!("[{none}]   0 %  "));
        let half = format!("{}{}", "#".repeat(10), ".".repeat(10));
        assert_eq!(line(50, "7 people"), format!("[{half}]  50 %  7 people"));
        assert_eq!(line(100, ""), format!("[{}] 100 %  ", "#".repeat(20)));
    }
}
