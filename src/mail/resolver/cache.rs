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

/// After so many questions in a row without any answer, nothing is asked for a while.
pub const UNANSWERED: u32 = 6;
/// For how long.
const SILENT: Duration = Duration::from_secs(15);
/// While answers came so lately, the network works, and it is single domains whose servers are silent: nobody can stop
/// the checks of all by sending mail from such.
const LATELY: Duration = Duration::from_secs(30);

/// Whether the network answers at all, so that a machine without one does not wait for each message.
#[derive(Default)]
pub struct Silence {
    state: Mutex<SilenceState>,
}

#[derive(Default)]
struct SilenceState {
    unanswered: u32,
    answered: Option<Instant>,
    until: Option<Instant>,
}

impl Silence {
    /// Whether asking is in vain now.
    pub fn holds(&self) -> bool {
        let until = lock(&self.state).until;
        until.is_some_and(|u| u > Instant::now())
    }

    /// Somebody answered.
    pub fn end(&self) {
        let mut state = lock(&self.state);
        state.unanswered = 0;
        state.answered = Some(Instant::now());
        state.until = None;
    }

    /// Nobody answered.
    pub fn deepen(&self) {
        let mut state = lock(&self.state);
        state.unanswered = state.unanswered.saturating_add(1);
        let now = Instant::now();
        let works = state
            .answered
            .is_some_and(|a| now.duration_since(a) < LATELY);
        if state.unanswered >= UNANSWERED && !works {
            state.until = Some(now + SILENT);
        }
    }
}

/// A poisoned lock still guards whole values: nothing is left half done under it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
