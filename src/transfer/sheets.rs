//! The spreadsheets, the address book and the log of an export.

use super::cards;
use super::formula::guarded;
use super::pack::Out;
use super::values::field_lines;
use crate::domain::{Error, Kind, Result};
use crate::store::Tx;
use crate::store::registry::PageEvent;
use crate::store::workspace::sheets::{
    self, ActionSheet, ChangeSheet, CompanySheet, ContactSheet, InteractionSheet,
};
use jiff::Timestamp;
use serde_json::json;

/// Writes all of them.
pub async fn write(tx: &mut Tx, out: &mut Out) -> Result<()> {
    contacts(tx, out).await?;
    companies(tx, out).await?;
    actions(tx, out).await?;
    interactions(tx, out).await?;
    address_book(tx, out).await?;
    log(tx, out).await
}

/// A moment as it is written in spreadsheets: RFC 3339 in UTC.
pub fn time(us: i64) -> String {
    Timestamp::from_microsecond(us).map_or_else(|_| us.to_string(), |at| at.to_string())
}

/// A moment as the lines of an mbox have it.
pub fn mbox_time(us: i64) -> String {
    let at = Timestamp::from_microsecond(us).unwrap_or_default();
    at.strftime("%a %b %e %H:%M:%S %Y").to_string()
}

/// A record as a line of CSV. All of it is in quotation marks: a spreadsheet that takes semicolons apart takes them for one cell.
fn record<const N: usize>(cells: [String; N]) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    let written = writer.write_record(cells.iter().map(|cell| guarded(cell)));
    written.map_err(|e| Error::new(Kind::Corrupt, "a row cannot be written as CSV").because(e))?;
    writer.into_inner().map_err(|e| {
        Error::new(Kind::Corrupt, "a row cannot be written as CSV").because(e.to_string())
    })
}

fn header<const N: usize>(names: [&str; N]) -> Result<Vec<u8>> {
    record(names.map(str::to_owned))
}

fn some(text: Option<String>) -> String {
    text.unwrap_or_default()
}

fn some_time(us: Option<i64>) -> String {
    us.map(time).unwrap_or_default()
}

fn some_number(number: Option<i64>) -> String {
    number.map(|n| n.to_string()).unwrap_or_default()
}

/// Writes page after page: `$read` gives those behind a number, `$line` makes a line of each.
macro_rules! pages {
    ($tx:expr, $out:expr, $read:path, $line:expr) => {
        let mut behind = 0;
        loop {
            let page = $read($tx, behind).await?;
            let Some(last) = page.last() else { break };
            behind = last.id;
            for row in page {
                $out.write(&$line(row)?).await?;
            }
        }
    };
}

async fn contacts(tx: &mut Tx, out: &mut Out) -> Result<()> {
    out.begin("contacts.csv").await?;
    out.write(&contacts_header()?).await?;
    pages!(tx, out, sheets::contacts, contact);
    Ok(())
}

fn contacts_header() -> Result<Vec<u8>> {
    header([
        "id",
        "name",
        "company",
        "title",
        "email",
        "other emails",
        "phone",
        "tags",
        "status",
        "score",
        "responsible",
        "capture address",
        "keep in touch days",
        "created",
        "last heard of",
        "fields",
    ])
}

fn contact(row: ContactSheet) -> Result<Vec<u8>> {
    let mut addresses = row.addresses.into_iter();
    let first = addresses.next().unwrap_or_default();
    let fields = row.fields.iter();
    let fields: Vec<String> = fields
        .map(|(name, value)| field_lines(name, value))
        .collect();
    record([
        row.id.to_string(),
        some(row.name),
        some(row.company),
        some(row.title),
        first,
        addresses.collect::<Vec<_>>().join("; "),
        some(row.phone),
        row.tags.join("; "),
        some(row.status),
        some_number(row.score),
        some(row.responsible),
        some(row.capture),
        some_number(row.keep_in_touch_days),
        time(row.created_at),
        some_time(row.last_at),
        fields.join("\n"),
    ])
}

async fn companies(tx: &mut Tx, out: &mut Out) -> Result<()> {
    out.begin("companies.csv").await?;
    out.write(&header(["id", "name", "domain", "contacts", "created"])?)
        .await?;
    pages!(tx, out, sheets::companies, company);
    Ok(())
}

fn company(row: CompanySheet) -> Result<Vec<u8>> {
    record([
        row.id.to_string(),
        row.name,
        some(row.domain),
        row.contacts.to_string(),
        time(row.created_at),
    ])
}

async fn actions(tx: &mut Tx, out: &mut Out) -> Result<()> {
    out.begin("actions.csv").await?;
    out.write(&header([
        "id",
        "kind",
        "state",
        "member",
        "contact id",
        "contact",
        "text",
        "due",
        "recurrence",
        "result",
        "created",
        "done",
    ])?)
    .await?;
    pages!(tx, out, sheets::actions, action);
    Ok(())
}

fn action(row: ActionSheet) -> Result<Vec<u8>> {
    record([
        row.id.to_string(),
        row.kind,
        row.state,
        some(row.member),
        some_number(row.contact_id),
        some(row.contact),
        row.text,
        some_time(row.due_at),
        some(row.recurrence),
        some(row.result),
        time(row.created_at),
        some_time(row.done_at),
    ])
}

