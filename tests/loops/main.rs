//! A week on a simulated clock among programs that answer everything: two instances of Rapport that know each other's addresses,
//! autoresponders that hide what they are and change their addresses, a domain that takes nothing, a list that sends all back
//! (MAIL.md 7 to 10).

#[path = "../common/mod.rs"]
mod common;
mod house;
mod week;

use common::databases;
use week::{Week, open_pairs};

/// Letters that one side may write about a contact in the week, answers and relays together. What programs could make of it
/// without an end is thousands.
const LETTERS_MAX: usize = 130;

#[tokio::test]
async fn a_week_among_programs_that_answer_everything_comes_to_rest() {
    for (ours, theirs) in open_pairs(databases().await).await {
        let name = ours.name;
        let mut week = Week::new(ours, theirs).await;
        week.begin().await;
        let mut by_day: Vec<usize> = Vec::new();
        for _ in 0..7 {
            week.pass_a_day().await;
            by_day.push(week.letters_but_digests().await);
        }
        println!(
            "{name}: letters by the end of each day {by_day:?}, mails in all {}",
            week.mails_carried()
        );
        // At rest: what was not answered by the fourth day never is.
        assert_eq!(
            by_day[3], by_day[6],
            "{name}: it goes on growing: {by_day:?}"
        );
        for house in [&week.ours, &week.theirs] {
            house.answers_each_mail_once().await;
            let most = house.most_about_one_contact().await;
            assert!(
                most <= LETTERS_MAX,
                "{name}: {most} letters about one contact"
            );
            assert!(house.digests().await <= 5, "{name}: a digest a day");
        }
        // What bounced was told once, and is not written to any more.
        assert_eq!(week.ours.notices_about("bounce.example").await, 1, "{name}");
    }
}
