//! Entries of a suite with one plugin share its code, and are told apart in all that is said.

use std::time::Duration;

use serde_json::Value;

use crate::support::bundle::bundle;
use crate::support::function::Function;
use crate::support::{Fake, event, plugin};

/// Entries of one file, each with a behaviour.
fn entries(behaviours: &[(&str, &str)]) -> String {
    let entry = |(name, behaviour): &(&str, &str)| {
        plugin(name, behaviour, "").replace(&format!("plugin = \"{name}.wasm\""), "plugin = \"shared.wasm\"")
    };
    behaviours.iter().map(entry).collect()
}

/// What the function of this suite logs of a hook, and how much native code it has outside of its program.
async fn hooked(suite: &str) -> (Vec<Value>, usize) {
    let aws = Fake::well().await;
    let bundle = bundle(suite);
    let function = Function::start(bundle.path(), |_| vec![("AWS_ENDPOINT_URL", aws.url())]).await;
    function.invoke(event().to_string(), Duration::from_secs(20)).await.unwrap();
    let code = native_code(function.id());
    (function.end().await, code)
}

/// The bytes of memory with code that belongs to no file, as Linux tells it.
fn native_code(process: u32) -> usize {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap_or_default();
    let anonymous = maps.lines().filter_map(|line| {
        let [range, mode, _, _, "0"] = line.split_whitespace().collect::<Vec<_>>()[..] else { return None };
        let (from, to) = range.split_once('-')?;
        let size = usize::from_str_radix(to, 16).ok()? - usize::from_str_radix(from, 16).ok()?;
        mode.contains('x').then_some(size)
    });
    anonymous.sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_entry_has_its_own_name_and_settings() {
    let (log, _) = hooked(&entries(&[("lenient", "pass"), ("strict", "fail"), ("odd", "unreachable")])).await;
    let verdict = log.iter().find(|line| line["kind"] == "verdict").unwrap();
    let reason = verdict["reason"].as_str().unwrap();
    let (strict, odd) = reason.split_once("; plugin ").unwrap();
    assert!(strict.starts_with("plugin \"strict\" failed: "), "{reason}");
    assert!(odd.starts_with("\"odd\" crashed in validate"), "{reason}");
    for name in ["lenient", "strict", "odd"] {
        let runs = log.iter().filter(|line| line["kind"] == "run" && line["plugin"] == name).count();
        assert_eq!(runs, 1, "{name}: {log:#?}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn one_plugin_is_mapped_once_however_many_entries_have_it() {
    let alone = hooked(&entries(&[("a", "pass")])).await.1;
    let four = [("a", "pass"), ("b", "pass"), ("c", "pass"), ("d", "pass")];
    assert!(alone > 0);
    assert_eq!(hooked(&entries(&four)).await.1, alone);
    // Four files are four plugins, whatever is in them.
    let apart: String = four.iter().map(|(name, behaviour)| plugin(name, behaviour, "")).collect();
    assert_eq!(hooked(&apart).await.1, 4 * alone);
}
