//! The host's side of the contract in `wit/v0.1.0`, as generated bindings and as names.

pub(crate) use bindings::ValidationPre;
pub(crate) use bindings::exports::greenlight::hook::validator::Verdict;
pub(crate) use bindings::greenlight::hook::{deployment, http, report};

/// The package that plugins and host share.
pub(crate) const PACKAGE: &str = "greenlight:hook";

/// The newest version of the contract that this host speaks.
pub const CONTRACT_VERSION: &str = "0.1.0";

/// The interface that every plugin exports.
pub(crate) const VALIDATOR: &str = "greenlight:hook/validator@0.1.0";

/// The one function of [`VALIDATOR`].
pub(crate) const VALIDATE: &str = "validate";

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
