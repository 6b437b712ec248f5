//! What a plugin reports arrives, in order, clean and within bounds.

mod support;

use greenlight_hook_runtime::{HookStatus, Verdict};
use support::{plugin, run};

#[tokio::test]
async fn each_verdict_arrives_as_it_was_given() {
    let pass = plugin("(global.get $pass)").run(run()).await;
    assert_eq!(pass.verdict(), Some(&Verdict::Pass), "{pass}");
    let fail = plugin("(global.get $fail)").run(run()).await;
    assert_eq!(fail.verdict(), Some(&Verdict::Fail { reason: "bad".into() }), "{fail}");
    let pending = plugin("(global.get $pending)").run(run()).await;
    assert_eq!(pending.status(), HookStatus::Pending);
    let Some(Verdict::Pending { delay, state }) = pending.verdict() else { panic!("{pending}") };
    assert_eq!((delay.as_secs(), state.as_str()), (7, "abc"));
}
