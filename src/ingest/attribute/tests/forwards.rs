//! Whose a forward is.

use super::*;

#[test]
fn a_forward_is_the_first_outside_sender_s() {
    let cases: &[(&str, String, &str)] = &[
        (
            "known",
            block(ADA, MIA, "Hi"),
            "filed forward.from in by contact 1 author:1",
        ),
        (
            "made",
            block(BOB, MIA, "Hi"),
            "filed forward.from in by contact bob@dock.example author:bob@dock.example",
        ),
        (
            "taught",
            block("rule@northwind.example", MIA, "Hi"),
            "filed forward.from in by contact 2 author:2",
        ),
        (
            "a role that is known",
            block("office@northwind.example", MIA, "Hi"),
            "filed forward.from in by contact 2 author:2",
        ),
        (
            "a role",
            block("info@dock.example", MIA, "Hi"),
            "unfiled forward.role_address in by other info@dock.example",
        ),
        (
            "excluded",
            block("x@sub.rival.example", MIA, "Hi"),
            "unfiled forward.role_address in by other x@sub.rival.example",
        ),
        (
            "a colleague to outside",
            block("Jon <jon@studio.example>", BOB, "Hi"),
            "filed forward.colleague out by member 2 recipient:bob@dock.example",
        ),
        (
            "an own domain to outside",
            block("kim@daughter.example", ADA, "Hi"),
            "filed forward.colleague out by other kim@daughter.example recipient:1",
        ),
        (
            "a colleague to colleagues",
            block("Jon <jon@studio.example>", MIA, "Hi"),
            "unfiled sent.nobody internal by member 2",
        ),
    ];
    check_forwards(cases);
}

#[test]
fn of_letters_inside_each_other_the_outermost_of_outside_counts() {
    check_forwards(&[
        (
            "a colleague's forward",
            block(
                "Jon <jon@studio.example>",
                MIA,
                &format!("See:\n\n{}", block(ADA, "jon@studio.example", "Hi")),
            ),
            "filed forward.from in by contact 1 author:1",
        ),
        (
            "nested",
            block(ADA, MIA, &format!("See:\n\n{}", block(BOB, ADA, "Hi"))),
            "filed forward.from in by contact 1 author:1",
        ),
    ]);
}

fn check_forwards(cases: &[(&str, String, &str)]) {
    for (name, body, expected) in cases {
        let decision = decide(
            &letter(&["mia"], Trust::default(), &forwarded("", body)),
            &known(),
        );
        assert_eq!(line(&decision), *expected, "{name}");
        assert!(decision.why.found_by.is_some(), "{name}");
    }
}

#[test]
fn letters_side_by_side_are_all_their_authors() {
    let part = |from: &str, text: &str| {
        format!(
            "--b\nContent-Type: message/rfc822\n\nFrom: {from}\nTo: {MIA}\nSubject: S\n\n{text}\n\n"
        )
    };
    let body = format!(
        "--b\nContent-Type: text/plain\n\nBoth.\n\n{}{}--b--\n",
        part(BOB, "One"),
        part(ADA, "Two")
    );
    let raw = forwarded(
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
        &body,
    );
    let decision = decide(&letter(&["mia"], Trust::default(), &raw), &known());
    assert_eq!(
        line(&decision),
        "filed forward.from in by contact bob@dock.example author:bob@dock.example author:1"
    );
    assert_eq!(decision.letters, [0, 1]);
}

#[test]
fn what_is_written_to_outside_is_no_forward_of_it() {
    let body = block(ADA, MIA, "Hi");
    let raw = mail(MIA, &format!("To: {BOB}\nSubject: Fwd: Pier 4\n"), &body);
    let expected = "filed sent.to out by member 1 recipient:bob@dock.example participant:1";
    check(&[(&["mia"], Trust::default(), raw, expected)]);
}

#[test]
fn a_signature_tells_what_a_new_contact_does() {
    let body = "Sixty signs, please.\n\n-- \nBob Dock\nHarbour Master\nDock Works Ltd\nTel: +44 20 7946 0123";
    let raw = forwarded("", &block("Bob Dock <bob@dock.example>", MIA, body));
    let decision = decide(&letter(&["mia"], Trust::default(), &raw), &known());
    let new = decision.make.first().unwrap();
    assert_eq!(new.phone.as_deref(), Some("+44 20 7946 0123"));
    assert_eq!(new.company.as_deref(), Some("Dock Works Ltd"));
}
