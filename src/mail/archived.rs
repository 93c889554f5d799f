//! What the program that made an archive wrote on top of each mail: labels of Gmail (`X-Gmail-Labels`, as Takeout has them), the
//! status of Mozilla's programs (`X-Mozilla-Status`, nsMsgMessageFlags).

use super::mime::fields::Fields;

/// The mail was deleted, and stands in the file until that is compacted.
const EXPUNGED: u16 = 0x0008;

/// What is written on top of a mail.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Archived {
    /// The names of Gmail's labels, in the language of their user.
    pub labels: Vec<String>,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

impl Archived {
    /// Of the fields above all others whose names begin with `X-`: whoever sent the mail has none up there, since what received it
    /// wrote its own fields on top of theirs.
    pub fn of(raw: &[u8]) -> Archived {
        let (mut fields, _) = Fields::read(raw);
        let top = fields.all.iter().take_while(|f| f.name.starts_with("x-"));
        let count = top.count();
        fields.all.truncate(count);
        let text = |name: &str| fields.text(name);
        let status =
            text("x-mozilla-status").and_then(|hex| u16::from_str_radix(hex.trim(), 16).ok());
        Archived {
            labels: text("x-gmail-labels")
                .map(|list| labels(&list))
                .unwrap_or_default(),
            is_deleted: status.is_some_and(|flags| flags & EXPUNGED != 0),
        }
    }
}

/// Names between commas; one that has a comma stands in quotes.
fn labels(list: &str) -> Vec<String> {
    let mut labels = vec![String::new()];
    let mut is_quoted = false;
    for letter in list.chars() {
        match (letter, labels.last_mut()) {
            ('"', _) => is_quoted = !is_quoted,
            (',', _) if !is_quoted => labels.push(String::new()),
            (_, Some(label)) => label.push(letter),
            (_, None) => {}
        }
    }
    labels
        .iter()
        .map(|label| label.trim().to_owned())
        .filter(|label| !label.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_wrote_on_top_is_known_from_what_the_sender_wrote() {
        for (top, wanted, is_deleted) in [
            ("Subject: Hi\nX-Gmail-Labels: Spam\n", &[][..], false),
            (
                "X-GM-THRID: 17\nX-Gmail-Labels: Archived,\"Drafts, old\",Sent\nFrom: a@b.example\n",
                &["Archived", "Drafts, old", "Sent"],
                false,
            ),
            (
                "X-GM-THRID: 17\r\nX-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe?=,\r\n Wichtig\r\nFrom: a@b.example\r\n",
                &["Entwürfe", "Wichtig"],
                false,
            ),
            (
                "X-Mozilla-Status: 0009\nX-Mozilla-Status2: 00800000\nFrom: a@b.example\n",
                &[],
                true,
            ),
            ("X-Mozilla-Status: 0001\nFrom: a@b.example\n", &[], false),
            ("X-Mozilla-Status: many\nFrom: a@b.example\n", &[], false),
            ("", &[], false),
        ] {
            let archived = Archived::of(format!("{top}\nText\n").as_bytes());
            assert_eq!(archived.labels, wanted, "{top}");
            assert_eq!(archived.is_deleted, is_deleted, "{top}");
        }
    }
}
