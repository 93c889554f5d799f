//! Who really sent it: SPF, DKIM and DMARC on the raw bytes (MAIL.md 11). The resolver is an argument.
//!
//! | comes over | SPF | DKIM | DMARC |
//! |---|---|---|---|
//! | the open network | of the client | ours | ours |
//! | a configured relay that wrote Authentication-Results | theirs | theirs | theirs |
//! | a configured relay that did not | unknown | ours | ours, by DKIM alone |

mod network;
mod results;
mod words;

#[cfg(test)]
mod tests;

pub use network::Network;

use super::message::Trust;
use super::mime::envelope;
use super::mime::fields::Fields;
use super::resolver::{Lookups, Resolver};
use mail_auth::dmarc::Policy;
use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{
    AuthenticatedMessage, DkimOutput, DkimResult, DmarcOutput, DmarcResult, SpfOutput, SpfResult,
};
use std::net::IpAddr;
use std::time::Duration;

/// Longest time that DNS may take for one message.
const DNS_TIME: Duration = Duration::from_secs(3);
/// Most signatures that are verified; each may want a hash of the whole body.
const SIGNATURES: usize = 12;

/// How a message came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Address of the client; the unspecified one for a pipe of this machine.
    pub client: IpAddr,
    /// What the client called itself (EHLO).
    pub helo: String,
    /// MAIL FROM without brackets; empty for the null sender.
    pub mail_from: String,
    /// Our own host name.
    pub host: String,
    /// Address of the account that signed in with SMTP AUTH.
    pub authenticated: Option<String>,
}

/// Relays in front of us whose word is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relays {
    /// Where they connect from.
    pub networks: Vec<Network>,
    /// The authserv-id (RFC 8601 §2.5) that they write; nothing is believed without one.
    pub authserv_id: Option<String>,
}

impl Relays {
    /// Whether a client is one of them; so is the pipe of another mail server on this machine, which has no address.
    fn hold(&self, client: IpAddr) -> bool {
        client.is_unspecified() || self.networks.iter().any(|n| n.contains(client))
    }
}

/// Verifies one message. Takes at most 3 seconds of waiting for DNS; what was not answered by then is a `temperror`.
pub async fn verify(
    resolver: &Resolver,
    relays: &Relays,
    raw: &[u8],
    envelope: &Envelope,
) -> Trust {
    let (fields, _) = Fields::read(raw);
    let mut trust = Trust {
        spf: "none".to_owned(),
        dkim: "none".to_owned(),
        dmarc: "none".to_owned(),
        authenticated: envelope.authenticated.clone(),
        verified_by: "self".to_owned(),
        ..Trust::default()
    };
    if let Some(account) = &envelope.authenticated {
        trust.reasons.push(format!("AUTH: signed in as {account}"));
    }
    let author = author_domain(&fields);
    let over_relay = relays.hold(envelope.client);
    if over_relay {
        if results::believe(&mut trust, relays, &fields, author.as_deref().ok()) {
            demand_one_author(&mut trust, &author);
            return trust;
        }
        let by = match envelope.client {
            pipe if pipe.is_unspecified() => "it came by a pipe of this machine".to_owned(),
            relay => format!("{relay} is a relay of ours"),
        };
        trust.reasons.push(format!(
            "SPF is unknown: {by}, and has no Authentication-Results of ours on top"
        ));
    }
    check(
        resolver,
        raw,
        envelope,
        over_relay,
        &mut trust,
        author.as_deref().ok(),
    )
    .await;
    demand_one_author(&mut trust, &author);
    trust
}

/// The domain of the one author, lower case; else why there is none.
fn author_domain(fields: &Fields) -> Result<String, String> {
    let count = fields.values("from").count();
    let authors = envelope::mailboxes(fields, "from");
    if count > 1 {
        return Err(format!("{count} From fields prove nothing"));
    }
    match authors.as_slice() {
        [one] => {
            let key = one.key();
            let domain = key
                .rsplit_once('@')
                .map(|(_, d)| d.trim_end_matches('.').to_owned());
            domain
                .filter(|d| !d.is_empty())
                .ok_or_else(|| "From names no address".to_owned())
        }
        [] => Err("there is no From".to_owned()),
        many => Err(format!("{} authors in From prove nothing", many.len())),
    }
}

/// Several authors, or none, prove nothing whatever the checks say (MAIL.md 11).
fn demand_one_author(trust: &mut Trust, author: &Result<String, String>) {
    let Err(why) = author else { return };
    trust.dmarc = "fail".to_owned();
    trust.aligned_by = None;
    trust.reasons.push(format!("DMARC: {why}"));
}

async fn check(
    resolver: &Resolver,
    raw: &[u8],
    envelope: &Envelope,
    over_relay: bool,
    trust: &mut Trust,
    author: Option<&str>,
) {
    let until = tokio::time::Instant::now() + DNS_TIME;
    let lookups = Lookups::new(resolver, envelope.client);
    let spf = match over_relay {
        true => SpfOutput::default(),
        false => spf(resolver, &lookups, envelope, until, trust).await,
    };
    let Some(message) = parsed(raw, trust) else {
        return;
    };
    let dkim = dkim(resolver, &lookups, &message, until, trust).await;
    let Some(author) = author else { return };
    if !reads_alike(&message, author) {
        trust.dmarc = "permerror".to_owned();
        trust
            .reasons
            .push("DMARC: From can be read in more than one way, which proves nothing".to_owned());
        return;
    }
    let sender = words::domain_of(&envelope.mail_from)
        .unwrap_or(&envelope.helo)
        .to_lowercase();
    let verdict = async {
        let check = || {
            resolver
                .authenticator()
                .verify_dmarc(lookups.parameters(DmarcParameters {
                    message: &message,
                    dkim_output: &dkim,
                    dkim2_output: None,
                    rfc5321_mail_from_domain: &sender,
                    spf_output: &spf,
                }))
        };
        lookups.settle(check).await
    };
    let verdict = tokio::time::timeout_at(until, verdict).await.ok().flatten();
    tell_dmarc(trust, verdict.as_ref(), &dkim, author, &sender);
}

