//! Rows as plain data, for the journal: what a change is undone by. The columns that are derived from others, and those that
//! hold bytes, are not in it.

mod leads;

pub use leads::{mail_attempts, mail_sent_at, needed_by};

use crate::domain::{Error, Kind, Result};
use crate::on;
use crate::store::Tx;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::Row as _;

/// A table whose changes can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Companies.
    Company,
    /// Contacts.
    Contact,
    /// Their addresses.
    ContactAddress,
    /// Capture addresses that they had before.
    ContactCapture,
    /// Their further fields.
    ContactField,
    /// Their tags.
    ContactTag,
    /// What was said.
    Interaction,
    /// With whom.
    InteractionContact,
    /// What `file:` taught.
    FilingRule,
    /// Addresses that made no contact.
    Suggestion,
    /// Next actions and reminders.
    Action,
    /// Members' own settings.
    Member,
    /// Mail to send: its state alone.
    Outbox,
    /// What is to be said in a chat: its state alone.
    ChatMessage,
    /// Members' chats.
    MemberChat,
    /// The workspace's own bot.
    ChannelBot,
    /// Chats of people with it: whose they are alone.
    ContactChat,
    /// Texts to many: their state alone.
    Broadcast,
    /// What contacts paid.
    Payment,
    /// What the workspace chose.
    Setting,
}

/// One part of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeyPart {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

/// Which row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowKey {
    /// In which table.
    pub table: Table,
    /// By the parts of its primary key, in order.
    pub key: Vec<KeyPart>,
}

/// The columns of a row by name; times and numbers as numbers.
pub type Columns = Map<String, Value>;

#[derive(Clone, Copy)]
enum Type {
    Number,
    Text,
    Truth,
}

struct Specification {
    name: &'static str,
    key: &'static [&'static str],
    columns: &'static [(&'static str, Type)],
}

impl Table {
    fn specification(self) -> Specification {
        let (name, key, columns): (_, &[_], &[_]) = match self {
            Table::Company => ("company", &["id"], COMPANY),
            Table::Contact => ("contact", &["id"], CONTACT),
            Table::ContactAddress => ("contact_address", &["address"], CONTACT_ADDRESS),
            Table::ContactField => ("contact_field", &["contact_id", "name"], CONTACT_FIELD),
            Table::ContactCapture => ("contact_capture", &["local_part"], CONTACT_CAPTURE),
            Table::ContactTag => ("contact_tag", &["contact_id", "tag"], &[]),
            Table::Interaction => ("interaction", &["id"], INTERACTION),
            Table::InteractionContact => (
                "interaction_contact",
                &["contact_id", "interaction_id"],
                INTERACTION_CONTACT,
            ),
            Table::FilingRule => ("filing_rule", &["author_address"], FILING_RULE),
            Table::Suggestion => ("suggestion", &["address"], SUGGESTION),
            Table::Action => ("action", &["id"], ACTION),
            Table::Member => ("member", &["id"], MEMBER),
            Table::Outbox => ("outbox", &["id"], OUTBOX),
            Table::ChatMessage => ("chat_message", &["id"], OUTBOX),
            Table::MemberChat => ("member_chat", &["member_id"], MEMBER_CHAT),
            Table::ChannelBot => ("channel_bot", &["id"], CHANNEL_BOT),
            Table::ContactChat => ("contact_chat", &["bot_id", "chat_id"], CONTACT_CHAT),
            Table::Broadcast => ("broadcast", &["id"], BROADCAST),
            Table::Payment => ("payment", &["id"], PAYMENT),
            Table::Setting => ("setting", &["name"], SETTING),
        };
        Specification { name, key, columns }
    }
}

const COMPANY: &[(&str, Type)] = &[
    ("name", Type::Text),
    ("domain", Type::Text),
    ("created_at", Type::Number),
    ("name_key", Type::Text),
];

const CONTACT: &[(&str, Type)] = &[
    ("name", Type::Text),
    ("name_key", Type::Text),
    ("company_id", Type::Number),
    ("title", Type::Text),
    ("phone", Type::Text),
    ("capture", Type::Text),
    ("responsible_id", Type::Number),
    ("created_at", Type::Number),
    ("merged_into", Type::Number),
    ("status", Type::Text),
    ("score", Type::Number),
    ("muted_at", Type::Number),
    ("deleted_at", Type::Number),
    ("keep_in_touch_days", Type::Number),
];

const CONTACT_ADDRESS: &[(&str, Type)] = &[
    ("contact_id", Type::Number),
    ("source", Type::Text),
    ("created_at", Type::Number),
    ("bounced_at", Type::Number),
    ("position", Type::Number),
];

const CONTACT_CAPTURE: &[(&str, Type)] =
    &[("contact_id", Type::Number), ("created_at", Type::Number)];

const CONTACT_FIELD: &[(&str, Type)] = &[("value", Type::Text)];

const INTERACTION_CONTACT: &[(&str, Type)] = &[("role", Type::Text)];

