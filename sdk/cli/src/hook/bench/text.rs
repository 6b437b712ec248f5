//! The result, for people.

use std::io::{self, Write};
use std::time::Duration;

use greenlight_hook_runtime::units::{bytes, time};

use super::figures::{Comparison, Figures};
use super::quantile::{Quantile, Ratio};
use crate::view::clean::one_line;

pub(super) fn write(figures: &Figures, before: Option<&Figures>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} (sha256:{})", one_line(&figures.file), figures.sha256)?;
    conditions(figures, out)?;
    let (load, warm) = (&figures.load, &figures.warm);
    let mut row = |word: &str, said: String| writeln!(out, "  {word:15}{}", one_line(&said));
    row("size", format!("{}, {} of native code", bytes(load.wasm_bytes), bytes(load.native_bytes)))?;
    row("runtime start", micros(load.runtime_start_us))?;
    row("compile", format!("{}, median of {}", micros(load.compile_us), load.compiles))?;
    row(
        "load compiled",
        format!("{} the first time, then {}", micros(load.first_map_us), interval(load.map)),
    )?;
    row("first call", micros(figures.first_call_us))?;
    row("warm p50", interval(warm.p50))?;
    row("warm p90", interval(warm.p90))?;
    row("warm p99", interval(warm.p99))?;
    row("computing", format!("{} at the median", interval(warm.cpu_p50)))?;
    let share = warm.waited_share * 100.0;
    row(
        "waiting",
        format!("{} at the median for requests, {share:.0} % of all time", interval(warm.waited_p50)),
    )?;
    row("memory", format!("{} at most in a run", bytes(warm.peak_memory_bytes)))?;
    row("throughput", format!("{:.1} calls a second, one after another", warm.calls_per_second))?;
    let verdicts: Vec<_> =
        figures.verdicts.iter().map(|(verdict, count)| format!("{verdict} {count} times")).collect();
    row("verdicts", verdicts.join(", "))?;
    if let Some(unexpected) = &figures.unexpected {
        row("UNEXPECTED", format!("a run ended {unexpected}"))?;
    }
    if warm.interrupted {
        row("INTERRUPTED", "the figures are of fewer runs than asked for".to_owned())?;
    }
    if let Some(before) = before {
        comparison(&figures.against(before), before, out)?;
    }
    writeln!(out, "in brackets: 95 % intervals of the quantiles, for these conditions and no others")
}

fn conditions(figures: &Figures, out: &mut dyn Write) -> io::Result<()> {
    let it = &figures.conditions;
    let mut row = |word: &str, said: String| writeln!(out, "  {word:15}{}", one_line(&said));
    row(
        "machine",
        format!("{}, {} processors ({}), load {} before", it.system, it.processors, it.processor, it.load),
    )?;
    row("versions", format!("greenlight {}, wasmtime {}", it.greenlight, it.wasmtime))?;
    if !it.optimised {
        row("WARNING", "this greenlight was built without optimisation: figures mean little".to_owned())?;
    }
    row("service", it.service.clone())?;
    let limit = time(Duration::from_millis(it.wall_clock_limit_ms));
    row("limits", format!("{limit}, {} of memory", bytes(it.memory_limit_bytes as u64)))?;
    row("samples", format!("{} runs after {} to warm up", figures.warm.runs, it.warm_up))
}

fn comparison(it: &Comparison, before: &Figures, out: &mut dyn Write) -> io::Result<()> {
    let plugin = if it.same_plugin { "the same plugin" } else { "another plugin" };
    writeln!(out, "against {} ({plugin}); more than 1 is slower", one_line(&before.file))?;
    for (word, ratio) in
        [("load compiled", it.map), ("warm p50", it.p50), ("warm p90", it.p90), ("warm p99", it.p99)]
    {
        writeln!(out, "  {word:15}{}", times(ratio))?;
    }
    for difference in &it.differences {
        writeln!(out, "  {:15}{}", "DIFFERS", one_line(difference))?;
    }
    writeln!(
        out,
        "  in brackets: what both intervals leave open; not in it is what the machine did meanwhile"
    )
}

fn micros(micros: f64) -> String {
    time(Duration::try_from_secs_f64(micros / 1e6).unwrap_or_default())
}

fn interval(quantile: Quantile) -> String {
    let middle = micros(quantile.us);
    match (quantile.low_us, quantile.high_us) {
        (Some(low), Some(high)) => format!("{middle} ({} to {})", micros(low), micros(high)),
        _ => format!("{middle} (too few samples for an interval)"),
    }
}

fn times(ratio: Ratio) -> String {
    match (ratio.low, ratio.high) {
        (Some(low), Some(high)) => format!("{:.2}x ({low:.2}x to {high:.2}x)", ratio.ratio),
        _ => format!("{:.2}x (too few samples for an interval)", ratio.ratio),
    }
}
