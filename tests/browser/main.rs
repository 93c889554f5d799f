//! The page in a real browser: Chromium, headless, on a phone's width and a desk's, with and without scripts; what a screen reader
//! would stumble over is looked for by axe-core. Where a browser is not installed this says so and runs nothing, unless
//! RAPPORT_REQUIRE_BROWSER is set.

#[path = "../common/mod.rs"]
mod common;
#[path = "../page/site.rs"]
#[allow(dead_code, reason = "shared with the tests of the page")]
mod site;

mod driver;
mod journey;
mod leaving;
