//! What is not a forward, however it looks.

use super::super::super::message::{Class, Message};
use super::super::super::mime::{Body, Letter};
use super::super::find;
use super::letters;
use crate::mail::Mailbox;

const BLOCK: &str = "From: Jane Roe <jane@acme.example>\nSent: Wednesday, March 6, 2024 9:31 AM\nTo: ada@example.com\nSubject: Offer 12\n\nHello\n";

#[test]
fn these_are_no_forwards() {
    let gmail = "---------- Forwarded message ---------\nFrom: Jane Roe <jane@acme.example>\nDate: Wed, Mar 6, 2024\nSubject: Offer 12\nTo: <ada@example.com>\n\nHello\n";
    let quoted = |text: &str| {
        text.lines()
            .map(|line| format!("> {line}\n"))
            .collect::<String>()
    };
    let cases: &[(&str, &str, String)] = &[
        ("a reply's header block", "Re: Offer 12", format!("Yes.\n\n{BLOCK}")),
        ("German reply", "AW: Offer 12", format!("Ja.\n\n{BLOCK}")),
        ("Swedish reply", "SV: Offer 12", format!("Ja.\n\n{BLOCK}")),
        ("Polish reply", "Odp: Offer 12", format!("Tak.\n\n{BLOCK}")),
        ("Turkish reply", "YNT: Offer 12", format!("Evet.\n\n{BLOCK}")),
        ("Hungarian reply", "Vá: Offer 12", format!("Igen.\n\n{BLOCK}")),
        ("Chinese reply", "回复: Offer 12", format!("好\n\n{BLOCK}")),
        ("Japanese reply", "返信: Offer 12", format!("はい\n\n{BLOCK}")),
        ("reply with a tag before", "[EXTERNAL] Re: Offer 12", format!("Yes.\n\n{BLOCK}")),
        ("numbered reply", "Re[2]: Offer 12", format!("Yes.\n\n{BLOCK}")),
        ("reply to a forward", "Re: FW: Offer 12", format!("Yes.\n\n{BLOCK}")),
        ("Finnish reply", "VS: Offer 12", "Kyllä.\n\nLähettäjä: Jane Roe <jane@acme.example>\nLähetetty: 6. maaliskuuta 2024\nVastaanottaja: Ada <ada@example.com>\nAihe: Offer 12\n\nHei".to_owned()),
        ("original message of a reply", "Re: Offer 12", format!("Yes.\n\n-----Original Message-----\n{BLOCK}")),
        ("reply that quotes a forward", "Re: Offer 12", format!("Yes.\n\nOn Wed, Mar 6, 2024 Bob <bob@acme.example> wrote:\n\n{}", quoted(gmail))),
        ("the same without a subject", "", format!("Yes.\n\nOn Wed, Mar 6, 2024 Bob <bob@acme.example> wrote:\n\n{}", quoted(gmail))),
        ("Outlook's reply that quotes a forward", "Re: Offer 12", format!("Yes.\n\n{BLOCK}\n{gmail}")),
        ("a reply's sentence", "", "Yes.\n\nOn Wed, Mar 6, 2024 at 9:31 AM Jane Roe <jane@acme.example>\nwrote:\n\n> Hello\n".to_owned()),
        ("a reply's sentence, other subject", "Offer 12", "Yes.\n\nOn Wed, Mar 6, 2024 at 9:31 AM Jane Roe <jane@acme.example> wrote:\n\n> Hello\n".to_owned()),
        ("another subject than the block's", "Lunch", format!("Look what she wrote:\n\n{BLOCK}")),
        ("talk of forwarding", "Holiday", "I forwarded your message to Bob.\nFrom: now on he answers.\nThanks".to_owned()),
        ("talk under a forward's subject", "Fwd: Holiday", "I forwarded your message to Bob. He will answer.\n\nThanks".to_owned()),
        ("an itinerary", "", "From: Lisbon\nTo: Porto\nDate: 6 March 2024\nSeat: 12A\n".to_owned()),
        ("an itinerary with a subject", "Your trip", "From: Lisbon\nTo: Porto\nDate: 6 March 2024\n".to_owned()),
        ("labels in lower case", "", "from: jane@acme.example\nto: ada@example.com\ndate: 6 march 2024\n".to_owned()),
        ("a signature", "Lunch", "See you.\n\n-- \nJane Roe\nTo: the point\nFrom: the heart\n".to_owned()),
        ("code", "", "fn main() {\n    // From: jane@acme.example\n    let to = \"To: ada@example.com\";\n}\n".to_owned()),
        ("marker without letter", "Fwd: Offer 12", "---------- Forwarded message ---------\n".to_owned()),
        ("marker with a talk below", "", "---------- Forwarded message ---------\n\nSorry, that was empty.\n".to_owned()),
        ("only rules", "Fwd: Offer 12", "________________________________\n________________________________\n".to_owned()),
        ("one field", "Fwd: Offer 12", "Subject: what do you think?\n\nAda".to_owned()),
        ("two fields apart", "", "From: Monday on.\n\nTo: everybody.\n".to_owned()),
        ("a template of fields", "", "Subject:\nFrom:\nTo:\n".to_owned()),
        ("nothing", "", String::new()),
    ];
    for (case, subject, text) in cases {
        let subject = Some(*subject).filter(|subject| !subject.is_empty());
        assert!(
            letters(text, subject).is_empty(),
            "{case}: {:?}",
            letters(text, subject)
        );
    }
}

