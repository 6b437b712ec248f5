//! Traffic configurations: shares, steps and times of the built-in and of custom ones, alone and in a deployment.

use std::collections::BTreeSet;

use crate::support::settings::{minutes, plain};
use crate::support::stage::Stage;
use greenlight_core::lifecycle::Platform;
use greenlight_core::traffic::{BuiltInConfig, InvalidRouting};
use greenlight_core::{ComputePlatform, DeploymentConfig, DeploymentStatus, Percent, TrafficRouting};
use proptest::prelude::*;

/// The shares that a deployment really shifts, and at which minute.
fn shifted(routing: TrafficRouting) -> Vec<(u64, u8)> {
    let mut settings = plain();
    settings.routing = routing;
    let mut stage = Stage::started(settings);
    stage.wait(minutes(10_000));
    assert_eq!(stage.status(), DeploymentStatus::Succeeded);
    stage.traffic().into_iter().map(|(second, share)| (second / 60, share)).collect()
}

#[test]
fn every_built_in_configuration_shifts_as_its_name_says() {
    let linear =
        |every: u64| (0..10).map(|step: u8| (u64::from(step) * every, (step + 1) * 10)).collect::<Vec<_>>();
    let expected = [
        ("CodeDeployDefault.ECSAllAtOnce", vec![(0, 100)]),
        ("CodeDeployDefault.ECSLinear10PercentEvery1Minutes", linear(1)),
        ("CodeDeployDefault.ECSLinear10PercentEvery3Minutes", linear(3)),
        ("CodeDeployDefault.ECSCanary10Percent5Minutes", vec![(0, 10), (5, 100)]),
        ("CodeDeployDefault.ECSCanary10Percent15Minutes", vec![(0, 10), (15, 100)]),
        ("CodeDeployDefault.LambdaAllAtOnce", vec![(0, 100)]),
        ("CodeDeployDefault.LambdaCanary10Percent5Minutes", vec![(0, 10), (5, 100)]),
        ("CodeDeployDefault.LambdaCanary10Percent10Minutes", vec![(0, 10), (10, 100)]),
        ("CodeDeployDefault.LambdaCanary10Percent15Minutes", vec![(0, 10), (15, 100)]),
        ("CodeDeployDefault.LambdaCanary10Percent30Minutes", vec![(0, 10), (30, 100)]),
        ("CodeDeployDefault.LambdaLinear10PercentEvery1Minute", linear(1)),
        ("CodeDeployDefault.LambdaLinear10PercentEvery2Minutes", linear(2)),
        ("CodeDeployDefault.LambdaLinear10PercentEvery3Minutes", linear(3)),
        ("CodeDeployDefault.LambdaLinear10PercentEvery10Minutes", linear(10)),
    ];
    assert_eq!(DeploymentConfig::built_ins().count(), expected.len());
    for (name, shares) in expected {
        let config = DeploymentConfig::built_in(name).unwrap();
        let platform = if name.contains(".ECS") { Platform::Ecs } else { Platform::Lambda };
        assert_eq!(config.platform, platform, "{name}");
        assert_eq!(shifted(config.routing), shares, "{name}");
    }
}

#[test]
fn a_name_that_shifts_no_traffic_at_the_service_is_no_built_in() {
    for name in ["", "ECSAllAtOnce", "codedeploydefault.ecsallatonce", "CodeDeployDefault.AllAtOnce"] {
        assert_eq!(DeploymentConfig::built_in(name), None, "{name:?}");
    }
}

#[test]
fn a_shift_of_ten_hours_takes_ten_hours_to_the_minute() {
    let shares = shifted(TrafficRouting::linear(5, 30).unwrap());
    assert_eq!(shares.first(), Some(&(0, 5)));
    assert_eq!(shares.last(), Some(&(570, 100)));
    let hundred_steps = shifted(TrafficRouting::linear(1, 6).unwrap());
    assert_eq!((hundred_steps.len(), hundred_steps.last()), (100, Some(&(594, 100))));
}

#[test]
fn each_platform_has_its_own_built_ins() {
    let names =
        |platform| -> Vec<_> { DeploymentConfig::built_ins_of(platform).map(|config| config.name).collect() };
    let (ecs, lambda) = (names(Platform::Ecs), names(Platform::Lambda));
    assert_eq!((ecs.len(), lambda.len()), (5, 9));
    assert!(ecs.iter().all(|name| name.starts_with("CodeDeployDefault.ECS")));
    assert!(lambda.iter().all(|name| name.starts_with("CodeDeployDefault.Lambda")));
}

