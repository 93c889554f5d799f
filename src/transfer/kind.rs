//! What a file to import is.

use super::Form;

/// Bytes by which a file is known.
pub const KNOWN_BYTES: usize = 512;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Our own ZIP.
    Workspace,
    /// An mbox.
    Mail,
    /// A spreadsheet or an address book.
    People(Form),
}

impl FileKind {
    /// Of the name of a file and its first [`KNOWN_BYTES`] bytes: a ZIP or a card by how it begins, since names lie; what may begin with
    /// any words by its name; and by how it begins where the name says nothing.
    pub fn of(name: &str, begin: &[u8]) -> FileKind {
        let text = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begin);
        let first = text.trim_ascii_start().get(..11).unwrap_or_default();
        if begin.starts_with(b"PK\x03\x04") {
            return FileKind::Workspace;
        }
        if first.eq_ignore_ascii_case(b"BEGIN:VCARD") {
            return FileKind::People(Form::Cards);
        }
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        match extension.unwrap_or_default().to_lowercase().as_str() {
            "zip" => FileKind::Workspace,
            "mbox" | "mbx" => FileKind::Mail,
            "vcf" | "vcard" => FileKind::People(Form::Cards),
            "csv" | "tsv" => FileKind::People(Form::Table),
            _ if text.starts_with(b"From ") => FileKind::Mail,
            _ => FileKind::People(Form::Table),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_how_it_begins_and_else_by_its_name() {
        let [cards, table] = [Form::Cards, Form::Table].map(FileKind::People);
        let cases: [(&str, &[u8], FileKind); 11] = [
            ("a.dat", b"PK\x03\x04", FileKind::Workspace),
            ("a.csv", b"PKey,Name\n", table),
            ("a.txt", b"\xef\xbb\xbfBEGIN:VCARD\r\n", cards),
            ("a.csv", b"\r\nbegin:vcard\r\n", cards),
            (
                "a.txt",
                b"From a Tue Nov 10 12:00:00 2026\n",
                FileKind::Mail,
            ),
            (
                "a",
                b"\xef\xbb\xbfFrom a Tue Nov 10 12:00:00 2026\n",
                FileKind::Mail,
            ),
            ("a.csv", b"From whom,Name\n", table),
            ("a.csv", b"Name,Email\n", table),
            ("a", b"Name;Email\n", table),
            ("a.VCF", b"", cards),
            ("a.mbox", b"", FileKind::Mail),
        ];
        for (name, begin, wanted) in cases {
            assert_eq!(FileKind::of(name, begin), wanted, "{name}");
        }
    }
}
