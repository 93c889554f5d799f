//! The rows about the workspace itself.

use super::{Argument, Risk, Row};
use crate::commands::command::Verb;
use crate::store::registry::Role;

/// They stand behind the others in `help`.
pub const ROWS: &[Row] = &[
    Row {
        verb: Verb::Workspace,
        names: &["workspace"],
        usage: "workspace [own domains|currency|stages|invoice …|keep …]: value",
        help: "Shows what the workspace chose for all of its members, or changes it.",
        examples: &[
            "workspace own domains: daughter.example, other.example",
            "workspace excluded domains: none",
            "workspace keep in touch: 30 days",
            "workspace currency: EUR",
            "workspace stages: Lead 10%, Qualified 25%, Proposal 50%",
            "workspace invoice name: Studio Oy",
            "workspace invoice address: Harbour 1, 00100 Helsinki",
            "workspace invoice tax id: FI12345671",
            "workspace invoice iban: FI21 1234 5600 0007 85",
            "workspace invoice bic: NDEAFIHH",
            "workspace invoice terms: 14 days",
            "workspace invoice vat: 25.5",
            "workspace invoice prefix: 2026-",
            "workspace invoice footer: Thank you.",
            "workspace keep sent letters: 30 days",
            "/workspace",
        ],
        rights: Role::Admin,
        risk: Risk::Reversible,
        argument: Argument::WorkspaceSetting,
    },
    Row {
        verb: Verb::Leave,
        names: &["delete workspace"],
        usage: "delete workspace",
        help: "Closes the workspace; in 30 days all of it is deleted for good.",
        examples: &["delete workspace"],
        rights: Role::Owner,
        risk: Risk::Confirmed,
        argument: Argument::Nothing,
    },
    Row {
        verb: Verb::Stay,
        names: &["restore workspace"],
        usage: "restore workspace",
        help: "Opens a closed workspace again, within the 30 days.",
        examples: &["restore workspace"],
        rights: Role::Owner,
        risk: Risk::Reversible,
        argument: Argument::Nothing,
    },
    Row {
        verb: Verb::Export,
        names: &["export"],
        usage: "export",
        help: "Gives the link to all of the workspace as a ZIP; it asks you to sign in.",
        examples: &["export"],
        rights: Role::Admin,
        risk: Risk::Confirmed,
        argument: Argument::Nothing,
    },
];
