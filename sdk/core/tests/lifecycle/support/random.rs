//! Settings and scripts at random.

use std::time::Duration;

use greenlight_core::lifecycle::{Behaviour, Platform, ReadySlot, Settings, Termination};
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, ErrorCode, HookEvent, HookStatus, Percent, Rollback, TaskSetLabel,
    TrafficRouting, WaitKind,
};
use proptest::bool::weighted as often;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::play::{Move, Script, Unasked};
use super::settings::{ROLLBACK, hooks, id, minutes, plain, stop_after};

/// Any settings that a forward deployment can have, of an ECS service or of a Lambda function.
pub(crate) fn settings() -> impl Strategy<Value = Settings> {
    let waits = (0_u64..=7200, prop_oneof![Just(None), (0_u64..=2880).prop_map(Some)]);
    let platform = select(Platform::ALL);
    let rollback = (subsequence(AutoRollbackEvent::ALL, 0..=3), often(0.8));
    ((platform, any::<bool>()), routing(), hook_events(), hook_events(), waits, rollback, behaviour())
        .prop_map(
            |(
                (platform, test_listener),
                routing,
                forward,
                back,
                (ready, termination),
                (events, revision),
                behaviour,
            )| {
                let mut settings = plain();
                settings.platform = platform;
                settings.test_listener = test_listener;
                settings.routing = routing;
                settings.hooks = hooks(&forward, "");
                settings.rollback_hooks = hooks(&back, "-before");
                settings.ready = stop_after(minutes(if ready > 3600 { ready } else { 0 }));
                settings.termination =
                    termination.map_or(Termination::KeepAlive, |wait| Termination::Terminate(minutes(wait)));
                settings.auto_rollback = AutoRollback::on(events);
                settings.rollback_id = revision.then(|| id(ROLLBACK));
                settings.behaviour = behaviour;
                settings
            },
        )
}

/// Any moves, most of which bring the deployment on.
pub(crate) fn script() -> impl Strategy<Value = Script> {
    (vec(one_move(), 0..80), any::<bool>())
        .prop_map(|(moves, hooks_report_in_the_end)| Script { moves, hooks_report_in_the_end })
}

fn routing() -> impl Strategy<Value = TrafficRouting> {
    prop_oneof![
        Just(TrafficRouting::AllAtOnce),
        (1_u64..=99, 1_u64..=2880).prop_map(|(share, wait)| TrafficRouting::canary(share, wait).unwrap()),
        (1_u64..=99, 1_u64..=29).prop_map(|(share, wait)| TrafficRouting::linear(share, wait).unwrap()),
    ]
}

fn hook_events() -> impl Strategy<Value = Vec<HookEvent>> {
    subsequence(HookEvent::ALL, 0..=HookEvent::ALL.len())
}

fn behaviour() -> impl Strategy<Value = Behaviour> {
    let slot = select(&[ReadySlot::BeforeAfterAllowTestTraffic, ReadySlot::BeforeBeforeAllowTraffic][..]);
    // Hooks in rollbacks mostly: what happens to them is else the rarest of all.
    let flags = (often(0.8), any::<bool>(), any::<bool>(), any::<bool>());
    let codes = vec(select(ErrorCode::ALL), 7);
    (slot, codes, select(AutoRollbackEvent::ALL), flags).prop_map(|(slot, codes, covered_by, flags)| {
        let mut behaviour = Behaviour::default();
        behaviour.ready_slot = slot;
        behaviour.ready_timeout_rolls_back_on = covered_by;
        behaviour.ready_timeout_code = codes[0];
        behaviour.hook_timeout_code = codes[1];
        behaviour.install_timeout_code = codes[2];
        behaviour.traffic_timeout_code = codes[3];
        behaviour.deletion_timeout_code = codes[4];
        behaviour.listener_mismatch_code = codes[5];
        behaviour.alias_update_code = codes[6];
        let (hooks_in_rollback, rollback_before_install, keeps_config, baking) = flags;
        behaviour.hooks_in_rollback = hooks_in_rollback;
        behaviour.rollback_before_install = rollback_before_install;
        behaviour.lambda_rollback_keeps_config = keeps_config;
        behaviour.baking_in_termination_wait = baking;
        behaviour
    })
}

fn one_move() -> impl Strategy<Value = Move> {
    let label = || select(TaskSetLabel::ALL);
    let wish = select(&[Rollback::AsConfigured, Rollback::Always, Rollback::Never][..]);
    let failed = prop_oneof![3 => Just(HookStatus::Succeeded), 1 => Just(HookStatus::Failed)];
    prop_oneof![
        64 => any::<Index>().prop_map(Move::Answer),
        8 => any::<Index>().prop_map(Move::AnswerAgain),
        8 => (any::<bool>(), unasked()).prop_map(|(rollback, unasked)| Move::Unasked(rollback, unasked)),
        8 => (weighted(0.9, any::<Index>()), failed).prop_map(|(which, status)| Move::Report(which, status)),
        1 => any::<Index>().prop_map(Move::Refuse),
        2 => any::<Index>().prop_map(Move::NotInvoked),
        1 => label().prop_map(Move::Exit),
        1 => any::<bool>().prop_map(Move::Alarm),
        8 => (any::<bool>(), select(WaitKind::ALL)).prop_map(|(rollback, wait)| Move::Continue(rollback, wait)),
        3 => (any::<bool>(), wish).prop_map(|(rollback, wish)| Move::Stop(rollback, wish)),
        4 => Just(Move::StopWhileDeleting),
        8 => time().prop_map(Move::Pass),
        8 => Just(Move::PassToDeadline),
        16 => any::<bool>().prop_map(Move::Tick),
    ]
}

fn unasked() -> impl Strategy<Value = Unasked> {
    prop_oneof![
        4 => Just(Unasked::Start),
        4 => Just(Unasked::Healthy),
        1 => Just(Unasked::Failed),
        4 => Just(Unasked::TestTraffic),
        4 => (0_u8..=100).prop_map(|share| Unasked::Traffic(Percent::new(share).unwrap())),
        1 => Just(Unasked::NoTestTraffic),
        1 => (0_u8..=100).prop_map(|share| Unasked::NoTraffic(Percent::new(share).unwrap())),
        4 => select(TaskSetLabel::ALL).prop_map(Unasked::Deleted),
    ]
}

/// From nothing to a century, with the lengths that matter among them.
fn time() -> impl Strategy<Value = Duration> {
    prop_oneof![
        4 => (0_u64..2000).prop_map(Duration::from_millis),
        4 => (0_u64..10).prop_map(minutes),
        1 => Just(minutes(60)),
        1 => Just(minutes(60) - Duration::from_millis(1)),
        1 => (0_u64..200).prop_map(|hours| minutes(hours * 60)),
        1 => (0_u64..=100).prop_map(|years| minutes(years * 365 * 24 * 60)),
    ]
}
