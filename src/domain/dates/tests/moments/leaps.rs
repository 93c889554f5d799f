//! Leap days and short months.

use super::check;

#[test]
fn the_eve_of_a_leap_day() {
    check(
        "2028-02-28T08:00+02:00[Europe/Helsinki]",
        &[
            ("tomorrow", "2028-02-29T09:00+02:00"),
            ("in 2 days", "2028-03-01T09:00+02:00"),
            ("29 feb", "2028-02-29T09:00+02:00"),
            ("29.2.2028", "2028-02-29T09:00+02:00"),
            ("30 feb", "no such day"),
            ("the 29th", "2028-02-29T09:00+02:00"),
            ("the 30th", "2028-03-30T09:00+03:00"),
            ("tuesday", "2028-02-29T09:00+02:00"),
            ("eom", "2028-02-29T09:00+02:00"),
            ("end of february", "2028-02-29T09:00+02:00"),
            ("in a year", "2029-02-28T09:00+02:00"),
            ("Tue 29 Feb", "2028-02-29T09:00+02:00"),
            ("Wed 29 Feb", "other weekday"),
        ],
    );
}

#[test]
fn the_leap_day_itself() {
    check(
        "2028-02-29T08:00+02:00[Europe/Helsinki]",
        &[
            ("today", "2028-02-29T09:00+02:00"),
            ("29 feb", "2028-02-29T09:00+02:00"),
            ("29 feb 7:00", "past"),
            ("in a year", "2029-02-28T09:00+02:00"),
            ("in 4 years", "2032-02-29T09:00+02:00"),
            ("a month", "2028-03-29T09:00+03:00"),
            ("in 12 months", "2029-02-28T09:00+02:00"),
            ("1bd", "2028-03-01T09:00+02:00"),
            ("28 feb", "2029-02-28T09:00+02:00"),
        ],
    );
}

#[test]
fn the_next_leap_day_may_be_far() {
    check(
        "2028-03-01T08:00+02:00[Europe/Helsinki]",
        &[
            ("29 feb", "2032-02-29T09:00+02:00"),
            ("29 feb 2029", "no such day"),
            ("29 feb 2028", "past"),
        ],
    );
    // 2100 is no leap year.
    check(
        "2097-01-01T08:00+00:00[UTC]",
        &[
            ("29 feb", "2104-02-29T09:00Z"),
            ("29 feb 2100", "no such day"),
        ],
    );
}

#[test]
fn a_month_from_the_31st_is_the_last_day_of_a_shorter_one() {
    check(
        "2027-01-31T08:00+02:00[Europe/Helsinki]",
        &[
            ("a month", "2027-02-28T09:00+02:00"),
            ("in 2 months", "2027-03-31T09:00+03:00"),
            ("in 3 months", "2027-04-30T09:00+03:00"),
            ("the 31st", "2027-01-31T09:00+02:00"),
            ("the 30th", "2027-03-30T09:00+03:00"),
            ("the 29th", "2027-03-29T09:00+03:00"),
            // The 29th, a Friday, has passed; 28 February is a Sunday.
            ("eom", "2027-02-26T09:00+02:00"),
            ("next month", "2027-02-01T09:00+02:00"),
        ],
    );
    check(
        "2028-01-31T08:00+02:00[Europe/Helsinki]",
        &[
            ("a month", "2028-02-29T09:00+02:00"),
            ("eom", "2028-01-31T09:00+02:00"),
            ("eom 7am", "past"),
        ],
    );
}
