//! Queues as short texts: `*3@10` is the current #a3 due at 10, `4` a queued one without a date, `-1:5@7` one put in front.

use super::*;

fn read(text: &str) -> Vec<Standing> {
    text.split_whitespace()
        .map(|word| {
            let (state, word) = match word.strip_prefix('*') {
                Some(word) => (State::Current, word),
                None => (State::Queued, word),
            };
            let (position, word) = match word.split_once(':') {
                Some((position, word)) => (position.parse().unwrap(), word),
                None => (0, word),
            };
            let (id, due) = word.split_once('@').unwrap_or((word, ""));
            Standing {
                id: id.parse().unwrap(),
                state,
                position,
                due_us: due.parse().ok(),
            }
        })
        .collect()
}

fn shown(places: Vec<Place>) -> String {
    let shown: Vec<String> = places
        .into_iter()
        .map(|place| match (place.state, place.position) {
            (State::Current, 0) => format!("*{}", place.id),
            (State::Queued, 0) => place.id.to_string(),
            (State::Queued, position) => format!("{position}:{}", place.id),
            other => format!("{other:?}"),
        })
        .collect();
    shown.join(" ")
}

#[test]
fn a_new_action_comes_first_where_it_is_due_no_later() {
    for (open, due_us, places) in [
        ("", None, "*9"),
        ("", Some(5), "*9"),
        ("*1@10", Some(9), "*9 -1:1"),
        ("*1@10", Some(10), "*9 -1:1"),
        ("*1@10", Some(11), "9"),
        ("*1@10", None, "9"),
        ("*1", None, "*9 -1:1"),
        ("*1", Some(10), "*9 -1:1"),
        ("*1@10 2@20", Some(15), "9"),
        ("*1@10 2@20", Some(5), "*9 -1:1"),
        ("*1@10 -3:2@20 -4:3@30", Some(5), "*9 -5:1"),
        // A queue whose current one went without a word is mended by the next.
        ("2@20", Some(30), "*9"),
    ] {
        assert_eq!(
            shown(place_new(&read(open), 9, due_us)),
            places,
            "{open} + {due_us:?}"
        );
    }
}

#[test]
fn what_is_put_first_changes_places_with_the_current_one() {
    for (open, id, places) in [
        ("*1@10 2@20", 2, "*2 -1:1"),
        ("*1@10 -1:2@20 3", 3, "*3 -2:1"),
        ("*1@10 2@20", 1, ""),
        ("2@20", 2, "*2"),
    ] {
        assert_eq!(
            shown(put_first(&read(open), id)),
            places,
            "{open} first {id}"
        );
    }
}

#[test]
fn what_is_put_off_lets_those_go_first_that_are_due_before() {
    for (open, id, due_us, places) in [
        ("*1@10", 1, 30, ""),
        ("*1@10 2@20", 1, 15, ""),
        ("*1@10 2@20", 1, 20, ""),
        ("*1@10 2@20", 1, 30, "1 *2"),
        ("*1@10 2@20 3@15", 1, 30, "1 *3"),
        ("*1@10 2", 1, 30, ""),
        ("*1@10 -1:2@40 3@15", 1, 30, ""),
        ("*1@10 2@20", 2, 5, ""),
        ("*1 2@20", 2, 30, ""),
        ("*1@10 -1:2@20", 2, 30, "2"),
    ] {
        let places_now = shown(put_off(&read(open), id, Some(due_us)));
        assert_eq!(places_now, places, "{open} {id} until {due_us}");
    }
}

