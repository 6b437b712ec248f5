//! The canonical forms: what is written is read again as the same value, whatever the value.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::num::NonZeroU16;

use greenlight_core::HookEvent;
use greenlight_core::appspec::{
    AppSpec, AssignPublicIp, AwsvpcConfiguration, CapacityProvider, EcsService, FunctionName, LambdaFunction,
    Resource, Section, TaskDefinition, UnknownKey, Value, sha256,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

/// A text as it may stand anywhere: words that YAML takes for something else, line ends, quotes, other scripts.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z][a-zA-Z0-9_./:$-]{0,20}",
        "\\PC{1,20}",
        "(?s)[ -~\\n\\t\\r\u{85}\u{2028}\u{feff}é🟢]{1,30}",
        select(
            &[
                "null",
                "~",
                "true",
                "no",
                "Off",
                "0.0",
                "1e3",
                "0x1F",
                "012",
                "-",
                "?",
                "a: b",
                "a #b",
                "- a",
                "<<",
                "!a",
                "&a",
                "*a",
                "%a",
                "@a",
                "1:20",
                "2026-01-01",
                "..."
            ][..]
        )
        .prop_map(str::to_owned),
    ]
    .prop_filter("a text is not empty", |text| !text.trim().is_empty())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        select(&["0", "-1", "0.10", "1e5", "123456789012345678901234567890"][..])
            .prop_map(|number| Value::Number(number.to_owned())),
        prop_oneof![text(), Just(String::new())].prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::List),
            btree_map(text(), inner, 0..4).prop_map(|map| Value::Map(map.into_iter().collect())),
        ]
    })
}

fn function() -> impl Strategy<Value = FunctionName> {
    prop_oneof![
        "[a-zA-Z0-9_-]{1,64}",
        "[a-z]{1,9}:live",
        "arn:aws:lambda:eu-west-1:[0-9]{12}:function:[a-z]{1,9}",
        "<[A-Z]{1,9}>",
    ]
    .prop_map(|text| text.parse().unwrap())
}

fn network() -> impl Strategy<Value = AwsvpcConfiguration> {
    let public = prop_oneof![Just(AssignPublicIp::Enabled), Just(AssignPublicIp::Disabled)];
    (vec(text(), 1..3), vec(text(), 0..3), public).prop_map(|(subnets, security_groups, assign_public_ip)| {
        AwsvpcConfiguration { subnets, security_groups, assign_public_ip }
    })
}

/// Strategies that can be deployed: one base at most, one weight at least.
fn capacity() -> impl Strategy<Value = Vec<CapacityProvider>> {
    vec((text(), 1..1000u32), 0..3).prop_flat_map(|providers| {
        (Just(providers), 0..100_000u32).prop_map(|(providers, base)| {
            let providers = providers.into_iter().enumerate();
            providers
                .map(|(index, (capacity_provider, weight))| CapacityProvider {
                    capacity_provider,
                    base: if index == 0 { base } else { 0 },
                    weight,
                })
                .collect()
        })
    })
}

fn ecs() -> impl Strategy<Value = Resource> {
    (text(), text(), 1..u16::MAX, proptest::option::of(text()), proptest::option::of(network()), capacity())
        .prop_map(
            |(
                task_definition,
                name,
                port,
                platform_version,
                network_configuration,
                capacity_provider_strategy,
            )| {
                let mut service = EcsService::new(
                    TaskDefinition::new(task_definition),
                    name,
                    NonZeroU16::new(port).unwrap(),
                );
                service.platform_version = platform_version;
                service.network_configuration = network_configuration;
                service.capacity_provider_strategy = capacity_provider_strategy;
                service.into()
            },
        )
}

fn lambda() -> impl Strategy<Value = Resource> {
    (function(), text(), 1..1000u32, 1..1000u32).prop_map(|(name, alias, current, target)| {
        LambdaFunction::new(name, alias, current.to_string(), target.to_string()).into()
    })
}

