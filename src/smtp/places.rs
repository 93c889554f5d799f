//! Who may be connected: places in all and for each address. When they run short, the session that got on least gives its
//! place up.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// What counts as one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Block {
    /// This machine: relays, proxies and programs beside us, each of which may speak for many.
    Loopback,
    /// An IPv4 address.
    V4(u32),
    /// The 64 bits of IPv6 that one customer is given at least.
    V6(u64),
}

/// How many places there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    /// In all.
    pub all: usize,
    /// For one address.
    pub of_address: usize,
    /// For this machine itself.
    pub of_loopback: usize,
}

/// An address that has its share gets another place for one that was silent so long, so that dead connections do not lock
/// their owner out, and a flood does not merely churn.
const IDLE_ENOUGH: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Places {
    shares: Shares,
    started: Instant,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    seats: HashMap<u64, Arc<Seat>>,
    by_block: HashMap<Block, usize>,
    next_number: u64,
    closed: bool,
}

/// A place, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    seat: Arc<Seat>,
}

#[derive(Debug)]
struct Seat {
    number: u64,
    block: Block,
    /// Milliseconds since `started` at which the session last got on.
    progress_ms: AtomicU64,
    /// Its message is being written: it is never put out now.
    keeping: AtomicBool,
    signal: AtomicU8,
    wake: Notify,
}

/// What a session is told from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// Nothing.
    GoOn,
    /// Another needs the place.
    GiveWay,
    /// The server stops: end what is coming in, and close.
    Stop,
    /// Close now.
    StopNow,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPlace {
    InAll,
    ForAddress,
}

impl Block {
    pub(super) fn of(address: IpAddr) -> Block {
        match address.to_canonical() {
            address if address.is_loopback() => Block::Loopback,
            IpAddr::V4(v4) => Block::V4(v4.to_bits()),
            IpAddr::V6(v6) => Block::V6((v6.to_bits() >> 64) as u64),
        }
    }
}

impl Signal {
    fn of(number: u8) -> Signal {
        match number {
            0 => Signal::GoOn,
            1 => Signal::GiveWay,
            2 => Signal::Stop,
            _ => Signal::StopNow,
        }
    }
}

impl Places {
    pub(super) fn new(shares: Shares) -> Arc<Places> {
        Arc::new(Places {
            shares,
            started: Instant::now(),
            taken: Mutex::default(),
        })
    }

    /// Takes a place; where all are taken, the session that got on longest ago loses its own.
    pub(super) fn take(self: &Arc<Places>, block: Block) -> Result<Place, NoPlace> {
        let mut taken = self.taken();
        if taken.closed {
            return Err(NoPlace::InAll);
        }
        let of_block = taken.by_block.get(&block).copied().unwrap_or(0);
        let share = match block {
            Block::Loopback => self.shares.of_loopback,
            Block::V4(_) | Block::V6(_) => self.shares.of_address,
        };
        if of_block >= share {
            let idle_ms = IDLE_ENOUGH.as_millis() as u64;
            let before_ms = self.now_ms().saturating_sub(idle_ms);
            let oldest = taken.oldest(|seat| seat.block == block);
            let idle = oldest.filter(|seat| seat.progress_ms.load(Ordering::Relaxed) < before_ms);
            taken.put_out(idle.ok_or(NoPlace::ForAddress)?);
        }
        if taken.seats.len() >= self.shares.all {
            let oldest = taken.oldest(|_| true).ok_or(NoPlace::InAll)?;
            taken.put_out(oldest);
        }
        taken.next_number += 1;
        let seat = Arc::new(Seat {
            number: taken.next_number,
            block,
            progress_ms: AtomicU64::new(self.now_ms()),
            keeping: AtomicBool::new(false),
            signal: AtomicU8::new(0),
            wake: Notify::new(),
        });
        *taken.by_block.entry(block).or_default() += 1;
        taken.seats.insert(seat.number, seat.clone());
        Ok(Place {
            places: self.clone(),
            seat,
        })
    }

    /// Gives no more places, and tells those who have one.
    pub(super) fn close(&self, signal: Signal) {
        let mut taken = self.taken();
        taken.closed = true;
        for seat in taken.seats.values() {
            seat.tell(signal);
        }
    }

    fn now_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn oldest(&self, fits: impl Fn(&Seat) -> bool) -> Option<Arc<Seat>> {
        self.seats
            .values()
            .filter(|seat| !seat.keeping.load(Ordering::Relaxed) && fits(seat))
            .min_by_key(|seat| (seat.progress_ms.load(Ordering::Relaxed), seat.number))
            .cloned()
    }

