//! Import and export: our own ZIP, spreadsheets, address books.
//!
//! | file | holds |
//! |---|---|
//! | `format` | names and limits of our own ZIP |
//! | `export`, `pack` | workspace → ZIP, streamed to any writer |
//! | `sheets`, `formula`, `cards` | its spreadsheets, of which nothing is run, and its address book |
//! | `archive`, `single`, `checks`, `import`, `identities` | ZIP → workspace, all of it or nothing |
//! | `adopt`, `watch` | the same for somebody of whose ZIP nothing is believed; how far it is |
//! | `roll`, `text`, `table`, `mapping`, `cells`, `vcards`, `values` | spreadsheets and address books of others → people, one at a time |
//! | `kind` | what a file to import is |
//! | `people`, `kin` | people → contacts, found or made; who of a file may be the same |
//!
//! *Invariants.* No secret is exported. Nothing of a ZIP is written under a name that stands in it. A workspace is registered when
//! all of it is there. What was exported is not sent again.

mod adopt;
mod archive;
mod cards;
mod cells;
mod checks;
mod export;
mod format;
mod formula;
mod identities;
mod import;
mod kin;
mod kind;
pub mod mapping;
mod pack;
mod people;
mod roll;
mod rows;
mod sheets;
mod single;
mod table;
mod text;
mod values;
mod vcards;
mod watch;

pub use adopt::{Adopted, adopt};
pub use export::{Exported, export};
pub use format::Manifest;
pub use import::{Imported, Mode, import};
pub use kind::{FileKind, KNOWN_BYTES};
pub use people::{Report, bring};
pub use roll::{Form, People, Roll};
pub use table::Table;
pub use watch::Watch;
