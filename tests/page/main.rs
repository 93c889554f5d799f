//! The page, over real HTTP, on both databases: signing in, who may do what, and what a stranger on the internet tries.

#[path = "../common/mod.rs"]
mod common;

mod account;
mod addresses;
mod adopting;
mod attacks;
mod billing;
mod bounds;
mod brought;
mod closed;
mod connections;
mod data;
mod founding;
mod importing;
mod invitations;
mod joining;
mod lock_out;
mod log;
mod places;
mod privacy;
mod proxies;
mod rights;
mod routes;
mod second_factor;
mod secure;
mod sending;
mod settings;
mod signing_in;
mod site;
mod turns;
mod uploads;
mod windows;