async fn spf(
    resolver: &Resolver,
    lookups: &Lookups<'_>,
    envelope: &Envelope,
    until: tokio::time::Instant,
    trust: &mut Trust,
) -> SpfOutput {
    let (client, helo, host) = (
        envelope.client,
        envelope.helo.as_str(),
        envelope.host.as_str(),
    );
    let sender = envelope.mail_from.as_str();
    let checked = async {
        let check = || {
            let params = if sender.is_empty() {
                SpfParameters::verify_ehlo(client, helo, host)
            } else {
                SpfParameters::verify_mail_from(client, helo, host, sender)
            };
            resolver
                .authenticator()
                .verify_spf(lookups.parameters(params))
        };
        lookups.settle(check).await
    };
    let output = tokio::time::timeout_at(until, checked).await.ok().flatten();
    let result = output
        .as_ref()
        .map_or(SpfResult::TempError, SpfOutput::result);
    let domain = words::domain_of(sender).unwrap_or(helo);
    trust.spf = words::spf(result).to_owned();
    trust
        .reasons
        .push(words::spf_reason(result, client, domain));
    output.unwrap_or_default()
}

/// The message for mail-auth; none where it has no header, or more signatures than are verified.
/// Whether the verifier reads the same author domain as we do: a header that two parsers read apart could prove one domain and
/// show another.
fn reads_alike(message: &AuthenticatedMessage<'_>, author: &str) -> bool {
    match message.from.as_slice() {
        [one] => one
            .rsplit_once('@')
            .is_some_and(|(_, domain)| domain.trim_end_matches('.').eq_ignore_ascii_case(author)),
        _ => false,
    }
}

fn parsed<'m>(raw: &'m [u8], trust: &mut Trust) -> Option<AuthenticatedMessage<'m>> {
    let (fields, _) = Fields::read(raw);
    let count = fields.values("dkim-signature").count();
    if count > SIGNATURES || fields.cut {
        trust.dkim = "permerror".to_owned();
        trust.dmarc = "permerror".to_owned();
        trust.reasons.push(format!(
            "DKIM: {count} signatures or too long a header, not verified"
        ));
        return None;
    }
    AuthenticatedMessage::parse(raw)
}

async fn dkim<'m>(
    resolver: &Resolver,
    lookups: &'m Lookups<'_>,
    message: &'m AuthenticatedMessage<'m>,
    until: tokio::time::Instant,
    trust: &mut Trust,
) -> Vec<DkimOutput<'m>> {
    let checked = async {
        let check = || {
            resolver
                .authenticator()
                .verify_dkim(lookups.parameters(message))
        };
        lookups.settle(check).await
    };
    let Some(outputs) = tokio::time::timeout_at(until, checked).await.ok().flatten() else {
        trust.dkim = "temperror".to_owned();
        trust
            .reasons
            .push("DKIM: DNS did not answer in time".to_owned());
        return Vec::new();
    };
    if outputs.is_empty() {
        trust
            .reasons
            .push("DKIM: the message is not signed".to_owned());
    }
    for output in &outputs {
        trust.reasons.push(words::dkim_reason(output));
    }
    let best = outputs
        .iter()
        .map(DkimOutput::result)
        .min_by_key(|r| words::dkim_rank(r));
    trust.dkim = words::dkim(best.unwrap_or(&DkimResult::None)).to_owned();
    outputs
}

fn tell_dmarc(
    trust: &mut Trust,
    verdict: Option<&DmarcOutput>,
    dkim: &[DkimOutput<'_>],
    author: &str,
    sender: &str,
) {
    let Some(verdict) = verdict else {
        trust.dmarc = "temperror".to_owned();
        trust
            .reasons
            .push("DMARC: DNS did not answer in time".to_owned());
        return;
    };
    trust.policy = match verdict.policy() {
        Policy::None => Some("none".to_owned()),
        Policy::Quarantine => Some("quarantine".to_owned()),
        Policy::Reject => Some("reject".to_owned()),
        Policy::Unspecified => None,
    }
    .filter(|_| verdict.dmarc_record().is_some());
    let signers = || {
        dkim.iter()
            .filter(|o| *o.result() == DkimResult::Pass)
            .filter_map(|o| o.signature().map(|s| s.d.to_lowercase()))
    };
    let result = verdict.result();
    trust.dmarc = words::dmarc(&result).to_owned();
    match &result {
        DmarcResult::Pass if *verdict.dkim_result() == DmarcResult::Pass => {
            let signer = signers()
                .find(|d| words::is_kin(d, author))
                .or_else(|| signers().next());
            trust.aligned_by = Some(signer.unwrap_or_else(|| author.to_owned()));
        }
        DmarcResult::Pass => trust.aligned_by = Some(sender.to_owned()),
        // Without a policy nothing passes DMARC; a signature of the very domain still says who wrote.
        DmarcResult::None => trust.aligned_by = signers().find(|d| d == author),
        _ => (),
    }
    let reason = words::dmarc_reason(&result, author, trust.aligned_by.as_deref());
    trust.reasons.push(reason);
}
