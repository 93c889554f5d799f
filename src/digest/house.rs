//! What is due and belongs to no workspace: letters to sign in that members asked for by a command, accounts that are to be deleted,
//! strangers who did not come back, letters to accounts that are done, and what was kept of accounts long enough.

use super::lane::{AGAIN_US, Timekeeper, sooner};
use super::retention::retain_accounts;
use crate::domain::backups::day;
use crate::domain::retention::DAY_US;
use crate::domain::{Result, chance};
use crate::post::account::{self, Reason, WayIn};
use crate::post::way_in::{self, Asking, Home};
use crate::store::leaving::REMINDER_DAY;
use crate::store::registry::{Account, LeavingRow};
use jiff::tz::TimeZone;

/// Does what is due; gives when there is more to do.
pub(super) async fn turn(keeper: &Timekeeper) -> Result<Option<i64>> {
    let (store, now_us) = (&keeper.store, keeper.clock.now_us());
    let mut next_at = store.registry.expire_sign_ups(now_us).await?;
    for (account, wanted_at) in store.registry.wanted_sign_ins().await? {
        if let Err(error) = write_way_in(keeper, &account, wanted_at).await {
            tracing::error!(account_id = account.id, error = %error, cause = ?error.cause, "a letter to sign in waits");
            next_at = sooner(next_at, Some(now_us + AGAIN_US));
        }
    }
    next_at = sooner(next_at, store.tidy_house(now_us).await?);
    next_at = sooner(next_at, Some(old(keeper, now_us).await));
    for (account, row) in store.registry.leaving_accounts().await? {
        // What one account fails at, the others do not wait for.
        let at = match Box::pin(of_account(keeper, &account, row, now_us)).await {
            Ok(at) => at,
            Err(error) => {
                tracing::error!(account_id = account.id, error = %error, cause = ?error.cause, "an account that is to be deleted waits");
                Some(now_us + AGAIN_US)
            }
        };
        next_at = sooner(next_at, at);
    }
    if !store.clean_removed().await {
        next_at = sooner(next_at, Some(now_us + AGAIN_US));
    }
    Ok(next_at)
}

/// Removes what was kept long enough; gives when to come again. No account that goes waits for it.
async fn old(keeper: &Timekeeper, now_us: i64) -> i64 {
    match retain_accounts(&keeper.store, now_us).await {
        Ok(next_at) => next_at,
        Err(error) => {
            tracing::error!(error = %error, cause = ?error.cause, "what is old of accounts stays for now");
            now_us + AGAIN_US
        }
    }
}

/// Writes the letter that a member asked for by a command. One that was asked for while the page had an address, and it has none any
/// more, is not written.
async fn write_way_in(keeper: &Timekeeper, account: &Account, wanted_at: i64) -> Result<()> {
    if let Some(origin) = &keeper.settings.page_origin {
        let home = Home {
            mail_domain: &keeper.settings.mail_domain,
            origin: origin.trim_end_matches('/'),
            now_us: keeper.clock.now_us(),
        };
        let asking = Asking {
            account,
            browser: String::new(),
            network: String::new(),
            device: "you wrote \"sign in\"",
        };
        way_in::write(&keeper.store, home, keeper.random, asking).await?;
    }
    let registry = &keeper.store.registry;
    registry.sign_in_written(account.id, wanted_at).await
}

async fn of_account(
    keeper: &Timekeeper,
    account: &Account,
    row: LeavingRow,
    now_us: i64,
) -> Result<Option<i64>> {
    let store = &keeper.store;
    if row.gone_at <= now_us {
        // It may have been kept since the list was read.
        if !store.registry.expire_account(account.id, row).await? {
            return Ok(Some(now_us + AGAIN_US));
        }
        store.remove_account(account, now_us).await?;
        tracing::info!(account_id = account.id, "an account was deleted");
        return Ok(None);
    }
    store.rest_everywhere(account, now_us).await?;
    let reminder_at = row.since + REMINDER_DAY * DAY_US;
    if row.reminded_at.is_none() && now_us < reminder_at {
        return Ok(Some(reminder_at));
    }
    if row.reminded_at.is_none() && store.registry.account_leaving(account.id).await? == Some(row) {
        let way = WayIn {
            email: &account.email,
            link: None,
            code: None,
            reason: Reason::Goes {
                day: &day(row.gone_at, &TimeZone::UTC),
                backups: &store.backups.hold(row.gone_at, &TimeZone::UTC),
            },
            nonce: chance::nonce(keeper.random),
        };
        account::send(store, &keeper.settings.mail_domain, now_us, &way).await?;
        store
            .registry
            .account_reminded(account.id, row, now_us)
            .await?;
    }
    Ok(Some(row.gone_at))
}
