//! The form of a plugin is told by its bytes; what has none is told what it is and what to do.

use greenlight_hook_runtime::{Form, FormError};
use snapbox::{assert_data_eq, str};

use crate::support::{component, component_of_text, module};

fn text(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap()
}

fn refused(wasm: &[u8]) -> FormError {
    Form::of(wasm).unwrap_err()
}

#[test]
fn each_form_is_told_by_what_it_exports() {
    assert_eq!(Form::of(&component("", "(global.get $pass)")).unwrap(), Form::Component);
    assert_eq!(Form::of(&text(&module("", "(global.get $pass)"))).unwrap(), Form::Core);
    let program = text(r#"(module (func (export "_start")))"#);
    assert_eq!(Form::of(&program).unwrap(), Form::CoreCommand);
    let mangled = text(
        r#"(module
            (import "cm32p2|greenlight:hook/report@0.1" "log" (func (param i32 i32 i32)))
            (func (export "cm32p2|greenlight:hook/validator@0.1|validate") (result i32) (i32.const 0)))"#,
    );
    assert_eq!(Form::of(&mangled).unwrap(), Form::Core);
    let command = component_of_text(
        "package wasi:cli@0.2.3; interface run { run: func() -> result; } world w { export run; }",
        r#"(module (func (export "wasi:cli/run@0.2.3#run") (result i32) (i32.const 0)))"#,
    );
    assert_eq!(Form::of(&command).unwrap(), Form::Command);
}

#[test]
fn what_a_component_holds_inside_is_not_its_own() {
    let nested = text(
        r#"(component
            (core module (func (export "_start")))
            (component (component (instance) (export "wasi:cli/run@0.2.0" (instance 0)))))"#,
    );
    assert_eq!(refused(&nested), FormError::NoEntry { core: false, exports: Vec::new() });
}

#[test]
fn forms_have_names_for_people_and_programs() {
    let forms = [Form::Component, Form::Core, Form::Command, Form::CoreCommand];
    let names: Vec<String> = forms.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["component", "core module", "command", "command for WASI preview 1"]);
    let json = serde_json::to_string(&forms).unwrap();
    assert_eq!(json, r#"["component","core","command","core-command"]"#);
}

#[test]
fn other_files_are_named_for_what_they_are() {
    assert_data_eq!(
        refused(b"#!/bin/sh\n").to_string(),
        str!["the plugin is not WebAssembly but text; give the .wasm file that the build of the plugin made"]
    );
    assert_data_eq!(
        refused(b"\0asm\x01").to_string(),
        str!["the plugin is damaged: it ends within its header; build or copy it again, 5 bytes came here"]
    );
    let whole = text(&module("", "(global.get $pass)"));
    assert_data_eq!(
        refused(&whole[..40]).to_string(),
        str![
            "the plugin is damaged: unexpected end-of-file at byte 10; build or copy it again, 40 bytes came here"
        ]
    );
}

#[test]
fn a_newer_contract_is_told_in_a_module_and_in_a_component() {
    let module = r#"(module (func (export "greenlight:hook/validator@0.2.0#validate")))"#;
    let component = component_of_text(
        "package greenlight:hook@0.2.0; interface validator { validate: func(); } world w { export validator; }",
        module,
    );
    for wasm in [text(module), component] {
        let error = refused(&wasm);
        assert!(matches!(error, FormError::ContractVersion { newer: true, .. }));
        assert_data_eq!(
            error.to_string(),
            str![
                "the plugin uses greenlight:hook/validator@0.2.0, and this host speaks version 0.1.0 of greenlight:hook; update Greenlight, or build the plugin with an older greenlight-hook"
            ]
        );
    }
}

#[test]
fn modules_for_other_hosts_are_told_how_to_be_built() {
    let browser = text(
        r#"(module
            (import "__wbindgen_placeholder__" "__wbindgen_describe" (func (param i32)))
            (import "__wbindgen_externref_xform__" "__wbindgen_externref_table_grow" (func (param i32) (result i32)))
            (func (export "validate")))"#,
    );
    assert_data_eq!(
        refused(&browser).to_string(),
        str![
            "the plugin imports __wbindgen_placeholder__.__wbindgen_describe, __wbindgen_externref_xform__.__wbindgen_externref_table_grow, which only JavaScript can serve: it was built with wasm-bindgen for wasm32-unknown-unknown; build it for the target wasm32-wasip2, without wasm-bindgen"
        ]
    );
    let go = text(r#"(module (import "gojs" "runtime.wasmExit" (func (param i32))) (func (export "run")))"#);
    assert_data_eq!(
        refused(&go).to_string(),
        str![
            "the plugin imports gojs.runtime.wasmExit, which only JavaScript can serve: it was built with GOOS=js; build it with GOOS=wasip1"
        ]
    );
    let old =
        text(r#"(module (import "wasi_unstable" "proc_exit" (func (param i32))) (func (export "_start")))"#);
    assert_data_eq!(
        refused(&old).to_string(),
        str![
            "the plugin imports wasi_unstable.proc_exit, which only hosts of the first WASI serve; build it with a current toolchain"
        ]
    );
    let script =
        text(r#"(module (import "env" "abort" (func (param i32 i32 i32 i32))) (func (export "_start")))"#);
    assert_data_eq!(
        refused(&script).to_string(),
        str![
            "the plugin imports env.abort, which only a host of its own can serve; build it for WASI (wasm32-wasip1 or wasm32-wasip2; AssemblyScript with its WASI shim, Emscripten with -sSTANDALONE_WASM)"
        ]
    );
}

#[test]
fn what_is_neither_a_validator_nor_a_program_is_told_what_it_exports() {
    let library =
        text(r#"(module (memory (export "memory") 1) (func (export "_initialize")) (func (export "add")))"#);
    assert_data_eq!(
        refused(&library).to_string(),
        str![
            "the plugin exports _initialize, add: neither a validator nor a program's entry; export greenlight:hook/validator@0.1.0#validate, or _start as a program for WASI preview 1 does"
        ]
    );
    assert_data_eq!(
        refused(&text("(component)")).to_string(),
        str![
            "the plugin exports nothing: neither a validator nor a program's entry; export greenlight:hook/validator@0.1.0 as the world greenlight:hook/hook@0.1.0 says, or wasi:cli/run@0.2 as a program does"
        ]
    );
}

#[test]
fn names_from_a_plugin_are_shown_safely_and_not_all() {
    let exports: String = (0..9).map(|at| format!("(func (export \"e\\1b[31m{at}\"))")).collect();
    let error = refused(&text(&format!("(module {exports})"))).to_string();
    assert!(error.contains("exports e0, e1, e2, e3, e4, e5 and 3 more:"), "{error}");
}
