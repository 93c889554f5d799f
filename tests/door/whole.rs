//! A workspace as text, as far as commands change it: with the numbers of notes counted among themselves, and without doors,
//! proofs, secrets, and the mails that commands came by.

use crate::common::workspace::Desk;
use rapport::on;
use rapport::store::Tx;
use regex::Regex;
use serde_json::{Map, Value};
use std::collections::HashMap;

const TABLES: [&str; 12] = [
    "company",
    "contact",
    "contact_address",
    "contact_capture",
    "contact_field",
    "contact_tag",
    "action",
    "member",
    "filing_rule",
    "interaction",
    "interaction_contact",
    "journal",
];

/// What is compared of the way in which a line names whom it is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Both name alike.
    Same,
    /// One names in the line, the other by its address.
    Different,
}

/// Reads workspaces.
pub struct Whole {
    naming: Naming,
    /// Notes and letters of the scene, by number; mails that brought commands are not in it.
    interactions: HashMap<i64, usize>,
    batches: HashMap<i64, usize>,
    journal: HashMap<i64, usize>,
    /// Each database gives its members numbers of its own.
    members: Vec<(String, String)>,
    secret: Regex,
    reference: Regex,
}

/// A row, and the batch that wrote it where it is one of the journal.
pub struct Shown {
    pub text: String,
    pub batch: Option<i64>,
}

impl Whole {
    /// The rows of a workspace. The journal stands first, since it tells which line was another.
    pub async fn read(desk: &Desk, scene: i64, naming: Naming) -> Vec<Shown> {
        let mut tx = desk.read().await;
        let mut tables = HashMap::new();
        for table in TABLES {
            tables.insert(table, rows(&mut tx, table).await);
        }
        let whole = Whole::of(&tables, scene, naming);
        let mut shown = Vec::new();
        for table in TABLES.iter().rev() {
            let mut of_table: Vec<Shown> = tables[table]
                .iter()
                .filter_map(|row| whole.shown(table, row))
                .collect();
            if *table != "journal" {
                of_table.sort_by(|a, b| a.text.cmp(&b.text));
            }
            shown.extend(of_table);
        }
        shown
    }

    fn of(tables: &HashMap<&str, Vec<Map<String, Value>>>, scene: i64, naming: Naming) -> Whole {
        let number = |row: &Map<String, Value>, name: &str| row[name].as_i64();
        let mut interactions: Vec<i64> = tables["interaction"]
            .iter()
            .filter(|row| row["raw_id"].is_null() || number(row, "id") <= Some(scene))
            .filter_map(|row| number(row, "id"))
            .collect();
        let changes = tables["journal"].iter();
        let changes: Vec<_> = changes
            .filter(|row| number(row, "batch") > Some(0))
            .collect();
        let mut journal: Vec<i64> = changes.iter().filter_map(|r| number(r, "id")).collect();
        let mut batches: Vec<i64> = changes.iter().filter_map(|r| number(r, "batch")).collect();
        let counted = |numbers: &mut Vec<i64>| {
            numbers.sort_unstable();
            numbers.dedup();
            numbers.iter().copied().zip(1..).collect()
        };
        let member = |row: &Map<String, Value>| {
            let email = row["email"].as_str()?;
            Some((row["id"].to_string(), format!("\"{email}\"")))
        };
        Whole {
            naming,
            members: tables["member"].iter().filter_map(member).collect(),
            interactions: counted(&mut interactions),
            journal: counted(&mut journal),
            batches: counted(&mut batches),
            secret: Regex::new(r"\b([a-z0-9]+)\.[23456789bcdfghjkmnpqrstvwxyz]{6}\b").unwrap(),
            reference: Regex::new(r"#([ij])(\d+)\b").unwrap(),
        }
    }

