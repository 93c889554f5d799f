//! Where a session is, by a database of the operator's: one is written here as the format says (MaxMind DB 2.0).

use crate::common::databases;
use crate::site::{MIA, Site};
use rapport::web::{Places, Settings};

/// The control byte of a value, and its size; types above 7 have a byte more.
fn head(kind: u8, size: u8) -> Vec<u8> {
    match kind {
        0..=7 => vec![kind << 5 | size],
        _ => vec![size, kind - 7],
    }
}

fn word(text: &str) -> Vec<u8> {
    [
        head(2, u8::try_from(text.len()).unwrap()),
        text.as_bytes().to_vec(),
    ]
    .concat()
}

fn number(kind: u8, value: u32) -> Vec<u8> {
    [head(kind, 4), value.to_be_bytes().to_vec()].concat()
}

fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = head(7, u8::try_from(pairs.len()).unwrap());
    for (key, value) in pairs {
        bytes.extend(word(key));
        bytes.extend(value);
    }
    bytes
}

/// A database that knows 203.0.0.0/16, where the browsers of the tests are.
pub fn database() -> Vec<u8> {
    const NODES: u32 = 16;
    let network = 203_u32 << 8;
    let mut bytes = Vec::new();
    for node in 0..NODES {
        let next = if node == NODES - 1 {
            NODES + 16
        } else {
            node + 1
        };
        let is_right = network >> (NODES - 1 - node) & 1 == 1;
        let records = if is_right {
            [NODES, next]
        } else {
            [next, NODES]
        };
        for record in records {
            bytes.extend(&record.to_be_bytes()[1..]);
        }
    }
    bytes.extend([0; 16]);
    let named = |name: &str| map(&[("names", map(&[("en", word(name))]))]);
    bytes.extend(map(&[
        ("city", named("Bergen")),
        ("country", named("Norway")),
    ]));
    bytes.extend(b"\xab\xcd\xefMaxMind.com");
    let one = |kind| [head(kind, 1), vec![2]].concat();
    bytes.extend(map(&[
        ("node_count", number(6, NODES)),
        ("record_size", [head(5, 1), vec![24]].concat()),
        ("ip_version", [head(5, 1), vec![4]].concat()),
        ("database_type", word("Test-City")),
        ("languages", [head(11, 1), word("en")].concat()),
        ("binary_format_major_version", one(5)),
        ("binary_format_minor_version", head(5, 0)),
        ("build_epoch", one(9)),
        ("description", map(&[("en", word("for a test"))])),
    ]));
    bytes
}

#[tokio::test]
async fn a_session_says_where_it_is_where_the_operator_gave_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("places.mmdb");
    std::fs::write(&file, "no database").unwrap();
    assert!(Places::open(&file).is_err());
    std::fs::write(&file, database()).unwrap();
    let places = Places::open(&file).unwrap();
    assert_eq!(places.of("203.0.7.1").as_deref(), Some("Bergen, Norway"));
    assert_eq!(
        places.of("::ffff:203.0.7.1").as_deref(),
        Some("Bergen, Norway")
    );
    for unknown in ["203.1.0.1", "2001:db8::1", "nonsense"] {
        assert_eq!(places.of(unknown), None, "{unknown}");
    }
    for place in databases().await {
        let site = Site::open_with(&place, |_| Settings {
            places: Some(places.clone()),
            ..Settings::default()
        })
        .await;
        let mut mia = site.signed_in(MIA).await;
        let page = mia.get("/security").await;
        page.assert_says(&format!("{} (Bergen, Norway), used", mia.address));
    }
}