#[test]
fn a_marker_counts_under_any_subject() {
    let text = "FYI\n\n---------- Forwarded message ---------\nFrom: Jane Roe <jane@acme.example>\nDate: Wed, Mar 6, 2024\nSubject: Offer 12\nTo: <ada@example.com>\n\nHello\n";
    for subject in ["Re: Offer 12", "Lunch", "Offer 12", "WG: Offer 12"] {
        assert_eq!(letters(text, Some(subject)).len(), 1, "{subject}");
    }
}

#[test]
fn a_marker_under_a_marked_quote_counts() {
    let text = "Yes.\n\nOn Wed, Mar 6, 2024 Bob <bob@acme.example> wrote:\n\n> Hello\n\n---------- Forwarded message ---------\nFrom: Jane Roe <jane@acme.example>\nDate: Wed, Mar 6, 2024\nSubject: Offer 12\n\nHello\n";
    assert_eq!(letters(text, None).len(), 1);
}

#[test]
fn a_prefix_that_no_table_has_is_seen_by_what_follows_it() {
    assert_eq!(
        letters(&format!("FYI\n\n{BLOCK}"), Some("Vidsend: Offer 12")).len(),
        1
    );
}

#[test]
fn a_subject_whose_prefix_was_taken_off_is_a_forward_if_nothing_was_answered() {
    let body = Body {
        plain: Some(format!("FYI\n\n{BLOCK}")),
        ..Body::default()
    };
    let mut message = Message {
        subject: Some("Offer 12".to_owned()),
        ..Message::default()
    };
    assert_eq!(find(&body, &message).forwards.len(), 1);
    message.in_reply_to = vec!["1@acme.example".to_owned()];
    assert!(find(&body, &message).forwards.is_empty());
}

#[test]
fn a_report_s_original_is_not_forwarded() {
    let letter = Letter {
        message: Box::new(Message::default()),
    };
    let body = Body {
        plain: Some(format!("Undeliverable\n\n{BLOCK}")),
        html: None,
        letters: vec![letter],
    };
    for class in [
        Class::Bounce,
        Class::Delayed,
        Class::Delivered,
        Class::Feedback,
        Class::AutoReply,
    ] {
        let message = Message {
            class,
            ..Message::default()
        };
        assert!(find(&body, &message).forwards.is_empty(), "{class:?}");
    }
}

#[test]
fn a_list_s_digest_is_not_forwarded() {
    let letter = Letter {
        message: Box::new(Message::default()),
    };
    let text = format!("Today's topics\n\n------------------------------\n\nMessage: 1\n{BLOCK}");
    let body = Body {
        plain: Some(text),
        html: None,
        letters: vec![letter.clone(), letter],
    };
    let message = Message {
        class: Class::List,
        subject: Some("Roofs digest, vol. 3".to_owned()),
        ..Message::default()
    };
    assert!(find(&body, &message).forwards.is_empty());
}

#[test]
fn attached_letters_come_first_with_what_is_inside_them() {
    let jane = Mailbox::new(Some("Jane Roe"), "jane@acme.example");
    let inner = Message {
        from: Some(jane.clone()),
        subject: Some("Offer 12".to_owned()),
        body: "Hello".to_owned(),
        message_id: Some("7@acme.example".to_owned()),
        ..Message::default()
    };
    let outer = Message {
        forwards: letters(&format!("---- Forwarded message ----\n{BLOCK}"), None),
        ..inner.clone()
    };
    let body = Body {
        plain: Some("Both of them.".to_owned()),
        html: None,
        letters: vec![
            Letter {
                message: Box::new(outer),
            },
            Letter {
                message: Box::new(inner),
            },
        ],
    };
    let found = find(
        &body,
        &Message {
            subject: Some("Two letters".to_owned()),
            ..Message::default()
        },
    );
    assert_eq!(found.forwards.len(), 3);
    assert_eq!(found.forwards[0].from.as_ref(), Some(&jane));
    assert_eq!(found.forwards[0].found_by, "message/rfc822");
    assert_eq!(
        found.forwards[0].message_id.as_deref(),
        Some("7@acme.example")
    );
    assert_eq!(found.above.plain.as_deref(), Some("Both of them."));
    assert!(found.above.letters.is_empty());
}
