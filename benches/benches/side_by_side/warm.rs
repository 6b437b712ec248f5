//! One warm call: without I/O, and with one request.

use greenlight_benches::{
    calls::Calls, extism_host::ExtismHost, http_service, one_request, own_thread::OwnThread,
};

use crate::{
    Bench, Outcome,
    sides::{BARE, CHILD, FRESH, GREENLIGHT, REUSED, Sides, bare_run, behaviour, executor, here},
    table::{self, Measured, Turn},
};

const TABLE: &str = "warm";
const ALONE: &str = "request alone";

/// Calls in a turn: of those that take microseconds, and of those that take a good part of a millisecond.
const CALLS: (usize, usize) = (500, 50);

/// Measures both rows.
pub(crate) fn run(bench: &mut Bench) -> Outcome<()> {
    bench.sides.tell_missing(TABLE, &bench.records)?;
    let quiet = row(bench, "no I/O", &behaviour("pass"), None)?;
    let Bench { goals, .. } = bench;
    goals.at_most(
        "warm hook without I/O against bare wasmtime",
        1.15,
        quiet.ratio(GREENLIGHT, BARE),
        " times",
    );
    goals.at_most("its p99 against its p50", 4.0, quiet.tail(GREENLIGHT), " times");
    goals.at_least("extism with a fresh plugin against it", 8.0, quiet.ratio(FRESH, GREENLIGHT), " times");

    let service = OwnThread::start("service")?;
    let url = format!("http://{}/health", service.run(http_service::serve())??);
    let mut settings = behaviour("fetch");
    settings.push(("url", &url));
    let asking = row(bench, "one request", &settings, Some(&url))?;
    let ratio = asking.ratio(GREENLIGHT, ALONE);
    bench.goals.at_most("warm hook with one request against the request alone", 1.5, ratio, " times");
    Ok(())
}

/// All contenders with one judgement; a URL is also asked without any of them.
fn row(bench: &mut Bench, row: &str, settings: &[(&str, &str)], url: Option<&str>) -> Outcome<Measured> {
    let (rounds, many, few) =
        (bench.mode.amount(40, 1), bench.mode.amount(CALLS.0, 2), bench.mode.amount(CALLS.1, 2));
    let executor = executor()?;
    let (ours, bare) = (bench.sides.greenlight(settings)?, bench.sides.bare(settings));
    let Sides { extism, child, .. } = &mut bench.sides;
    let child = child.as_ref().ok().map(|child| child.told(settings));
    let extism = std::cell::RefCell::new(extism.as_mut().ok());
    let mut turns: Vec<(&'static str, Turn<'_>)> = vec![
        (GREENLIGHT, Box::new(|| Calls::make(many, || here(executor.block_on(ours.run()))))),
        (BARE, Box::new(|| Calls::make(many, || here(executor.block_on(bare_run(&bare)))))),
    ];
    if let Some(url) = url {
        let one = || here(executor.block_on(one_request::get(url)).map_err(Into::into));
        turns.push((ALONE, Box::new(move || Calls::make(many, one))));
    }
    if extism.borrow().is_some() {
        for (name, how, times) in [(FRESH, "fresh", few), (REUSED, "reused", many)] {
            let extism = &extism;
            turns.push((name, Box::new(move || asked(&mut extism.borrow_mut(), how, times, settings))));
        }
    }
    if let Some(child) = &child {
        turns.push((CHILD, Box::new(move || Calls::make(few, || child.run().map_err(Into::into)))));
    }
    table::calls(rounds, TABLE, row, &bench.records, turns)
}

/// The calls of the other process, which times them itself.
fn asked(
    extism: &mut Option<&mut ExtismHost>,
    how: &str,
    times: usize,
    settings: &[(&str, &str)],
) -> Outcome<Calls> {
    let host = extism.as_mut().ok_or("extism took no part")?;
    let runs = host.run(how, times, 1, settings)?;
    Ok(Calls { p50: runs.p50, p99: runs.p99, processor: runs.processor / times as f64 })
}
