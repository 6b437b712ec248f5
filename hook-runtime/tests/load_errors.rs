//! What cannot be loaded is refused with the plugin's name, the reason and the fix.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use crate::support::{component, component_of_text, module, runtime};
use greenlight_hook_runtime::{LoadError, Runtime, RuntimeOptions};
use snapbox::{assert_data_eq, str};
use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::ManglingAndAbi;

fn refused(bytes: &[u8]) -> LoadError {
    runtime().load("probe", bytes).unwrap_err()
}

#[test]
fn a_file_that_is_not_there_is_missing() {
    let error = runtime().load_file("no/such/probe.wasm").unwrap_err();
    assert!(matches!(error, LoadError::Missing { .. }));
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"plugin "probe" is missing: there is no file no/such/probe.wasm; build it, or correct the path"#
        ]]
    );
}

#[test]
fn a_directory_cannot_be_read() {
    let error = runtime().load_file("src").unwrap_err();
    assert!(matches!(error, LoadError::Unreadable { .. }));
    assert_data_eq!(
        error.to_string(),
        str![[r#"plugin "src" cannot be read from src; check that it is a file and its permissions"#]]
    );
}

#[test]
fn other_files_are_named_for_what_they_are() {
    let error = refused(b"#!/bin/sh\n");
    assert!(matches!(error, LoadError::NotWasm { .. }));
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"plugin "probe" is not WebAssembly but text; give the .wasm file that the build of the plugin made"#
        ]]
    );
    assert_data_eq!(
        refused(b"(component)").to_string(),
        str![[
            r#"plugin "probe" is not WebAssembly but WebAssembly in text form; give the .wasm file that the build of the plugin made"#
        ]]
    );
    assert_data_eq!(
        refused(b"").to_string(),
        str![[
            r#"plugin "probe" is not WebAssembly but an empty file; give the .wasm file that the build of the plugin made"#
        ]]
    );
}

#[test]
fn a_component_cut_anywhere_is_refused_and_never_runs() {
    let whole = component("", "(global.get $pass)");
    for length in (0..whole.len()).step_by(101) {
        let error = runtime().load("probe", &whole[..length]).map(|_| length).unwrap_err();
        assert!(
            matches!(
                error,
                LoadError::Malformed { .. } | LoadError::NotWasm { .. } | LoadError::NoEntry { .. }
            ),
            "{length}: {error}"
        );
    }
    let error = refused(&whole[..whole.len() / 2]);
    assert!(matches!(error, LoadError::Malformed { .. }));
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"plugin "probe" is damaged: unexpected end-of-file at byte 2982; build or copy it again, 3047 bytes came here"#
        ]]
    );
    assert_data_eq!(
        refused(&whole[..6]).to_string(),
        str![[
            r#"plugin "probe" is damaged: it ends within its header; build or copy it again, 6 bytes came here"#
        ]]
    );
}

#[cfg(not(feature = "adapt"))]
#[test]
fn a_core_module_is_told_how_to_become_a_component() {
    let error = refused(&wat::parse_str(crate::support::module("", "(global.get $pass)")).unwrap());
    assert!(matches!(error, LoadError::CoreModule { .. }));
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"plugin "probe" is a core module, and this host takes components; `greenlight hook build` makes one of it"#
        ]]
    );
}

#[test]
fn a_component_of_another_world_is_told_what_it_exports() {
    let error = refused(&wat::parse_str("(component)").unwrap());
    assert!(matches!(error, LoadError::NoEntry { .. }));
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"plugin "probe" exports nothing: neither a validator nor a program's entry; export greenlight:hook/validator@0.1.0 as the world greenlight:hook/hook@0.1.0 says, or wasi:cli/run@0.2 as a program does"#
        ]]
    );
    let other = component_of_text(
        "package a:b; interface run { run: func(); } world w { export run; }",
        r#"(module (func (export "a:b/run#run")))"#,
    );
    assert_data_eq!(
        refused(&other).to_string(),
        str![[
            r#"plugin "probe" exports a:b/run: neither a validator nor a program's entry; export greenlight:hook/validator@0.1.0 as the world greenlight:hook/hook@0.1.0 says, or wasi:cli/run@0.2 as a program does"#
        ]]
    );
}

#[test]
fn a_newer_contract_is_told_apart_from_a_wrong_one() {
    let newer = component_of_text(
        "package greenlight:hook@0.2.0; interface validator { validate: func(); } world w { export validator; }",
        r#"(module (func (export "greenlight:hook/validator@0.2.0#validate")))"#,
    );
    let error = refused(&newer);
    assert!(matches!(error, LoadError::ContractVersion { newer: true, .. }));
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"plugin "probe" uses greenlight:hook/validator@0.2.0, and this host speaks version 0.1.0 of greenlight:hook; update Greenlight, or build the plugin with an older greenlight-hook"#
        ]]
    );
}

