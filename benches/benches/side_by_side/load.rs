//! From native code in a file to a plugin that can be called, and its first call; and what all of it takes on the disk.

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use greenlight_benches::{
    bare::BareHost,
    built::built,
    calls::microseconds,
    in_turns::{Contender, Figures, measure},
    native_file,
    records::Records,
};
use greenlight_hook_runtime::{Hook, Runtime, Target, suite::Packed};

use crate::{
    Bench, Failure, Outcome,
    sides::{BARE, CHILD, GREENLIGHT, Greenlight, bare_run, behaviour, executor},
};

const TABLE: &str = "load";

/// A language, its plugin among the guests, and the longest that Greenlight may take to load it, in microseconds.
const PLUGINS: [(&str, &str, Option<f64>); 4] = [
    ("Rust", "guest_faults", Some(1_000.0)),
    ("Go", "go_schema", None),
    ("JavaScript", "js_login", Some(10_000.0)),
    ("Python", "python_compare", Some(10_000.0)),
];

/// A plugin compiled ahead for both.
struct Precompiled {
    ours: PathBuf,
    packed: Packed,
    bare: PathBuf,
}

/// Measures every language whose plugin is there.
pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    bench.sides.tell_missing(TABLE, &bench.records)?;
    let folder = tempfile::tempdir()?;
    for (language, plugin, most) in PLUGINS {
        let bytes = match built(&format!("guests/{plugin}.wasm"), "cargo xtask guests") {
            Ok(path) => fs::read(path)?,
            Err(missing) => {
                eprintln!("left out of \"{TABLE}\": {language}: {missing}");
                bench.records.missing(TABLE, language, &missing.to_string())?;
                continue;
            }
        };
        let code = precompile(bench, plugin, &bytes, folder.path())?;
        let figures = loads(bench, language, &code)?;
        if let (Some(most), Some(ours)) = (most, figures.first()) {
            let goal = format!("load of a precompiled plugin in {language}");
            bench.goals.below(goal, most, ours.spread().median, " us");
        }
        sizes(&bench.records, language, bytes.len() as u64, &code)?;
        if language == "Rust" {
            first_calls(bench, &code)?;
        }
    }
    programs(bench)
}

fn precompile(bench: &Bench, plugin: &str, bytes: &[u8], folder: &Path) -> Outcome<Precompiled> {
    let host = Target::host().ok_or("there is no native code for this machine")?;
    let made = bench.sides.runtime.precompile(plugin, bytes, host)?;
    let (ours, bare) = (folder.join(format!("{plugin}.cwasm")), folder.join(format!("{plugin}.bare")));
    native_file::write(&ours, &made.code)?;
    fs::write(&bare, bench.sides.bare.precompile(bytes).map_err(engine)?)?;
    Ok(Precompiled { ours, packed: made.packed, bare })
}

fn loads(bench: &mut Bench, language: &str, code: &Precompiled) -> Outcome<Vec<Figures>> {
    // The others are a hundred times as large.
    let times = if language == "Rust" { 10 } else { 2 };
    let (rounds, times) = (bench.mode.amount(20, 1), bench.mode.amount(times, 1));
    let (runtime, bare) = (&bench.sides.runtime, &bench.sides.bare);
    let extism = RefCell::new(bench.sides.extism.as_mut().ok());
    let mut contenders = vec![
        Contender::new(GREENLIGHT, || each(times, || ours(runtime, code))),
        Contender::new(BARE, || each(times, || bare.load(&code.bare).map_err(engine))),
    ];
    if language == "Rust" && extism.borrow().is_some() {
        contenders.push(Contender::new("extism, cache", || {
            let mut extism = extism.borrow_mut();
            let host = extism.as_mut().ok_or("extism took no part")?;
            Ok(host.run("load", times, 1, &behaviour("pass"))?.p50)
        }));
    }
    let figures = measure(rounds, &mut contenders)?;
    show(&bench.records, language, "load", &figures)?;
    drop(contenders);
    Ok(figures)
}

/// The first call of a plugin that has just been loaded, by a process that has called others.
fn first_calls(bench: &Bench, code: &Precompiled) -> Outcome<()> {
    let (rounds, executor) = (bench.mode.amount(30, 1), executor()?);
    let settings = behaviour("pass");
    let figures = measure(
        rounds,
        &mut [
            Contender::new(GREENLIGHT, || {
                let fresh = Greenlight::of(ours(&bench.sides.runtime, code)?, &settings)?;
                timed(|| executor.block_on(fresh.run()))
            }),
            Contender::new(BARE, || {
                let fresh: BareHost = bench.sides.bare.load(&code.bare).map_err(engine)?;
                timed(|| executor.block_on(bare_run(&fresh)))
            }),
        ],
    )?;
    show(&bench.records, "Rust", "first call", &figures)
}

fn ours(runtime: &Runtime, code: &Precompiled) -> Outcome<Hook> {
    Ok(runtime.map(&code.ours, &code.packed)?)
}

fn sizes(records: &Records, language: &str, plugin: u64, code: &Precompiled) -> Outcome<()> {
    let kib = |bytes: u64| bytes as f64 / 1024.0;
    let native = fs::metadata(&code.ours)?.len();
    println!("  {:>16} of WebAssembly {:.0} KiB, native code {:.0} KiB", "", kib(plugin), kib(native));
    let row = |what: &str| format!("plugin in {language}, {what}");
    records.row("size on disk", &row("WebAssembly")).add(
        GREENLIGHT,
        "size",
        "MiB",
        [kib(plugin) / 1024.0],
    )?;
    records.row("size on disk", &row("native code")).add(
        GREENLIGHT,
        "size",
        "MiB",
        [kib(native) / 1024.0],
    )?;
    Ok(())
}

/// What the others put on the disk.
fn programs(bench: &Bench) -> Outcome<()> {
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    if let Ok(child) = &bench.sides.child {
        bench.records.row("size on disk", "program").add(CHILD, "size", "MiB", [mib(child.bytes()?)])?;
    }
    if let Ok(extism) = &bench.sides.extism {
        let row = "plugin in Rust, WebAssembly";
        bench.records.row("size on disk", row).add("extism", "size", "MiB", [mib(extism.plugin_bytes()?)])?;
    }
    Ok(())
}

fn show(records: &Records, language: &str, measure: &str, figures: &[Figures]) -> Outcome<()> {
    println!("\n{language}, {measure}, us");
    for of in figures {
        println!("  {:<16} {:>28}", of.name, format!("{:.0}", of.spread()));
        records.row(TABLE, language).add(of.name, measure, "us", of.rounds())?;
    }
    Ok(())
}

/// The mean time of doing it so many times, with taking down what was made.
fn each<T>(times: usize, mut one: impl FnMut() -> Outcome<T>) -> Outcome<f64> {
    timed(|| (0..times).try_for_each(|_| one().map(drop))).map(|all| all / times as f64)
}

fn timed(one: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let begun = Instant::now();
    one()?;
    Ok(microseconds(begun.elapsed()))
}

fn engine(error: wasmtime::Error) -> Failure {
    format!("the bare engine: {error:#}").into()
}