const FILING_RULE: &[(&str, Type)] = &[
    ("contact_id", Type::Number),
    ("interaction_id", Type::Number),
    ("member_id", Type::Number),
    ("created_at", Type::Number),
];

const SUGGESTION: &[(&str, Type)] = &[
    ("name", Type::Text),
    ("reason", Type::Text),
    ("seen_count", Type::Number),
    ("last_interaction_id", Type::Number),
];

const ACTION: &[(&str, Type)] = &[
    ("kind", Type::Text),
    ("state", Type::Text),
    ("member_id", Type::Number),
    ("contact_id", Type::Number),
    ("interaction_id", Type::Number),
    ("text", Type::Text),
    ("position", Type::Number),
    ("due_at", Type::Number),
    ("has_time", Type::Truth),
    ("recurrence", Type::Text),
    ("reminded_at", Type::Number),
    ("result", Type::Text),
    ("created_at", Type::Number),
    ("done_at", Type::Number),
];

const MEMBER: &[(&str, Type)] = &[("name", Type::Text), ("settings", Type::Text)];

const OUTBOX: &[(&str, Type)] = &[("state", Type::Text)];

const MEMBER_CHAT: &[(&str, Type)] = &[
    ("user_id", Type::Number),
    ("chat_id", Type::Number),
    ("linked_at", Type::Number),
];

const CHANNEL_BOT: &[(&str, Type)] = &[
    ("username", Type::Text),
    ("sealed", Type::Text),
    ("greeting", Type::Text),
    ("connected_at", Type::Number),
];

const CONTACT_CHAT: &[(&str, Type)] = &[("contact_id", Type::Number)];

const BROADCAST: &[(&str, Type)] = &[("state", Type::Text)];

const SETTING: &[(&str, Type)] = &[("value", Type::Text)];

const PAYMENT: &[(&str, Type)] = &[
    ("contact_id", Type::Number),
    ("member_id", Type::Number),
    ("amount_minor", Type::Number),
    ("currency", Type::Text),
    ("paid_at", Type::Number),
    ("created_at", Type::Number),
];

const INTERACTION: &[(&str, Type)] = &[
    ("kind", Type::Text),
    ("direction", Type::Text),
    ("state", Type::Text),
    ("class", Type::Text),
    ("happened_at", Type::Number),
    ("created_at", Type::Number),
    ("member_id", Type::Number),
    ("author_kind", Type::Text),
    ("author_name", Type::Text),
    ("author_address", Type::Text),
    ("author_contact_id", Type::Number),
    ("author_member_id", Type::Number),
    ("subject", Type::Text),
    ("text", Type::Text),
    ("remark", Type::Text),
    ("protection", Type::Text),
    ("thread_id", Type::Number),
    ("raw_id", Type::Number),
    ("why", Type::Text),
    ("trust", Type::Text),
];

impl Table {
    /// How deep it stands: the rows of a table lead to rows of tables that stand less deep.
    pub fn depth(self) -> u8 {
        match self {
            Table::Company
            | Table::Member
            | Table::Suggestion
            | Table::Outbox
            | Table::ChannelBot
            | Table::ChatMessage
            | Table::Broadcast => 0,
            Table::Contact => 1,
            Table::Interaction => 2,
            _ => 3,
        }
    }
}

impl RowKey {
    /// A row whose key is one number.
    pub fn number(table: Table, id: i64) -> RowKey {
        RowKey {
            table,
            key: vec![KeyPart::Number(id)],
        }
    }

    /// A row whose key is one text.
    pub fn text(table: Table, text: &str) -> RowKey {
        RowKey {
            table,
            key: vec![KeyPart::Text(text.to_owned())],
        }
    }

    /// A contact's field.
    pub fn field(contact_id: i64, name: &str) -> RowKey {
        RowKey {
            table: Table::ContactField,
            key: vec![KeyPart::Number(contact_id), KeyPart::Text(name.to_owned())],
        }
    }

    /// A contact's tag.
    pub fn tag(contact_id: i64, tag: &str) -> RowKey {
        RowKey {
            table: Table::ContactTag,
            key: vec![KeyPart::Number(contact_id), KeyPart::Text(tag.to_owned())],
        }
    }

    /// Somebody's chat with a bot of the workspace.
    pub fn chat(bot_id: i64, chat_id: i64) -> RowKey {
        RowKey {
            table: Table::ContactChat,
            key: vec![KeyPart::Number(bot_id), KeyPart::Number(chat_id)],
        }
    }

    /// A contact's part in an interaction.
    pub fn part(contact_id: i64, interaction_id: i64) -> RowKey {
        RowKey {
            table: Table::InteractionContact,
            key: vec![KeyPart::Number(contact_id), KeyPart::Number(interaction_id)],
        }
    }
}

