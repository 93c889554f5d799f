//! The rows about the workspace itself.

use super::{Argument, Risk, Row};
use crate::commands::command::Verb;
use crate::store::registry::Role;

/// They stand behind the others in `help`.
pub const ROWS: &[Row] = &[
    Row {
        verb: Verb::Workspace,
        names: &["workspace"],
        usage: "workspace [own domains|excluded domains|currency|keep …]: value",
        help: "Shows what the workspace chose for all of its members, or changes it.",
        examples: &[
            "workspace own domains: daughter.example, other.example",
            "workspace excluded domains: none",
            "workspace keep in touch: 30 days",
            "workspace currency: EUR",
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
