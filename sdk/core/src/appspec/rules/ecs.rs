//! `Properties` of an ECS service.

use std::num::NonZeroU16;

use super::super::node::Entry;
use super::super::spec::EcsService;
use super::super::task_definition::TaskDefinition;
use super::super::value::Section;
use super::fields::Fields;
use super::{Check, capacity, network, scalar};
use crate::finding::Finding;

pub(super) fn read(entry: &Entry, path: &str, check: &mut Check<'_, '_, '_>) -> Option<EcsService> {
    let known = [
        "TaskDefinition",
        "LoadBalancerInfo",
        "PlatformVersion",
        "NetworkConfiguration",
        "CapacityProviderStrategy",
    ];
    let fields = Fields::read(&entry.value, Some(&entry.key_span), path, &known, Section::Properties, check)?;
    let task_definition = fields
        .required("TaskDefinition", check)
        .and_then(|entry| read_task_definition(entry, &fields.path("TaskDefinition"), check));
    let container = fields
        .required("LoadBalancerInfo", check)
        .and_then(|entry| read_container(entry, &fields.path("LoadBalancerInfo"), check));
    let platform_version = fields
        .get("PlatformVersion")
        .and_then(|entry| read_platform_version(entry, &fields.path("PlatformVersion"), check));
    let network_configuration = fields
        .get("NetworkConfiguration")
        .and_then(|entry| network::read(entry, &fields.path("NetworkConfiguration"), check));
    let capacity_provider_strategy = fields
        .get("CapacityProviderStrategy")
        .map(|entry| capacity::read(entry, &fields.path("CapacityProviderStrategy"), check))
        .unwrap_or_default();
    let (container_name, container_port) = container?;
    Some(EcsService {
        task_definition: task_definition?,
        container_name,
        container_port,
        platform_version,
        network_configuration,
        capacity_provider_strategy,
    })
}

fn read_task_definition(entry: &Entry, path: &str, check: &mut Check<'_, '_, '_>) -> Option<TaskDefinition> {
    let task_definition = TaskDefinition::new(scalar::text(&entry.value, path, check)?);
    if let Some((code, message, fix)) = task_definition.doubt() {
        check.at(&entry.value, path, Finding::warning(code, message).with_fix(fix));
    }
    Some(task_definition)
}

fn read_container(entry: &Entry, path: &str, check: &mut Check<'_, '_, '_>) -> Option<(String, NonZeroU16)> {
    let known = ["ContainerName", "ContainerPort"];
    let fields =
        Fields::read(&entry.value, Some(&entry.key_span), path, &known, Section::LoadBalancerInfo, check)?;
    let name = fields
        .required("ContainerName", check)
        .and_then(|entry| scalar::text(&entry.value, &fields.path("ContainerName"), check));
    let port = fields.required("ContainerPort", check).and_then(|entry| {
        scalar::integer(&entry.value, 1..=u32::from(u16::MAX), &fields.path("ContainerPort"), check)
    });
    let port = port.and_then(|port| u16::try_from(port).ok()).and_then(NonZeroU16::new);
    Some((name?, port?))
}

fn read_platform_version(entry: &Entry, path: &str, check: &mut Check<'_, '_, '_>) -> Option<String> {
    let version = scalar::text(&entry.value, path, check)?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_release = version.split('.').count() == 3 && version.split('.').all(is_number);
    if version != "LATEST" && !is_release && !super::super::placeholder::is_placeholder(&version) {
        let message = format!("the platform version is {}", entry.value.described());
        let finding = Finding::warning("platform-version", message)
            .with_fix("write `LATEST`, or three numbers such as `1.4.0`");
        check.at(&entry.value, path, finding);
    }
    Some(version)
}
