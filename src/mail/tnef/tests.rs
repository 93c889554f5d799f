//! Streams made byte by byte, and RTF.

use super::read;
use super::rtf;

fn attribute(level: u8, id: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![level];
    bytes.extend(id.to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes.extend([0, 0]);
    bytes
}

fn property(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend(id.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend((value.len() as u32).to_le_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn properties(list: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = (list.len() as u32).to_le_bytes().to_vec();
    bytes.extend(list.concat());
    bytes
}

fn stream(attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0x78, 0x9f, 0x3e, 0x22, 1, 0];
    bytes.extend(attributes.concat());
    bytes
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn files_come_out_with_their_long_names_and_bytes() {
    let number = [
        3_u16.to_le_bytes().to_vec(),
        0x0e20_u16.to_le_bytes().to_vec(),
        vec![5, 0, 0, 0],
    ]
    .concat();
    let file = properties(&[
        number,
        property(0x1f, 0x3707, &utf_16("Übersicht 2026.pdf")),
        property(0x1e, 0x370e, b"Application/PDF\0"),
    ]);
    let bytes = stream(&[
        attribute(1, 0x9007, &[0xe4, 4, 0, 0, 0, 0, 0, 0]),
        attribute(1, 0x800c, b"Gr\xfc\xdfe\r\nAda\0"),
        attribute(2, 0x9002, &[0; 14]),
        attribute(2, 0x8010, b"UBERSI~1.PDF\0"),
        attribute(2, 0x800f, b"%PDF-1.4"),
        attribute(2, 0x9005, &file),
        attribute(2, 0x9002, &[0; 14]),
        attribute(2, 0x8010, b"second.txt\0"),
        attribute(2, 0x800f, b"two"),
    ]);
    let tnef = read(&bytes).unwrap();
    assert_eq!(tnef.plain.as_deref(), Some("Grüße\nAda"));
    let files: Vec<_> = tnef
        .files
        .iter()
        .map(|f| {
            (
                f.name.as_deref().unwrap(),
                f.media_type.as_str(),
                f.bytes.as_slice(),
            )
        })
        .collect();
    assert_eq!(
        files,
        [
            ("Übersicht 2026.pdf", "application/pdf", &b"%PDF-1.4"[..]),
            ("second.txt", "application/octet-stream", b"two"),
        ]
    );
}

#[test]
fn a_stream_that_is_none_stays_a_file() {
    assert!(read(b"").is_none());
    assert!(read(b"not a stream").is_none());
    assert!(read(&stream(&[])).is_none());
}

#[test]
fn a_message_inside_gives_its_files() {
    let inner = stream(&[
        attribute(2, 0x9002, &[0; 14]),
        attribute(2, 0x8010, b"inner.txt\0"),
        attribute(2, 0x800f, b"in"),
    ]);
    let object = [vec![7; 16], inner].concat();
    let bytes = stream(&[
        attribute(2, 0x9002, &[0; 14]),
        attribute(2, 0x9005, &properties(&[property(0x0d, 0x3701, &object)])),
    ]);
    let tnef = read(&bytes).unwrap();
    assert_eq!(tnef.files.len(), 1);
    assert_eq!(tnef.files[0].name.as_deref(), Some("inner.txt"));
}

#[test]
fn compressed_rtf_becomes_text() {
    // The example of MS-OXRTFCP §3.1.1.
    let packed = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
    let unpacked = rtf::decompress(packed).unwrap();
    assert_eq!(
        unpacked,
        b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    );
    assert_eq!(rtf::to_text(&unpacked), "hello world");
    let body = properties(&[property(0x102, 0x1009, packed)]);
    let tnef = read(&stream(&[attribute(1, 0x9003, &body)])).unwrap();
    assert_eq!(tnef.plain.as_deref(), Some("hello world"));
}

#[test]
fn rtf_reads_with_its_accents_and_without_its_tables() {
    for (written, expected) in [
        (
            r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}Gr\'fc\'dfe\par Ada}",
            "Grüße\nAda",
        ),
        (r"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8}", "При"),
        (r"{\rtf1\uc1 \u8364?20 \{x\} a\~b}", "€20 {x} a\u{a0}b"),
        (
            r"{\rtf1{\*\htmltag64 <p>}\htmlrtf \htmlrtf0 text{\*\htmltag72 </p>}}",
            "text",
        ),
    ] {
        assert_eq!(rtf::to_text(written.as_bytes()), expected, "{written}");
    }
}

proptest::proptest! {
    #[test]
    fn no_stream_is_too_strange(tail in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        read(&[vec![0x78, 0x9f, 0x3e, 0x22, 0, 0], tail.clone()].concat());
        read(&stream(&[attribute(1, 0x9003, &tail), attribute(2, 0x9002, &[]), attribute(2, 0x9005, &tail)]));
        rtf::decompress(&[b"0000\xff\xff\0\0LZFu0000".to_vec(), tail.clone()].concat());
        rtf::to_text(&tail);
    }
}