    fn put_out(&mut self, seat: Arc<Seat>) {
        self.give_back(&seat);
        seat.tell(Signal::GiveWay);
    }

    fn give_back(&mut self, seat: &Seat) {
        if self.seats.remove(&seat.number).is_none() {
            return;
        }
        if let Some(count) = self.by_block.get_mut(&seat.block) {
            *count -= 1;
            if *count == 0 {
                self.by_block.remove(&seat.block);
            }
        }
    }
}

impl Seat {
    fn tell(&self, signal: Signal) {
        self.signal.fetch_max(signal as u8, Ordering::Relaxed);
        self.wake.notify_one();
    }
}

impl Place {
    /// The session got on: a command, or a good part of a message.
    pub(super) fn progress(&self) {
        let now_ms = self.places.now_ms();
        self.seat.progress_ms.store(now_ms, Ordering::Relaxed);
    }

    /// Its message is being written; drop the answer when it is.
    pub(super) fn keeping(&self) -> Keeping<'_> {
        self.seat.keeping.store(true, Ordering::Relaxed);
        Keeping(self)
    }

    pub(super) fn block(&self) -> Block {
        self.seat.block
    }

    pub(super) fn signal(&self) -> Signal {
        Signal::of(self.seat.signal.load(Ordering::Relaxed))
    }

    /// Returns when there may be a new signal.
    pub(super) async fn signalled(&self) {
        self.seat.wake.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken().give_back(&self.seat);
    }
}

/// Protects a place while it lives.
#[derive(Debug)]
pub(super) struct Keeping<'a>(&'a Place);

impl Drop for Keeping<'_> {
    fn drop(&mut self) {
        self.0.progress();
        self.0.seat.keeping.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Block {
        Block::of(text.parse().expect("an address"))
    }

    fn places(all: usize, of_address: usize) -> Arc<Places> {
        let of_loopback = all;
        Places::new(Shares {
            all,
            of_address,
            of_loopback,
        })
    }

    #[test]
    fn addresses_of_one_customer_are_one() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("2001:db8::1", "2001:db8::ffff:1", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("127.0.0.1", "::1", true),
        ] {
            assert_eq!(block(one) == block(other), same, "{one} {other}");
        }
    }

    #[test]
    fn whoever_got_on_longest_ago_gives_way() {
        let places = places(3, 9);
        let seats: Vec<Place> = (1..=3)
            .map(|n| {
                places
                    .take(block(&format!("192.0.2.{n}")))
                    .expect("a place")
            })
            .collect();
        for (seat, ms) in seats.iter().zip([70_000, 50_000, 60_000]) {
            seat.seat.progress_ms.store(ms, Ordering::Relaxed);
        }
        let _kept = seats[2].keeping();
        let _fourth = places.take(block("192.0.2.4")).expect("a place");
        let _fifth = places.take(block("192.0.2.5")).expect("a place");
        let signals: Vec<Signal> = seats.iter().map(Place::signal).collect();
        assert_eq!(signals[1], Signal::GiveWay);
        assert_eq!(signals[2], Signal::GoOn);
        assert_eq!(places.taken().seats.len(), 3);
    }

    #[test]
    fn an_address_has_its_share_and_no_more() {
        let places = places(10, 2);
        let one = places.take(block("192.0.2.1"));
        let two = places.take(block("192.0.2.1"));
        assert!(one.is_ok() && two.is_ok());
        assert_eq!(
            places.take(block("192.0.2.1")).err(),
            Some(NoPlace::ForAddress)
        );
        assert!(places.take(block("192.0.2.2")).is_ok());
        drop(one);
        assert!(places.take(block("192.0.2.1")).is_ok());
        assert_eq!(places.taken().by_block.len(), 1);
        let machine: Vec<_> = (0..3).map(|_| places.take(block("127.0.0.1"))).collect();
        assert!(
            machine.iter().all(Result::is_ok),
            "this machine speaks for many"
        );
    }

    #[test]
    fn a_closed_door_tells_everybody_and_opens_to_nobody() {
        let places = places(10, 10);
        let place = places.take(block("192.0.2.1")).expect("a place");
        places.close(Signal::Stop);
        assert_eq!(place.signal(), Signal::Stop);
        assert_eq!(places.take(block("192.0.2.2")).err(), Some(NoPlace::InAll));
    }
}
