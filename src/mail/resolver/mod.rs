//! Questions to DNS, with bounds: short time-outs, a cache that also remembers what is not there and what did not answer,
//! one look-up at a time for the same question, and silence for a while when nothing answers at all.
//!
//! `network` asks the servers of the machine; `zone` answers from a master file (RFC 1035 §5) and never asks anybody.

mod cache;
mod lookups;
mod zone;

#[cfg(test)]
mod tests;

pub use lookups::Lookups;

use crate::domain::error::{Error, Kind, Result};
use cache::{Cache, Flights, Silence};
use mail_auth::MessageAuthenticator;
use mail_auth::hickory_resolver::config::{NameServerConfig, ResolverConfig, ResolverOpts};
use mail_auth::hickory_resolver::net::NetError;
use mail_auth::hickory_resolver::proto::rr::{Name, RData};
use mail_auth::hickory_resolver::system_conf::read_system_conf;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use zone::Zone;

/// Longest wait for one question.
const QUESTION_TIMEOUT: Duration = Duration::from_millis(1500);
/// How long an answer is kept.
const ANSWER_KEPT: Duration = Duration::from_secs(300);
/// How long it is kept that a name does not exist.
const ABSENCE_KEPT: Duration = Duration::from_secs(120);
/// How long it is kept that nobody answered (SERVFAIL, time-out).
const FAILURE_KEPT: Duration = Duration::from_secs(60);
/// Most records of one answer that are read.
const RECORDS: usize = 64;

/// A question; names in lower case with their final dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// TXT records of a name.
    Txt(String),
    /// IPv4 addresses of a name.
    Ipv4(String),
    /// IPv6 addresses of a name.
    Ipv6(String),
    /// Mail exchangers of a domain.
    Mx(String),
    /// Names of an address.
    Ptr(IpAddr),
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// TXT records, the strings of each put together.
    Txt(Vec<Vec<u8>>),
    /// IPv4 addresses.
    Ipv4(Vec<Ipv4Addr>),
    /// IPv6 addresses.
    Ipv6(Vec<Ipv6Addr>),
    /// Mail exchangers by preference.
    Mx(Vec<(u16, String)>),
    /// Names.
    Ptr(Vec<String>),
    /// There is no such name, or no such record.
    Absent,
    /// Nobody answered.
    Failed,
}

/// Who answers.
enum Source {
    Network(Box<MessageAuthenticator>),
    Zone(Zone),
}

/// Asks DNS. Cheap to clone; clones share the cache.
#[derive(Clone)]
pub struct Resolver {
    shared: Arc<Shared>,
}

struct Shared {
    source: Source,
    /// mail-auth wants one for its checks; all that it needs is looked up here before.
    authenticator: MessageAuthenticator,
    cache: Cache,
    flights: Flights,
    silence: Silence,
}

impl Resolver {
    /// Asks the name servers that the machine is configured with.
    pub fn network() -> Result<Resolver> {
        let (config, options) = read_system_conf().map_err(|e| unusable().because(e))?;
        Resolver::over(config, options)
    }

    /// Asks these name servers.
    pub fn servers(servers: &[SocketAddr]) -> Result<Resolver> {
        let config = |server: &SocketAddr| {
            let mut config = NameServerConfig::udp_and_tcp(server.ip());
            for connection in &mut config.connections {
                connection.port = server.port();
            }
            config
        };
        let config = ResolverConfig::from_name_servers(servers.iter().map(config).collect());
        Resolver::over(config, ResolverOpts::default())
    }

    fn over(config: ResolverConfig, mut options: ResolverOpts) -> Result<Resolver> {
        options.timeout = Duration::from_secs(1);
        options.attempts = 1;
        options.cache_size = 256;
        let authenticator =
            MessageAuthenticator::new(config, options).map_err(|e| unusable().because(e))?;
        let source = Source::Network(Box::new(authenticator.clone()));
        Ok(Resolver::with(source, authenticator))
    }

    /// Answers from a zone in master-file form: `$ORIGIN`, `$TTL`, A, AAAA, MX, PTR, TXT, CNAME, comments and brackets.
    /// Names outside of it do not exist. Errors name the line.
    pub fn zone(text: &str) -> Result<Resolver> {
        let zone = Zone::parse(text)?;
        let nobody = ResolverConfig::from_parts(None, Vec::new(), Vec::new());
        let authenticator = MessageAuthenticator::new(nobody, ResolverOpts::default())
            .map_err(|e| Error::new(Kind::Unavailable, "no resolver can be made").because(e))?;
        Ok(Resolver::with(Source::Zone(zone), authenticator))
    }

    fn with(source: Source, authenticator: MessageAuthenticator) -> Resolver {
        Resolver {
            shared: Arc::new(Shared {
                source,
                authenticator,
                cache: Cache::default(),
                flights: Flights::default(),
                silence: Silence::default(),
            }),
        }
    }

    /// Mail exchangers of a domain, preferred first; empty where it has none.
    pub async fn mx(&self, domain: &str) -> Result<Vec<(u16, String)>> {
        match self.ask(&Question::Mx(absolute(domain))).await {
            Answer::Mx(mut hosts) => {
                hosts.sort();
                Ok(hosts)
            }
            answer => none_or_error(answer, domain),
        }
    }

    /// TXT records of a name; empty where it has none.
    pub async fn txt(&self, name: &str) -> Result<Vec<String>> {
        match self.ask(&Question::Txt(absolute(name))).await {
            Answer::Txt(records) => Ok(records
                .iter()
                .map(|r| String::from_utf8_lossy(r).into_owned())
                .collect()),
            answer => none_or_error(answer, name),
        }
    }

