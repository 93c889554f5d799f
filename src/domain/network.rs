//! Which addresses of the internet are public. What a workspace names – a relay, a provider – is hostile input on an instance of
//! many tenants: it must not lead to a database beside us.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far what a workspace names may lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// To public addresses alone.
    #[default]
    Public,
    /// Anywhere: for an instance whose workspaces all belong to its operator.
    Anywhere,
}

impl Reach {
    /// Whether an address may be connected to.
    pub fn takes(self, address: IpAddr) -> bool {
        self == Reach::Anywhere || is_public(address)
    }
}

/// Whether an address is one of the internet, by which nobody reaches this machine, its neighbours, or what a tunnel leads to
/// (the special-purpose registries of IANA, RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_v4(four),
        IpAddr::V6(six) => is_public_v6(six),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_special = match address.octets() {
        [0 | 10 | 127 | 224..=255, ..] => true,
        [100, b, ..] => (64..128).contains(&b),
        [169, 254, ..] | [192, 168, ..] | [198, 18 | 19, ..] => true,
        [172, b, ..] => (16..32).contains(&b),
        [192, 0, 0 | 2, _] | [192, 31, 196, _] | [192, 52, 193, _] | [192, 88, 99, _] => true,
        [192, 175, 48, _] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        _ => false,
    };
    !is_special
}

/// Global unicast alone, without what holds an address of version 4, and without what is for documents and benchmarks.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Teredo, ORCHID, benchmarks; documents; 6to4.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] => false,
        [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}