async fn interactions(tx: &mut Tx, out: &mut Out) -> Result<()> {
    out.begin("interactions.csv").await?;
    out.write(&header([
        "id",
        "happened",
        "kind",
        "direction",
        "state",
        "author",
        "author address",
        "contact ids",
        "contacts",
        "subject",
        "text",
        "remark",
    ])?)
    .await?;
    pages!(tx, out, sheets::interactions, interaction);
    Ok(())
}

fn interaction(row: InteractionSheet) -> Result<Vec<u8>> {
    let ids: Vec<String> = row.contacts.iter().map(|(id, _)| id.to_string()).collect();
    let names: Vec<String> = row.contacts.into_iter().map(|(_, name)| name).collect();
    record([
        row.id.to_string(),
        time(row.happened_at),
        row.kind,
        row.direction,
        row.state,
        some(row.author_name),
        some(row.author_address),
        ids.join("; "),
        names.join("; "),
        some(row.subject),
        row.text,
        some(row.remark),
    ])
}

async fn address_book(tx: &mut Tx, out: &mut Out) -> Result<()> {
    out.begin("contacts.vcf").await?;
    pages!(
        tx,
        out,
        sheets::contacts,
        |row: ContactSheet| Ok::<_, Error>(cards::card(&row).into_bytes())
    );
    Ok(())
}

async fn log(tx: &mut Tx, out: &mut Out) -> Result<()> {
    out.begin(super::format::COMMANDS).await?;
    pages!(tx, out, sheets::changes, change);
    Ok(())
}

fn change(row: ChangeSheet) -> Result<Vec<u8>> {
    let line = json!({
        "id": row.id,
        "at": time(row.at),
        "who": row.member,
        "door": row.door,
        "verb": row.verb,
        "subject": row.subject,
        "undone": row.undone_by.is_some(),
    });
    Ok(format!("{line}\n").into_bytes())
}

/// How something that was done at the page is written: who, where the workspace knows them, and what.
pub type EventForm = fn(Option<&str>, &PageEvent) -> Result<Vec<u8>>;

/// As a line of JSON.
pub fn event_line(who: Option<&str>, event: &PageEvent) -> Result<Vec<u8>> {
    let line = json!({
        "at": time(event.at),
        "who": who,
        "event": event.event,
        "subject": event.subject,
        "from": event.address,
    });
    Ok(format!("{line}\n").into_bytes())
}

/// As a line of a spreadsheet.
pub fn event_record(who: Option<&str>, event: &PageEvent) -> Result<Vec<u8>> {
    record([
        time(event.at),
        who.unwrap_or_default().to_owned(),
        event.event.clone(),
        event.subject.clone(),
        event.address.clone(),
    ])
}

/// The names of the columns of those.
pub fn events_header() -> Result<Vec<u8>> {
    header(["at", "who", "event", "subject", "from"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::field;
    use crate::transfer::{Form, Roll};
    use proptest::prelude::*;

    #[test]
    fn every_cell_is_quoted_and_guarded() {
        let line = record(["=1".to_owned(), "a,\"b\"\nc".to_owned()]).unwrap();
        assert_eq!(
            String::from_utf8(line).unwrap(),
            "\"'=1\",\"a,\"\"b\"\"\nc\"\n"
        );
    }

    #[test]
    fn times_are_written_out() {
        assert_eq!(time(1_794_312_000_000_000), "2026-11-10T12:00:00Z");
        assert_eq!(mbox_time(1_794_312_000_000_000), "Tue Nov 10 12:00:00 2026");
    }
    /// The fields of the only person of a file.
    fn fields(file: &[u8], form: Form) -> Vec<(String, String)> {
        let people = Roll::of_bytes(file, form).unwrap().people().unwrap();
        let people: Vec<_> = people.map(|person| person.unwrap().1).collect();
        let [ada] = people.as_slice() else {
            panic!("{people:?}")
        };
        assert_eq!(ada.lost, [""; 0]);
        ada.fields.clone()
    }

    proptest! {
        #[test]
        fn fields_of_any_lines_come_back_as_they_were(
            written in prop::collection::vec(
                (
                    "address|notes|notes 2|[a-zö:= ]{1,12}|.{1,12}",
                    "[a-z=+: ,;\\\\'\n-]{1,90}|.{1,40}|(.{0,9}\n){1,6}",
                ),
                0..8,
            ),
        ) {
            let mut kept: Vec<(String, String)> = Vec::new();
            for (name, value) in written {
                let value = field::lines("a value", &value, field::VALUE_CHARS_MAX);
                let (Ok(name), Ok(value)) = (field::word("a name", &name), value) else {
                    continue;
                };
                let is_new = kept.iter().all(|(there, _)| *there != name);
                // Those two have a form of their own.
                let is_plain = !["birthday", "site"].contains(&name.as_str());
                if is_new && is_plain {
                    kept.push((name, value));
                }
            }
            let ada = ContactSheet {
                name: Some("Ada".to_owned()),
                fields: kept.clone(),
                ..ContactSheet::default()
            };
            let card = cards::card(&ada);
            prop_assert_eq!(&fields(card.as_bytes(), Form::Cards), &kept);
            let table = [contacts_header().unwrap(), contact(ada).unwrap()].concat();
            prop_assert_eq!(&fields(&table, Form::Table), &kept);
        }
    }
}
