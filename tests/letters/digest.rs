//! A digest as the program makes it, of everything that one may tell.

use super::Sample;
use rapport::digest::{self, contents::Contents};
use rapport::domain::member_settings::MemberSettings;
use rapport::post::Occasion;
use rapport::store::workspace::actions::ActionRow;
use rapport::store::workspace::digests::{NewsLine, QuietLine, ReturnLine};
use rapport::store::workspace::listing::InteractionLine;

/// Tuesday 10 November 2026, 07:30 in Helsinki.
const MORNING_US: i64 = 1_794_288_600_000_000;
const HOUR_US: i64 = 3_600_000_000;

fn told() -> Contents {
    let action = |id, text: &str, contact_id, hours: i64, has_time| ActionRow {
        id,
        kind: "action".to_owned(),
        text: text.to_owned(),
        contact_id,
        due_at: Some(MORNING_US + hours * HOUR_US),
        has_time,
        ..ActionRow::default()
    };
    let news = |id, name: &str, subject: &str, opening: &str, hours: i64| NewsLine {
        interaction_id: id,
        contact_id: id,
        name: name.to_owned(),
        role: "author".to_owned(),
        author_contact: Some(name.to_owned()),
        author_name: Some(name.to_owned()),
        author_address: None,
        subject: Some(subject.to_owned()),
        opening: opening.to_owned(),
        happened_at: MORNING_US - hours * HOUR_US,
    };
    let stranger = NewsLine {
        role: "about".to_owned(),
        author_contact: None,
        author_name: Some("Pia Maasalo".to_owned()),
        author_address: Some("pia@harbour.example".to_owned()),
        ..news(
            11,
            "Ada Byron",
            "Re: Pier 4",
            "I write in place of Ada, who is away until Monday.",
            2,
        )
    };
    let names = [(1, "Ada Byron"), (2, "Nordwind GmbH"), (3, "Chloé Dubois")];
    Contents {
        overdue: vec![
            action(3, "Send the offer", Some(1), -94, false),
            action(5, "Ask about the invoice of October", Some(2), -22, false),
        ],
        due: vec![
            action(7, "Call about the pilot", Some(1), 2, true),
            action(
                8,
                "Congratulate on the new shop in the harbour, and ask whether they still need the signs",
                Some(3),
                7,
                true,
            ),
            action(11, "Prepare slides", None, 10, false),
        ],
        names: names.map(|(id, name)| (id, (id, name.to_owned()))).into(),
        news: vec![
            news(
                9,
                "Ada Byron",
                "Re: Pilot in May: dates and who comes along",
                "Thursday suits us. There will be four of us, and Eero joins from Tampere. Could you send the plan of the pier?",
                15,
            ),
            stranger,
        ],
        returned: vec![ReturnLine {
            contact_id: 44,
            name: "Bo Lindqvist".to_owned(),
            wrote_at: MORNING_US - 20 * HOUR_US,
        }],
        quiet: vec![QuietLine {
            is_of_workspace: false,
            contact_id: 30,
            name: "Hüseyin Çelik".to_owned(),
            last_at: MORNING_US - 45 * 24 * HOUR_US,
            days: 30,
        }],
        unfiled: vec![InteractionLine {
            id: 31,
            kind: "mail".to_owned(),
            direction: "in".to_owned(),
            state: "unfiled".to_owned(),
            happened_at: MORNING_US,
            author_kind: "other".to_owned(),
            author_name: None,
            author_address: None,
            subject: Some("Fwd: leaflet".to_owned()),
            text: String::new(),
        }],
        unfiled_count: 12,
        ..Contents::default()
    }
}

/// What the digest itself makes of it: no blocks of the test's own.
pub fn sample() -> Sample {
    let settings = MemberSettings {
        zone: Some("Europe/Helsinki".to_owned()),
        ..MemberSettings::default()
    };
    let digest = digest::digest(&told(), &settings, MORNING_US).unwrap();
    Sample {
        name: "digest",
        occasion: Occasion::Digest,
        subject: "Tuesday 10 Nov: 2 overdue, 3 due, 2 new, 1 back, 1 quiet, 1 unfiled",
        batch: None,
        replies: {
            assert_eq!(
                digest.subject,
                "Tuesday 10 Nov: 2 overdue, 3 due, 2 new, 1 back, 1 quiet, 1 unfiled"
            );
            digest.replies
        },
    }
}
