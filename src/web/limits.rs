//! How often something may be tried: by the address it comes from. What is counted by account stands in the registry, and never
//! keeps its owner out.

use super::message::Refusal;
use super::room::Room;
use super::turns::Turns;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Letters that are written at the same time.
const WRITING_MAX: usize = 2;
/// After so many questions addresses that are quiet again are forgotten.
const FORGET_EVERY: u32 = 1_000;

/// The counters of one node.
pub struct Limits {
    letters: DefaultKeyedRateLimiter<IpAddr>,
    guesses: DefaultKeyedRateLimiter<IpAddr>,
    /// By the address that is invited: what the registry counts goes with a workspace that is deleted.
    invited: DefaultKeyedRateLimiter<String>,
    asked: AtomicU32,
    /// Letters that are written at the same time; others wait, so that the database answers who does not ask for letters.
    pub writing: Semaphore,
    /// Files that come in.
    pub receiving: Arc<Turns>,
    /// Room for them, until they are taken in.
    pub room: Arc<Room>,
    /// Files that are looked at.
    pub reading: Arc<Turns>,
    /// Exports that are on their way: each holds a view of its database, and a connection.
    pub exporting: Arc<Turns>,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trying {
    /// To have a letter sent: 20 at once, then 2 a minute.
    Letter,
    /// To guess a code or a link: 40 at once, then 4 a minute.
    Guess,
}

impl Limits {
    /// With so much room for files; 12 GiB where absent.
    pub fn new(upload_bytes: Option<u64>) -> Limits {
        let of = |burst: u32, each: u32| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            let each = NonZeroU32::new(each).unwrap_or(NonZeroU32::MIN);
            RateLimiter::keyed(Quota::per_minute(each).allow_burst(burst))
        };
        Limits {
            letters: of(20, 2),
            guesses: of(40, 4),
            invited: RateLimiter::keyed(invited_quota()),
            asked: AtomicU32::new(0),
            writing: Semaphore::new(WRITING_MAX),
            receiving: Turns::new(
                2,
                8,
                "Other files are coming in. Wait until they are here, and try again.",
            ),
            room: Room::new(upload_bytes),
            reading: Turns::new(
                1,
                2,
                "Another file is being read. Wait some minutes, and try again.",
            ),
            exporting: Turns::new(
                1,
                4,
                "An export is on its way already. Wait until it is whole, and try again.",
            ),
        }
    }

    /// A refusal where an address tried too often.
    pub fn demand(&self, trying: Trying, address: IpAddr) -> Result<(), Refusal> {
        match self.allow(trying, address) {
            true => Ok(()),
            false => Err(Refusal::TooOften),
        }
    }

    /// A refusal where somebody was invited too often: 20 times at once, then 10 a day.
    pub fn demand_invited(&self, email: &str) -> Result<(), Refusal> {
        self.invited.retain_recent();
        let is_allowed = self.invited.check_key(&email.to_owned());
        is_allowed.map_err(|_| Refusal::TooOften)
    }

    /// Whether an address may try once more.
    fn allow(&self, trying: Trying, address: IpAddr) -> bool {
        let limiter = match trying {
            Trying::Letter => &self.letters,
            Trying::Guess => &self.guesses,
        };
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        if asked.is_multiple_of(FORGET_EVERY) {
            self.letters.retain_recent();
            self.guesses.retain_recent();
        }
        limiter.check_key(&network(address)).is_ok()
    }
}

fn invited_quota() -> Quota {
    let burst = NonZeroU32::new(20).unwrap_or(NonZeroU32::MIN);
    let each = Duration::from_secs(86_400 / 10);
    Quota::with_period(each)
        .unwrap_or(Quota::per_hour(NonZeroU32::MIN))
        .allow_burst(burst)
}

/// Whoever has one address of IPv6 has 2^64 of them.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        four @ IpAddr::V4(_) => four,
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

/// What is likely of one place, for what is counted by account: 256 addresses of IPv4, or what one customer is given at most.
pub(super) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(four) => {
            let [a, b, c, _] = four.octets();
            IpAddr::from([a, b, c, 0])
        }
        IpAddr::V6(six) => {
            let [a, b, c, ..] = six.segments();
            IpAddr::from([a, b, c, 0, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_is_slowed_down_and_another_is_not() {
        let limits = Limits::new(None);
        let tries = |text: &str, count: u32| {
            let address: IpAddr = text.parse().unwrap();
            (0..count)
                .filter(|_| limits.allow(Trying::Letter, address))
                .count()
        };
        assert_eq!(tries("2001:db8::1", 20), 20);
        assert_eq!(tries("2001:db8::2", 5), 0);
        assert_eq!(tries("2001:db8:0:1::2", 5), 5);
        assert_eq!(tries("192.0.2.1", 5), 5);
        assert_eq!(tries("::ffff:192.0.2.1", 20), 15);
        assert_eq!(tries("::ffff:192.0.2.2", 5), 5);
    }

    #[test]
    fn nobody_is_invited_without_end_whatever_is_deleted() {
        let limits = Limits::new(None);
        let count = |email: &str| {
            (0..30)
                .filter(|_| limits.demand_invited(email).is_ok())
                .count()
        };
        assert_eq!(count("kim@acme.example"), 20);
        assert_eq!(count("lee@acme.example"), 20);
    }

    #[test]
    fn neighbours_have_one_share() {
        for (address, shared) in [
            ("192.0.2.77", "192.0.2.0"),
            ("::ffff:192.0.2.1", "192.0.2.0"),
            ("2001:db8:1:2::3", "2001:db8:1::"),
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(neighbourhood(address).to_string(), shared);
        }
    }
}
