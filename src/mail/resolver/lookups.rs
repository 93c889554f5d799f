//! The bridge to mail-auth: its checks run on what is known, the questions that they miss are noted and asked, and the check
//! runs again. So every question goes through one cache with its time-outs, and a check itself never waits.

use super::{Answer, Question, Resolver};
use mail_auth::common::parse::TxtRecordParser;
use mail_auth::common::verify::DomainKey;
use mail_auth::dmarc::Dmarc;
use mail_auth::hickory_resolver::proto::op::ResponseCode;
use mail_auth::spf::{Macro, Spf};
use mail_auth::{DnsError, DnssecStatus, MX, Parameters, RecordSet, ResolverCache, Txt};
use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Most rounds of asking for one check: SPF allows ten look-ups in a row (RFC 7208 §4.6.4), DMARC eight.
const ROUNDS: usize = 16;
/// Most questions of one round.
const QUESTIONS: usize = 40;

/// The answers for the checks of one message.
pub struct Lookups<'r> {
    resolver: &'r Resolver,
    client: IpAddr,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    missed: HashSet<Question>,
    /// Whether an SPF record with `exists` was handed out: then an absent address must not look like an empty answer,
    /// which mail-auth takes for existing.
    has_exists: bool,
}

impl<'r> Lookups<'r> {
    /// For a message that came from this address.
    pub fn new(resolver: &'r Resolver, client: IpAddr) -> Lookups<'r> {
        Lookups {
            resolver,
            client,
            state: Mutex::default(),
        }
    }

    /// Parameters of a mail-auth check that looks up here.
    pub fn parameters<P>(&self, params: P) -> Parameters<'_, P, Self, Self, Self, Self, Self> {
        Parameters {
            params,
            cache_txt: Some(self),
            cache_mx: Some(self),
            cache_ptr: Some(self),
            cache_ipv4: Some(self),
            cache_ipv6: Some(self),
        }
    }

    /// Runs a check until it misses nothing any more; none where it does not come to an end. What a check says while
    /// something is missing means nothing.
    pub async fn settle<T, F: Future<Output = T>>(&self, check: impl Fn() -> F) -> Option<T> {
        let mut rounds = 0;
        loop {
            let result = check().await;
            let missed = self.take_missed();
            rounds += 1;
            if missed.is_empty() {
                return Some(result);
            }
            if rounds >= ROUNDS {
                return None;
            }
            // Tasks of their own: a question that outlives the patience for this message is still answered and remembered.
            let asked: Vec<_> = missed
                .into_iter()
                .take(QUESTIONS)
                .map(|question| {
                    let resolver = self.resolver.clone();
                    tokio::spawn(async move { resolver.ask(&question).await })
                })
                .collect();
            for answer in asked {
                let _ = answer.await;
            }
        }
    }

    fn take_missed(&self) -> HashSet<Question> {
        std::mem::take(&mut self.state().missed)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer, or a note that it is wanted.
    fn look(&self, question: Question) -> Option<Answer> {
        let known = self.resolver.known(&question);
        if known.is_none() {
            self.state().missed.insert(question);
        }
        known
    }

    fn typed(&self, name: &str, records: &[Vec<u8>]) -> Txt {
        if name.contains("._domainkey.") {
            return first::<DomainKey>(records);
        }
        if name.starts_with("_dmarc.") {
            return only::<Dmarc>(records, b"v=DMARC1");
        }
        let is_spf = |r: &&Vec<u8>| {
            r.get(..6)
                .is_some_and(|p| p.eq_ignore_ascii_case(b"v=spf1"))
                && r.get(6).is_none_or(|b| *b == b' ')
        };
        let spf: Vec<&Vec<u8>> = records.iter().filter(is_spf).collect();
        match spf.as_slice() {
            [] => match records.first() {
                Some(record) if !record.starts_with(b"v=") => Macro::parse(record).into(),
                _ => Txt::Error(mail_auth::Error::Dns(DnsError::InvalidRecordType)),
            },
            [record] => {
                if contains(record, b"exists:") {
                    self.state().has_exists = true;
                }
                Spf::parse(record).into()
            }
            // More than one record is a permanent error (RFC 7208 §4.5).
            _ => Txt::Error(mail_auth::Error::ParseError),
        }
    }

    /// An empty set where a name has no such record, none where mail-auth must find out for itself.
    fn set<T>(&self, found: Option<Vec<T>>) -> Option<RecordSet<T>> {
        let set = |list: Vec<T>| RecordSet {
            rrset: list.into(),
            dnssec_status: DnssecStatus::Indeterminate,
        };
        match found {
            Some(list) => Some(set(list)),
            None if self.state().has_exists => None,
            None => Some(set(Vec::new())),
        }
    }
}

fn contains(record: &[u8], word: &[u8]) -> bool {
    record
        .windows(word.len())
        .any(|w| w.eq_ignore_ascii_case(word))
}

/// The first record that can be read.
fn first<T: TxtRecordParser + Into<Txt>>(records: &[Vec<u8>]) -> Txt {
    let mut result = Err(mail_auth::Error::Dns(DnsError::InvalidRecordType));
    for record in records {
        result = T::parse(record);
        if result.is_ok() {
            break;
        }
    }
    result.into()
}

/// The record with this mark; several are as good as none (RFC 7489 §6.6.3).
fn only<T: TxtRecordParser + Into<Txt>>(records: &[Vec<u8>], mark: &[u8]) -> Txt {
    let mut marked = records.iter().filter(|r| r.starts_with(mark));
    match (marked.next(), marked.next()) {
        (Some(record), None) => T::parse(record).into(),
        _ => Txt::Error(mail_auth::Error::Dns(DnsError::InvalidRecordType)),
    }
}

/// Reads a text back out of its hash calls: mail-auth's cache trait is generic over the borrowed key, so that hashing is the
/// only thing that can be done with one.
#[derive(Default)]
struct KeyReader {
    bytes: Vec<u8>,
}

impl Hasher for KeyReader {
    fn finish(&self) -> u64 {
        0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }
    fn write_u8(&mut self, _end_mark: u8) {}
    fn write_usize(&mut self, _length: usize) {}
}

fn text_of<Q: Hash + ?Sized>(key: &Q) -> String {
    let mut reader = KeyReader::default();
    key.hash(&mut reader);
    String::from_utf8_lossy(&reader.bytes).into_owned()
}

impl ResolverCache<Box<str>, Txt> for Lookups<'_> {
    fn get<Q>(&self, name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let name = text_of(name);
        let found = match self.look(Question::Txt(name.clone())) {
            Some(Answer::Txt(records)) => self.typed(&name, &records),
            Some(Answer::Failed) | None => Txt::Error(mail_auth::Error::Dns(DnsError::Resolver(
                "no answer".to_owned(),
            ))),
            Some(_) => Txt::Error(mail_auth::Error::Dns(DnsError::RecordNotFound(
                ResponseCode::NXDomain,
            ))),
        };
        Some(found)
    }
    fn remove<Q>(&self, _name: &Q) -> Option<Txt>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }
    fn insert(&self, _key: Box<str>, _value: Txt, _until: Instant) {}
}

