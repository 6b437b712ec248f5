//! Traffic configurations: shares, steps and times of the built-in and of custom ones, alone and in a deployment.

use crate::support::settings::{minutes, plain};
use crate::support::stage::Stage;
use greenlight_core::traffic::InvalidRouting;
use greenlight_core::{DeploymentConfig, DeploymentStatus, Percent, TrafficRouting};
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
    ];
    assert_eq!(DeploymentConfig::built_ins().count(), expected.len());
    for (name, shares) in expected {
        assert_eq!(shifted(DeploymentConfig::built_in(name).unwrap().routing), shares, "{name}");
    }
}

#[test]
fn a_name_that_the_service_does_not_have_for_ecs_is_no_built_in() {
    for name in ["", "ECSAllAtOnce", "codedeploydefault.ecsallatonce", "CodeDeployDefault.LambdaAllAtOnce"] {
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
fn a_linear_shift_by_nothing_ends_with_all_traffic_all_the_same() {
    // No constructor makes it, but the fields are public and it can be read from a file.
    let nothing = TrafficRouting::Linear { percentage: Percent::ZERO, interval: minutes(1) };
    assert_eq!(shifted(nothing), [(99, 100)]);
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
        }
    }
}
