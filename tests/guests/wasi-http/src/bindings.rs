//! What `wit-bindgen` makes of the contract.
#![allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::clone_on_ref_ptr,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::use_self,
    missing_docs,
    missing_debug_implementations,
    rust_2018_idioms,
    unreachable_pub,
    unsafe_code,
    reason = "generated code"
)]

use crate::Plugin;

wit_bindgen::generate!({
    path: "../../../hook-runtime/wit/v0.1.0",
    world: "greenlight:hook/hook",
    generate_all,
});

// Here, and not beside the plugin, because it expands to `unsafe` code as well.
export!(Plugin with_types_in self);