#[test]
fn what_is_done_makes_room_for_the_first_of_the_queue() {
    for (open, id, again, places) in [
        ("*1@10", 1, None, ""),
        ("*1@10 2@20", 1, None, "*2"),
        ("*1@10 2 3@30 4@20", 1, None, "*4"),
        ("*1@10 3@20 4@20", 1, None, "*3"),
        ("*1@10 -1:2 3@20", 1, None, "*2"),
        ("*1@10 -1:2 -2:4@99 3@20", 1, None, "*4"),
        ("*1@10 2@20", 2, None, ""),
        ("*1@10", 1, Some((9, 17)), "*9"),
        ("*1@10 2@20", 1, Some((9, 17)), "*9"),
        ("*1@10 2@15", 1, Some((9, 17)), "*2 9"),
        ("*1@10 2", 1, Some((9, 17)), "*9"),
        ("*1@10 -1:2", 1, Some((9, 17)), "*2 9"),
        ("*1@10 2@5", 2, Some((9, 17)), "9"),
    ] {
        assert_eq!(
            shown(finish(&read(open), id, again)),
            places,
            "{open} {id} done"
        );
    }
}

#[test]
fn of_two_current_ones_the_first_that_is_due_stays() {
    for (open, places) in [
        ("", ""),
        ("*1@10 2@20", ""),
        ("*1@20 *2@10 3", "1"),
        ("*1 *2@10 *3@5", "2 1"),
        ("2@20 3@10", "*3"),
    ] {
        assert_eq!(shown(line_up(&read(open))), places, "{open}");
    }
}

#[test]
fn states_survive_their_words() {
    for state in [State::Current, State::Queued, State::Done, State::Dropped] {
        assert_eq!(State::of_word(state.word()), state);
    }
    assert_eq!(State::of_word("else"), State::Dropped);
}

/// Microseconds of a moment such as `2026-03-23T07:00:00Z`.
fn us(moment: &str) -> i64 {
    moment.parse::<Timestamp>().unwrap().as_microsecond()
}

#[test]
fn the_next_time_is_after_the_last_and_after_now_by_the_wall_clock() {
    // Helsinki turns its clocks on 29 March and 25 October 2026, New York on 8 March, Lord Howe by half an hour on 5 April.
    for (recurrence, due, now, next) in [
        (
            "weeks 1 mon; 09:00; Europe/Helsinki; 2026-03-23",
            "2026-03-23T07:00:00Z",
            "2026-03-23T10:00:00Z",
            "2026-03-30T06:00:00Z",
        ),
        (
            "weeks 1 mon; 09:00; Europe/Helsinki; 2026-10-19",
            "2026-10-19T06:00:00Z",
            "2026-10-19T10:00:00Z",
            "2026-10-26T07:00:00Z",
        ),
        (
            "days 1; 03:30; Europe/Helsinki; 2026-03-28",
            "2026-03-28T01:30:00Z",
            "2026-03-28T02:00:00Z",
            "2026-03-29T01:00:00Z",
        ),
        (
            "days 1; 09:00; America/New_York; 2026-03-07",
            "2026-03-07T14:00:00Z",
            "2026-03-07T15:00:00Z",
            "2026-03-08T13:00:00Z",
        ),
        (
            "days 1; 09:00; Australia/Lord_Howe; 2026-04-04",
            "2026-04-03T22:00:00Z",
            "2026-04-03T23:00:00Z",
            "2026-04-04T22:30:00Z",
        ),
        // Done early: the next one, not the same again. Done weeks late: the next that is still ahead.
        (
            "weeks 1 fri; 09:00; UTC; 2026-11-20",
            "2026-11-20T09:00:00Z",
            "2026-11-18T09:00:00Z",
            "2026-11-27T09:00:00Z",
        ),
        (
            "weeks 2 fri; 09:00; UTC; 2026-11-20",
            "2026-11-20T09:00:00Z",
            "2026-12-24T09:00:00Z",
            "2027-01-01T09:00:00Z",
        ),
        (
            "months 1 31; ~09:00; UTC; 2026-01-31",
            "2026-01-31T09:00:00Z",
            "2026-02-01T09:00:00Z",
            "2026-02-28T09:00:00Z",
        ),
    ] {
        let found = next_moment(recurrence, Some(us(due)), us(now));
        assert_eq!(found, Some(us(next)), "{recurrence} after {due}, at {now}");
    }
    assert_eq!(next_moment("whenever", Some(0), 0), None);
}
