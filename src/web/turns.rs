//! How many at a time may do what takes long or much: so many of one account or workspace, and so many of all.

use super::message::Refusal;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// Turns at one thing.
pub struct Turns {
    each_max: usize,
    all: Arc<Semaphore>,
    taken: Mutex<HashMap<i64, usize>>,
    /// Tells that a turn ended.
    ended: Notify,
    /// What whoever gets none is told.
    words: &'static str,
}

/// A turn; it ends when it is dropped.
pub struct Turn {
    turns: Arc<Turns>,
    whose: i64,
    all: Option<OwnedSemaphorePermit>,
}

impl Turns {
    pub fn new(each_max: usize, all_max: usize, words: &'static str) -> Arc<Turns> {
        Arc::new(Turns {
            each_max,
            all: Arc::new(Semaphore::new(all_max)),
            taken: Mutex::default(),
            ended: Notify::new(),
            words,
        })
    }

    /// A turn for an account or a workspace. Where all have as many as there are, it waits for so long; where this one has, not.
    pub async fn take(self: &Arc<Turns>, whose: i64, patience: Duration) -> Result<Turn, Refusal> {
        let refused = || Refusal::Busy(self.words);
        if !self.count(whose) {
            return Err(refused());
        }
        // From here on it is given back, whatever comes of it.
        let mut turn = Turn {
            turns: self.clone(),
            whose,
            all: None,
        };
        let one = tokio::time::timeout(patience, self.all.clone().acquire_owned()).await;
        turn.all = Some(one.map_err(|_| refused())?.map_err(|_| refused())?);
        Ok(turn)
    }

    /// The same, where this one's own turns were told to end: for that it waits too, as long.
    pub async fn take_next(
        self: &Arc<Turns>,
        whose: i64,
        patience: Duration,
    ) -> Result<Turn, Refusal> {
        let next = async {
            loop {
                let ended = self.ended.notified();
                if self.has_room(whose) {
                    return;
                }
                ended.await;
            }
        };
        let _ = tokio::time::timeout(patience, next).await;
        self.take(whose, patience).await
    }

    fn has_room(&self, whose: i64) -> bool {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.get(&whose).is_none_or(|own| *own < self.each_max)
    }

    /// Counts one more; false, and nothing is counted, where that is too many.
    fn count(&self, whose: i64) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.entry(whose).or_default();
        let may = *own < self.each_max;
        *own += usize::from(may);
        may
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let taken = self.turns.taken.lock();
        let mut taken = taken.unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.whose) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.whose);
            }
        }
        drop(taken);
        self.turns.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_is_one_s_own_and_comes_back() {
        let turns = Turns::new(1, 2, "");
        let take = |whose| turns.take(whose, Duration::ZERO);
        let first = take(1).await.unwrap();
        assert!(take(1).await.is_err(), "one each");
        let _second = take(2).await.unwrap();
        assert!(take(3).await.is_err(), "two of all");
        drop(first);
        let third = take(3).await.unwrap();
        assert!(take(1).await.is_err(), "and nothing of a refused one stays");
        drop(third);
        take(1).await.unwrap();
    }
}
