//! Core modules become components; nothing that comes as bytes makes that panic.

use std::sync::LazyLock;

use greenlight_hook_runtime::{AdaptError, Form, HookStatus, LoadError, adapt};
use proptest::prelude::*;
use snapbox::{assert_data_eq, str};
use wit_component::{StringEncoding, embed_component_metadata};

use crate::support::{component, module, run, runtime, world};

/// A program for WASI preview 1 that says hello.
pub(crate) const HELLO: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n")
    (func (export "_start")
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)))))"#;

fn text(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap()
}

/// The core module of a validator as compilers leave it: with a note of its world.
fn described() -> Vec<u8> {
    let (resolve, world) = world("hook");
    let mut wasm = text(&module("", "(global.get $fail)"));
    embed_component_metadata(&mut wasm, &resolve, world, StringEncoding::UTF8).unwrap();
    wasm
}

#[test]
fn a_component_comes_back_unchanged() {
    let wasm = component("", "(global.get $pass)");
    assert_eq!(adapt(&wasm).unwrap(), wasm);
}

#[tokio::test]
async fn a_core_module_of_the_world_becomes_a_plugin_with_and_without_a_note_of_its_world() {
    for (wasm, expected) in
        [(described(), HookStatus::Failed), (text(&module("", "(global.get $pass)")), HookStatus::Passed)]
    {
        let component = adapt(&wasm).unwrap();
        assert_eq!(Form::of(&component).unwrap(), Form::Component);
        let hook = runtime().load("probe", &component).unwrap();
        assert_eq!(hook.run(run()).await.status(), expected);
    }
}

#[test]
fn a_core_module_is_made_a_component_when_it_is_loaded() {
    let wasm = described();
    let loaded = runtime().load("probe", &wasm).unwrap();
    let adapted = runtime().load("probe", &adapt(&wasm).unwrap()).unwrap();
    assert_eq!(loaded.digest(), adapted.digest());
}

#[tokio::test]
async fn a_validator_may_use_preview_1() {
    let items =
        r#"(import "wasi_snapshot_preview1" "fd_write" (func $p1 (param i32 i32 i32 i32) (result i32)))"#;
    let wat = module(
        "",
        "(drop (call $p1 (i32.const 1) (i32.const 300) (i32.const 1) (i32.const 400))) (global.get $pass)",
    )
    .replacen("(import", &format!("{items} (import"), 1)
    .replace(
        "(data (i32.const 100)",
        r#"(data (i32.const 300) "\00\00\00\00\0a\00\00\00") (data (i32.const 100)"#,
    );
    // What serves preview 1 asks the module for 64 KiB of its own.
    let wat = wat.replace("(export \"memory\") 1)", "(export \"memory\") 8)");
    let hook = runtime().load("probe", &text(&wat)).unwrap();
    let report = hook.run(run()).await;
    assert_eq!(report.status(), HookStatus::Passed, "{report}");
    assert_eq!(report.logs[0].text, "first line");
}

#[test]
fn a_program_becomes_a_command_whatever_it_imports() {
    let plain = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
    let reporting = r#"(module
        (import "greenlight:hook/deployment@0.1.0" "attempt" (func (result i32)))
        (memory (export "memory") 1)
        (func (export "_start")))"#;
    for wat in [plain, HELLO, reporting] {
        assert_eq!(Form::of(&adapt(&text(wat)).unwrap()).unwrap(), Form::Command, "{wat}");
    }
}

#[test]
fn a_module_with_other_types_than_the_contract_does_not_fit() {
    let wasm = text(r#"(module (func (export "greenlight:hook/validator@0.1.0#validate") (param i32)))"#);
    let error = adapt(&wasm).unwrap_err();
    assert!(matches!(error, AdaptError::Contract { .. }));
    assert_data_eq!(
        error.to_string(),
        str![
            "no component can be made of the plugin: failed to decode world from module: module was not valid: failed to classify export `greenlight:hook/validator@0.1.0#validate`: failed to validate export for `greenlight:hook/validator@0.1.0`: type mismatch for function `validate`: expected `[] -> [I32]` but found `[I32] -> []`; build it against the unchanged files of greenlight:hook@0.1.0"
        ]
    );
    assert!(matches!(runtime().load("probe", &wasm).unwrap_err(), LoadError::Mismatch { .. }));
}

#[test]
fn a_module_that_breaks_the_rules_is_damaged() {
    let wasm = text(r#"(module (func (export "_start") (drop (i32.const 1))))"#);
    let at = wasm.len() - 2;
    let mut broken = wasm;
    broken[at] = 0x0b;
    let error = adapt(&broken).unwrap_err();
    assert!(matches!(error, AdaptError::Form(_) | AdaptError::Invalid { .. }), "{error}");
}

static SEEDS: LazyLock<[Vec<u8>; 5]> = LazyLock::new(|| {
    let command = adapt(&text(HELLO)).unwrap();
    [
        described(),
        text(&module("", "(global.get $pass)")),
        text(HELLO),
        component("", "(global.get $pass)"),
        command,
    ]
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whole programs with some bytes changed, cut, or put twice: what they turn out to be is of no matter here.
    #[test]
    fn no_bytes_make_it_panic(
        seed in 0_usize..5,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
        twice in prop::option::of((any::<prop::sample::Index>(), 1_usize..64)),
    ) {
        let mut wasm = SEEDS[seed].clone();
        for (at, byte) in changes {
            let at = at.index(wasm.len());
            wasm[at] = byte;
        }
        if let Some((at, length)) = twice {
            let at = at.index(wasm.len());
            let piece = wasm[at..(at + length).min(wasm.len())].to_vec();
            wasm.splice(at..at, piece);
        }
        if let Some(cut) = cut {
            wasm.truncate(cut.index(wasm.len()));
        }
        let form = Form::of(&wasm);
        let adapted = adapt(&wasm);
        // Whatever is made has a form, and is no core module any more.
        if let Ok(component) = adapted {
            prop_assert!(form.is_ok());
            prop_assert!(!Form::of(&component).unwrap().is_core());
        }
    }

    #[test]
    fn no_rubbish_makes_it_panic(header in 0_usize..3, rest in prop::collection::vec(any::<u8>(), 0..200)) {
        let headers: [&[u8]; 3] = [b"\0asm\x01\0\0\0", b"\0asm\x0d\0\x01\0", b""];
        let mut wasm = headers[header].to_vec();
        wasm.extend(rest);
        let _ = Form::of(&wasm).map_err(|error| error.to_string());
        let _ = adapt(&wasm).map_err(|error| error.to_string());
    }
}
