//! What holds for any letter.

use super::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_gives_a_clean_message_that_reads_the_same(
        name in "\\PC{0,60}",
        subject in any::<String>(),
        text in "(\\PC|\n|\r\n|\t| ){0,400}",
        html in any::<String>(),
        file in proptest::collection::vec(any::<u8>(), 0..300),
        file_name in any::<String>(),
    ) {
        let written = Letter {
            from: Mailbox::new(Some(&name), "capture@crm.example"),
            subject,
            text: text.clone(),
            html: Some(format!("<p>page</p>{html}")),
            files: vec![File { name: file_name, media_type: "image/png".to_owned(), bytes: file.clone() }],
            ..letter()
        };
        let raw = written.write().unwrap();
        assert_clean(&raw);
        let read = mail::read(&raw);
        prop_assert_eq!(read.from.unwrap().key(), "capture@crm.example");
        prop_assert_eq!(read.to[0].key(), "mia@studio.example");
        prop_assert_eq!(read.message_id.unwrap(), "k.1a2b.3c4d@crm.example");
        prop_assert_eq!(read.attachments.len(), 1);
        prop_assert_eq!(mail::mime::attachment_bytes(&raw, 0).unwrap(), file);
    }

    #[test]
    fn encodings_undo_themselves(text in any::<String>(), bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
        use crate::mail::mime::transfer;
        let lines = text.replace("\r\n", "\n").replace('\r', "?");
        let written = encode::quoted_printable(&lines);
        prop_assert!(written.split(|b| *b == b'\n').all(|l| l.len() <= 77));
        let read = transfer::quoted_printable(&written);
        let read = String::from_utf8(read).unwrap().replace("\r\n", "\n");
        prop_assert_eq!(read.strip_suffix('\n').unwrap(), lines.strip_suffix('\n').unwrap_or(&lines));
        prop_assert_eq!(transfer::base64(&encode::base64(&bytes)), bytes);
        for word in encode::words(&text, 60) {
            prop_assert!(word.len() <= 75, "{}", word);
        }
    }
}
