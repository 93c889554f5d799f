//! How long somebody may let us wait: so long at once, so long in all, and a second longer for each so many bytes that went.

use std::time::Duration;

/// What somebody has left.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The longest rest.
    stall: Duration,
    /// What is left of what was earned.
    left: Duration,
    /// What is left at whatever pace.
    whole: Duration,
    /// Bytes that earn a second.
    second_bytes: u64,
}

impl Pace {
    /// One that begins with some patience.
    pub fn new(stall: Duration, patience: Duration, whole: Duration, second_bytes: u64) -> Pace {
        Pace {
            stall,
            left: patience,
            whole,
            second_bytes,
        }
    }

    /// How long the next piece may take.
    pub fn longest(&self) -> Duration {
        self.stall.min(self.left).min(self.whole)
    }

    /// That a piece took so long.
    pub fn waited(&mut self, waited: Duration) {
        self.left = self.left.saturating_sub(waited);
        self.whole = self.whole.saturating_sub(waited);
    }

    /// That so many bytes went.
    pub fn went(&mut self, bytes: usize) {
        self.left += Duration::from_secs_f64(bytes as f64 / self.second_bytes as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_goes_on_is_waited_for_and_whoever_dawdles_is_not() {
        let seconds = Duration::from_secs;
        let mut pace = Pace::new(seconds(30), seconds(60), seconds(100), 1_000);
        assert_eq!(pace.longest(), seconds(30));
        pace.waited(seconds(29));
        pace.went(1);
        pace.waited(seconds(29));
        assert!(pace.longest() < seconds(3));
        pace.went(10_000);
        assert!(pace.longest() > seconds(11));
        pace.went(1_000_000);
        assert_eq!(pace.longest(), seconds(30));
        pace.waited(seconds(30));
        assert_eq!(pace.longest(), seconds(12));
    }
}
