//! winmail.dat (MS-OXTNEF): the files and the body inside it.

/// What was inside.
#[derive(Clone, Debug, Default)]
pub struct Tnef {
    /// The files, in order.
    pub files: Vec<File>,
    /// The plain text body.
    pub plain: Option<String>,
    /// The HTML body.
    pub html: Option<String>,
    /// Whether more was inside than the limits allow.
    pub is_cut: bool,
}

/// A file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// Its name.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Reads the stream; absent where it is none.
pub fn read(_bytes: &[u8]) -> Option<Tnef> {
    None
}
