//! Smoke test of a new release: health, version, body and latency, through the test listener.
//!
//! Every check asks several times, because a release that is broken on one of its instances, or once in a while,
//! answers well to a single question. The verdict's reason names the checks that failed, the first failing first.

mod body;
mod latency;
mod probe;
mod settings;

use greenlight_hook::{Failure, Hook, config, info};

use probe::Probe;
use settings::Settings;

greenlight_hook::export!(validate);

fn validate(hook: &Hook) -> Result<(), Failure> {
    let settings: Settings = config::load()?;
    settings.check()?;
    let base = settings.base_url()?;
    info!("asking {base} {} times for each of 2 paths", settings.requests);

    let health = Probe::run(&base, &settings.health_path, &settings)?;
    health.judge(hook.check("health"), settings.expected_status);
    let version = Probe::run(&base, &settings.version_path, &settings)?;
    version.judge(hook.check("version"), settings.expected_status);
    body::judge(hook.check("body"), &version, &settings);
    latency::judge(hook.check("latency"), &[health, version], &settings);
    Ok(())
}

#[cfg(test)]
mod tests;
