//! Plugins written by hand in the text form of WebAssembly, each just large enough for one promise.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod guest;

use std::{path::PathBuf, sync::OnceLock};

use greenlight_hook_runtime::{Hook, HookContext, HookRun, Runtime, RuntimeOptions};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// One runtime for all tests of a file.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new(RuntimeOptions::default().with_concurrency(4)).unwrap())
}

/// A run of which only the deployment's name and event are known.
pub(crate) fn run() -> HookRun {
    HookRun::new(HookContext::new("d-TEST", "AfterAllowTestTraffic"))
}

/// A plugin whose `validate` has this body. See [`module`].
pub(crate) fn plugin(validate: &str) -> Hook {
    runtime().load("probe", &component("", validate)).unwrap()
}

/// A component of the contract's world, from a core module. See [`module`].
pub(crate) fn component(items: &str, validate: &str) -> Vec<u8> {
    component_of("hook", &module(items, validate))
}

/// A component of one of the worlds in `wit/v0.1.0`, from a core module in text form.
pub(crate) fn component_of(name: &str, module: &str) -> Vec<u8> {
    let (resolve, world) = world(name);
    encode(module, &resolve, world)
}

/// One of the worlds in `wit/v0.1.0`.
pub(crate) fn world(name: &str) -> (Resolve, WorldId) {
    let wit = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("wit/v0.1.0");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(&wit).unwrap();
    let world = resolve.select_world(&[package], Some(name)).unwrap();
    (resolve, world)
}

/// A component of the world `w` of one WIT text that stands alone.
pub(crate) fn component_of_text(wit: &str, module: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("test.wit", wit).unwrap();
    let world = resolve.select_world(&[package], Some("w")).unwrap();
    encode(module, &resolve, world)
}

fn encode(module: &str, resolve: &Resolve, world: WorldId) -> Vec<u8> {
    let mut module = wat::parse_str(module).unwrap();
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// A core module with the host functions that tests use, some texts in memory, `items`, and a `validate` of which
/// `body` leaves the address of the verdict. `$pass`, `$fail` (reason "bad") and `$pending` (7 s, state "abc")
/// are such addresses.
///
/// A verdict lies in memory as the canonical ABI has it: the case at 0, its payload from 4 on.
pub(crate) fn module(items: &str, body: &str) -> String {
    format!(
        r#"(module
            (import "greenlight:hook/report@0.1.0" "check" (func $check (param i32 i32 i32 i32 i32)))
            (import "greenlight:hook/report@0.1.0" "metric" (func $metric (param i32 i32 f64 i32 i32)))
            (import "greenlight:hook/report@0.1.0" "log" (func $log (param i32 i32 i32)))
            (import "greenlight:hook/deployment@0.1.0" "attempt" (func $attempt (result i32)))
            (import "greenlight:hook/deployment@0.1.0" "remaining-ms" (func $remaining (result i64)))
            (import "wasi:cli/exit@0.2.12" "exit" (func $exit (param i32)))
            (import "wasi:cli/stdout@0.2.12" "get-stdout" (func $stdout (result i32)))
            (import "wasi:cli/stderr@0.2.12" "get-stderr" (func $stderr (result i32)))
            (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush"
                (func $write (param i32 i32 i32 i32)))
            (import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $sleep (param i64) (result i32)))
            (import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))
            (memory (export "memory") 1)
            (global $pass i32 (i32.const 1024))
            (global $fail i32 (i32.const 1040))
            (global $pending i32 (i32.const 1056))
            (global $next (mut i32) (i32.const 8192))
            (data (i32.const 0) "first line\nsecond \1b[31mline\1b[0m\nunended")
            (data (i32.const 100) "name")
            (data (i32.const 110) "detail")
            (data (i32.const 120) "bad")
            (data (i32.const 130) "abc")
            (data (i32.const 140) "Count")
            (data (i32.const 200) "thread 'main' panicked at src/lib.rs:3:5:\nboom went the plugin\n")
            (data (i32.const 1024) "\00")
            (data (i32.const 1040) "\01\00\00\00\78\00\00\00\03\00\00\00")
            (data (i32.const 1056) "\02\00\00\00\07\00\00\00\82\00\00\00\03\00\00\00")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
                (global.set $next (i32.add (local.get $at) (local.get 3)))
                (local.get $at))
            (func $say-panic
                (call $write (call $stderr) (i32.const 200) (i32.const 63) (i32.const 2000)))
            {items}
            (func $validate (export "greenlight:hook/validator@0.1.0#validate") (result i32) {body})
        )"#
    )
}
