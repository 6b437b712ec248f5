//! What wit-bindgen makes of the contract. Nothing here is public: the types of the contract grow with it, the
//! types of this crate do not.
#![allow(
    unsafe_code,
    clippy::allow_attributes_without_reason,
    clippy::use_self,
    missing_docs,
    unreachable_pub,
    reason = "generated: the calling convention of components is written in unsafe code"
)]

// The world `hook` without the `wasi:*` imports that Rust's standard library brings along by itself: a component
// made from this one fits `hook`, and thousands of lines of bindings need not be compiled.
wit_bindgen::generate!({
    path: "wit",
    inline: "
        package greenlight:rust-hook;
        world rust-hook {
            import greenlight:hook/deployment@0.1.0;
            import greenlight:hook/report@0.1.0;
            import greenlight:hook/http@0.1.0;
            import wasi:config/store@0.2.0-rc.1;
            export greenlight:hook/validator@0.1.0;
        }
    ",
    world: "greenlight:rust-hook/rust-hook",
    generate_all,
    pub_export_macro: true,
    export_macro_name: "export_validator",
    default_bindings_module: "greenlight_hook::__private::bindings",
    runtime_path: "greenlight_hook::__private::rt",
});
