//! What a button carries: the workspace, the row of the outbox that it stands under, and which one it is there. What it says is in
//! the row, so that it fits Telegram's 64 bytes however long that is.

/// A button, as Telegram gives it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bot) struct Data {
    /// The workspace.
    pub workspace_id: i64,
    /// The row.
    pub row_id: i64,
    /// Which of its buttons, from 0, counted over all rows.
    pub index: usize,
}

/// As it is given to Telegram: at most 51 bytes.
pub(in crate::bot) fn write(data: Data) -> String {
    format!("b{}.{}.{}", data.workspace_id, data.row_id, data.index)
}

/// Reads it back.
pub(in crate::bot) fn read(text: &str) -> Option<Data> {
    let mut parts = text.strip_prefix('b')?.split('.');
    let data = Data {
        workspace_id: parts.next()?.parse().ok()?,
        row_id: parts.next()?.parse().ok()?,
        index: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_s_data_is_read_back_and_fits() {
        let data = Data {
            workspace_id: i64::MAX,
            row_id: i64::MAX,
            index: 99,
        };
        assert!(write(data).len() <= 64);
        assert_eq!(read(&write(data)), Some(data));
        for wrong in ["", "b", "b1.2", "b1.2.3.4", "x1.2.3", "b1.2.-3"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
