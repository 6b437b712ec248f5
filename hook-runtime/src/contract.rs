//! The host's side of the contract in `wit/v0.1.0`, as generated bindings and as names.

pub(crate) use bindings::ValidationPre;
pub(crate) use bindings::exports::greenlight::hook::validator::Verdict;
pub(crate) use bindings::greenlight::hook::{deployment, http, report};

use crate::version;

/// The package that plugins and host share.
pub(crate) const PACKAGE: &str = "greenlight:hook";

/// The newest version of the contract that this host speaks.
pub const CONTRACT_VERSION: &str = "0.1.0";

/// The interface that every plugin exports.
pub(crate) const VALIDATOR: &str = "greenlight:hook/validator@0.1.0";

/// The one function of [`VALIDATOR`].
pub(crate) const VALIDATE: &str = "validate";

/// The interface that every program exports. Versions of one track are compatible.
pub(crate) const RUN: &str = "wasi:cli/run@0.2.12";

/// Whether two names are of one interface, in compatible versions.
pub(crate) fn same_interface(one: &str, other: &str) -> bool {
    match (version::split(one), version::split(other)) {
        (Some((one, of_one)), Some((other, of_other))) => {
            one == other && version::compatible(of_one, of_other)
        }
        _ => false,
    }
}

mod bindings {
    // Only the interfaces that are ours: those of WASI come ready-made from their own crates.
    wasmtime::component::bindgen!({
        path: "wit/v0.1.0",
        inline: "
            package greenlight:runtime;
            world validation {
                import greenlight:hook/deployment@0.1.0;
                import greenlight:hook/report@0.1.0;
                import greenlight:hook/http@0.1.0;
                export greenlight:hook/validator@0.1.0;
            }
        ",
        world: "greenlight:runtime/validation",
        imports: {
            "greenlight:hook/http.fetch": async | trappable,
            default: trappable,
        },
        exports: { default: async },
        require_store_data_send: true,
    });
}
