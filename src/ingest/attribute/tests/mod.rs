//! Cases of attribution without a database: who is believed, and whose a mail is.

mod forwards;

use super::*;
use crate::ingest::known::Member;
use crate::ingest::letter;
use crate::mail::Trust;
use crate::store::registry::{Arrival, Envelope, Recipient};

const ADA: &str = "Ada Byron <ada@northwind.example>";
const BOB: &str = "Bob <bob@dock.example>";
const MIA: &str = "Mia Laine <mia@studio.example>";

/// Mia and Jon; Ada is contact 1 with the capture address `ada.x`, Office is contact 2, and so is what Rule wrote.
fn known() -> Known {
    let member = |id, name: &str| Member {
        id,
        address: format!("{name}@studio.example"),
        further: vec![format!("{name}@home.example")],
        name: None,
        role: "member".to_owned(),
        settings: crate::domain::member_settings::MemberSettings::default(),
    };
    let mut known = Known {
        mail_domain: "crm.example".to_owned(),
        members: vec![member(1, "mia"), member(2, "jon")],
        ..Known::default()
    };
    known.set_own_domains(["daughter.example".to_owned()]);
    known.excluded_domains.insert("rival.example".to_owned());
    known
        .by_address
        .insert("ada@northwind.example".to_owned(), 1);
    known
        .by_address
        .insert("office@northwind.example".to_owned(), 2);
    known.rules.insert("rule@northwind.example".to_owned(), 2);
    known.by_capture.insert("ada.x".to_owned(), 1);
    known
        .by_name
        .entry("ada byron".to_owned())
        .or_default()
        .insert(1);
    known
}

fn letter(ways: &[&str], trust: Trust, raw: &str) -> Letter {
    let recipient = |way: &&str| {
        let (kind, account_id) = match *way {
            "mia" => (AddressKind::Intake, Some(1)),
            "gone" => (AddressKind::Intake, Some(9)),
            "acme" => (AddressKind::Plain, None),
            _ => (AddressKind::Capture, None),
        };
        Recipient {
            address: format!("{way}@crm.example"),
            local_part: (*way).to_owned(),
            kind,
            workspace_id: 1,
            account_id,
            contact_id: None,
            number: None,
        }
    };
    let arrival = Arrival {
        spool_id: 1,
        received_at: 0,
        envelope: Envelope::default(),
        recipients: ways.iter().map(recipient).collect(),
        attempts: 0,
        raw: raw.replace('\n', "\r\n").into_bytes(),
    };
    letter::read(arrival, trust).unwrap()
}

fn dmarc(word: &str) -> Trust {
    Trust {
        dmarc: word.to_owned(),
        ..Trust::default()
    }
}

fn signed_in(account: &str) -> Trust {
    Trust {
        authenticated: Some(account.to_owned()),
        ..Trust::default()
    }
}

fn mail(from: &str, headers: &str, body: &str) -> String {
    format!("From: {from}\nMessage-ID: <1@x.example>\n{headers}\n{body}\n")
}

fn block(from: &str, to: &str, body: &str) -> String {
    format!(
        "---------- Forwarded message ---------\nFrom: {from}\nDate: Mon, 9 Nov 2026 at 13:45\nSubject: Pier 4\nTo: {to}\n\n\n{body}"
    )
}

fn forwarded(headers: &str, body: &str) -> String {
    mail(
        MIA,
        &format!("To: mia@crm.example\nSubject: Fwd: Pier 4\n{headers}"),
        body,
    )
}

/// A decision in one line: state, rule, direction, author, people.
fn line(decision: &Decision) -> String {
    let rule = serde_json::to_value(decision.why.rule).unwrap();
    let people = decision.people.iter().map(|(who, role)| match who {
        Who::Known(id) => format!(" {}:{id}", role.word()),
        Who::New(address) => format!(" {}:{address}", role.word()),
    });
    let author = match (&decision.author.member, &decision.author.contact) {
        (Some(id), _) => format!("member {id}"),
        (None, Some(Who::Known(id))) => format!("contact {id}"),
        (None, Some(Who::New(address))) => format!("contact {address}"),
        (None, None) => format!("other {}", decision.author.address),
    };
    let (state, direction) = (decision.state.word(), decision.direction.word());
    format!(
        "{state} {} {direction} by {author}{}",
        rule.as_str().unwrap(),
        people.collect::<String>()
    )
}

fn check(cases: &[(&[&str], Trust, String, &str)]) {
    for (ways, trust, raw, expected) in cases {
        let decision = decide(&letter(ways, trust.clone(), raw), &known());
        assert_eq!(line(&decision), *expected, "{ways:?} {trust:?}\n{raw}");
    }
}

