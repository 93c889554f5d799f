//! How often an address may be wrong about a password. The right one is not even looked at beyond that, since looking
//! costs 20 MB and much time (argon2id).

use super::places::Block;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

const WINDOW: Duration = Duration::from_secs(600);
/// Addresses that are remembered at most; when there are more, those whose window ended are forgotten, then all.
const ADDRESSES_MAX: usize = 20_000;
/// Passwords that are looked at in the same moment.
const AT_ONCE: usize = 2;

#[derive(Debug)]
pub(super) struct SignIns {
    wrong_max: usize,
    wrong: Mutex<HashMap<Block, Wrong>>,
    pub(super) turns: Semaphore,
}

#[derive(Debug)]
struct Wrong {
    since: Instant,
    count: usize,
}

impl SignIns {
    pub(super) fn new(wrong_max: usize) -> SignIns {
        SignIns {
            wrong_max,
            wrong: Mutex::default(),
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// Whether a password from there is looked at.
    pub(super) fn may_try(&self, block: Block, now: Instant) -> bool {
        match self.wrong().get(&block) {
            Some(wrong) => wrong.count < self.wrong_max || wrong.is_over(now),
            None => true,
        }
    }

    /// One more that was wrong.
    pub(super) fn was_wrong(&self, block: Block, now: Instant) {
        let mut all = self.wrong();
        if all.len() >= ADDRESSES_MAX {
            all.retain(|_, wrong| !wrong.is_over(now));
        }
        if all.len() >= ADDRESSES_MAX {
            all.clear();
        }
        let wrong = all.entry(block).or_insert(Wrong {
            since: now,
            count: 0,
        });
        if wrong.is_over(now) {
            *wrong = Wrong {
                since: now,
                count: 0,
            };
        }
        wrong.count += 1;
    }

    fn wrong(&self) -> MutexGuard<'_, HashMap<Block, Wrong>> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wrong {
    fn is_over(&self, now: Instant) -> bool {
        now.duration_since(self.since) > WINDOW
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    #[test]
    fn an_address_that_guesses_must_wait() {
        let sign_ins = SignIns::new(3);
        let guesser = Block::of(IpAddr::from([192, 0, 2, 1]));
        let other = Block::of(IpAddr::from([192, 0, 2, 2]));
        let now = Instant::now();
        for _ in 0..3 {
            assert!(sign_ins.may_try(guesser, now));
            sign_ins.was_wrong(guesser, now);
        }
        assert!(!sign_ins.may_try(guesser, now));
        assert!(sign_ins.may_try(other, now));
        let later = now + WINDOW + Duration::from_secs(1);
        assert!(sign_ins.may_try(guesser, later));
        sign_ins.was_wrong(guesser, later);
        assert!(sign_ins.may_try(guesser, later));
    }
}
