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
use crate::domain::people;
use mail_auth::dmarc::Policy;
use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{
    AuthenticatedMessage, DkimOutput, DkimResult, DmarcOutput, DmarcResult, SpfOutput, SpfResult,
};
use std::net::IpAddr;
use std::time::Duration;

/// Longest time that DNS may take for the SPF and DKIM of one message.
const DNS_TIME: Duration = Duration::from_secs(3);
/// Time of its own for what the author's domain says about itself, which nobody else's servers can use up.
const POLICY_TIME: Duration = Duration::from_millis(1600);
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

/// Verifies one message. Takes at most 5 seconds of waiting for DNS; what was not answered by then is a `temperror`.
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
    let Some(message) = AuthenticatedMessage::parse(raw) else {
        return;
    };
    let until = tokio::time::Instant::now() + DNS_TIME;
    let spf = async {
        match over_relay {
            true => None,
            false => Some(spf(resolver, envelope, until).await),
        }
    };
    let is_flood = floods(raw, trust);
    let keys = Lookups::new(resolver, envelope.client);
    let dkim = async {
        match is_flood {
            true => Vec::new(),
            false => dkim(resolver, &keys, &message, until).await,
        }
    };
    let (spf, mut dkim) = tokio::join!(spf, dkim);
    let mut spf = spf.map_or_else(SpfOutput::default, |output| {
        tell_spf(trust, envelope, output)
    });
    if !is_flood {
        tell_dkim(trust, &dkim);
    }
    let Some(author) = author else { return };
    let sender = words::domain_of(&envelope.mail_from)
        .unwrap_or(&envelope.helo)
        .to_lowercase();
    // Only who is of the author's house can speak for it. The others are left out before their zones are asked anything:
    // whoever answers slowly for himself must not blur what the author's domain says.
    if !is_of_house(&sender, author) {
        spf = SpfOutput::default();
    }
    dkim.retain(|output| {
        output
            .signature()
            .is_some_and(|s| is_of_house(&s.d.to_lowercase(), author))
    });
    let lookups = Lookups::new(resolver, envelope.client);
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
    let verdict = tokio::time::timeout(POLICY_TIME, verdict)
        .await
        .ok()
        .flatten();
    tell_dmarc(trust, verdict.as_ref(), &dkim, author, &sender);
}

/// Whether both names are below one that somebody registered.
fn is_of_house(one: &str, other: &str) -> bool {
    let house = |name: &str| people::registrable(name).unwrap_or_else(|| name.to_owned());
    house(one) == house(other)
}

async fn spf(
    resolver: &Resolver,
    envelope: &Envelope,
    until: tokio::time::Instant,
) -> Option<SpfOutput> {
    let lookups = Lookups::new(resolver, envelope.client);
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
    tokio::time::timeout_at(until, checked).await.ok().flatten()
}

fn tell_spf(trust: &mut Trust, envelope: &Envelope, output: Option<SpfOutput>) -> SpfOutput {
    let result = output
        .as_ref()
        .map_or(SpfResult::TempError, SpfOutput::result);
    let domain = words::domain_of(&envelope.mail_from).unwrap_or(&envelope.helo);
    trust.spf = words::spf(result).to_owned();
    let reason = words::spf_reason(result, envelope.client, domain);
    trust.reasons.push(reason);
    output.unwrap_or_default()
}

/// Whether it has more signatures, or a longer header, than are verified; then it counts as not signed.
fn floods(raw: &[u8], trust: &mut Trust) -> bool {
    let (fields, _) = Fields::read(raw);
    let count = fields.values("dkim-signature").count();
    let is_flood = count > SIGNATURES || fields.cut;
    if is_flood {
        trust.dkim = "permerror".to_owned();
        trust.reasons.push(format!(
            "DKIM: {count} signatures or too long a header, not verified"
        ));
    }
    is_flood
}

async fn dkim<'m>(
    resolver: &Resolver,
    lookups: &'m Lookups<'_>,
    message: &'m AuthenticatedMessage<'m>,
    until: tokio::time::Instant,
) -> Vec<DkimOutput<'m>> {
    let check = || {
        resolver
            .authenticator()
            .verify_dkim(lookups.parameters(message))
    };
    match tokio::time::timeout_at(until, lookups.settle(check)).await {
        Ok(Some(outputs)) => outputs,
        // A signature whose key did not come says nothing; those beside it do.
        _ => check().await,
    }
}

fn tell_dkim(trust: &mut Trust, outputs: &[DkimOutput<'_>]) {
    if outputs.is_empty() {
        trust
            .reasons
            .push("DKIM: the message is not signed".to_owned());
    }
    for output in outputs {
        trust.reasons.push(words::dkim_reason(output));
    }
    let best = outputs
        .iter()
        .map(DkimOutput::result)
        .min_by_key(|r| words::dkim_rank(r));
    trust.dkim = words::dkim(best.unwrap_or(&DkimResult::None)).to_owned();
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
