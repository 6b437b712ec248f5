//! Write a deployment validation test in Rust and ship it as a WebAssembly plugin.
//!
//! A validation function looks at the release under test and says whether it may go live. [`export!`] makes it a
//! plugin of the contract `greenlight:hook@0.1.0`, which one and the same file serves: a rehearsal on this
//! machine, AWS CodeDeploy, and Amazon ECS.
//!
//! ```
//! use greenlight_hook::{Failure, Hook, OrFail, config, deployment, http};
//!
//! greenlight_hook::export!(validate);
//!
//! fn validate(hook: &Hook) -> Result<(), Failure> {
//!     let base = deployment::test_url().or_fail("this hook needs a test listener")?;
//!     let path = config::get::<String>("path")?.unwrap_or_else(|| "/health".to_owned());
//!     let response = http::get(format!("{base}{path}")).send()?;
//!     hook.check("status").equal(response.status(), 200);
//!     Ok(())
//! }
//! # fn main() {}
//! ```
//!
//! # Build
//!
//! In `Cargo.toml` the plugin is a `cdylib`. It is built for `wasm32-wasip2`, and what comes out is the plugin:
//!
//! ```toml
//! [lib]
//! crate-type = ["cdylib"]
//! ```
//!
//! ```text
//! rustup target add wasm32-wasip2
//! cargo build --release --target wasm32-wasip2
//! ```
//!
//! # How a run ends
//!
//! * The function returns: see [`IntoVerdict`]. A failed [check](Hook::check) fails the verdict.
//! * An error leaves it by `?`: the verdict is fail, with the error and its causes as the reason.
//! * It panics: the host reports a crash, with the message and its place in the source.
//! * It takes too long or too much memory: the host ends it. [`deployment::remaining`] says what is left.
//!
//! Whatever was recorded before stays in the report.
//!
//! # Tests
//!
//! [`testing`] runs a validation function on this machine, without a host.

// The bindings name this crate from the outside, because `export!` is expanded there.
extern crate self as greenlight_hook;

#[doc(hidden)]
pub mod bindings;
mod check;
#[cfg(target_family = "wasm")]
mod component;
pub mod config;
pub mod deployment;
mod failure;
mod hook;
mod host;
pub mod http;
pub mod log;
pub mod metric;
#[cfg(any(target_family = "wasm", test))]
mod panic;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
mod verdict;

pub use check::{Check, Outcome};
pub use failure::{Failure, OrFail};
pub use hook::Hook;
pub use verdict::{IntoVerdict, Verdict};

/// Makes a function the plugin's entry: `fn(&Hook) -> V` for any [`IntoVerdict`].
///
/// Once in a crate. On other targets than WebAssembly the function is only checked, so that it can be tested
/// there; an example is at the [root of the crate](crate).
#[macro_export]
macro_rules! export {
    ($validate:path) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            struct Plugin;

            impl $crate::__private::Guest for Plugin {
                fn validate() -> $crate::__private::Verdict {
                    $crate::__private::run($validate)
                }
            }

    $crate::__private::export_validator!(Plugin with_types_in $crate::__private::bindings);
        };

        #[cfg(not(target_family = "wasm"))]
        const _: fn(&$crate::Hook) -> $crate::Verdict =
            |hook| $crate::IntoVerdict::into_verdict($validate(hook));
    };
}

/// What [`export!`] expands to. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::bindings;
    pub use crate::bindings::export_validator;
    pub use crate::bindings::exports::greenlight::hook::validator::{Guest, Verdict};
    #[cfg(target_family = "wasm")]
    pub use crate::component::run;
    pub use wit_bindgen::rt;
}
