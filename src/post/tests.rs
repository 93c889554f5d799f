//! Words of letters, without a database.

use super::answered::record_of;
use super::*;
use crate::commands::command::Ref;

#[test]
fn subjects_answer_once() {
    let cases = [
        (Some("Pilot in May"), true, "Re: Pilot in May"),
        (Some("Re: Pilot"), true, "Re: Pilot"),
        (Some("RE: Pilot"), true, "RE: Pilot"),
        (Some("  "), true, "Re: Your commands"),
        (None, true, "Re: Your commands"),
        (None, false, "Your commands"),
        (Some("Réunion"), true, "Re: Réunion"),
        (Some("ré"), true, "Re: ré"),
    ];
    for (answered, is_answer, expected) in cases {
        let answers = Answered {
            subject: answered.map(str::to_owned),
            ..Answered::default()
        };
        let letter = Letter {
            member_id: 1,
            occasion: Occasion::Commands,
            replies: &[],
            subject: "Your commands",
            answers: is_answer.then_some(&answers),
            about_contact_id: None,
            about_interaction_id: None,
            batch: None,
            nonce: [0; ID_NONCE_BYTES],
        };
        assert_eq!(words::subject(&letter), expected);
    }
}

#[test]
fn records_read_back_as_they_were_written() {
    let records = [
        Ref::Contact(12),
        Ref::Deal(7),
        Ref::Action(3),
        Ref::Interaction(9),
        Ref::Journal(41),
        Ref::Address {
            name: None,
            address: "ada@acme.example".to_owned(),
        },
        Ref::Name("ada byron".to_owned()),
    ];
    for record in records {
        assert_eq!(record_of(&record.to_string()), Some(record));
    }
    for none in ["", "#", "#x1", "#c", "#cé", "ada"] {
        assert_eq!(record_of(none), None, "{none}");
    }
}

#[test]
fn a_text_is_cut_between_lines() {
    let cut = words::cut("eins\nzwei\ndrei\n", 10);
    assert!(cut.starts_with("eins\nzwei\n…\n"), "{cut}");
    assert!(words::cut("äääääääääää", 5).starts_with("…\n"));
}
