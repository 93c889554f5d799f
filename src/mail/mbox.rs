//! Many messages in one file: mbox. Written as mboxrd, so that nothing is lost; read as mboxrd, mboxo, and what comes near it.
//!
//! A message begins with a line `From …`; a line of the message that looks like one, with any number of `>` in front, is written
//! with one `>` more (mboxrd). mboxo does so for lines without `>` alone.

use std::io::{self, BufRead, Read as _, Write};

/// What a line that begins a message begins with.
const FROM: &[u8] = b"From ";
/// As much of a line as is read at once.
const LINE_BYTES_MAX: u64 = 1024 * 1024;
/// A longer line that begins a message is none.
const FROM_BYTES_MAX: u64 = 4_096;
/// What some programs put before all of a file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

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

/// Takes out the next message of a file that [`write()`] made, exactly as it was; its size is known.
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

/// The messages of a file that some program wrote: mboxrd, mboxo, or near it. Needs the memory of one message.
#[derive(Debug)]
pub struct Messages<R> {
    from: R,
    line: Vec<u8>,
    /// The line behind, where it was looked at already.
    ahead: Option<Vec<u8>>,
    /// Bytes that were read.
    pub read_bytes: u64,
    is_begun: bool,
}

/// A message of a file; absent where it is longer than it may be.
pub type Found = Option<Vec<u8>>;

impl<R: BufRead> Messages<R> {
    /// Reads from the beginning of a file.
    pub fn new(from: R) -> Messages<R> {
        Messages {
            from,
            line: Vec::new(),
            ahead: None,
            read_bytes: 0,
            is_begun: false,
        }
    }

    /// The next message, or `None` at the end. What stands before the first is passed over; one that is longer than `bytes_max`
    /// is read to its end and not kept.
    pub fn next_message(&mut self, bytes_max: usize) -> io::Result<Option<Found>> {
        if !self.is_begun {
            self.is_begun = self.skip_to_first()?;
            if !self.is_begun {
                return Ok(None);
            }
        }
        let mut message = Vec::new();
        let mut is_too_long = false;
        let mut is_behind_empty = false;
        loop {
            if self.read_line()? == 0 {
                self.is_begun = false;
                break;
            }
            let begins = match is_behind_empty {
                true => begins_message(&self.line),
                // Some programs leave the empty line out.
                false => is_whole_from(&self.line) && self.is_before_field()?,
            };
            if begins {
                break;
            }
            is_behind_empty = matches!(self.line.as_slice(), b"\n" | b"\r\n");
            is_too_long |= message.len() + self.line.len() > bytes_max;
            if !is_too_long {
                message.extend_from_slice(unquoted(&self.line));
            }
        }
        if is_too_long {
            return Ok(Some(None));
        }
        // The empty line between two messages is none of either.
        for end in [&b"\r\n\r\n"[..], b"\n\n"] {
            if message.ends_with(end) {
                message.truncate(message.len() - end.len() / 2);
                break;
            }
        }
        Ok(Some(Some(message)))
    }