#[test]
fn a_member_is_believed_by_proof_alone() {
    let sent = || mail(MIA, &format!("To: {ADA}\n"), "Here.");
    let filed = "filed sent.to out by member 1 recipient:1";
    let held = "held held.unproved in by other mia@studio.example";
    let denied = "held held.dmarc in by other mia@studio.example";
    let capture = "filed capture.address out by member 1 recipient:1";
    let twice = || sent().replacen("From:", "From: Ada <ada@northwind.example>\nFrom:", 1);
    check(&[
        (&["mia"], Trust::default(), sent(), filed),
        (&["mia"], dmarc("none"), sent(), filed),
        (&["mia"], dmarc("temperror"), sent(), filed),
        (&["mia"], dmarc("pass"), sent(), filed),
        (&["mia"], dmarc("fail"), sent(), denied),
        (&["mia"], signed_in("MIA@studio.example"), sent(), filed),
        (
            &["mia"],
            Trust {
                dmarc: "fail".to_owned(),
                ..signed_in("mia@studio.example")
            },
            sent(),
            filed,
        ),
        (&["acme"], dmarc("pass"), sent(), filed),
        (&["acme"], signed_in("mia@studio.example"), sent(), filed),
        (&["acme"], signed_in("jon@studio.example"), sent(), held),
        (&["acme"], dmarc("none"), sent(), held),
        (&["acme"], dmarc("fail"), sent(), denied),
        (&["ada.x"], dmarc("pass"), sent(), capture),
        (&["ada.x"], dmarc("none"), sent(), held),
        (&["ada.x"], dmarc("fail"), sent(), denied),
        (
            &["gone"],
            dmarc("pass"),
            sent(),
            "held held.no_member in by other mia@studio.example",
        ),
        (
            &["mia"],
            dmarc("pass"),
            twice(),
            "held held.several_from in by other ada@northwind.example",
        ),
        (
            &["mia"],
            dmarc("pass"),
            sent().replace("mia@", "jon@"),
            "held held.from in by other jon@studio.example",
        ),
        (
            &["mia"],
            dmarc("pass"),
            mail(ADA, "To: mia@crm.example\n", "Hi"),
            "held held.from in by other ada@northwind.example",
        ),
    ]);
}

#[test]
fn a_further_address_of_a_member_needs_the_same_proofs() {
    let sent = || mail("Mia <mia@home.example>", &format!("To: {ADA}\n"), "Here.");
    let filed = "filed sent.to out by member 1 recipient:1";
    let held = "held held.unproved in by other mia@home.example";
    let denied = "held held.dmarc in by other mia@home.example";
    let capture = "filed capture.address out by member 1 recipient:1";
    check(&[
        (&["mia"], Trust::default(), sent(), filed),
        (&["mia"], dmarc("fail"), sent(), denied),
        (&["acme"], dmarc("pass"), sent(), filed),
        (&["acme"], dmarc("none"), sent(), held),
        (&["acme"], dmarc("fail"), sent(), denied),
        (&["acme"], signed_in("mia@studio.example"), sent(), filed),
        (&["acme"], signed_in("MIA@home.example"), sent(), filed),
        (&["acme"], signed_in("jon@studio.example"), sent(), held),
        (&["acme"], signed_in("jon@home.example"), sent(), held),
        (&["ada.x"], dmarc("pass"), sent(), capture),
        (&["ada.x"], dmarc("none"), sent(), held),
        (
            &["mia"],
            dmarc("pass"),
            sent().replace("mia@", "jon@"),
            "held held.from in by other jon@home.example",
        ),
    ]);
    // Everybody else at that domain is a stranger: a member chooses no domain for all.
    let to_home = mail(
        MIA,
        "To: Zoe <zoe@home.example>, jon@home.example\n",
        "Here.",
    );
    let decision = decide(&letter(&["mia"], dmarc("pass"), &to_home), &known());
    assert_eq!(
        line(&decision),
        "filed sent.to out by member 1 recipient:zoe@home.example"
    );
    // An owner or admin does, as with a command.
    let mut by_admin = known();
    by_admin.members[0].role = "admin".to_owned();
    by_admin.set_own_domains([]);
    let decision = decide(&letter(&["mia"], dmarc("pass"), &to_home), &by_admin);
    assert_eq!(line(&decision), "unfiled sent.nobody internal by member 1");
}

#[test]
fn copies_make_contacts_of_to_and_suggest_the_rest() {
    let headers = format!(
        "To: {BOB}, info@dock.example, jon@studio.example, x@rival.example\nCc: {ADA}, Zoe <zoe@new.example>\n"
    );
    let decision = decide(
        &letter(&["mia"], Trust::default(), &mail(MIA, &headers, "Hi")),
        &known(),
    );
    assert_eq!(
        line(&decision),
        "filed sent.to out by member 1 recipient:bob@dock.example participant:1"
    );
    let suggested: Vec<&str> = decision
        .suggest
        .iter()
        .map(|s| s.address.as_str())
        .collect();
    assert_eq!(suggested, ["info@dock.example", "zoe@new.example"]);
    assert_eq!(
        decision.make.first().and_then(|m| m.name.as_deref()),
        Some("Bob")
    );
    let only_copy = mail(MIA, &format!("To: jon@studio.example\nCc: {ADA}\n"), "Hi");
    check(&[(
        &["mia"],
        Trust::default(),
        only_copy,
        "filed sent.to out by member 1 recipient:1",
    )]);
}

