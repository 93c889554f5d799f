//! Mailboxes as people see them.

use super::super::mailbox::{list, one};
use super::super::sentence;
use super::super::subject::{Prefix, prefix, unforwarded};
use super::show;

const ONE: &[(&str, &str)] = &[
    (
        "Jane Roe <jane@acme.example>",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "\"Roe, Jane\" <jane@acme.example>",
        "Roe, Jane <jane@acme.example>",
    ),
    (
        "Roe, Jane <jane@acme.example>",
        "Roe, Jane <jane@acme.example>",
    ),
    (
        "'Jane Roe' <jane@ACME.Example>",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "Jane Roe [mailto:jane@acme.example]",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "Jane Roe [jane@acme.example]",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "Jane Roe (jane@acme.example)",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "Jane Roe <mailto:jane@acme.example>",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "Jane Roe <jane@acme.example<mailto:jane@acme.example>>",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "Jane Roe<mailto:jane@acme.example> <jane@acme.example<mailto:jane@acme.example>> on behalf of x@acme.example",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "jane@acme.example (Jane Roe)",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "jane@acme.example <jane@acme.example>",
        " <jane@acme.example>",
    ),
    ("<jane@acme.example>", " <jane@acme.example>"),
    ("jane@acme.example", " <jane@acme.example>"),
    (
        "jane@acme.example <mailto:jane@acme.example>",
        " <jane@acme.example>",
    ),
    (
        "« Jane Roe » <jane@acme.example>",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "„Jane Roe” <jane@acme.example>",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "*Jane Roe* <jane@acme.example>",
        "Jane Roe <jane@acme.example>",
    ),
    (
        "\"Jane \\\"JR\\\" Roe\" <jane@acme.example>",
        "Jane \"JR\" Roe <jane@acme.example>",
    ),
    (
        "Jane O'Neil <jane.o'neil@acme.example>",
        "Jane O'Neil <jane.o'neil@acme.example>",
    ),
    ("Jane Roe", "Jane Roe <>"),
    ("Jane Roe/Sales/ACME@ACME", "Jane Roe/Sales/ACME@ACME <>"),
    (
        "Jane Roe </O=ACME/OU=EXCHANGE/CN=RECIPIENTS/CN=JROE>",
        "Jane Roe <>",
    ),
    (
        "Jane Roe via Acme Support <support@acme.example>",
        "Jane Roe via Acme Support <support@acme.example>",
    ),
    (
        "山田太郎 <yamada@acme.example>",
        "山田太郎 <yamada@acme.example>",
    ),
    ("Zoë <zoë@bücher.example>", "Zoë <zoë@bücher.example>"),
    ("root <root@localhost>", "root <root@localhost>"),
    (
        "\"jane@acme.example\" <jane@acme.example>;",
        " <jane@acme.example>",
    ),
];

#[test]
fn one_mailbox_is_read() {
    for (value, expected) in ONE {
        assert_eq!(show(one(value).as_ref()), *expected, "{value}");
    }
    for value in ["", " ", "<>", "undisclosed-recipients:;", "---", ";"] {
        assert_eq!(one(value), None, "{value}");
    }
}

const LISTS: &[(&str, &str)] = &[
    ("a@x.example, b@y.example", " <a@x.example>| <b@y.example>"),
    (
        "A <a@x.example>; B <b@y.example>;",
        "A <a@x.example>|B <b@y.example>",
    ),
    (
        "Doe, John <a@x.example>, Roe, Jane <b@y.example>",
        "Doe, John <a@x.example>|Roe, Jane <b@y.example>",
    ),
    ("Doe, John; Roe, Jane", "Doe, John <>|Roe, Jane <>"),
    ("John Doe, Jane Roe", "John Doe <>|Jane Roe <>"),
    ("Doe, John", "Doe, John <>"),
    (
        "\"Doe, John\" <a@x.example>, b@y.example",
        "Doe, John <a@x.example>| <b@y.example>",
    ),
    (
        "van der Berg, Jan <a@x.example>; Roe, Jane <b@y.example>",
        "van der Berg, Jan <a@x.example>|Roe, Jane <b@y.example>",
    ),
    (
        "A <a@x.example<mailto:a@x.example>>; B <b@y.example<mailto:b@y.example>>",
        "A <a@x.example>|B <b@y.example>",
    ),
    (
        "A [mailto:a@x.example], B [mailto:b@y.example]",
        "A <a@x.example>|B <b@y.example>",
    ),
    (
        "A <a@x.example> B <b@y.example>",
        "A <a@x.example>|B <b@y.example>",
    ),
    (
        "A<a@x.example>；B<b@y.example>",
        "A <a@x.example>|B <b@y.example>",
    ),
    (
        "'a@x.example'; 'b@y.example'",
        " <a@x.example>| <b@y.example>",
    ),
    ("Team Roof, a@x.example", "Team Roof <>| <a@x.example>"),
    ("undisclosed-recipients:;", ""),
    (
        "A <a@x.example>, , B <b@y.example>",
        "A <a@x.example>|B <b@y.example>",
    ),
    (
        "A \"B\" <a@x.example>, C <b@y.example",
        "A \"B\" <a@x.example>|C <b@y.example>",
    ),
];

