//! The list of tables holds every table and every column.

use crate::common::databases;
use crate::common::workspace::Desk;
use crate::dump;
use rapport::store::workspace::transfer::{Holds, LEFT_OUT, TABLES};
use std::collections::BTreeSet;

#[tokio::test]
async fn no_table_and_no_column_is_forgotten() {
    for place in databases().await {
        let desk = Desk::open(&place).await;
        let mut tx = desk.read().await;
        let mut there = BTreeSet::new();
        for table in dump::tables(&mut tx).await {
            for (column, kind) in dump::columns(&mut tx, &table).await {
                there.insert((table.clone(), column, kind));
            }
        }
        let left_out = |table: &str, column: &str| {
            LEFT_OUT
                .iter()
                .any(|(name, only, _)| *name == table && (only.is_empty() || *only == column))
        };
        there.retain(|(table, column, _)| !left_out(table, column));
        let there: BTreeSet<(String, String, String)> = there;
        let listed: BTreeSet<(String, String, String)> = TABLES
            .iter()
            .flat_map(|table| {
                table.columns.iter().map(|(name, holds)| {
                    let kind = match holds {
                        Holds::Number | Holds::Account => "bigint",
                        Holds::Text | Holds::Json => "text",
                        Holds::Truth => "boolean",
                        Holds::Bytes => "bytea",
                    };
                    (table.name.to_owned(), (*name).to_owned(), kind.to_owned())
                })
            })
            .collect();
        assert_eq!(listed, there, "{}", place.name);
        drop(tx);
    }
}
