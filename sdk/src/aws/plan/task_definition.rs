//! Checks of the task definition, and of the container that traffic goes to.

use aws_sdk_ecs::types::{ContainerDefinition, TaskDefinition, TaskDefinitionStatus};
use greenlight_core::appspec::EcsService;
use greenlight_core::finding::{Finding, Place};

use super::account::{Account, Answer};
use super::findings::Findings;

/// Asks for the task definition, unless the AppSpec has none yet.
pub(super) async fn ask(account: &Account, spec: Option<&EcsService>) -> Option<Answer<TaskDefinition>> {
    let named = &spec?.task_definition;
    if named.is_placeholder() {
        return None;
    }
    Some(account.task_definition(named.as_str()).await)
}

/// Checks what was answered.
pub(super) fn check(spec: &EcsService, answer: Answer<TaskDefinition>, findings: &mut Findings) {
    let named = spec.task_definition.as_str();
    let place = || Place::named("task definition", named);
    let definition = match answer {
        Ok(Some(definition)) => definition,
        Ok(None) => {
            let finding = Finding::error("unknown-task-definition", "this task definition does not exist");
            let fix = "register it, or correct the ARN, its revision and its region";
            findings.push(finding.with_place(place()).with_fix(fix));
            return;
        }
        Err(trouble) => {
            let what = "the task definition with its container";
            findings.unchecked(place(), what, "ecs:DescribeTaskDefinition", trouble);
            return;
        }
    };
    if let Some(status) = definition.status().filter(|status| **status != TaskDefinitionStatus::Active) {
        let message = format!("this task definition is {status}, so that no task set can be made of it");
        let finding = Finding::error("task-definition-not-active", message).with_place(place());
        findings.push(finding.with_fix("register it again, and name the new revision"));
    }
    container(spec, &definition, findings);
}

fn container(spec: &EcsService, definition: &TaskDefinition, findings: &mut Findings) {
    let (name, port) = (spec.container_name.as_str(), i32::from(spec.container_port.get()));
    let containers = definition.container_definitions();
    let place = Place::named("container", name);
    let Some(container) = containers.iter().find(|container| container.name() == Some(name)) else {
        let known: Vec<&str> = containers.iter().filter_map(ContainerDefinition::name).collect();
        let message = format!("the task definition has no container `{name}`");
        let fix = format!("set ContainerName to one of {}", known.join(", "));
        findings.push(Finding::error("unknown-container", message).with_place(place).with_fix(fix));
        return;
    };
    if !has_port(container, port) {
        let known = ports(container);
        let message = format!("the container `{name}` does not map its port {port}");
        let fix = if known.is_empty() {
            format!("add a port mapping for {port} to the task definition; it has none")
        } else {
            format!("set ContainerPort to {}, or add a port mapping for {port}", known.join(" or "))
        };
        findings.push(Finding::error("unknown-container-port", message).with_place(place).with_fix(fix));
    }
}

fn has_port(container: &ContainerDefinition, port: i32) -> bool {
    container.port_mappings().iter().any(|mapping| {
        let range = mapping.container_port_range().and_then(|range| range.split_once('-'));
        let within = range.and_then(|(first, last)| Some(first.parse().ok()?..=last.parse::<i32>().ok()?));
        mapping.container_port() == Some(port) || within.is_some_and(|range| range.contains(&port))
    })
}

fn ports(container: &ContainerDefinition) -> Vec<String> {
    let each = container.port_mappings().iter();
    each.filter_map(|mapping| {
        let single = mapping.container_port().map(|port| port.to_string());
        single.or_else(|| mapping.container_port_range().map(str::to_owned))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::PortMapping;

    use super::*;

    #[test]
    fn a_port_is_mapped_by_itself_or_within_a_range() {
        let container = ContainerDefinition::builder()
            .port_mappings(PortMapping::builder().container_port(80).build())
            .port_mappings(PortMapping::builder().container_port_range("8000-8010").build())
            .build();
        let mapped = [79, 80, 81, 7999, 8000, 8010, 8011].map(|port| has_port(&container, port));
        assert_eq!(mapped, [false, true, false, false, true, true, false]);
        assert_eq!(ports(&container), ["80", "8000-8010"]);
    }
}