impl ResolverCache<Box<str>, RecordSet<MX>> for Lookups<'_> {
    fn get<Q>(&self, name: &Q) -> Option<RecordSet<MX>>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let exchangers = match self.look(Question::Mx(text_of(name))) {
            Some(Answer::Mx(mut hosts)) => {
                hosts.sort();
                let one = |(preference, host): (u16, String)| MX {
                    exchanges: Box::new([host.into_boxed_str()]),
                    preference,
                };
                Some(hosts.into_iter().map(one).collect())
            }
            Some(Answer::Failed) => return None,
            _ => Some(Vec::new()),
        };
        self.set(exchangers)
    }
    fn remove<Q>(&self, _name: &Q) -> Option<RecordSet<MX>>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }
    fn insert(&self, _key: Box<str>, _value: RecordSet<MX>, _until: Instant) {}
}

impl ResolverCache<Box<str>, RecordSet<Ipv4Addr>> for Lookups<'_> {
    fn get<Q>(&self, name: &Q) -> Option<RecordSet<Ipv4Addr>>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        match self.look(Question::Ipv4(text_of(name))) {
            Some(Answer::Ipv4(list)) => self.set(Some(list)),
            Some(Answer::Failed) => None,
            Some(_) => self.set(None),
            None => self.set(Some(Vec::new())),
        }
    }
    fn remove<Q>(&self, _name: &Q) -> Option<RecordSet<Ipv4Addr>>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }
    fn insert(&self, _key: Box<str>, _value: RecordSet<Ipv4Addr>, _until: Instant) {}
}

impl ResolverCache<Box<str>, RecordSet<Ipv6Addr>> for Lookups<'_> {
    fn get<Q>(&self, name: &Q) -> Option<RecordSet<Ipv6Addr>>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        match self.look(Question::Ipv6(text_of(name))) {
            Some(Answer::Ipv6(list)) => self.set(Some(list)),
            Some(Answer::Failed) => None,
            Some(_) => self.set(None),
            None => self.set(Some(Vec::new())),
        }
    }
    fn remove<Q>(&self, _name: &Q) -> Option<RecordSet<Ipv6Addr>>
    where
        Box<str>: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }
    fn insert(&self, _key: Box<str>, _value: RecordSet<Ipv6Addr>, _until: Instant) {}
}

impl ResolverCache<IpAddr, RecordSet<Box<str>>> for Lookups<'_> {
    /// SPF asks for the names of the client alone, so that the key need not be read.
    fn get<Q>(&self, _address: &Q) -> Option<RecordSet<Box<str>>>
    where
        IpAddr: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let names = match self.look(Question::Ptr(self.client)) {
            Some(Answer::Ptr(names)) => names.into_iter().map(String::into_boxed_str).collect(),
            _ => Vec::new(),
        };
        self.set(Some(names))
    }
    fn remove<Q>(&self, _address: &Q) -> Option<RecordSet<Box<str>>>
    where
        IpAddr: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        None
    }
    fn insert(&self, _key: IpAddr, _value: RecordSet<Box<str>>, _until: Instant) {}
}
