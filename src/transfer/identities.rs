//! Who the members of an export are here: an account has another id on another instance.

use crate::store::workspace::ledger::Columns;
use crate::store::workspace::transfer::{Holds, Shape};
use serde_json::Value;
use std::collections::HashMap;

/// Ids of accounts are made of times (microseconds, ten bits further up): no smaller number in JSON is one.
const SMALLEST_OF_JSON: i64 = 1 << 56;
/// Digits of the smallest, and of the largest.
const DIGITS: std::ops::RangeInclusive<usize> = 17..=19;
/// The longest JSON that is read of somebody whom nobody believes: in memory it is many times as long. What is longer in an export of
/// ours is left out there.
const JSON_BYTES_MAX: usize = 1024 * 1024;

/// The ids that accounts had, and have here; only those that differ.
#[derive(Debug, Default)]
pub struct Identities {
    ids: HashMap<i64, i64>,
    /// Who stands where an account is meant that is not among them; absent: it keeps its id.
    nobody: Option<i64>,
}

impl Identities {
    /// Of all ids: had → has.
    pub fn of(ids: HashMap<i64, i64>) -> Identities {
        Identities {
            ids: ids.into_iter().filter(|(had, has)| had != has).collect(),
            nobody: None,
        }
    }

    /// Of all ids that count: whoever else stands somewhere is nobody.
    pub fn strict(ids: HashMap<i64, i64>, nobody: i64) -> Identities {
        Identities {
            ids,
            nobody: Some(nobody),
        }
    }

    /// The id of an account here; who is no member any more keeps theirs.
    pub fn id(&self, had: i64) -> i64 {
        let has = self.ids.get(&had).copied();
        has.or(self.nobody).unwrap_or(had)
    }

    /// Puts the ids of here into a row.
    pub fn put(&self, table: &Shape, row: &mut Columns) {
        if self.ids.is_empty() && self.nobody.is_none() {
            return;
        }
        for (name, holds) in table.columns {
            let Some(value) = row.get_mut(*name) else {
                continue;
            };
            match holds {
                Holds::Account => {
                    if let Some(had) = value.as_i64() {
                        *value = Value::from(self.id(had));
                    }
                }
                Holds::Json => self.put_text(value),
                _ => {}
            }
        }
    }

    fn put_number(&self, value: &mut Value) {
        let number = value.as_i64().filter(|number| *number >= SMALLEST_OF_JSON);
        if let Some(has) = number.and_then(|had| self.ids.get(&had)) {
            *value = Value::from(*has);
        }
    }

    /// JSON as text: read and written again only where an id stands in it.
    fn put_text(&self, value: &mut Value) {
        let Some(text) = value.as_str() else { return };
        let is_too_long = self.nobody.is_some() && text.len() > JSON_BYTES_MAX;
        if is_too_long || !self.is_any_in(text) {
            return;
        }
        if let Ok(mut inner) = serde_json::from_str::<Value>(text) {
            self.put_within(&mut inner);
            *value = Value::from(inner.to_string());
        }
    }

    /// Whether an id stands somewhere in a text: it is read once, however many ids there are.
    fn is_any_in(&self, text: &str) -> bool {
        let mut begins = None;
        let ends = [b' '];
        for (byte, at) in text.bytes().chain(ends).zip(0..) {
            if byte.is_ascii_digit() {
                begins = begins.or(Some(at));
                continue;
            }
            let Some(first) = begins.take() else { continue };
            let digits = text.get(first..at).unwrap_or_default();
            let id = DIGITS.contains(&digits.len()).then(|| digits.parse());
            if let Some(Ok(id)) = id
                && self.ids.contains_key(&id)
            {
                return true;
            }
        }
        false
    }

    fn put_within(&self, value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|value| self.put_within(value)),
            Value::Object(map) => map.values_mut().for_each(|value| self.put_within(value)),
            // Rows of the journal hold the JSON of other rows.
            Value::String(text) if text.starts_with(['{', '[']) => self.put_text(value),
            value => self.put_number(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_change_where_accounts_stand_and_nowhere_else() {
        let had = 1_837_375_488_000_000_123;
        let has = 1_837_375_999_000_000_456;
        let identities = Identities::of(HashMap::from([(had, has), (7, 8), (9, 9)]));
        let journal = Shape::of("journal").unwrap();
        let changes = json!([{"after": {"responsible_id": had, "score": 7, "why": format!("{{\"member\":{had}}}")}, "text": format!("{had}")}]);
        let mut row =
            json!({ "id": had, "member_id": had, "line": 7, "changes": changes.to_string() });
        identities.put(journal, row.as_object_mut().unwrap());
        let wanted = json!([{"after": {"responsible_id": has, "score": 7, "why": format!("{{\"member\":{has}}}") }, "text": format!("{had}")}]);
        assert_eq!(
            row,
            json!({ "id": had, "member_id": has, "line": 7, "changes": wanted.to_string() })
        );
        assert_eq!((identities.id(7), identities.id(9)), (8, 9));
        // It is found wherever it stands, and only whole.
        for (text, wanted) in [
            (format!("{had}"), true),
            (format!("[{had}]"), true),
            (format!("ä{had}ö"), true),
            (format!("{had}0"), false),
            (format!("1{had}"), false),
            ("7".to_owned(), false),
            (String::new(), false),
            ("1".repeat(40), false),
        ] {
            assert_eq!(identities.is_any_in(&text), wanted, "{text}");
        }
        // Where only some count, others are nobody.
        let strict = Identities::strict(HashMap::from([(7, 8), (9, 9)]), 5);
        assert_eq!((strict.id(7), strict.id(9), strict.id(had)), (8, 9, 5));
    }
}
