//! Who the members of an export are here: an account has another id on another instance.

use crate::store::workspace::ledger::Columns;
use crate::store::workspace::transfer::{Holds, Shape};
use serde_json::Value;
use std::collections::HashMap;

/// Ids of accounts are made of times (microseconds, ten bits further up): no smaller number in JSON is one.
const SMALLEST_OF_JSON: i64 = 1 << 56;

/// The ids that accounts had, and have here; only those that differ.
#[derive(Debug, Default)]
pub struct Identities(HashMap<i64, i64>);

impl Identities {
    /// Of all ids: had → has.
    pub fn of(ids: HashMap<i64, i64>) -> Identities {
        Identities(ids.into_iter().filter(|(had, has)| had != has).collect())
    }

    /// The id of an account here; who is no member any more keeps theirs.
    pub fn id(&self, had: i64) -> i64 {
        self.0.get(&had).copied().unwrap_or(had)
    }

    /// Puts the ids of here into a row.
    pub fn put(&self, table: &Shape, row: &mut Columns) {
        if self.0.is_empty() {
            return;
        }
        for (name, holds) in table.columns {
            let Some(value) = row.get_mut(*name) else {
                continue;
            };
            match holds {
                Holds::Account => self.put_number(value, 0),
                Holds::Json => self.put_text(value),
                _ => {}
            }
        }
    }

    fn put_number(&self, value: &mut Value, smallest: i64) {
        let number = value.as_i64().filter(|number| *number >= smallest);
        if let Some(has) = number.and_then(|had| self.0.get(&had)) {
            *value = Value::from(*has);
        }
    }

    /// JSON as text: read and written again only where an id stands in it.
    fn put_text(&self, value: &mut Value) {
        let Some(text) = value.as_str() else { return };
        if !self.0.keys().any(|had| text.contains(&had.to_string())) {
            return;
        }
        if let Ok(mut inner) = serde_json::from_str::<Value>(text) {
            self.put_within(&mut inner);
            *value = Value::from(inner.to_string());
        }
    }

    fn put_within(&self, value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|value| self.put_within(value)),
            Value::Object(map) => map.values_mut().for_each(|value| self.put_within(value)),
            // Rows of the journal hold the JSON of other rows.
            Value::String(text) if text.starts_with(['{', '[']) => self.put_text(value),
            value => self.put_number(value, SMALLEST_OF_JSON),
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
    }
}
