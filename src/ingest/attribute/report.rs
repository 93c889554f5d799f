//! What became of another mail: with the contact that it was to, and never a contact of its own.

use super::weighing::Weighing;
use super::{ContactRole, Decision, Direction, InteractionKind, State, Who};
use crate::domain::why::Rule;
use crate::ingest::identity;
use crate::ingest::known::Standing;

/// Decides by the recipients that it reports on, by the mail that it is about, and by the contact whose address it came to.
pub(super) fn decide(mut weighing: Weighing<'_>, capture: Option<i64>) -> Decision {
    weighing.decision.kind = InteractionKind::Report;
    weighing.direction(Direction::In);
    let message = &weighing.letter.message;
    let mut about = None;
    for report in &message.reports {
        let Some(address) = report.recipient.as_deref().map(str::to_lowercase) else {
            continue;
        };
        let Some(Standing::Contact(id)) = weighing.known.standing(&address) else {
            continue;
        };
        weighing.add_contact(Who::Known(id), ContactRole::About);
        about.get_or_insert_with(|| address.clone());
    }
    let mentioned = message
        .reports
        .iter()
        .filter_map(|r| r.original_message_id.as_ref());
    for id in mentioned.chain(&message.original_message_id) {
        for (_, interaction) in weighing
            .known
            .mails
            .get(&identity::message_id(id))
            .into_iter()
            .flatten()
        {
            for contact in weighing
                .known
                .interactions
                .get(interaction)
                .iter()
                .flat_map(|i| &i.contacts)
            {
                weighing.add_contact(Who::Known(*contact), ContactRole::About);
            }
        }
    }
    if let Some(contact) = capture {
        weighing.add_contact(Who::Known(contact), ContactRole::About);
    }
    let first = message.reports.iter().find_map(|r| r.recipient.clone());
    weighing.decision.why.address = about.or(first);
    if weighing.decision.people.is_empty() {
        return weighing.decide(State::SetAside, Rule::ReportUnknown);
    }
    weighing.decide(State::Filed, Rule::ReportAbout)
}
