//! The values of one person: how many of a kind are read, and how a further field is written as a text and read again.

/// Values of one kind that are read of one person: each may be compared with all others.
pub const VALUES_MAX: usize = 200;
/// What stands between the name of a field and its value.
const COLON: &str = ": ";
/// The same within a name, where no name that is kept has such a space.
const COLON_OF_NAME: &str = ":\u{a0}";

/// A further field: its name, its value.
pub type Field = (String, String);

/// Values of one kind of one person, as far as they are read.
pub struct Values<T> {
    what: &'static str,
    kept: Vec<T>,
    more: u64,
}

impl<T> Values<T> {
    /// None yet; `what` is what several of them are called.
    pub fn new(what: &'static str) -> Values<T> {
        Values {
            what,
            kept: Vec::new(),
            more: 0,
        }
    }

    /// One more.
    pub fn push(&mut self, value: T) {
        match self.kept.len() < VALUES_MAX {
            true => self.kept.push(value),
            false => self.more += 1,
        }
    }

    /// Those that are kept so far.
    pub fn kept(&self) -> &[T] {
        &self.kept
    }

    /// Those that are kept; that there were more is lost, and told.
    pub fn told(self, lost: &mut Vec<String>) -> Vec<T> {
        if self.more > 0 {
            lost.push(format!(
                "{} more {}: of one person {VALUES_MAX} are read",
                self.more, self.what
            ));
        }
        self.kept
    }
}

impl<T> Extend<T> for Values<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

/// A field as a text, as [`read_field`] reads it.
pub fn field_text(name: &str, value: &str) -> String {
    format!("{}{COLON}{value}", name.replace(COLON, COLON_OF_NAME))
}

/// The field that a text is; `None` where its first line has no name.
pub fn read_field(text: &str) -> Option<Field> {
    let (name, value) = text.split_once(COLON)?;
    (!name.contains('\n')).then(|| (name.replace(COLON_OF_NAME, COLON), value.to_owned()))
}

/// A field as lines among others: those behind the first begin with a space.
pub fn field_lines(name: &str, value: &str) -> String {
    field_text(name, value).replace('\n', "\n ")
}

/// Reads the fields that such lines are. A line without a name goes on with the field before it too.
pub fn read_lines(lines: &str, fields: &mut Values<Field>, lost: &mut Values<String>) {
    let mut open: Option<Field> = None;
    for line in lines.lines() {
        let further = line.strip_prefix(' ');
        let begun = match further {
            Some(_) => None,
            None => read_field(line),
        };
        match (&mut open, begun) {
            (open, Some(field)) => fields.extend(open.replace(field)),
            (Some((_, value)), None) => {
                value.push('\n');
                value.push_str(further.unwrap_or(line));
            }
            (None, None) => lost.push(format!("\"{}\" names no field", short(line))),
        }
    }
    fields.extend(open);
}

/// As much of a text as is told.
pub fn short(text: &str) -> String {
    text.trim().chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> (Vec<Field>, Vec<String>) {
        let (mut fields, mut lost) = (Values::new("fields"), Values::new("lines"));
        read_lines(lines, &mut fields, &mut lost);
        (fields.told(&mut Vec::new()), lost.told(&mut Vec::new()))
    }

    fn field(name: &str, value: &str) -> Field {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_field_of_several_lines_is_one_field() {
        for (lines, wanted) in [
            ("size: 42", vec![field("size", "42")]),
            (
                "notes: a\n likes: tea\n \n b\nsize: 42",
                vec![field("notes", "a\nlikes: tea\n\nb"), field("size", "42")],
            ),
            // As it was written before, and by hand.
            ("notes: a\nb\r\n\r\nc", vec![field("notes", "a\nb\n\nc")]),
            ("a:\u{a0}b: c: d", vec![field("a: b", "c: d")]),
        ] {
            assert_eq!(read(lines), (wanted, Vec::new()), "{lines:?}");
        }
        let (fields, lost) = read("lone\nsize: 42");
        assert_eq!(fields, [field("size", "42")]);
        assert_eq!(lost, ["\"lone\" names no field"]);
    }

    #[test]
    fn more_than_are_read_are_counted() {
        let mut values = Values::new("tags");
        values.extend(0..VALUES_MAX + 5);
        let mut lost = Vec::new();
        assert_eq!(values.told(&mut lost).len(), VALUES_MAX);
        assert_eq!(lost, ["5 more tags: of one person 200 are read"]);
    }
}
