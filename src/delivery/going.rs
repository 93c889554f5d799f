//! The mails of one workspace that are on their way, and how many workspaces wait for a relay of their own alone.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::Id;

/// The mails of one workspace that are on their way: so many by the operator's way, and so many by a relay of its own.
#[derive(Debug)]
pub(super) struct Going {
    max: usize,
    by_task: HashMap<Id, Mail>,
}

#[derive(Debug)]
struct Mail {
    domain: String,
    is_by_own: bool,
}

impl Going {
    pub(super) fn new(max: usize) -> Going {
        Going {
            max: max.max(1),
            by_task: HashMap::new(),
        }
    }

    pub(super) fn add(&mut self, id: Id, domain: String, is_by_own: bool) {
        self.by_task.insert(id, Mail { domain, is_by_own });
    }

    pub(super) fn remove(&mut self, id: Id) {
        self.by_task.remove(&id);
    }

    pub(super) fn count(&self) -> usize {
        self.by_task.len()
    }

    /// How many go to a domain.
    pub(super) fn count_to(&self, domain: &str) -> usize {
        let mails = self.by_task.values();
        mails.filter(|mail| mail.domain == domain).count()
    }

    /// How many more may go by the operator's way.
    pub(super) fn free_ours(&self) -> usize {
        self.max.saturating_sub(self.count() - self.count_by_own())
    }

    /// How many more may go by the workspace's own relay.
    pub(super) fn free_own(&self) -> usize {
        self.max.saturating_sub(self.count_by_own())
    }

    pub(super) fn has_room(&self) -> bool {
        self.free_ours() > 0 || self.free_own() > 0
    }

    /// Whether there are some, and all by the workspace's own relay.
    pub(super) fn is_all_by_own(&self) -> bool {
        self.count() > 0 && self.count_by_own() == self.count()
    }

    fn count_by_own(&self) -> usize {
        self.by_task.values().filter(|mail| mail.is_by_own).count()
    }
}

/// How many workers wait for relays of workspaces alone. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Slow(Arc<AtomicUsize>);

/// One worker's share in that.
#[derive(Debug)]
pub(super) struct SlowGuard {
    slow: Slow,
    is_counted: bool,
}

impl Slow {
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn guard(&self) -> SlowGuard {
        SlowGuard {
            slow: self.clone(),
            is_counted: false,
        }
    }
}

impl SlowGuard {
    pub(super) fn set(&mut self, is_slow: bool) {
        match (self.is_counted, is_slow) {
            (false, true) => self.slow.0.fetch_add(1, Ordering::Relaxed),
            (true, false) => self.slow.0.fetch_sub(1, Ordering::Relaxed),
            _ => return,
        };
        self.is_counted = is_slow;
    }
}

impl Drop for SlowGuard {
    fn drop(&mut self) {
        self.set(false);
    }
}