#[test]
fn all_imports_that_the_host_lacks_are_listed() {
    let greedy = component_of_text(
        "package a:b; interface x { f: func(); } interface y { g: func(); }
         interface z { h: func(); } world w { import x; import y; export z; }",
        r#"(module (import "a:b/x" "f" (func)) (import "a:b/y" "g" (func)) (func (export "a:b/z#h")))"#,
    );
    // Without a validator that is what is said first.
    assert!(matches!(refused(&greedy), LoadError::NoEntry { .. }));
    let error = refused(&with_foreign_import());
    assert!(matches!(error, LoadError::MissingImports { .. }));
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"plugin "probe" imports greenlight:hook/cache@0.1.0, greenlight:hook/queue@0.1.0, which this host does not have; it is made for a newer Greenlight: update this one, or build the plugin with an older greenlight-hook"#
        ]]
    );
}

#[test]
fn a_validator_of_another_type_does_not_fit() {
    let other = component_of_text(
        "package greenlight:hook@0.1.0; interface validator { validate: func() -> u32; } world w { export validator; }",
        r#"(module (func (export "greenlight:hook/validator@0.1.0#validate") (result i32) (i32.const 0)))"#,
    );
    let error = refused(&other);
    assert!(matches!(error, LoadError::Mismatch { .. }));
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"plugin "probe" does not fit the contract: the type of its function validate: expected `variant` found `u32`; build it against the unchanged files of greenlight:hook@0.1.0"#
        ]]
    );
}

#[test]
fn a_plugin_larger_than_the_pool_is_told_what_to_raise() {
    let small = Runtime::new(RuntimeOptions::default().with_concurrency(1).with_max_memory(1 << 20)).unwrap();
    let module =
        module("", "(global.get $pass)").replace("(export \"memory\") 1)", "(export \"memory\") 100)");
    let bytes = crate::support::component_of("hook", &module);
    let error = small.load("probe", &bytes).unwrap_err();
    assert!(matches!(error, LoadError::TooLarge { .. }), "{error}");
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"plugin "probe" is too large for this runtime: memory has a minimum byte size of 6553600 which exceeds the limit of 0x100000 bytes; raise the runtime options or make it smaller"#
        ]]
    );
}

#[test]
fn a_proposal_that_hooks_do_not_get_is_not_called_damage() {
    let module =
        module("", "(global.get $pass)").replace("(export \"memory\") 1)", "(export \"memory\") 1 1 shared)");
    let error = refused(&component_unchecked(&module));
    assert!(matches!(error, LoadError::Unsupported { .. }), "{error}");
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"plugin "probe" uses WebAssembly that hooks do not get: threads must be enabled for shared memories at byte 566; build it without that feature"#
        ]]
    );
}

#[test]
fn a_plugin_that_imports_the_whole_world_is_served() {
    let (resolve, world) = crate::support::world("hook");
    let mut everything = wit_component::dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    wit_component::embed_component_metadata(&mut everything, &resolve, world, StringEncoding::UTF8).unwrap();
    let bytes = ComponentEncoder::default().module(&everything).unwrap().encode().unwrap();
    let hook = runtime().load("probe", &bytes).unwrap();
    assert!(hook.imports().len() > 25, "{hook:?}");
}

#[test]
fn a_loaded_plugin_knows_its_digest_and_imports() {
    let bytes = component("", "(global.get $pass)");
    let hook = runtime().load("probe", &bytes).unwrap();
    assert_eq!(hook.digest().len(), 64);
    assert_eq!(hook.digest(), runtime().load("other", &bytes).unwrap().digest());
    assert!(hook.imports().contains(&"greenlight:hook/report@0.1.0".to_owned()), "{hook:?}");
    assert!(hook.imports().contains(&"wasi:cli/exit@0.2.12".to_owned()));
}

/// A component around a core module that the encoder would refuse.
fn component_unchecked(module: &str) -> Vec<u8> {
    let wrapped = format!("(component (core {}", module.trim_start_matches('(')) + ")";
    wat::parse_str(wrapped).unwrap()
}

/// A proper validator that also imports two interfaces of its own.
fn with_foreign_import() -> Vec<u8> {
    let wit = "package greenlight:hook@0.1.0;
        interface cache { get: func(); }
        interface queue { put: func(); }
        interface validator {
            record pending { delay-seconds: u32, state: string }
            variant verdict { pass, fail(string), pending(pending) }
            validate: func() -> verdict;
        }
        world w { import cache; import queue; export validator; }";
    component_of_text(
        wit,
        r#"(module
            (import "greenlight:hook/cache@0.1.0" "get" (func))
            (import "greenlight:hook/queue@0.1.0" "put" (func))
            (memory (export "memory") 1)
            (func (export "greenlight:hook/validator@0.1.0#validate") (result i32) (i32.const 0))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))"#,
    )
}
