//! Bytes → text: the charset that was declared, else the one that is detected, else replacement characters.

/// Text of bytes whose charset nobody declared: UTF-8, else what they look like. NUL is removed (PostgreSQL refuses it).
pub fn detect(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let mut detector = chardetng::EncodingDetector::new();
            detector.feed(bytes, true);
            detector
                .guess(None, true)
                .decode_without_bom_handling(bytes)
                .0
                .into_owned()
        }
    };
    text.replace('\0', "")
}
