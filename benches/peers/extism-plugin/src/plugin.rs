//! The exported function and what it calls.

use extism_pdk::{Error, FnResult, config, host_fn, plugin_fn};

#[host_fn]
extern "ExtismHost" {
    fn check(name: &str, outcome: &str, detail: &str);
    fn metric(name: &str, value: &str, unit: &str);
    fn log_line(level: &str, text: &str);
    /// Status and length of the body, with a blank between them.
    fn fetch(url: &str) -> String;
}

/// The verdict: `pass`, or an error with the reason.
#[plugin_fn]
pub fn validate() -> FnResult<&'static str> {
    match setting("behaviour")?.as_str() {
        "pass" => pass()?,
        "fetch" => ask()?,
        "work" => work()?,
        other => {
            return Err(failure(format!("there is no behaviour `{other}`; known: pass, fetch, work")).into());
        }
    }
    Ok("pass")
}

fn pass() -> Result<(), Error> {
    unsafe {
        check("passes", "pass", "as it should")?;
        check("warns", "warn", "worth a look")?;
        check("skips", "skip", "not carried out")?;
        metric("things", "3", "count")?;
        log_line("info", "passing")
    }
}

fn ask() -> Result<(), Error> {
    let answer = unsafe { fetch(&setting("url")?)? };
    let (status, bytes) =
        answer.split_once(' ').ok_or_else(|| failure(format!("the host answered `{answer}`")))?;
    if status != "200" {
        return Err(failure(format!("the release answered {status}")));
    }
    unsafe {
        metric("requests", "1", "count")?;
        metric("bytes", bytes, "bytes")
    }
}

fn work() -> Result<(), Error> {
    let mut number: u64 = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..setting("steps")?.parse::<u64>()? {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
    }
    unsafe { metric("last", &(number & 0xff).to_string(), "count") }
}

fn setting(key: &str) -> Result<String, Error> {
    config::get(key)?.ok_or_else(|| failure(format!("the config has no `{key}`")))
}

fn failure(reason: String) -> Error {
    Error::msg(reason)
}
