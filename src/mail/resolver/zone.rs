//! A zone in master-file form (RFC 1035 §5), the common part of it.

use super::{Answer, Question, absolute};
use crate::domain::error::{Error, Result};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How many CNAMEs in a row are followed.
const ALIASES: usize = 8;

/// What a zone file says.
#[derive(Debug, Default)]
pub struct Zone {
    names: HashMap<String, Records>,
}

#[derive(Debug, Default)]
struct Records {
    txt: Vec<Vec<u8>>,
    v4: Vec<Ipv4Addr>,
    v6: Vec<Ipv6Addr>,
    mx: Vec<(u16, String)>,
    ptr: Vec<String>,
    alias: Option<String>,
}

/// A piece of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(Vec<u8>),
}

impl Token {
    fn word(&self) -> Option<&str> {
        match self {
            Token::Word(word) => Some(word),
            Token::Quoted(_) => None,
        }
    }

    fn into_bytes(self) -> Vec<u8> {
        match self {
            Token::Word(word) => word.into_bytes(),
            Token::Quoted(bytes) => bytes,
        }
    }
}

/// One entry: the line where it begins, whether it begins with white space (and so keeps the owner), its tokens.
struct Entry {
    line: usize,
    keeps_owner: bool,
    tokens: Vec<Token>,
}

impl Zone {
    /// Reads a zone file.
    pub fn parse(text: &str) -> Result<Zone> {
        let mut zone = Zone::default();
        let mut origin = String::from(".");
        let mut owner = None;
        for entry in entries(text)? {
            let line = entry.line;
            let invalid = |what: &str| Error::invalid(format!("zone file, line {line}: {what}"));
            let first = entry.tokens.first().and_then(Token::word);
            match first.map(str::to_ascii_uppercase).as_deref() {
                Some("$ORIGIN") => {
                    let name = entry.tokens.get(1).and_then(Token::word);
                    let name = name.ok_or_else(|| invalid("$ORIGIN wants a name"))?;
                    origin = qualified(name, &origin);
                    continue;
                }
                Some("$TTL") => continue,
                Some(word) if word.starts_with('$') => {
                    return Err(invalid("only $ORIGIN and $TTL are understood"));
                }
                _ => (),
            }
            let mut tokens = entry.tokens.into_iter().peekable();
            if !entry.keeps_owner {
                let name = tokens.next().and_then(|t| t.word().map(str::to_owned));
                let name = name.ok_or_else(|| invalid("an entry begins with a name"))?;
                owner = Some(qualified(&name, &origin));
            }
            let owner = owner
                .clone()
                .ok_or_else(|| invalid("the first entry wants a name"))?;
            while tokens.peek().is_some_and(is_ttl_or_class) {
                tokens.next();
            }
            let kind = tokens
                .next()
                .and_then(|t| t.word().map(str::to_ascii_uppercase));
            let kind = kind.ok_or_else(|| invalid("a record wants a type"))?;
            let data: Vec<Token> = tokens.collect();
            let records = zone.names.entry(owner).or_default();
            add(records, &kind, data, &origin).map_err(|what| invalid(&what))?;
        }
        Ok(zone)
    }

    /// The answer; names that are not there do not exist.
    pub fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::Txt(name) => self.records(name, |r| &r.txt, Answer::Txt),
            Question::Ipv4(name) => self.records(name, |r| &r.v4, Answer::Ipv4),
            Question::Ipv6(name) => self.records(name, |r| &r.v6, Answer::Ipv6),
            Question::Mx(name) => self.records(name, |r| &r.mx, Answer::Mx),
            Question::Ptr(address) => self.records(&reverse(*address), |r| &r.ptr, Answer::Ptr),
        }
    }

    fn records<T: Clone>(
        &self,
        name: &str,
        of: impl Fn(&Records) -> &Vec<T>,
        answer: impl Fn(Vec<T>) -> Answer,
    ) -> Answer {
        let mut name = absolute(name);
        for _ in 0..ALIASES {
            let Some(records) = self.names.get(&name) else {
                return Answer::Absent;
            };
            let found = of(records);
            if !found.is_empty() {
                return answer(found.clone());
            }
            let Some(alias) = &records.alias else {
                return Answer::Absent;
            };
            name.clone_from(alias);
        }
        Answer::Absent
    }
}

