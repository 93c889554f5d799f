//! Contacts that a mail makes, with their company and their own address.

use super::{Occasion, Plan};
use crate::domain::people;
use crate::domain::{address, name};
use crate::ingest::attribute::Decision;
use crate::ingest::known::Known;
use crate::ingest::letter::Letter;
use crate::store::registry::{AddressKind, Route};
use crate::store::workspace::address_book::AddressRow;
use crate::store::workspace::contacts::{CompanyRow, ContactRow};

/// Addresses that are drawn for one contact until one is free.
const CAPTURE_DRAWS_MAX: usize = 10;

impl Plan {
    /// The contact of a new address: made, unless a letter of the same batch made it.
    pub(super) fn contact(
        &mut self,
        known: &mut Known,
        occasion: &Occasion,
        letter: &Letter,
        decision: &Decision,
        address: &str,
        made: &mut Vec<i64>,
    ) -> Option<i64> {
        if let Some(id) = known.by_address.get(address) {
            return Some(*id);
        }
        let new = decision.make.iter().find(|new| new.address == address)?;
        let id = known.next_number("contact");
        let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
        let first = local.split(['.', '-', '_', '+']).next().unwrap_or(local);
        let slug = address::slug(new.name.as_deref().unwrap_or(first));
        let capture = free_capture(known, occasion, &slug);
        let company_id = self.company(known, address, new.company.as_deref());
        self.contacts.push(ContactRow {
            id,
            name: new.name.clone(),
            company_id,
            title: new.title.clone(),
            phone: new.phone.clone(),
            capture: Some(capture.clone()),
            responsible_id: decision.member,
            created_at: letter.received_at,
            ..ContactRow::default()
        });
        self.addresses.push(AddressRow {
            address: address.to_owned(),
            contact_id: id,
            source: "mail".to_owned(),
            created_at: letter.received_at,
        });
        self.routes.push(Route {
            local_part: capture.clone(),
            kind: AddressKind::Capture,
            workspace_id: occasion.workspace_id,
            account_id: None,
            contact_id: Some(id),
            number: None,
        });
        made.push(id);
        known.by_address.insert(address.to_owned(), id);
        known.by_capture.insert(capture, id);
        known.by_number.insert(id, id);
        if let Some(name) = &new.name {
            known.name_contact(id, &name::key(name));
        }
        Some(id)
    }

    fn company(&mut self, known: &mut Known, address: &str, name: Option<&str>) -> Option<i64> {
        let (_, domain) = address.rsplit_once('@')?;
        let company = people::company_of(domain)?;
        if let Some(id) = known.companies.get(&company.domain) {
            return Some(*id);
        }
        let id = known.next_number("company");
        known.companies.insert(company.domain.clone(), id);
        self.companies.push(CompanyRow {
            id,
            name: name.map_or(company.name, str::to_owned),
            domain: Some(company.domain),
        });
        Some(id)
    }
}

/// An address that no contact of the batch has; the registry says whether another has it.
fn free_capture(known: &Known, occasion: &Occasion, slug: &str) -> String {
    let draw = || format!("{slug}.{}", address::token(&(occasion.random)()));
    let mut draws = std::iter::repeat_with(draw).take(CAPTURE_DRAWS_MAX);
    let free = draws.find(|capture| !known.by_capture.contains_key(capture));
    free.unwrap_or_else(draw)
}

impl Known {
    /// A contact of this name is there from now on.
    fn name_contact(&mut self, id: i64, key: &str) {
        self.by_name.entry(key.to_owned()).or_default().insert(id);
        for (asked, ids) in &mut self.by_first_name {
            let begins = key
                .strip_prefix(asked.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
            if begins && ids.len() < 2 {
                ids.insert(id);
            }
        }
    }
}
