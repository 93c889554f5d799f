//! Whether sessions queue for the disk: then who has time gives way to them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// So many messages in one commit mean that sessions had to wait for the one before.
const PRESS_MESSAGES: usize = 3;
/// Without a press for so long, there is a lull.
const LULL: Duration = Duration::from_millis(20);

/// When sessions last queued.
#[derive(Debug)]
pub(super) struct Press {
    started: Instant,
    /// When the last press is over, in milliseconds since the start.
    over_ms: AtomicU64,
}

impl Press {
    pub(super) fn new() -> Press {
        Press {
            started: Instant::now(),
            over_ms: AtomicU64::new(0),
        }
    }

    /// A commit carried so many messages.
    pub(super) fn note(&self, messages: usize) {
        self.note_at(messages, self.now_ms());
    }

    /// Returns in a lull, or when `wait_max` is over.
    pub(super) async fn lull(&self, wait_max: Duration) {
        let until = Instant::now() + wait_max;
        loop {
            let wait = self.wait_at(self.now_ms());
            let left = until.saturating_duration_since(Instant::now());
            if wait.is_zero() || left.is_zero() {
                return;
            }
            tokio::time::sleep(wait.min(left)).await;
        }
    }

    fn note_at(&self, messages: usize, now_ms: u64) {
        if messages >= PRESS_MESSAGES {
            let over_ms = now_ms + LULL.as_millis() as u64;
            self.over_ms.store(over_ms, Ordering::Relaxed);
        }
    }

    fn wait_at(&self, now_ms: u64) -> Duration {
        let over_ms = self.over_ms.load(Ordering::Relaxed);
        Duration::from_millis(over_ms.saturating_sub(now_ms))
    }

    fn now_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sessions_that_queue_are_given_way_to_and_only_for_a_moment() {
        let press = Press::new();
        assert_eq!(press.wait_at(0), Duration::ZERO);
        press.note_at(PRESS_MESSAGES - 1, 100);
        assert_eq!(press.wait_at(100), Duration::ZERO);
        press.note_at(PRESS_MESSAGES, 100);
        assert_eq!(press.wait_at(100), LULL);
        assert_eq!(press.wait_at(119), Duration::from_millis(1));
        assert_eq!(press.wait_at(120), Duration::ZERO);
    }
}