#[test]
fn one_mail_makes_a_hundred_contacts_at_most() {
    let to: Vec<String> = (0..190).map(|n| format!("p{n}@dock.example")).collect();
    let raw = mail(MIA, &format!("To: {}\n", to.join(",\n ")), "Hi");
    let decision = decide(&letter(&["mia"], Trust::default(), &raw), &known());
    assert_eq!((decision.people.len(), decision.make.len()), (100, 100));
}

#[test]
fn strangers_and_programs_make_no_contacts() {
    let to = "To: acme@crm.example\n";
    let list = format!("{to}List-Id: <l.cheap.example>\nList-Post: <mailto:l@cheap.example>\n");
    let auto = format!("{to}Auto-Submitted: auto-replied\n");
    check(&[
        (
            &["acme"],
            Trust::default(),
            mail(ADA, to, "Hi"),
            "filed author.known in by contact 1 author:1",
        ),
        (
            &["acme"],
            dmarc("fail"),
            mail(ADA, to, "Hi"),
            "unfiled author.unproved in by other ada@northwind.example",
        ),
        (
            &["acme"],
            Trust::default(),
            mail("rule@northwind.example", to, "Hi"),
            "filed author.known in by contact 2 author:2",
        ),
        (
            &["acme"],
            Trust::default(),
            mail(BOB, to, "Hi"),
            "unfiled author.unknown in by other bob@dock.example",
        ),
        (
            &["acme"],
            Trust::default(),
            mail(BOB, &list, "Hi"),
            "set_aside list in by other bob@dock.example",
        ),
        (
            &["acme"],
            Trust::default(),
            mail(BOB, &auto, "Away"),
            "set_aside automatic in by other bob@dock.example",
        ),
        (
            &["acme"],
            Trust::default(),
            mail(ADA, &auto, "Away"),
            "filed author.known in by contact 1 author:1",
        ),
        (
            &["mia"],
            Trust::default(),
            mail(BOB, &list, "Hi"),
            "set_aside list in by other bob@dock.example",
        ),
        (
            &["acme"],
            Trust::default(),
            mail("x@crm.example", to, "Hi"),
            "set_aside own.mail in by other x@crm.example",
        ),
        (
            &["acme"],
            Trust::default(),
            "no header\n\nat all".to_owned(),
            "unfiled author.unknown in by other ",
        ),
    ]);
}

#[test]
fn a_capture_address_says_whose_and_the_proof_says_who() {
    let to = "To: ada.x@crm.example\n";
    let inside = || {
        mail(
            MIA,
            &format!("{to}Subject: Fwd: Pier 4\n"),
            &block(BOB, MIA, "Hi"),
        )
    };
    check(&[
        (
            &["ada.x"],
            Trust::default(),
            mail(ADA, to, "Hi"),
            "filed capture.address in by contact 1 author:1",
        ),
        (
            &["ada.x"],
            dmarc("fail"),
            mail(ADA, to, "Hi"),
            "filed capture.address in by other ada@northwind.example about:1",
        ),
        (
            &["ada.x"],
            Trust::default(),
            mail("office@northwind.example", to, "Hi"),
            "filed capture.address in by contact 2 author:2 about:1",
        ),
        (
            &["ada.x"],
            Trust::default(),
            mail(BOB, to, "Hi"),
            "filed capture.address in by other bob@dock.example about:1",
        ),
        (
            &["ada.x"],
            dmarc("pass"),
            mail(MIA, to, "Hi"),
            "filed capture.address out by member 1 recipient:1",
        ),
        (
            &["ada.x"],
            dmarc("pass"),
            mail(MIA, "To: jon@studio.example\n", "Hi"),
            "filed capture.address internal by member 1 recipient:1",
        ),
        (
            &["ada.x"],
            dmarc("pass"),
            inside(),
            "filed capture.address in by other bob@dock.example about:1",
        ),
        (
            &["lost.x"],
            Trust::default(),
            mail(ADA, to, "Hi"),
            "unfiled capture.unknown in by other ada@northwind.example",
        ),
    ]);
}

#[test]
fn several_ways_in_are_one_decision_with_all_reasons() {
    let raw = mail(MIA, &format!("To: {BOB}\n"), "Hi");
    let decision = decide(
        &letter(&["acme", "ada.x", "mia"], dmarc("pass"), &raw),
        &known(),
    );
    assert_eq!(
        line(&decision),
        "filed sent.to out by member 1 recipient:bob@dock.example recipient:1"
    );
    assert!(
        decision
            .why
            .steps
            .iter()
            .any(|s| s.contains("contact's own address")),
        "{:?}",
        decision.why
    );
    let held = decide(
        &letter(&["gone", "ada.x"], Trust::default(), &mail(ADA, "", "Hi")),
        &known(),
    );
    assert_eq!(
        line(&held),
        "filed capture.address in by contact 1 author:1"
    );
}