#[test]
fn all_seventeen_configurations_of_the_service_are_listed_and_those_for_servers_shift_nothing() {
    let all: Vec<_> = BuiltInConfig::all().collect();
    let names: BTreeSet<_> = all.iter().map(|config| config.name().to_owned()).collect();
    assert_eq!((all.len(), names.len()), (17, 17));
    for config in &all {
        assert_eq!(BuiltInConfig::named(config.name()).as_ref(), Some(config));
        let server = config.compute_platform() == ComputePlatform::Server;
        assert_eq!(config.routing().is_none(), server, "{config}");
        assert_eq!(config.minimum_healthy_hosts().is_some(), server, "{config}");
        assert_eq!(DeploymentConfig::built_in(config.name()).is_none(), server, "{config}");
    }
    let hosts = |name: &str| {
        BuiltInConfig::named(name).and_then(|config| config.minimum_healthy_hosts()).map(|it| it.to_string())
    };
    assert_eq!(hosts("CodeDeployDefault.OneAtATime").as_deref(), Some("1 MOST_CONCURRENCY"));
    assert_eq!(hosts("CodeDeployDefault.HalfAtATime").as_deref(), Some("50 FLEET_PERCENT"));
    assert_eq!(hosts("CodeDeployDefault.AllAtOnce").as_deref(), Some("0 FLEET_PERCENT"));
}

#[test]
fn a_shift_that_the_service_does_not_take_is_not_read_either() {
    let refused = |text: &str| serde_json::from_str::<TrafficRouting>(text).unwrap_err().to_string();
    let shift = |kind, percentage, secs, nanos| {
        format!(r#"{{"{kind}":{{"percentage":{percentage},"interval":{{"secs":{secs},"nanos":{nanos}}}}}}}"#)
    };
    for kind in ["linear", "canary"] {
        for share in [0, 100, 300] {
            let text = format!("a step of {share} percent is out of range");
            assert!(refused(&shift(kind, share, 60, 0)).starts_with(&text));
        }
        assert!(refused(&shift(kind, 10, 0, 0)).starts_with("an interval of 0 minutes is out of range"));
        for (secs, nanos, given) in [(90, 0, "90s"), (60, 1, "60.000000001s")] {
            let text = format!("an interval of {given} is not in whole minutes");
            assert!(refused(&shift(kind, 10, secs, nanos)).starts_with(&text));
        }
    }
    assert!(refused(&shift("linear", 1, 1800, 0)).starts_with("the shift would take 2970 minutes"));
    assert!(refused(r#""at-once""#).contains("unknown variant"));
}

proptest! {
    #[test]
    fn shares_rise_to_all_traffic_with_the_last_step_and_not_before(
        share in 1_u64..=99, every in 1_u64..=29, canary in any::<bool>(),
    ) {
        let make = if canary { TrafficRouting::canary } else { TrafficRouting::linear };
        let routing = make(share, every).unwrap();
        let shares: Vec<_> = (0..routing.steps()).map(|step| routing.share_after(step)).collect();
        prop_assert!(shares.is_sorted_by(|earlier, later| earlier < later), "{shares:?}");
        prop_assert_eq!(u64::from(shares.first().unwrap().get()), share);
        prop_assert_eq!(shares.last(), Some(&Percent::ALL));
        let steps = if canary { 2 } else { 100_u64.div_ceil(share) };
        prop_assert_eq!(routing.span(), minutes((steps - 1) * every));
        prop_assert_eq!(routing.delay_of(0), minutes(0));
    }

    #[test]
    fn a_configuration_is_taken_exactly_when_the_service_takes_it(share in 0_u64..200, every in 0_u64..4000) {
        let (share_fits, interval_fits) = ((1..=99).contains(&share), (1..=2880).contains(&every));
        prop_assert_eq!(TrafficRouting::canary(share, every).is_ok(), share_fits && interval_fits);
        let linear = TrafficRouting::linear(share, every);
        let span = if share_fits { (100_u64.div_ceil(share) - 1) * every } else { 0 };
        let expected = match (share_fits, interval_fits) {
            (false, _) => Some(InvalidRouting::Percentage { given: share }),
            (true, false) => Some(InvalidRouting::Interval { given: every }),
            (true, true) => (span > 2880).then_some(InvalidRouting::Span { given: span }),
        };
        prop_assert_eq!(linear.err(), expected);
    }

    #[test]
    fn a_routing_survives_its_own_text(share in 1_u64..=99, every in 1_u64..=29) {
        for routing in [TrafficRouting::linear(share, every).unwrap(), TrafficRouting::canary(share, every).unwrap()] {
            let text = serde_json::to_string(&routing).unwrap();
            prop_assert_eq!(serde_json::from_str::<TrafficRouting>(&text).unwrap(), routing);
            let kind = if matches!(routing, TrafficRouting::Linear { .. }) { "TimeBasedLinear" } else { "TimeBasedCanary" };
            prop_assert_eq!(routing.kind().as_str(), kind);
        }
    }
}
