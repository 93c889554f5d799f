//! When no letter is written: one answer to a message, caps, quiet members.

use super::common::databases;
use super::common::workspace::{NOON, SECOND};
use super::{HOUR, JON, MIA, desk, done, letter, outbox_id, read, refused, write, write_in};
use rapport::domain::member_settings::MemberSettings;
use rapport::post::{Answered, Letter, Occasion, Written, caps};
use rapport::store::workspace::members;

#[tokio::test]
async fn one_interaction_gets_one_answer() {
    for place in databases().await {
        let desk = desk(&place).await;
        let answered = |id| Answered {
            interaction_id: Some(id),
            ..Answered::default()
        };
        let (nine, ten) = (answered(9), answered(10));
        let replies = [done()];
        let notice = Letter {
            occasion: Occasion::Notice,
            ..letter(&replies, Some(&nine))
        };
        assert!(matches!(
            write(&desk, NOON, &letter(&replies, Some(&nine))).await,
            Written::Letter { .. }
        ));
        assert_eq!(
            write(&desk, NOON, &letter(&replies, Some(&nine))).await,
            Written::AnsweredBefore
        );
        assert_eq!(
            write(&desk, NOON + 90 * HOUR, &notice).await,
            Written::AnsweredBefore
        );
        assert!(matches!(
            write(&desk, NOON, &letter(&replies, Some(&ten))).await,
            Written::Letter { .. }
        ));
        // Within one transaction as well, and what is undone did not answer.
        let eleven = answered(11);
        let mut tx = desk.write().await;
        outbox_id(write_in(&mut tx, &desk, NOON, &letter(&replies, Some(&eleven))).await);
        let second = write_in(&mut tx, &desk, NOON, &letter(&replies, Some(&eleven))).await;
        assert_eq!(second, Written::AnsweredBefore);
        drop(tx);
        outbox_id(write(&desk, NOON, &letter(&replies, Some(&eleven))).await);
    }
}

#[tokio::test]
async fn five_errors_an_hour_are_told_then_one_that_says_so_then_none() {
    for place in databases().await {
        let desk = desk(&place).await;
        let replies = [refused()];
        let answered = |id| Answered {
            interaction_id: Some(id),
            ..Answered::default()
        };
        let mut last = 0;
        for minute in 0..6 {
            let answers = answered(100 + minute);
            last = outbox_id(
                write(
                    &desk,
                    NOON + minute * 60 * SECOND,
                    &letter(&replies, Some(&answers)),
                )
                .await,
            );
            let (_, message) = read(&desk, last).await;
            let said = message
                .body
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let filed = "Nothing changed: 1 of 3 lines was not understood. Your mail was filed. 2 ? \"amout: 4500\"";
            assert!(said.contains(filed), "{said}");
            assert_eq!(said.contains("Further ones get no answer"), minute == 5);
        }
        assert!(last > 0);
        for minute in [6, 30, 59] {
            let answers = answered(100 + minute);
            let written = write(
                &desk,
                NOON + minute * 60 * SECOND,
                &letter(&replies, Some(&answers)),
            )
            .await;
            assert_eq!(written, Written::TooMany, "minute {minute}");
        }
        // Others hear, successes are told, and an hour later errors are told again.
        let jon = Letter {
            member_id: JON,
            ..letter(&replies, None)
        };
        outbox_id(write(&desk, NOON + 59 * 60 * SECOND, &jon).await);
        outbox_id(write(&desk, NOON + 59 * 60 * SECOND, &letter(&[done()], None)).await);
        let answers = answered(200);
        outbox_id(write(&desk, NOON + HOUR, &letter(&replies, Some(&answers))).await);
    }
}

#[tokio::test]
async fn letters_to_one_member_and_about_one_thing_are_bounded() {
    for place in databases().await {
        let desk = desk(&place).await;
        let replies = [done()];
        let about = |id| Letter {
            about_contact_id: Some(id),
            ..letter(&replies, None)
        };
        for _ in 0..caps::OBJECT_LETTERS_MAX {
            outbox_id(write(&desk, NOON, &about(1)).await);
        }
        assert_eq!(write(&desk, NOON, &about(1)).await, Written::TooMany);
        for _ in caps::OBJECT_LETTERS_MAX..caps::LETTERS_MAX {
            outbox_id(write(&desk, NOON, &letter(&replies, None)).await);
        }
        assert_eq!(write(&desk, NOON, &about(2)).await, Written::TooMany);
        let digest = Letter {
            occasion: Occasion::Digest,
            ..letter(&replies, None)
        };
        outbox_id(write(&desk, NOON, &digest).await);
        outbox_id(write(&desk, NOON + HOUR, &about(1)).await);
    }
}

#[tokio::test]
async fn who_forges_a_member_s_address_can_neither_flood_nor_silence_the_member() {
    for place in databases().await {
        let desk = desk(&place).await;
        let replies = [done()];
        let doubt = |id| Letter {
            occasion: Occasion::Doubt,
            about_interaction_id: Some(id),
            ..letter(&replies, None)
        };
        let mut last = 0;
        for id in 0..=caps::DOUBTS_MAX {
            last = outbox_id(write(&desk, NOON + id, &doubt(id)).await);
        }
        let (_, message) = read(&desk, last).await;
        assert!(
            message.body.contains("list held shows them"),
            "{}",
            message.body
        );
        for id in 10..200 {
            let written = write(&desk, NOON + id, &doubt(id)).await;
            assert_eq!(written, Written::TooMany);
        }
        for occasion in [Occasion::Notice, Occasion::Commands, Occasion::Reminder] {
            let other = Letter {
                occasion,
                ..letter(&replies, None)
            };
            outbox_id(write(&desk, NOON + 300, &other).await);
        }
        outbox_id(write(&desk, NOON + 300, &letter(&[refused()], None)).await);
    }
}

#[tokio::test]
async fn quiet_members_hear_of_errors_and_of_what_they_asked_for() {
    for place in databases().await {
        let desk = desk(&place).await;
        let settings = MemberSettings {
            quiet: Some(true),
            ..MemberSettings::default()
        };
        let mut tx = desk.write().await;
        members::put_settings(&mut tx, MIA, &settings)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let (receipt, found, error, told) = (
            [done(), done()],
            [done(), done().answer()],
            [refused()],
            [done().told()],
        );
        assert_eq!(
            write(&desk, NOON, &letter(&receipt, None)).await,
            Written::Quiet
        );
        for replies in [&found[..], &error, &told] {
            outbox_id(write(&desk, NOON, &letter(replies, None)).await);
        }
        let reminder = Letter {
            occasion: Occasion::Reminder,
            ..letter(&receipt, None)
        };
        outbox_id(write(&desk, NOON, &reminder).await);
        let stranger = Letter {
            member_id: 99,
            ..letter(&error, None)
        };
        assert_eq!(write(&desk, NOON, &stranger).await, Written::NoMember);
    }
}