/// The row as it is; `None` where there is none.
pub async fn read(tx: &mut Tx, of: &RowKey) -> Result<Option<Columns>> {
    let specification = of.table.specification();
    let names: Vec<&str> = specification
        .columns
        .iter()
        .map(|(name, _)| *name)
        .collect();
    // A table of keys alone still says whether the row is there.
    let selected = match names.is_empty() {
        true => "1 as there".to_owned(),
        false => names.join(", "),
    };
    let sql = format!(
        "select {selected} from {} where {} limit 1",
        specification.name,
        conditions(&specification, 0)
    );
    let row = on!(tx, c => {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for part in &of.key {
            query = match part {
                KeyPart::Number(number) => query.bind(*number),
                KeyPart::Text(text) => query.bind(text),
            };
        }
        match query.fetch_optional(c).await? {
            None => None,
            Some(row) => {
                let mut columns = Columns::new();
                for (name, kind) in specification.columns {
                    let value = match kind {
                        Type::Number => Value::from(row.try_get::<Option<i64>, _>(*name)?),
                        Type::Text => Value::from(row.try_get::<Option<String>, _>(*name)?),
                        Type::Truth => Value::from(row.try_get::<Option<bool>, _>(*name)?),
                    };
                    columns.insert((*name).to_owned(), value);
                }
                Some(columns)
            }
        }
    });
    Ok(row)
}

/// Writes a row that is not there.
pub async fn insert(tx: &mut Tx, of: &RowKey, columns: &Columns) -> Result<()> {
    let specification = of.table.specification();
    let names: Vec<&str> = specification
        .key
        .iter()
        .copied()
        .chain(specification.columns.iter().map(|(name, _)| *name))
        .collect();
    let places: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "insert into {} ({}) values ({})",
        specification.name,
        names.join(", "),
        places.join(", ")
    );
    let values = values(columns, specification.columns.iter());
    run(tx, sql, Bound::Keys(&of.key), values).await
}

/// Changes the columns of a row that are given; the others stay.
pub async fn update(tx: &mut Tx, of: &RowKey, columns: &Columns) -> Result<()> {
    let specification = of.table.specification();
    let changed: Vec<&(&str, Type)> = specification
        .columns
        .iter()
        .filter(|(name, _)| columns.contains_key(*name))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let set: Vec<String> = changed
        .iter()
        .enumerate()
        .map(|(at, (name, _))| format!("{name} = ${}", at + 1))
        .collect();
    let sql = format!(
        "update {} set {} where {}",
        specification.name,
        set.join(", "),
        conditions(&specification, changed.len())
    );
    let values = values(columns, changed.into_iter());
    run(tx, sql, Bound::KeysLast(&of.key), values).await
}

/// Removes a row.
pub async fn delete(tx: &mut Tx, of: &RowKey) -> Result<()> {
    let specification = of.table.specification();
    let sql = format!(
        "delete from {} where {}",
        specification.name,
        conditions(&specification, 0)
    );
    run(tx, sql, Bound::Keys(&of.key), Vec::new()).await
}

/// `id = $3`, behind as many places as are taken.
fn conditions(specification: &Specification, taken: usize) -> String {
    let conditions: Vec<String> = specification
        .key
        .iter()
        .enumerate()
        .map(|(at, name)| format!("{name} = ${}", taken + at + 1))
        .collect();
    conditions.join(" and ")
}

enum Bindable {
    Number(Option<i64>),
    Text(Option<String>),
    Truth(Option<bool>),
}

enum Bound<'a> {
    Keys(&'a [KeyPart]),
    KeysLast(&'a [KeyPart]),
}

fn values<'a>(
    columns: &Columns,
    of: impl Iterator<Item = &'a (&'static str, Type)>,
) -> Vec<Bindable> {
    of.map(|(name, kind)| {
        let value = columns.get(*name).unwrap_or(&Value::Null);
        match kind {
            Type::Number => Bindable::Number(value.as_i64()),
            Type::Text => Bindable::Text(value.as_str().map(str::to_owned)),
            Type::Truth => Bindable::Truth(value.as_bool()),
        }
    })
    .collect()
}

async fn run(tx: &mut Tx, sql: String, keys: Bound<'_>, values: Vec<Bindable>) -> Result<()> {
    let of_key = |part: &KeyPart| match part {
        KeyPart::Number(number) => Bindable::Number(Some(*number)),
        KeyPart::Text(text) => Bindable::Text(Some(text.clone())),
    };
    let bound: Vec<Bindable> = match keys {
        Bound::Keys(keys) => keys.iter().map(of_key).chain(values).collect(),
        Bound::KeysLast(keys) => values.into_iter().chain(keys.iter().map(of_key)).collect(),
    };
    let changed = on!(tx, c => {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for value in bound {
            query = match value {
                Bindable::Number(number) => query.bind(number),
                Bindable::Text(text) => query.bind(text),
                Bindable::Truth(truth) => query.bind(truth),
            };
        }
        query.execute(c).await?.rows_affected()
    });
    match changed {
        1 => Ok(()),
        _ => Err(Error::new(
            Kind::NotFound,
            "the row that was to be changed is not there",
        )),
    }
}
