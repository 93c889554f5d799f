//! Results as words of RFC 8601 §2.7, and reasons for people.

use mail_auth::{DkimOutput, DkimResult, DmarcResult, SpfResult};
use std::net::IpAddr;

/// The domain of an address.
pub fn domain_of(address: &str) -> Option<&str> {
    let (_, domain) = address.rsplit_once('@')?;
    (!domain.is_empty()).then_some(domain)
}

/// Whether one domain is the other, or below it.
pub fn is_kin(one: &str, other: &str) -> bool {
    let below = |a: &str, b: &str| {
        a.strip_suffix(b)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    below(one, other) || below(other, one)
}

/// SPF.
pub fn spf(result: SpfResult) -> &'static str {
    match result {
        SpfResult::Pass => "pass",
        SpfResult::Fail => "fail",
        SpfResult::SoftFail => "softfail",
        SpfResult::Neutral => "neutral",
        SpfResult::TempError => "temperror",
        SpfResult::PermError => "permerror",
        SpfResult::None => "none",
    }
}

/// Why SPF came out so.
pub fn spf_reason(result: SpfResult, client: IpAddr, domain: &str) -> String {
    let domain = if domain.is_empty() { "nobody" } else { domain };
    match result {
        SpfResult::Pass => format!("SPF: {client} is allowed to send for {domain}"),
        SpfResult::Fail => format!("SPF: {client} is not allowed to send for {domain}"),
        SpfResult::SoftFail => {
            format!("SPF: {client} is probably not allowed to send for {domain}")
        }
        SpfResult::Neutral => format!("SPF: {domain} does not say whether {client} may send"),
        SpfResult::TempError => format!("SPF: DNS did not answer for {domain}"),
        SpfResult::PermError => format!("SPF: the record of {domain} is broken"),
        SpfResult::None => format!("SPF: {domain} publishes no record"),
    }
}

/// DKIM.
pub fn dkim(result: &DkimResult) -> &'static str {
    match result {
        DkimResult::Pass => "pass",
        DkimResult::Fail(_) => "fail",
        // mail-auth calls a changed body neutral; RFC 8601 §2.7.1 calls it fail.
        DkimResult::Neutral(_) => "fail",
        DkimResult::PermError(_) => "permerror",
        DkimResult::TempError(_) => "temperror",
        DkimResult::None => "none",
    }
}

/// Best first.
pub fn dkim_rank(result: &DkimResult) -> u8 {
    match result {
        DkimResult::Pass => 0,
        DkimResult::TempError(_) => 1,
        DkimResult::Fail(_) => 2,
        DkimResult::Neutral(_) => 3,
        DkimResult::PermError(_) => 4,
        DkimResult::None => 5,
    }
}

/// Why one signature came out so.
pub fn dkim_reason(output: &DkimOutput<'_>) -> String {
    let whose = match output.signature() {
        Some(s) => format!("signature of {} (selector {})", s.d, s.s),
        None => "a signature".to_owned(),
    };
    match output.result() {
        DkimResult::Pass => format!("DKIM: {whose} is valid"),
        DkimResult::Fail(e) | DkimResult::Neutral(e) => format!("DKIM: {whose} does not hold: {e}"),
        DkimResult::PermError(e) => format!("DKIM: {whose} cannot be verified: {e}"),
        DkimResult::TempError(_) => format!("DKIM: {whose} cannot be verified: DNS did not answer"),
        DkimResult::None => "DKIM: the message is not signed".to_owned(),
    }
}

/// DMARC.
pub fn dmarc(result: &DmarcResult) -> &'static str {
    match result {
        DmarcResult::Pass => "pass",
        DmarcResult::Fail(_) => "fail",
        DmarcResult::TempError(_) => "temperror",
        DmarcResult::PermError(_) => "permerror",
        DmarcResult::None => "none",
    }
}

/// Why DMARC came out so.
pub fn dmarc_reason(result: &DmarcResult, author: &str, by: Option<&str>) -> String {
    match result {
        DmarcResult::Pass => format!("DMARC: {} speaks for {author}", by.unwrap_or(author)),
        DmarcResult::Fail(_) => format!("DMARC: nothing that passed speaks for {author}"),
        DmarcResult::TempError(_) => format!("DMARC: DNS did not answer for {author}"),
        DmarcResult::PermError(_) => format!("DMARC: the record of {author} is broken"),
        DmarcResult::None => format!("DMARC: {author} publishes no policy"),
    }
}