fn add(records: &mut Records, kind: &str, data: Vec<Token>, origin: &str) -> Result<(), String> {
    let word = |i: usize| data.get(i).and_then(Token::word).map(str::to_owned);
    let name = |i: usize| word(i).map(|w| qualified(&w, origin));
    match kind {
        "TXT" | "SPF" => {
            if data.is_empty() {
                return Err("TXT wants a text".to_owned());
            }
            records
                .txt
                .push(data.into_iter().flat_map(Token::into_bytes).collect());
        }
        "A" => records.v4.push(parsed(word(0), "A wants an IPv4 address")?),
        "AAAA" => records
            .v6
            .push(parsed(word(0), "AAAA wants an IPv6 address")?),
        "MX" => {
            let host = name(1).ok_or("MX wants a preference and a host")?;
            let preference = parsed(word(0), "MX wants a preference and a host")?;
            records.mx.push((preference, host));
        }
        "PTR" => records.ptr.push(name(0).ok_or("PTR wants a name")?),
        "CNAME" => records.alias = Some(name(0).ok_or("CNAME wants a name")?),
        // They say nothing about mail; real zone files have them.
        "SOA" | "NS" | "CAA" | "SRV" | "TLSA" | "DS" | "DNSKEY" | "HTTPS" | "SVCB" => (),
        other => return Err(format!("records of type {other} are not understood")),
    }
    Ok(())
}

fn parsed<T: std::str::FromStr>(word: Option<String>, otherwise: &str) -> Result<T, String> {
    word.and_then(|w| w.parse().ok())
        .ok_or_else(|| otherwise.to_owned())
}

fn is_ttl_or_class(token: &Token) -> bool {
    let Some(word) = token.word() else {
        return false;
    };
    let is_ttl = word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || "smhdwSMHDW".contains(c));
    is_ttl || matches!(word.to_ascii_uppercase().as_str(), "IN" | "CH" | "HS")
}

/// A name of the file as an absolute one in lower case.
fn qualified(name: &str, origin: &str) -> String {
    if name == "@" {
        return absolute(origin);
    }
    if name.ends_with('.') || origin == "." {
        return absolute(name);
    }
    absolute(&format!("{name}.{origin}"))
}

fn reverse(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa.")
        }
        IpAddr::V6(v6) => {
            let mut name = String::new();
            for byte in v6.octets().iter().rev() {
                name.push_str(&format!("{:x}.{:x}.", byte & 15, byte >> 4));
            }
            name + "ip6.arpa."
        }
    }
}

/// Takes a file apart into entries: comments go, brackets join lines, quoted strings keep their blanks.
fn entries(text: &str) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut open: Option<Entry> = None;
    let mut depth = 0_usize;
    for (number, line) in text.lines().enumerate() {
        let at = open.get_or_insert_with(|| Entry {
            line: number + 1,
            keeps_owner: line.starts_with([' ', '\t']),
            tokens: Vec::new(),
        });
        let mut rest = line.trim_start();
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            rest = match c {
                ';' => "",
                '(' => {
                    depth += 1;
                    after
                }
                ')' => {
                    depth = depth.saturating_sub(1);
                    after
                }
                '"' => {
                    let (bytes, left) = quoted(after).ok_or_else(|| {
                        Error::invalid(format!(
                            "zone file, line {}: a quote is not closed",
                            number + 1
                        ))
                    })?;
                    at.tokens.push(Token::Quoted(bytes));
                    left
                }
                _ => {
                    let stops = |c: char| c.is_whitespace() || "();\"".contains(c);
                    let end = rest.find(stops).unwrap_or(rest.len());
                    let (word, left) = rest.split_at(end);
                    at.tokens.push(Token::Word(word.to_owned()));
                    left
                }
            }
            .trim_start();
        }
        if depth == 0 {
            entries.extend(open.take().filter(|e| !e.tokens.is_empty()));
        }
    }
    entries.extend(open.filter(|e| !e.tokens.is_empty()));
    Ok(entries)
}

/// A string up to its closing quote, `\"` and `\DDD` decoded; and what follows.
fn quoted(text: &str) -> Option<(Vec<u8>, &str)> {
    let mut bytes = Vec::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((bytes, text.get(at + 1..)?)),
            '\\' => {
                let code = text.get(at + 1..at + 4).and_then(|d| d.parse::<u8>().ok());
                if let Some(byte) = code {
                    bytes.push(byte);
                    chars.nth(2);
                } else {
                    let (_, escaped) = chars.next()?;
                    bytes.extend_from_slice(escaped.to_string().as_bytes());
                }
            }
            c => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    None
}
