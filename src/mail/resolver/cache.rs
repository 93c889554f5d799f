//! What was answered lately, and who is asking right now.

use super::{Answer, Question};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// Most answers that are kept; when full, what is out of date goes, and else everything.
const ANSWERS: usize = 20_000;

/// Answers with their time.
#[derive(Default)]
pub struct Cache {
    answers: Mutex<HashMap<Question, (Instant, Answer)>>,
}

impl Cache {
    /// An answer that is still good.
    pub fn get(&self, question: &Question) -> Option<Answer> {
        let answers = lock(&self.answers);
        let (until, answer) = answers.get(question)?;
        (*until > Instant::now()).then(|| answer.clone())
    }

    /// Keeps an answer for a while.
    pub fn insert(&self, question: Question, answer: Answer, kept: Duration) {
        let now = Instant::now();
        let mut answers = lock(&self.answers);
        if answers.len() >= ANSWERS {
            answers.retain(|_, (until, _)| *until > now);
        }
        if answers.len() >= ANSWERS {
            answers.clear();
        }
        answers.insert(question, (now + kept, answer));
    }
}

/// Questions that are being asked, so that a flood of mail from one domain asks once.
#[derive(Default)]
pub struct Flights {
    open: Mutex<HashMap<Question, Arc<OnceCell<Answer>>>>,
}

impl Flights {
    /// Joins whoever asks this, or is the first.
    pub fn join(&self, question: &Question) -> Arc<OnceCell<Answer>> {
        let mut open = lock(&self.open);
        if open.len() >= ANSWERS {
            open.clear();
        }
        open.entry(question.clone()).or_default().clone()
    }

    /// Forgets a question that was answered.
    pub fn leave(&self, question: &Question) {
        lock(&self.open).remove(question);
    }
}

/// A poisoned lock still guards whole values: nothing is left half done under it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
