//! How many bytes of files may be here at a time: of one account, and of all.

use super::message::Refusal;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of files of all accounts.
const ALL_BYTES_MAX: u64 = 12 * 1024 * 1024 * 1024;
/// So many accounts share them.
const SHARES: u64 = 3;

/// Bytes that are here, by account.
pub struct Room {
    all_max: u64,
    taken: Mutex<HashMap<i64, u64>>,
}

/// The bytes of one file; they are free when it is dropped.
pub struct Taken {
    room: Arc<Room>,
    account_id: i64,
    bytes: u64,
}

impl Room {
    /// For so many bytes in all; 12 GiB where absent.
    pub fn new(all_max: Option<u64>) -> Arc<Room> {
        Arc::new(Room {
            all_max: all_max.unwrap_or(ALL_BYTES_MAX),
            taken: Mutex::default(),
        })
    }

    /// A place for a file that comes in.
    pub fn of(self: &Arc<Room>, account_id: i64) -> Taken {
        Taken {
            room: self.clone(),
            account_id,
            bytes: 0,
        }
    }
}

impl Taken {
    /// Takes more room; a refusal, and nothing is taken, where there is none.
    pub fn take(&mut self, bytes: u64) -> Result<(), Refusal> {
        let taken = self.room.taken.lock();
        let mut taken = taken.unwrap_or_else(PoisonError::into_inner);
        let all: u64 = taken.values().sum();
        let own = taken.entry(self.account_id).or_default();
        let has_room =
            all + bytes <= self.room.all_max && *own + bytes <= self.room.all_max / SHARES;
        if !has_room {
            return Err(Refusal::Busy(
                "You, or others, have too many files here. Wait until they are taken in, or stop one, and try again.",
            ));
        }
        *own += bytes;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let taken = self.room.taken.lock();
        let mut taken = taken.unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.account_id) {
            *own = own.saturating_sub(self.bytes);
            if *own == 0 {
                taken.remove(&self.account_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_has_a_share_and_all_have_the_whole() {
        let room = Room::new(Some(30));
        let mut first = room.of(1);
        first.take(6).unwrap();
        let mut second = room.of(1);
        second.take(4).unwrap();
        assert!(second.take(1).is_err());
        let mut others: Vec<Taken> = (2..4).map(|id| room.of(id)).collect();
        others.iter_mut().for_each(|one| one.take(10).unwrap());
        assert!(room.of(4).take(1).is_err());
        drop(first);
        room.of(4).take(6).unwrap();
        second.take(6).unwrap();
        drop((second, others));
        assert!(room.taken.lock().unwrap().is_empty());
    }
}
