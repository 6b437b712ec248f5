//! Plugins that differ only in how much they carry.

use std::fmt::Write as _;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::built::workspace;

/// A plugin that passes at once, in a component of about so many KiB: half of it code that is never called, half of it data.
///
/// # Errors
///
/// When the contract is not in the checkout, or no longer fits the plugin.
pub fn sized_plugin(kib: usize) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let mut module = wat::parse_str(text(kib << 10)?)?;
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(workspace().join("hook-runtime/wit/v0.1.0"))?;
    let world = resolve.select_world(&[package], Some("hook"))?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    Ok(ComponentEncoder::default().module(&module)?.validate(true).encode()?)
}

/// The verdict lies at 0, where there are zeros: a pass.
fn text(bytes: usize) -> Result<String, std::fmt::Error> {
    const PAGE: usize = 64 << 10;
    // A function of the form below takes so many bytes.
    const FUNCTION: usize = 64;
    let data = bytes / 2;
    let pages = 1 + data.div_ceil(PAGE);
    let mut text = format!("(module (memory (export \"memory\") {pages})\n");
    text.push_str(
        "(func (export \"greenlight:hook/validator@0.1.0#validate\") (result i32) (i32.const 0))\n",
    );
    for number in 0..(bytes - data) / FUNCTION {
        write!(text, "(func (param i64) (result i64) (local.get 0)")?;
        // Numbers of their own, so that no two functions are the same.
        for step in 0..5 {
            let constant = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(step * 7) >> 8;
            write!(text, "(i64.const {constant}) (i64.xor)")?;
        }
        writeln!(text, ")")?;
    }
    writeln!(text, "(data (i32.const 1024) \"{}\"))", "x".repeat(data.saturating_sub(1024)))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use greenlight_hook_runtime::{HookContext, HookRun, HookStatus, Runtime, RuntimeOptions};

    use super::*;

    #[tokio::test]
    async fn a_plugin_of_a_size_has_it_and_passes() {
        let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1)).unwrap();
        for kib in [16, 256] {
            let bytes = sized_plugin(kib).unwrap();
            let size = bytes.len() as f64 / 1024.0;
            assert!((0.7..1.4).contains(&(size / kib as f64)), "{size} KiB for {kib}");
            let run = HookRun::new(HookContext::new("d-SIZE", "AfterAllowTestTraffic"));
            let report = runtime.load("sized", &bytes).unwrap().run(run).await;
            assert_eq!(report.status(), HookStatus::Passed, "{}", report.reason());
        }
    }
}
