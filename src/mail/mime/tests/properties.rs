//! What holds for all bytes.

use super::read;
use crate::mail;
use proptest::prelude::*;

/// Pieces of which mail is made, in an order that no client would choose.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&[u8]; 34] = [
        b"From: ",
        b"To: ",
        b"Subject: ",
        b"Date: ",
        b"Content-Type: ",
        b"Content-Disposition: attachment; filename=",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: quoted-printable\n",
        b"multipart/mixed; boundary=b\n",
        b"multipart/alternative; boundary=\"b\"\n",
        b"text/html\n",
        b"text/plain; charset=",
        b"message/rfc822\n",
        b"application/ms-tnef\n",
        b"text/calendar; method=REQUEST\n",
        b"application/pkcs7-mime\n",
        b"iso-2022-jp\n",
        b"utf-7\n",
        b"\n--b\n",
        b"\n--b--\n",
        b"\n",
        b"\n\n",
        b"ada@acme.example",
        b"\"<",
        b">,",
        b"=?utf-8?Q?=C3",
        b"?=",
        b"; name*0*=",
        b"\xfc\xdf",
        b"\x1b$B",
        b"R3LD",
        b"<p>",
        b"begin 644 x\n#0V%T\n",
        b"\0",
    ];
    prop::collection::vec(0..PIECES.len(), 0..40)
        .prop_map(|order| order.into_iter().flat_map(|i| PIECES[i].to_vec()).collect())
}

/// A message as a client would write it, with some bytes changed.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    const MESSAGE: &str = "From: =?utf-8?Q?J=C3=BCrgen?= <j@acme.example>\nTo: \"Byron, Ada\" <ada@b.example>, c@d.example\n\
        Subject: Re: Offer\n of =?iso-8859-1?Q?M=FCnchen?=\nDate: Sat, 21 Nov 2026 10:00:00 +0100\nMessage-ID: <m@acme.example>\n\
        Content-Type: multipart/mixed; boundary=\"=_b\"\n\n--=_b\nContent-Type: text/plain; charset=utf-8; format=flowed\n\
        Content-Transfer-Encoding: quoted-printable\n\nHello Ada,=20\nsee you =C3=BCbermorgen.\n\n-- \nJ\n--=_b\n\
        Content-Type: application/pdf\nContent-Disposition: attachment; filename*0*=utf-8''Gr%C3; filename*1*=%BC.pdf\n\
        Content-Transfer-Encoding: base64\n\nJVBERg==\n--=_b--\n";
    let change = (
        any::<prop::sample::Index>(),
        prop::sample::select(b"\n<>\";=?-: \xfcx".to_vec()),
    );
    prop::collection::vec(change, 0..12).prop_map(|changes| {
        let mut raw = MESSAGE.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(raw.len());
            raw[at] = byte;
        }
        raw
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read(raw in prop::collection::vec(any::<u8>(), 0..400)) {
        mail::read(&raw);
    }

    #[test]
    fn pieces_of_mail_in_any_order_read_the_same_with_both_line_ends(mut raw in pieces()) {
        raw.retain(|b| *b != 0); // what holds NUL is no text, and keeps its line ends
        read(&raw);
    }

    #[test]
    fn damaged_mail_reads_the_same_with_both_line_ends(raw in damaged()) {
        read(&raw);
    }

    #[test]
    fn texts_hold_no_nul(raw in pieces()) {
        let message = mail::read(&raw);
        let names = message.attachments.iter().filter_map(|a| a.name.as_deref());
        let texts = names.chain(message.subject.as_deref()).chain([message.body.as_str()]);
        for text in texts {
            prop_assert!(!text.contains('\0'), "{text:?}");
        }
    }

    #[test]
    fn every_file_that_is_listed_can_be_had(raw in damaged()) {
        for file in mail::read(&raw).attachments {
            let bytes = super::super::attachment_bytes(&raw, file.part);
            prop_assert_eq!(bytes.map(|b| b.len() as u64), Some(file.bytes));
        }
    }
}
