//! Groups of fields (RFC 3464 §2.1): one about the message, then one a recipient, parted by blank lines where the sender
//! kept to the standard, and told apart by their fields where not.

use super::RECIPIENTS;

/// One group: names in lower case and unfolded values.
#[derive(Clone, Debug, Default)]
pub struct Group {
    fields: Vec<(String, String)>,
}

/// Most fields of one group that are kept.
const FIELDS: usize = 64;
/// Most bytes of one value that are kept.
const VALUE_BYTES: usize = 8 * 1024;

impl Group {
    /// The first value of this name (lower case) that is not empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        let named = |(n, v): &&(String, String)| n == name && !v.is_empty();
        self.fields.iter().find(named).map(|(_, v)| v.as_str())
    }

    /// All values of this name (lower case).
    pub fn values<'g>(&'g self, name: &'g str) -> impl Iterator<Item = &'g str> {
        self.fields
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// Whether the group says whom it is about.
    pub fn names_recipient(&self) -> bool {
        [
            "final-recipient",
            "original-recipient",
            "x-actual-recipient",
        ]
        .iter()
        .any(|n| self.value(n).is_some())
    }

    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(n, _)| n == name)
    }

    /// Whether a field of this name begins another recipient, though no blank line says so.
    fn is_ended_by(&self, name: &str) -> bool {
        match name {
            "final-recipient" | "action" | "status" | "diagnostic-code" => self.has(name),
            "original-recipient" => self.has(name) || self.has("action") || self.has("status"),
            _ => false,
        }
    }
}

/// Reads groups of fields; lines that are no fields are passed over. Stops at [`RECIPIENTS`] groups.
pub fn read(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut open = Group::default();
    let mut blank = false;
    for line in text.lines() {
        if groups.len() > RECIPIENTS {
            return groups;
        }
        if line.trim().is_empty() {
            blank = true;
            continue;
        }
        if line.starts_with([' ', '\t']) && !blank {
            continue_value(&mut open, line);
            continue;
        }
        let Some((name, value)) = field(line) else {
            blank = false;
            continue;
        };
        if (blank && is_whole(&open, &name)) || open.is_ended_by(&name) {
            groups.push(std::mem::take(&mut open));
        }
        blank = false;
        if open.fields.len() < FIELDS {
            open.fields.push((name, value.to_owned()));
        }
    }
    groups.push(open);
    groups.retain(|g| !g.fields.is_empty());
    groups
}

/// Whether a blank line before this field ends the group: it does, unless a sender put blank lines between the fields of
/// one recipient.
fn is_whole(group: &Group, next: &str) -> bool {
    let about_recipient = matches!(
        next,
        "action" | "status" | "diagnostic-code" | "remote-mta" | "last-attempt-date"
    );
    !(about_recipient && group.names_recipient() && !group.has(next))
}

fn continue_value(group: &mut Group, line: &str) {
    let Some((_, value)) = group.fields.last_mut() else {
        return;
    };
    if value.len() < VALUE_BYTES {
        value.push(' ');
        value.push_str(line.trim());
    }
}

/// A line `Name: value`; the name in lower case.
pub fn field(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim();
    let is_name = !name.is_empty()
        && name.len() <= 40
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_name.then(|| {
        let mut value = value.trim();
        if value.len() > VALUE_BYTES {
            value = value.get(..VALUE_BYTES).unwrap_or_default();
        }
        (name.to_ascii_lowercase(), value)
    })
}
