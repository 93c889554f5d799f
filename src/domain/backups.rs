//! How long the operator keeps backups, as far as that was said: until when something that is deleted may lie in one.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::retention::DAY_US;

/// What was said of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backups {
    /// Nothing.
    #[default]
    Unknown,
    /// There are none.
    None,
    /// They are thrown away after so many days.
    Days(i64),
}

impl Backups {
    /// By the operator's setting.
    pub fn of(days: Option<u32>) -> Backups {
        match days {
            None => Backups::Unknown,
            Some(0) => Backups::None,
            Some(days) => Backups::Days(i64::from(days)),
        }
    }

    /// A sentence: until when backups may hold what is deleted at a moment, microseconds since 1970.
    pub fn hold(self, gone_at_us: i64, zone: &TimeZone) -> String {
        match self {
            Backups::Unknown => {
                "Backups of the operator hold it until they are thrown away; when that is was not said here.".to_owned()
            }
            Backups::None => "There are no backups that hold it.".to_owned(),
            Backups::Days(days) => format!(
                "Backups of the operator may hold it until {}, and not longer.",
                day(gone_at_us + days * DAY_US, zone)
            ),
        }
    }

    /// For how long they are kept, in words.
    pub fn kept(self) -> String {
        match self {
            Backups::Unknown => {
                "as long as the operator keeps them; how long that is was not said".to_owned()
            }
            Backups::None => "there are none".to_owned(),
            Backups::Days(1) => "1 day".to_owned(),
            Backups::Days(days) => format!("{days} days"),
        }
    }
}

/// `Sat 14 Nov 2026`.
pub fn day(at_us: i64, zone: &TimeZone) -> String {
    let at = Timestamp::from_microsecond(at_us).unwrap_or_default();
    at.to_zoned(zone.clone())
        .strftime("%a %-d %b %Y")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deleted_is_in_no_backup_after_a_day_that_is_named() {
        // 2026-11-10T12:00:00Z.
        let noon = 1_794_312_000_000_000;
        for (days, said, kept) in [
            (None, "when that is was not said", "was not said"),
            (Some(0), "no backups", "there are none"),
            (Some(1), "until Wed 11 Nov 2026, and not longer", "1 day"),
            (Some(30), "until Thu 10 Dec 2026, and not longer", "30 days"),
        ] {
            let backups = Backups::of(days);
            let shown = backups.hold(noon, &TimeZone::UTC);
            assert!(shown.contains(said), "{shown}");
            assert!(backups.kept().contains(kept), "{}", backups.kept());
        }
    }
}
