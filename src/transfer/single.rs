//! A row as it is read: names with single values. What nests is refused where it begins, since in memory it would be many times as
//! long as it is written.

use crate::store::workspace::ledger::Columns;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// More columns than any table has.
const COLUMNS_MAX: usize = 64;

/// A row.
#[derive(Debug)]
pub struct Row(pub Columns);

/// A number, a text, yes or no, or nothing.
struct Single(Value);

struct RowVisitor;
struct SingleVisitor;

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Row, D::Error> {
        from.deserialize_map(RowVisitor)
    }
}

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let mut columns = Columns::new();
        while let Some((name, Single(value))) = map.next_entry::<String, Single>()? {
            columns.insert(name, value);
            if columns.len() > COLUMNS_MAX {
                return Err(A::Error::custom("it has more columns than any table"));
            }
        }
        Ok(Row(columns))
    }
}

impl<'de> Deserialize<'de> for Single {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Single, D::Error> {
        from.deserialize_any(SingleVisitor)
    }
}

impl Visitor<'_> for SingleVisitor {
    type Value = Single;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text, yes or no, or null")
    }

    fn visit_unit<E>(self) -> Result<Single, E> {
        Ok(Single(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Single, E> {
        Ok(Single(Value::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Single, E> {
        Ok(Single(Value::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Single, E> {
        Ok(Single(Value::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Single, E> {
        Ok(Single(Value::from(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Single, E> {
        Ok(Single(Value::from(value)))
    }

    fn visit_string<E>(self, value: String) -> Result<Single, E> {
        Ok(Single(Value::from(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_has_single_values() {
        let text =
            r#"{"id":-7,"big":9223372036854775807,"half":0.5,"name":"A\"b","is":true,"none":null}"#;
        let Row(columns) = serde_json::from_str(text).unwrap();
        let wanted = json!({"id": -7, "big": i64::MAX, "half": 0.5, "name": "A\"b", "is": true, "none": null});
        assert_eq!(Value::Object(columns), wanted);
    }

    #[test]
    fn what_nests_is_refused_where_it_begins() {
        // None of these ends: whoever read on would say that.
        for text in [r#"{"id":[0,0,0"#, r#"{"id":{"a":[["#, "[["] {
            let error = serde_json::from_str::<Row>(text).unwrap_err();
            assert!(error.is_data(), "{text}: {error}");
        }
        let many: Vec<String> = (0..=COLUMNS_MAX).map(|n| format!("\"c{n}\":0")).collect();
        let error = serde_json::from_str::<Row>(&format!("{{{}}}", many.join(","))).unwrap_err();
        assert!(error.to_string().contains("more columns"), "{error}");
    }
}