    fn skip_to_first(&mut self) -> io::Result<bool> {
        while self.read_line()? > 0 {
            let line = self.line.strip_prefix(BYTE_ORDER_MARK);
            if begins_message(line.unwrap_or(&self.line)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the next line is a field of a header.
    fn is_before_field(&mut self) -> io::Result<bool> {
        let line = std::mem::take(&mut self.line);
        self.read_line()?;
        let ahead = std::mem::replace(&mut self.line, line);
        let is_field = is_field(&ahead);
        self.ahead = Some(ahead);
        Ok(is_field)
    }

    /// A line, or as much of a long one as is taken at once.
    fn read_line(&mut self) -> io::Result<usize> {
        if let Some(ahead) = self.ahead.take() {
            self.line = ahead;
            return Ok(self.line.len());
        }
        self.line.clear();
        let mut most = self.from.by_ref().take(LINE_BYTES_MAX);
        let count = most.read_until(b'\n', &mut self.line)?;
        self.read_bytes += count as u64;
        Ok(count)
    }
}

/// Whether a line begins a message: `From `, somebody, and a moment with its year. A line of a text that some programs leave
/// as it is, such as "From Monday on", has none.
fn begins_message(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(FROM) else {
        return false;
    };
    let words = || rest.split(|byte| byte.is_ascii_whitespace());
    let is_digits = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    let is_time = |word: &[u8]| word.contains(&b':') && word.split(|b| *b == b':').all(is_digits);
    words().any(is_time) && words().any(|word| word.len() == 4 && is_digits(word))
}

/// Whether a line begins a message and can be nothing else: `From `, one word, and the moment as asctime(3) writes it, with a zone
/// maybe.
fn is_whole_from(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(FROM) else {
        return false;
    };
    let rest = String::from_utf8_lossy(rest.get(..rest.len().min(1_000)).unwrap_or_default());
    let words: Vec<&str> = rest.split_ascii_whitespace().collect();
    let [_, weekday, month, day, time, behind @ ..] = words.as_slice() else {
        return false;
    };
    let is_number = |word: &str, digits: std::ops::RangeInclusive<usize>| {
        digits.contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_zone = |word: &str| {
        let bare = word.trim_start_matches(['+', '-']);
        is_number(bare, 4..=4) || bare.len() <= 5 && bare.bytes().all(|b| b.is_ascii_uppercase())
    };
    let is_year_there = match behind {
        [year] => is_number(year, 4..=4),
        [one, other] => {
            is_number(one, 4..=4) && is_zone(other) || is_zone(one) && is_number(other, 4..=4)
        }
        _ => false,
    };
    let times = || time.split(':');
    is_year_there
        && WEEKDAYS.contains(weekday)
        && MONTHS.contains(month)
        && is_number(day, 1..=2)
        && (2..=3).contains(&times().count())
        && times().all(|part| is_number(part, 2..=2))
}

/// Whether a line is a field of a header: `Subject: …`.
fn is_field(line: &[u8]) -> bool {
    let mut parts = line.splitn(2, |byte| *byte == b':');
    let (name, value) = (parts.next().unwrap_or_default(), parts.next());
    !name.is_empty()
        && name.iter().all(u8::is_ascii_graphic)
        && value
            .and_then(<[u8]>::first)
            .is_some_and(u8::is_ascii_whitespace)
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
        for size in [0, 3, 13, 100] {
            assert!(read_exactly(&mut file.as_slice(), size).is_err(), "{size}");
        }
        for cut in 0..file.len() {
            assert!(read_exactly(&mut &file[..cut], 12).is_err(), "{cut}");
        }
    }

    fn all(file: &[u8]) -> Vec<Found> {
        let mut messages = Messages::new(file);
        let mut found = Vec::new();
        while let Some(message) = messages.next_message(1_000).unwrap() {
            found.push(message);
        }
        assert_eq!(messages.read_bytes, file.len() as u64);
        found
    }

    #[test]
    fn files_of_other_programs_are_taken_apart() {
        let begin = "From a@b.example Tue Nov 10 12:00:00 2026\n";
        let takeout = "From 1234@xxx Tue Nov 10 12:00:00 +0000 2026\r\n";
        let long = "x".repeat(2_000);
        let file = format!(
            "{begin}A: 1\n\none\n>From me\n>>From you\n\nFrom Monday on\n\n{takeout}A: 2\r\n\r\ntwo\r\n\r\n{begin}A: 3\n\n{long}\n\n{begin}A: 4\n\nlast"
        );
        let wanted = [
            Some("A: 1\n\none\nFrom me\n>From you\n\nFrom Monday on\n"),
            Some("A: 2\r\n\r\ntwo\r\n"),
            None,
            Some("A: 4\n\nlast"),
        ];
        let wanted: Vec<Found> = wanted
            .iter()
            .map(|m| m.map(|m| m.as_bytes().to_vec()))
            .collect();
        assert_eq!(all(file.as_bytes()), wanted);
        assert_eq!(all(b"no mbox at all\n"), Vec::<Found>::new());
        assert_eq!(all(b""), Vec::<Found>::new());
    }

    #[test]
    fn a_mail_begins_without_an_empty_line_where_nothing_else_can() {
        let begin = "From a@b.example Tue Nov 10 12:00:00 2026";
        let texts = |file: &str| -> Vec<String> {
            let found = all(file.as_bytes()).into_iter();
            found
                .map(|raw| String::from_utf8(raw.unwrap()).unwrap())
                .collect()
        };
        for from in [
            begin,
            "From a@b.example Tue Nov 10 12:00:00 +0000 2026",
            "From MAILER-DAEMON Tue Nov  1 12:00 2026 EET",
        ] {
            for end in ["\n", "\r\n"] {
                let file = format!("\u{feff}{begin}\nA: 1\n\none\n{from}{end}X-B: 2\n\ntwo\n");
                assert_eq!(texts(&file), ["A: 1\n\none\n", "X-B: 2\n\ntwo\n"]);
            }
        }
        // No line of a text does, whatever it says.
        for line in [
            "From here on: Tuesday 12:00 2026\nSubject: x",
            "From Tue Nov 10 12:00:00 2026\nSubject: x",
            "From what I saw Tue Nov 10 12:00:00 2026\nSubject: x",
            "From a@b.example Tue Nov 10 12:00:00 2026 on\nSubject: x",
            "From a@b.example Tue Nov 10 12:00:00 2026\nhttps://x.example",
            "From a@b.example Tue Nov 10 12:00:00 2026\n\nSubject: x",
            "From a@b.example Tue Nov 10 12:00:00 2026\nDear Ada: hello",
        ] {
            let text = format!("A: 1\n\none\n{line}\n");
            assert_eq!(texts(&format!("{begin}\n{text}")), [text]);
        }
    }

    proptest! {
        #[test]
        fn reading_never_fails_and_ends(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let file = [b"From x 1:2 2026\n".to_vec(), bytes].concat();
            prop_assert!(!all(&file).is_empty());
        }

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
