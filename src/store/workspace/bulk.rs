//! Many keys or many rows in one statement: a few fixed sizes, so that each text is prepared once.

/// Keys of one `in (…)`; fewer are padded by repeating the last, which changes no answer.
const KEY_SIZES: [usize; 4] = [4, 16, 64, 256];

/// Rows of one insert.
const ROW_SIZES: [usize; 4] = [32, 8, 3, 1];

/// The keys in lists of the fixed sizes.
pub(super) fn padded<T: Clone>(keys: &[T]) -> Vec<Vec<T>> {
    let largest = KEY_SIZES[KEY_SIZES.len() - 1];
    keys.chunks(largest)
        .map(|chunk| {
            let size = KEY_SIZES.into_iter().find(|size| *size >= chunk.len());
            let mut list = chunk.to_vec();
            if let Some(last) = chunk.last() {
                list.resize(size.unwrap_or(largest), last.clone());
            }
            list
        })
        .collect()
}

/// The rows in slices of the fixed sizes.
pub(super) fn sized<T>(mut rows: &[T]) -> Vec<&[T]> {
    let mut slices = Vec::new();
    for size in ROW_SIZES {
        while let Some((slice, rest)) = rows.split_at_checked(size) {
            slices.push(slice);
            rows = rest;
        }
    }
    slices
}

/// All rows of a select whose last condition is `in (…)` over many keys.
macro_rules! fetch_in {
    ($tx:expr, $row:ty, $select:expr, $keys:expr, $end:expr) => {{
        let mut found: Vec<$row> = Vec::new();
        for chunk in $crate::store::workspace::bulk::padded($keys) {
            let rows: Vec<$row> = $crate::on!(&mut *$tx, c => {
                let mut query = sqlx::QueryBuilder::new($select);
                query.push(" in (");
                let mut list = query.separated(", ");
                for key in chunk {
                    list.push_bind(key);
                }
                query.push(") ").push($end);
                query.build_query_as().fetch_all(c).await
            })?;
            found.extend(rows);
        }
        found
    }};
}

/// Inserts many rows; `$end` is what stands behind the values.
macro_rules! insert_rows {
    ($tx:expr, $insert:expr, $rows:expr, $end:expr, |$bind:ident, $row:ident| $body:expr) => {
        for rows in $crate::store::workspace::bulk::sized($rows) {
            $crate::on!(&mut *$tx, c => {
                let mut query = sqlx::QueryBuilder::new($insert);
                query.push_values(rows, |mut $bind, $row| {
                    $body;
                });
                query.push($end);
                query.build().execute(c).await.map(drop)
            })?;
        }
    };
}

pub(super) use {fetch_in, insert_rows};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_padded_and_rows_are_cut_without_losing_one() {
        for count in [0, 1, 4, 5, 63, 64, 65, 256, 257, 1_000] {
            let keys: Vec<usize> = (0..count).collect();
            let mut seen: Vec<usize> = padded(&keys).concat();
            assert!(padded(&keys).iter().all(|l| KEY_SIZES.contains(&l.len())));
            seen.dedup();
            assert_eq!(seen, keys, "{count} keys");
            assert!(sized(&keys).iter().all(|s| ROW_SIZES.contains(&s.len())));
            assert_eq!(sized(&keys).concat(), keys, "{count} rows");
        }
    }
}