    /// Addresses of a name, IPv4 first; empty where it has none.
    pub async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>> {
        let (v4, v6) = (
            Question::Ipv4(absolute(name)),
            Question::Ipv6(absolute(name)),
        );
        let (v4, v6) = tokio::join!(self.ask(&v4), self.ask(&v6));
        let mut found: Vec<IpAddr> = Vec::new();
        if let Answer::Ipv4(list) = &v4 {
            found.extend(list.iter().copied().map(IpAddr::from));
        }
        if let Answer::Ipv6(list) = &v6 {
            found.extend(list.iter().copied().map(IpAddr::from));
        }
        if found.is_empty() && (v4 == Answer::Failed || v6 == Answer::Failed) {
            return none_or_error(Answer::Failed, name);
        }
        Ok(found)
    }

    /// What is known already, without asking anybody.
    pub fn known(&self, question: &Question) -> Option<Answer> {
        match &self.shared.source {
            Source::Zone(zone) => Some(zone.answer(question)),
            Source::Network(_) => self.shared.cache.get(question),
        }
    }

    /// Asks, or waits for whoever asks the same already.
    pub async fn ask(&self, question: &Question) -> Answer {
        if let Some(answer) = self.known(question) {
            return answer;
        }
        let Source::Network(network) = &self.shared.source else {
            return Answer::Absent;
        };
        let flight = self.shared.flights.join(question);
        let ask = || async {
            if self.shared.silence.holds() {
                return Answer::Failed;
            }
            let asked =
                tokio::time::timeout(QUESTION_TIMEOUT, ask_network(network, question)).await;
            let answer = match asked {
                Ok(Ok(answer)) => {
                    self.shared.silence.end();
                    answer
                }
                _ => {
                    self.shared.silence.deepen();
                    Answer::Failed
                }
            };
            self.remember(question, &answer);
            answer
        };
        let answer = flight.get_or_init(ask).await.clone();
        self.shared.flights.leave(question);
        answer
    }

    /// What mail-auth runs its checks with.
    pub(super) fn authenticator(&self) -> &MessageAuthenticator {
        &self.shared.authenticator
    }

    fn remember(&self, question: &Question, answer: &Answer) {
        let kept = match answer {
            Answer::Failed => FAILURE_KEPT,
            Answer::Absent => ABSENCE_KEPT,
            _ => ANSWER_KEPT,
        };
        self.shared
            .cache
            .insert(question.clone(), answer.clone(), kept);
    }
}

fn unusable() -> Error {
    Error::unavailable(
        "the name servers of this machine cannot be used; mend /etc/resolv.conf, or name a zone file with RAPPORT_DNS_ZONE",
    )
}

fn none_or_error<T>(answer: Answer, name: &str) -> Result<Vec<T>> {
    match answer {
        Answer::Failed => Err(Error::unavailable(format!(
            "DNS does not answer for {name}; try again later"
        ))),
        _ => Ok(Vec::new()),
    }
}

/// A name in lower case with its final dot.
pub fn absolute(name: &str) -> String {
    let mut name = name.trim().to_lowercase();
    if !name.ends_with('.') {
        name.push('.');
    }
    name
}

/// The answer, `Failed` included where a server said so; an error where no server answered at all.
async fn ask_network(
    network: &MessageAuthenticator,
    question: &Question,
) -> std::result::Result<Answer, NetError> {
    let resolver = network.resolver();
    let name = |text: &str| Name::from_str_relaxed(text).ok();
    let looked_up = match question {
        Question::Txt(text) => match name(text) {
            Some(name) => resolver.txt_lookup(name).await,
            None => return Ok(Answer::Absent),
        },
        Question::Ipv4(text) => match name(text) {
            Some(name) => resolver.ipv4_lookup(name).await,
            None => return Ok(Answer::Absent),
        },
        Question::Ipv6(text) => match name(text) {
            Some(name) => resolver.ipv6_lookup(name).await,
            None => return Ok(Answer::Absent),
        },
        Question::Mx(text) => match name(text) {
            Some(name) => resolver.mx_lookup(name).await,
            None => return Ok(Answer::Absent),
        },
        Question::Ptr(address) => resolver.reverse_lookup(*address).await,
    };
    match looked_up {
        Ok(found) => {
            let data = found.answers().iter().map(|r| &r.data).take(RECORDS);
            Ok(collect(question, data))
        }
        Err(error) if error.is_no_records_found() => Ok(Answer::Absent),
        Err(NetError::Dns(_)) => Ok(Answer::Failed),
        Err(error) => Err(error),
    }
}

fn collect<'d>(question: &Question, data: impl Iterator<Item = &'d RData>) -> Answer {
    let (mut txt, mut v4, mut v6, mut mx, mut ptr) = (vec![], vec![], vec![], vec![], vec![]);
    for record in data {
        match record {
            RData::TXT(t) => txt.push(t.txt_data.iter().flat_map(|s| s.iter().copied()).collect()),
            RData::A(a) => v4.push(a.0),
            RData::AAAA(a) => v6.push(a.0),
            RData::MX(m) => mx.push((m.preference, m.exchange.to_lowercase().to_ascii())),
            RData::PTR(p) => ptr.push(p.to_lowercase().to_ascii()),
            _ => (),
        }
    }
    match question {
        Question::Txt(_) if !txt.is_empty() => Answer::Txt(txt),
        Question::Ipv4(_) if !v4.is_empty() => Answer::Ipv4(v4),
        Question::Ipv6(_) if !v6.is_empty() => Answer::Ipv6(v6),
        Question::Mx(_) if !mx.is_empty() => Answer::Mx(mx),
        Question::Ptr(_) if !ptr.is_empty() => Answer::Ptr(ptr),
        _ => Answer::Absent,
    }
}
