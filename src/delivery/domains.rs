//! How many mails go to one domain at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A place for each mail on its way, by the domain of its recipient. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Domains {
    places: usize,
    by_domain: Arc<Mutex<HashMap<String, Weak<Semaphore>>>>,
}

impl Domains {
    pub(super) fn new(places: usize) -> Domains {
        Domains {
            places: places.max(1),
            by_domain: Arc::default(),
        }
    }

    /// A place; waits where all are taken.
    pub(super) async fn place(&self, domain: &str) -> Option<OwnedSemaphorePermit> {
        let semaphore = self.semaphore(domain);
        // Never closed, so there is always a place in the end.
        semaphore.acquire_owned().await.ok()
    }

    fn semaphore(&self, domain: &str) -> Arc<Semaphore> {
        let mut by_domain = self
            .by_domain
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = by_domain.get(domain).and_then(Weak::upgrade) {
            return there;
        }
        // What nobody uses goes, so that the list is no longer than the mails on their way.
        by_domain.retain(|_, semaphore| semaphore.strong_count() > 0);
        let semaphore = Arc::new(Semaphore::new(self.places));
        by_domain.insert(domain.to_owned(), Arc::downgrade(&semaphore));
        semaphore
    }
}
