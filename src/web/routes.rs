//! Which page answers where, behind what guards them all.

use super::{
    Page, account, account_leaving, adopt, billing, connections, data, guard, import, log,
    own_addresses, privacy, security, sending, sign_in, team, view, workspace, workspaces, you,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

/// A form of ours is far smaller.
const FORM_BYTES_MAX: usize = 64 * 1024;

impl Page {
    /// Every page.
    pub(super) fn router(self) -> Router {
        Router::new()
            .merge(of_people())
            .merge(of_workspaces())
            .merge(of_data())
            .fallback(guard::nowhere)
            .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
            .layer(from_fn_with_state(self.clone(), guard::guard))
            .with_state(self)
    }
}

/// Whoever comes: signing in, what is theirs, what is everybody's.
fn of_people() -> Router<Page> {
    Router::new()
        .route("/", get(you::home))
        .route("/sign-in", get(sign_in::ask).post(sign_in::asked))
        .route("/sign-in/code", get(sign_in::code).post(sign_in::coded))
        .route(
            "/sign-in/link/{token}",
            get(sign_in::link).post(sign_in::linked),
        )
        .route(
            "/sign-in/factor",
            get(sign_in::factor).post(sign_in::proved),
        )
        .route("/sign-out", post(security::sign_out))
        .route("/you", get(you::show).post(you::change))
        .route("/you/intake", post(you::rotate_intake))
        .route("/you/chat", post(you::link_chat))
        .route("/you/address", post(own_addresses::ask))
        .route("/you/address/code", post(own_addresses::prove))
        .route("/you/address/cancel", post(own_addresses::cancel))
        .route("/you/address/remove", post(own_addresses::remove))
        .route(
            "/you/address/link/{token}",
            get(own_addresses::link).post(own_addresses::linked),
        )
        .route("/you/intake.vcf", get(you::intake_card))
        .route("/security", get(security::show))
        .route("/security/session", post(security::end_session))
        .route("/security/sessions", post(security::end_others))
        .route("/security/factor", post(security::begin_factor))
        .route("/security/factor/confirm", post(security::confirm_factor))
        .route("/security/factor/remove", post(security::remove_factor))
        .route("/security/factor/recovery", post(security::renew_recovery))
        .route("/security/password", post(security::add_password))
        .route("/security/password/remove", post(security::remove_password))
        .route("/account", get(account_leaving::show))
        .route("/account/leave", post(account_leaving::leave))
        .route("/account/stay", post(account_leaving::stay))
        .route("/privacy", get(privacy::show))
        .route("/style.css", get(view::style))
        .route("/page.js", get(view::script))
}

/// A workspace, and who belongs to it.
fn of_workspaces() -> Router<Page> {
    Router::new()
        .route("/workspaces", get(workspaces::show).post(workspaces::make))
        .route(
            guard::UPLOAD_WORKSPACE,
            get(adopt::progress)
                .post(adopt::upload)
                .layer(DefaultBodyLimit::max(import::UPLOAD_BYTES_MAX)),
        )
        .route("/workspaces/import/stop", post(adopt::stop))
        .route("/workspace", get(workspace::show).post(workspace::change))
        .route("/workspace/settings", post(workspace::choose))
        .route("/workspace/records", post(workspace::check_records))
        .route("/workspace/switch", post(workspace::switch))
        .route("/billing", get(billing::show).post(billing::change))
        .route(
            "/billing/logo",
            get(billing::show_logo)
                .post(billing::set_logo)
                .layer(DefaultBodyLimit::max(billing::LOGO_FORM_BYTES_MAX)),
        )
        .route("/billing/logo/remove", post(billing::remove_logo))
        .route("/connections", get(connections::show))
        .route("/connections/bot", post(connections::change_bot))
        .route("/connections/ai", post(connections::change_ai))
        .route("/connections/ai/remove", post(connections::remove_ai))
        .route("/sending", get(sending::show))
        .route("/sending/relay", post(sending::set_relay))
        .route("/sending/relay/trial", post(sending::trial))
        .route("/sending/relay/remove", post(sending::remove_relay))
        .route("/sending/domain", post(sending::add_domain))
        .route("/sending/domain/check", post(sending::check_domain))
        .route("/sending/domain/remove", post(sending::remove_domain))
        .route("/log", get(log::show))
        .route("/team", get(team::show))
        .route("/team/invite", post(team::invite))
        .route("/team/invitation/again", post(team::invite_again))
        .route("/team/invitation/cancel", post(team::cancel))
        .route("/team/role", post(team::change_role))
        .route("/team/remove", post(team::remove))
        .route("/team/owner", post(team::hand_over))
        .route(
            "/invitation/{token}",
            get(account::invited).post(account::join),
        )
}

/// What a workspace holds, as a whole.
fn of_data() -> Router<Page> {
    Router::new()
        .route("/data", get(data::show))
        .route("/data/export", post(data::export))
        .route("/data/export/{workspace}", get(data::export_page))
        .route(
            guard::UPLOAD,
            get(import::progress)
                .post(import::upload)
                .layer(DefaultBodyLimit::max(import::UPLOAD_BYTES_MAX)),
        )
        .route("/data/import/columns", post(import::bring))
        .route("/data/import/report", get(import::report))
        .route("/data/import/{token}", get(import::looked))
        .route("/data/import/stop", post(import::stop))
        .route("/data/erase", post(data::erase))
        .route("/data/kept", post(data::keep))
        .route(guard::LEAVE, post(data::leave))
}
