//! Many messages in one file: mbox. Written as mboxrd, so that nothing is lost; read as mboxrd, mboxo, and what comes near it.
//!
//! A message begins with a line `From …`; a line of the message that looks like one, with any number of `>` in front, is written
//! with one `>` more (mboxrd). mboxo does so for lines without `>` alone.

use std::io::{self, BufRead, Read as _, Write};

/// What a line that begins a message begins with.
const FROM: &[u8] = b"From ";
/// A longer line that begins a message is none.
const FROM_BYTES_MAX: u64 = 4_096;

/// Writes one message; `sender_and_date` is what stands behind `From ` and means nothing.
pub fn write(out: &mut impl Write, sender_and_date: &str, raw: &[u8]) -> io::Result<()> {
    out.write_all(FROM)?;
    out.write_all(sender_and_date.as_bytes())?;
    out.write_all(b"\n")?;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if is_quotable(line) {
            out.write_all(b">")?;
        }
        out.write_all(line)?;
    }
    if raw.last() != Some(&b'\n') {
        out.write_all(b"\n")?;
    }
    out.write_all(b"\n")
}

/// Whether a line looks like the beginning of a message, behind any number of `>`.
fn is_quotable(line: &[u8]) -> bool {
    let bare = line.iter().position(|byte| *byte != b'>');
    bare.and_then(|at| line.get(at..))
        .is_some_and(|bare| bare.starts_with(FROM))
}

/// A line as it was before it was written.
fn unquoted(line: &[u8]) -> &[u8] {
    match line.strip_prefix(b">") {
        Some(bare) if is_quotable(bare) => bare,
        _ => line,
    }
}

/// Takes out the next message of a file that [`write`] made, exactly as it was; its size is known.
pub fn read_exactly(from: &mut impl BufRead, size: usize) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    from.by_ref()
        .take(FROM_BYTES_MAX)
        .read_until(b'\n', &mut line)?;
    if !line.starts_with(FROM) || line.last() != Some(&b'\n') {
        return Err(broken("a message does not begin where it should"));
    }
    let mut message = Vec::with_capacity(size.min(1 << 20));
    while message.len() < size || message.last() != Some(&b'\n') {
        line.clear();
        // A `>` before it, and an end of line behind it.
        let most = (size - message.len()) as u64 + 2;
        from.by_ref().take(most).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Err(broken("the file ends in the middle of a message"));
        }
        message.extend_from_slice(unquoted(&line));
        if message.len() == size + 1 && message.last() == Some(&b'\n') {
            message.pop();
            break;
        }
        if message.len() > size {
            return Err(broken("a message is longer than it should be"));
        }
    }
    line.clear();
    from.by_ref().take(2).read_until(b'\n', &mut line)?;
    match line.as_slice() {
        b"\n" => Ok(message),
        _ => Err(broken("a message does not end where it should")),
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_message_comes_out_as_it_went_in() {
        let cases: [&[u8]; 10] = [
            b"",
            b"\n",
            b"\r\n",
            b"no end of line",
            b"From the beginning\n",
            b"a: b\r\n\r\nFrom me\r\n>From you\r\n>>From them\r\n",
            b"a: b\n\nFrom without end",
            b">From without end",
            b"\n\n\n",
            b"\0\xff\rFrom \r\n",
        ];
        let mut file = Vec::new();
        for raw in cases {
            write(&mut file, "a@b.example Thu Jan  1 00:00:00 1970", raw).unwrap();
        }
        let mut from = file.as_slice();
        for raw in cases {
            assert_eq!(read_exactly(&mut from, raw.len()).unwrap(), raw);
        }
        assert!(from.is_empty());
        // What is quoted begins no message for others either.
        let begins = file.split(|b| *b == b'\n').filter(|l| l.starts_with(FROM));
        assert_eq!(begins.count(), cases.len());
    }

    #[test]
    fn what_is_cut_or_of_another_size_is_an_error() {
        let mut file = Vec::new();
        write(&mut file, "x", b"a: b\n\nhello\n").unwrap();
        for size in [0, 3, 11, 13, 100] {
            assert!(read_exactly(&mut file.as_slice(), size).is_err(), "{size}");
        }
        for cut in 0..file.len() {
            assert!(read_exactly(&mut &file[..cut], 12).is_err(), "{cut}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_out_as_they_went_in(
            messages in prop::collection::vec(
                prop::collection::vec(
                    prop_oneof![
                        Just(&b"From "[..]), Just(&b">"[..]), Just(&b"\n"[..]), Just(&b"\r\n"[..]), Just(&b"x"[..]), Just(&b"\xff"[..]),
                    ],
                    0..20,
                ),
                0..6,
            ),
        ) {
            let messages: Vec<Vec<u8>> = messages.into_iter().map(|pieces| pieces.concat()).collect();
            let mut file = Vec::new();
            for raw in &messages {
                write(&mut file, "x", raw).unwrap();
            }
            let mut from = file.as_slice();
            for raw in &messages {
                prop_assert_eq!(&read_exactly(&mut from, raw.len()).unwrap(), raw);
            }
            prop_assert!(from.is_empty());
        }
    }
}
