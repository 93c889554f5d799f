//! When a mail is tried again. Pure.

use crate::domain::retention::{self, Kept};

/// Minutes, hours, days in microseconds.
const MINUTE_US: i64 = 60_000_000;
const HOUR_US: i64 = 60 * MINUTE_US;
const DAY_US: i64 = 24 * HOUR_US;

/// How long a mail is tried, from when it was written (RFC 5321 §4.5.4.1: 4 to 5 days).
pub const HORIZON_US: i64 = 5 * DAY_US;
/// How long the bytes of a mail that is done are kept at most: an answer may be asked for again. A workspace may choose less.
pub const KEPT_US: i64 = retention::default_us(Kept::SentLetters);

const FIRST_WAIT_US: i64 = MINUTE_US;
const WAIT_MAX_US: i64 = 4 * HOUR_US;

/// When to try again after so many attempts: a minute, doubled each time, at most four hours; a fifth more or less by chance,
/// so that a thousand mails that failed together do not come back together. Absent where the mail has been tried long enough.
pub fn again(created_at: i64, now_us: i64, attempts: i64, chance: u32) -> Option<i64> {
    let doublings = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or_default()
        .min(16);
    let wait_us = (FIRST_WAIT_US << doublings).min(WAIT_MAX_US);
    // From -20 % to +20 %: the longest wait of one attempt stays under the shortest of the next.
    let share = i64::from(chance % 4_001) - 2_000;
    let due_at = now_us + wait_us + wait_us * share / 10_000;
    (due_at <= created_at + HORIZON_US).then_some(due_at)
}

/// Whether a mail that was to go long ago has waited too long to go at all: nobody was there to send it.
pub fn is_stale(created_at: i64, due_at: i64, now_us: i64) -> bool {
    let horizon = created_at + HORIZON_US;
    now_us > horizon && due_at <= horizon
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_after_five_days_whatever_chance_says() {
        for chance in [0, 1_234, 2_000, 4_000, u32::MAX] {
            let (mut now, mut waits) = (7, Vec::new());
            for attempts in 1..1_000 {
                let Some(due_at) = again(7, now, attempts, chance) else {
                    break;
                };
                waits.push(due_at - now);
                now = due_at;
            }
            let growing = waits.iter().take_while(|w| **w < 3 * HOUR_US).count();
            assert!(
                waits.windows(2).take(growing).all(|w| w[0] < w[1]),
                "{waits:?}"
            );
            assert!(
                waits
                    .iter()
                    .all(|w| (48_000_000..=WAIT_MAX_US * 12 / 10).contains(w))
            );
            assert!((30..60).contains(&waits.len()), "{} tries", waits.len());
            assert!(now <= 7 + HORIZON_US && now > 7 + HORIZON_US - 5 * HOUR_US);
        }
    }

    #[test]
    fn any_number_of_attempts_has_an_answer() {
        for attempts in [i64::MIN, -1, 0, 1, 64, 1 << 40, i64::MAX] {
            assert!(again(0, 0, attempts, 7).is_some(), "{attempts}");
        }
    }

    #[test]
    fn what_nobody_sent_for_five_days_is_stale_but_not_what_was_to_go_later() {
        for (created_at, due_at, now, expected) in [
            (0, 0, HORIZON_US, false),
            (0, 0, HORIZON_US + 1, true),
            (0, HORIZON_US + DAY_US, HORIZON_US + DAY_US, false),
        ] {
            assert_eq!(is_stale(created_at, due_at, now), expected, "{now}");
        }
    }
}