    fn shown(&self, table: &str, row: &Map<String, Value>) -> Option<Shown> {
        let mut row = row.clone();
        let batch = row.get("batch").and_then(Value::as_i64);
        let of_interaction = match table {
            "interaction" => row["id"].as_i64(),
            "interaction_contact" => row["interaction_id"].as_i64(),
            _ => None,
        };
        if of_interaction.is_some_and(|id| !self.interactions.contains_key(&id)) {
            return None;
        }
        match table {
            "journal" => {
                if batch == Some(0) {
                    return None;
                }
                for name in ["door", "proof"] {
                    row.remove(name);
                }
                self.count(&mut row, "id", &self.journal);
                self.count(&mut row, "takes_back", &self.journal);
                self.count(&mut row, "batch", &self.batches);
                self.count(&mut row, "undone_by", &self.batches);
            }
            "interaction" => self.count(&mut row, "id", &self.interactions),
            "contact" => drop(row.remove("last_at")),
            _ => {}
        }
        let mut row = Value::Object(row);
        self.plain(&mut row);
        let mut text = format!("{table} {row}");
        for (id, email) in &self.members {
            text = text.replace(id, email);
        }
        Some(Shown {
            text: self.secret.replace_all(&text, "$1.*").into_owned(),
            batch,
        })
    }

    fn count(&self, row: &mut Map<String, Value>, name: &str, numbers: &HashMap<i64, usize>) {
        if let Some(value) = row.get_mut(name) {
            let counted = value.as_i64().and_then(|number| numbers.get(&number));
            *value = counted.map_or(Value::Null, |number| Value::from(*number));
        }
    }

    /// Counts what is numbered, in every depth and in texts that are JSON.
    fn plain(&self, value: &mut Value) {
        match value {
            Value::Object(row) => {
                for name in ["interaction_id", "thread_id", "interaction"] {
                    self.count(row, name, &self.interactions);
                }
                self.key(row);
                if row.contains_key("rule") {
                    row.remove("proof");
                    if self.naming == Naming::Different {
                        row.remove("rule");
                        row.remove("address");
                    }
                }
                row.values_mut().for_each(|value| self.plain(value));
            }
            Value::Array(values) => {
                values.retain(|value| !self.is_of_a_mail(value));
                values.iter_mut().for_each(|value| self.plain(value));
            }
            Value::String(text) => {
                match serde_json::from_str::<Value>(text) {
                    Ok(mut inside) if inside.is_object() || inside.is_array() => {
                        self.plain(&mut inside);
                        *value = inside;
                        return;
                    }
                    _ => {}
                }
                let counted = self
                    .reference
                    .replace_all(text, |found: &regex::Captures<'_>| {
                        let number: i64 = found[2].parse().unwrap();
                        let all = match &found[1] {
                            "i" => &self.interactions,
                            _ => &self.journal,
                        };
                        let number = all.get(&number).copied().unwrap_or_default();
                        format!("#{}{number}", &found[1])
                    });
                *text = counted.into_owned();
            }
            _ => {}
        }
    }

    /// Whether a change is one of a mail that brought commands: it is filed with people, and goes where they go.
    fn is_of_a_mail(&self, change: &Value) -> bool {
        let place = match change["table"].as_str() {
            Some("interaction") => 0,
            Some("interaction_contact") => 1,
            _ => return false,
        };
        let id = change["key"][place].as_i64();
        !id.is_some_and(|id| self.interactions.contains_key(&id))
    }

    /// The key of a row in what undo reads.
    fn key(&self, row: &mut Map<String, Value>) {
        let place = match row.get("table").and_then(Value::as_str) {
            Some("interaction") => 0,
            Some("interaction_contact") => 1,
            _ => return,
        };
        let part = row.get_mut("key").and_then(|key| key.get_mut(place));
        if let Some(part) = part {
            let counted = part.as_i64().and_then(|id| self.interactions.get(&id));
            *part = counted.map_or(Value::Null, |number| Value::from(*number));
        }
    }
}

async fn rows(tx: &mut Tx, table: &str) -> Vec<Map<String, Value>> {
    let row = match tx.is_postgres() {
        true => "cast(row_to_json(t) as text)".to_owned(),
        false => {
            let columns: Vec<String> = on!(&mut *tx, c => sqlx::query_scalar(
                "select '''' || name || ''', \"' || name || '\"' from pragma_table_info($1) order by name")
                .bind(table).fetch_all(c).await.unwrap());
            format!("json_object({})", columns.join(", "))
        }
    };
    let order = match table {
        "journal" | "interaction" => "id",
        _ => "1",
    };
    let sql = format!("select {row} from {table} t order by {order}");
    let rows: Vec<String> =
        on!(tx, c => sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(c).await.unwrap());
    rows.iter()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect()
}
