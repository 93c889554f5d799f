//! Chance, as an argument: a running instance asks the system, a test says it.

use std::fmt;
use std::sync::Arc;

/// Draws numbers. Cheap to clone.
#[derive(Clone)]
pub struct Chance(Arc<dyn Fn() -> u64 + Send + Sync>);

impl Chance {
    /// The system's, which nobody can foretell.
    pub fn system() -> Chance {
        Chance::of(rand::random::<u64>)
    }

    /// What a function says.
    pub fn of(draw: impl Fn() -> u64 + Send + Sync + 'static) -> Chance {
        Chance(Arc::new(draw))
    }

    /// A number from 0 to below `end`; 0 where that is 0.
    pub fn below(&self, end: u64) -> u64 {
        (self.0)().checked_rem(end).unwrap_or_default()
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}
