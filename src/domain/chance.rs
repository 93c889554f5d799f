//! Chance, as an argument: a running instance asks the system, a test says it.

use std::fmt;
use std::sync::Arc;

/// Random bytes, as many as are wanted, of a source that gives some at a time.
pub fn nonce<const BYTES: usize, const AT_ONCE: usize>(
    random: fn() -> [u8; AT_ONCE],
) -> [u8; BYTES] {
    let mut nonce = [0; BYTES];
    for chunk in nonce.chunks_mut(AT_ONCE) {
        for (byte, random) in chunk.iter_mut().zip(random()) {
            *byte = random;
        }
    }
    nonce
}

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
