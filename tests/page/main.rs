//! The page, over real HTTP, on both databases: signing in, who may do what, and what a stranger on the internet tries.

#[path = "../common/mod.rs"]
mod common;

mod account;
mod addresses;
mod adopting;
mod attacks;
mod bounds;
mod connections;
mod data;
mod founding;
mod importing;
mod joining;
mod places;
mod rights;
mod second_factor;
mod sending;
mod settings;
mod signing_in;
mod site;
mod turns;
