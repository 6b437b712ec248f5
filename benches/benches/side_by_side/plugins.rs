//! What plugins cost by their size, and how many there are.

use std::{fs, time::Instant};

use greenlight_benches::{
    bare::{BareHost, Settings},
    calls::{Calls, microseconds},
    native_file,
    sized_plugin::sized_plugin,
};
use greenlight_hook_runtime::Target;

use crate::{
    Bench, Outcome,
    memory::resident,
    sides::{BARE, GREENLIGHT, Greenlight, bare_run, behaviour, executor, here},
    table,
};

/// KiB of WebAssembly.
const SIZES: [usize; 4] = [64, 512, 4_096, 16_384];

/// Plugins at once.
const LOADED: [usize; 4] = [1, 10, 100, 1_000];

/// Measures both.
pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    by_size(bench)?;
    by_number(bench)
}

fn by_size(bench: &Bench) -> Outcome<()> {
    let (rounds, times) = (bench.mode.amount(20, 1), bench.mode.amount(200, 2));
    // The largest takes seconds to compile.
    let sizes = if bench.mode == greenlight_benches::mode::Mode::Check { &SIZES[..1] } else { &SIZES[..] };
    for kib in sizes {
        let bytes = sized_plugin(*kib)?;
        let (executor, settings) = (executor()?, behaviour("pass"));
        let ours = Greenlight::of(bench.sides.runtime.load("sized", &bytes)?, &settings)?;
        let bare = BareHost::new(Settings::Tuned, &bytes).map_err(|error| format!("{error:#}"))?;
        let _ticker = bare.tick();
        let row = format!("{} KiB", bytes.len() / 1024);
        table::calls(
            rounds,
            "plugin size",
            &row,
            &bench.records,
            vec![
                (GREENLIGHT, Box::new(|| Calls::make(times, || here(executor.block_on(ours.run()))))),
                (BARE, Box::new(|| Calls::make(times, || here(executor.block_on(bare_run(&bare)))))),
            ],
        )?;
    }
    Ok(())
}

/// So many plugins from the native code of one, each a plugin of its own to the runtime.
fn by_number(bench: &Bench) -> Outcome<()> {
    let host = Target::host().ok_or("there is no native code for this machine")?;
    let folder = tempfile::tempdir()?;
    let (ours, bare) = (folder.path().join("ours.cwasm"), folder.path().join("bare.cwasm"));
    let made = bench.sides.runtime.precompile("many", &bench.sides.guest.bytes, host)?;
    native_file::write(&ours, &made.code)?;
    let code = bench.sides.bare.precompile(&bench.sides.guest.bytes).map_err(|error| format!("{error:#}"))?;
    fs::write(&bare, code)?;
    println!("\nPlugins loaded: ms for all, and MiB that the process grows by");
    for many in LOADED {
        let many = bench.mode.amount(many, 1).max(1);
        let row = many.to_string();
        let one = || Ok(bench.sides.runtime.map(&ours, &made.packed)?);
        grown(bench, GREENLIGHT, &row, many, one)?;
        let one = || bench.sides.bare.load(&bare).map_err(|error| format!("{error:#}").into());
        grown(bench, BARE, &row, many, one)?;
    }
    Ok(())
}

fn grown<T>(
    bench: &Bench,
    name: &str,
    row: &str,
    many: usize,
    mut one: impl FnMut() -> Outcome<T>,
) -> Outcome<()> {
    let mut held = Vec::with_capacity(many);
    let (before, begun) = (resident("self")?, Instant::now());
    for _ in 0..many {
        held.push(one()?);
    }
    let took = microseconds(begun.elapsed()) / 1e3;
    let mib = (resident("self")? - before) / f64::from(1 << 20);
    println!("  {many:>6} {name:<16} {took:>10.1} ms {mib:>10.1} MiB");
    let row = bench.records.row("plugins loaded", row);
    row.add(name, "time", "ms", [took])?;
    row.add(name, "memory", "MiB", [mib])?;
    Ok(())
}