#[test]
fn lists_of_mailboxes_are_split_where_people_see_it() {
    for (value, expected) in LISTS {
        let shown: Vec<String> = list(value)
            .iter()
            .map(|mailbox| show(Some(mailbox)))
            .collect();
        assert_eq!(shown.join("|"), *expected, "{value}");
    }
}

const SENTENCES: &[(&str, &str)] = &[
    (
        "On Wed, Mar 6, 2024 at 9:31 AM Jane Roe <jane@acme.example> wrote:",
        "Jane Roe <jane@acme.example> | Wed, Mar 6, 2024 at 9:31 AM",
    ),
    (
        "Am Mi., 6. März 2024 um 09:31 Uhr schrieb Jane von Roe <jane@acme.example>:",
        "Jane von Roe <jane@acme.example> | Mi., 6. März 2024 um 09:31 Uhr",
    ),
    (
        "Le mer. 6 mars 2024 à 09:31, Jane Roe <jane@acme.example> a écrit :",
        "Jane Roe <jane@acme.example> | mer. 6 mars 2024 à 09:31",
    ),
    (
        "Il giorno mer 6 mar 2024 alle ore 09:31 Jane Roe <jane@acme.example> ha scritto:",
        "Jane Roe <jane@acme.example> | mer 6 mar 2024 alle ore 09:31",
    ),
    (
        "Op wo 6 mrt 2024 om 09:31 schreef Jane Roe <jane@acme.example>:",
        "Jane Roe <jane@acme.example> | wo 6 mrt 2024 om 09:31",
    ),
    (
        "ср, 6 мар. 2024 г. в 09:31, Jane Roe <jane@acme.example>:",
        "Jane Roe <jane@acme.example> | ср, 6 мар. 2024 г. в 09:31",
    ),
    (
        "2024年3月6日(水) 9:31 Jane Roe <jane@acme.example>:",
        "Jane Roe <jane@acme.example> | 2024年3月6日(水) 9:31",
    ),
    (
        "On 3/6/24 9:31 AM, Jane Roe wrote:",
        "Jane Roe <> | 3/6/24 9:31 AM",
    ),
    (
        "Am 06.03.24 um 09:31 schrieb Jane Roe:",
        "Jane Roe <> | 06.03.24 um 09:31",
    ),
    (
        "Le 06/03/2024 à 09:31, Jane Roe a écrit :",
        "Jane Roe <> | 06/03/2024 à 09:31",
    ),
    (
        "---- On Wed, 06 Mar 2024 09:31:44 +0100 Jane Roe <jane@acme.example> wrote ----",
        "Jane Roe <jane@acme.example> | Wed, 06 Mar 2024 09:31:44 +0100",
    ),
    (
        "Jane Roe <jane@acme.example> escribió el 6 mar 2024:",
        "Jane Roe <jane@acme.example> | 6 mar 2024",
    ),
];

#[test]
fn sentences_name_who_and_when() {
    for (text, expected) in SENTENCES {
        let (head, _) = sentence::read(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            format!(
                "{} | {}",
                show(head.from.as_ref()),
                head.date.unwrap_or_default()
            ),
            *expected,
            "{text}"
        );
    }
    for text in [
        "I wrote to you:",
        "We need 3 things:",
        "Hello Jane:",
        ":",
        "12:30",
    ] {
        assert!(sentence::read(text).is_none(), "{text}");
    }
}

#[test]
fn prefixes_of_subjects_tell_forwards_from_replies() {
    use Prefix::{Forward, None, Reply};
    for (subject, expected, rest) in [
        ("Fwd: Offer", Forward, "Offer"),
        ("FW: RE: Offer", Forward, "RE: Offer"),
        ("Fw: FW: Offer", Forward, "Offer"),
        ("Fwd[3]: Offer", Forward, "Offer"),
        ("[Acme] [EXTERNAL] WG: Offer", Forward, "Offer"),
        ("【外部】转发: Offer", Forward, "Offer"),
        ("转发：Offer", Forward, "Offer"),
        ("TR : Offer", Forward, "Offer"),
        ("İLT: Offer", Forward, "Offer"),
        ("Offer (fwd)", Forward, "Offer"),
        ("Doorst: Offer", Forward, "Offer"),
        ("Továbbítás: Offer", Forward, "Offer"),
        ("Re: Fwd: Offer", Reply, "Re: Fwd: Offer"),
        ("RE[2]: Offer", Reply, "RE[2]: Offer"),
        ("Antw: Offer", Reply, "Antw: Offer"),
        ("Offer: the price", None, "Offer: the price"),
        ("Offer", None, "Offer"),
        ("", None, ""),
    ] {
        assert_eq!(prefix(subject), expected, "{subject}");
        assert_eq!(unforwarded(subject), rest, "{subject}");
    }
}