/// Unknown keys in the order of a value that was read; a prefix keeps them from being anything known.
fn unknown(is_ecs: bool) -> impl Strategy<Value = Vec<UnknownKey>> {
    let mut sections = vec![Section::Root, Section::Resource, Section::Properties];
    if is_ecs {
        sections.push(Section::LoadBalancerInfo);
    }
    vec((select(sections), text(), value()), 0..4).prop_map(|keys| {
        let mut unknown: Vec<UnknownKey> = keys
            .into_iter()
            .enumerate()
            .map(|(index, (section, key, value))| UnknownKey {
                section,
                key: format!("x-unknown-{index}-{key}"),
                value,
            })
            .collect();
        unknown.sort_by_key(|one| one.section);
        unknown
    })
}

fn spec() -> impl Strategy<Value = AppSpec> {
    let of_lambda = [HookEvent::BeforeAllowTraffic, HookEvent::AfterAllowTraffic];
    let ecs = (ecs(), btree_map(select(HookEvent::ALL), function(), 0..6), unknown(true));
    let lambda = (lambda(), btree_map(select(of_lambda.to_vec()), function(), 0..3), unknown(false));
    (prop_oneof![text(), Just("x".repeat(2000))], prop_oneof![ecs.boxed(), lambda.boxed()]).prop_map(
        |(name, (resource, hooks, unknown))| {
            let mut spec = AppSpec::new(name, resource);
            spec.hooks = hooks;
            spec.unknown = unknown;
            spec
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again_as_the_same_value(spec in spec()) {
        for text in [spec.to_yaml(), spec.to_json()] {
            let reading = AppSpec::read(&text);
            prop_assert_eq!(reading.spec.as_ref(), Some(&spec), "{:#?}\n{}", reading.findings, text);
        }
    }

    #[test]
    fn canonical_json_is_json(spec in spec()) {
        let value: serde_json::Value = serde_json::from_str(&spec.to_json()).unwrap();
        prop_assert_eq!(&value["version"], &serde_json::json!(0.0));
    }
}

const FREE_FORM: &str = r#"{ "hooks": [ { "afterallowtraffic": "b" }, { "BEFOREINSTALL": "111122223333:function:a:live" } ],
  "x-owner": { "cost": 0.10 },
  "resources": [ { "web app": { "properties": { "loadBalancerInfo": { "containerPort": "80", "containerName": "no" },
    "capacityProviderStrategy": [ { "weight": 1, "capacityProvider": "FARGATE_SPOT" } ],
    "taskDefinition": "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7" }, "type": "AWS::ECS::Service" } } ],
  "version": "0.0" }"#;

#[test]
fn canonical_yaml_has_the_spelling_and_the_order_of_the_guide() {
    let spec: AppSpec = FREE_FORM.parse().unwrap();
    snapbox::assert_data_eq!(
        spec.to_yaml(),
        snapbox::str![[r#"
version: 0.0
Resources:
  - "web app":
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7
        LoadBalancerInfo:
          ContainerName: "no"
          ContainerPort: 80
        CapacityProviderStrategy:
          - CapacityProvider: FARGATE_SPOT
            Weight: 1
Hooks:
  - BeforeInstall: "111122223333:function:a:live"
  - AfterAllowTraffic: b
x-owner:
  cost: 0.10

"#]]
    );
}

#[test]
fn a_change_of_the_value_changes_nothing_else() {
    let spec: AppSpec = FREE_FORM.parse().unwrap();
    let changed = spec
        .clone()
        .with_task_definition("arn:aws:ecs:eu-west-1:111122223333:task-definition/web:8")
        .with_hook(HookEvent::AfterAllowTestTraffic, "smoke".parse().unwrap())
        .with_hook(HookEvent::AfterAllowTraffic, "c".parse().unwrap());
    let expected = spec.to_yaml().replace("web:7", "web:8").replace(
        "  - AfterAllowTraffic: b\n",
        "  - AfterAllowTestTraffic: smoke\n  - AfterAllowTraffic: c\n",
    );
    assert_eq!(changed.to_yaml(), expected);
}

#[test]
fn the_digest_is_of_the_exact_text() {
    // `printf 'abc' | sha256sum`, the first test vector of FIPS 180-4.
    assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_ne!(sha256("version: 0.0\n"), sha256("version: 0.0\r\n"));
}
