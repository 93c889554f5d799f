//! The letter by which somebody who has an account signs in, whoever asked for it: a browser at the page, or the member by the command
//! `sign in`. It goes to the registered address alone.

use super::account::{self, Reason, WayIn};
use crate::domain::instance_key::Keyed;
use crate::domain::{Result, chance, token};
use crate::store::Store;
use crate::store::house::WAY_IN_US;
use crate::store::registry::{Account, SignInRow};

/// Where the page is, and when it is.
#[derive(Clone, Copy, Debug)]
pub struct Home<'a> {
    /// The domain of our own addresses.
    pub mail_domain: &'a str,
    /// `https://crm.example`.
    pub origin: &'a str,
    /// Microseconds since 1970.
    pub now_us: i64,
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Asking<'a> {
    /// To sign in as whom.
    pub account: &'a Account,
    /// Digest of the browser's cookie; empty for the command.
    pub browser: String,
    /// The network, in words, of which a keyed hash is kept; empty for the command.
    pub network: String,
    /// In words: `Firefox on Linux`.
    pub device: &'a str,
}

/// Keeps that somebody asked, and puts the letter into the outbox of the house; nothing where too many asked from there.
pub async fn write<const BYTES: usize>(
    store: &Store,
    home: Home<'_>,
    random: fn() -> [u8; BYTES],
    asking: Asking<'_>,
) -> Result<()> {
    let (registry, account) = (&store.registry, asking.account);
    let link = token::token(chance::nonce(random));
    let digest = token::digest(&link);
    let drawn = chance::nonce(random);
    let [code, long_code] = [token::code(drawn), token::long_code(drawn)];
    let keyed = |code: &str| token::keyed_code(registry.key(), &digest, code);
    let asked_from = match asking.network.is_empty() {
        true => String::new(),
        false => registry.key().keyed(Keyed::SignIn, &asking.network),
    };
    let row = SignInRow {
        code: keyed(&code),
        digest: digest.clone(),
        account_id: Some(account.id),
        browser: asking.browser,
        asked_from,
        created_at: home.now_us,
        expires_at: home.now_us + WAY_IN_US,
        ..SignInRow::default()
    };
    let short = row.code.clone();
    let Some(kept) = registry.add_sign_in(row, keyed(&long_code)).await? else {
        tracing::warn!(
            account_id = account.id,
            "a sign-in letter was not written: too many at once"
        );
        return Ok(());
    };
    let way = WayIn {
        email: &account.email,
        link: Some(&format!("{}/sign-in/link/{link}", home.origin)),
        code: Some(if kept.code == short {
            &code
        } else {
            &long_code
        }),
        reason: Reason::Asked {
            device: asking.device,
        },
        nonce: chance::nonce(random),
    };
    account::send(store, home.mail_domain, home.now_us, &way).await
}
