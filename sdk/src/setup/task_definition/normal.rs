//! When two task definitions say the same.
//!
//! The service answers with more than it was given: defaults, empty lists, and what it computes. The defaults are those of the API
//! reference, `RegisterTaskDefinition` and `ContainerDefinition`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Whether a key is the service's own, or is compared by other means.
pub(super) fn is_of_the_service(key: &str) -> bool {
    matches!(
        key,
        "taskDefinitionArn"
            | "revision"
            | "status"
            | "requiresAttributes"
            | "compatibilities"
            | "registeredAt"
            | "registeredBy"
            | "deregisteredAt"
            | "deleteRequestedAt"
    )
}

/// What a registered definition has otherwise than the declared one: a text for each part, `image of web`, in a fixed order.
pub(super) fn differences(declared: &Map<String, Value>, registered: &Map<String, Value>) -> Vec<String> {
    let (declared, registered) = (normal(declared), normal(registered));
    let mut texts = Vec::new();
    for key in keys(&declared, &registered) {
        if key == CONTAINERS || declared.get(key) == registered.get(key) {
            continue;
        }
        texts.push(difference(key, declared.get(key), registered.get(key)));
    }
    let containers = |definition: &Flat| -> BTreeMap<String, Value> {
        let list = definition.get(CONTAINERS).and_then(Value::as_array).cloned().unwrap_or_default();
        list.into_iter()
            .map(|one| (one.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(), one))
            .collect()
    };
    let (declared, registered) = (containers(&declared), containers(&registered));
    for name in declared.keys().chain(registered.keys()).collect::<BTreeSet<_>>() {
        match (declared.get(name), registered.get(name)) {
            (Some(one), Some(other)) => {
                for key in keys(&flat(one), &flat(other)) {
                    if one.get(key) != other.get(key) {
                        texts.push(difference(&format!("{key} of {name}"), one.get(key), other.get(key)));
                    }
                }
            }
            (Some(_), None) => texts.push(format!("container {name} is new")),
            (None, _) => texts.push(format!("container {name} is gone")),
        }
    }
    texts
}

const CONTAINERS: &str = "containerDefinitions";

type Flat = BTreeMap<String, Value>;

fn flat(value: &Value) -> Flat {
    value
        .as_object()
        .map(|map| map.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
        .unwrap_or_default()
}

fn keys<'a>(one: &'a Flat, other: &'a Flat) -> BTreeSet<&'a String> {
    one.keys().chain(other.keys()).collect()
}

/// A value is only shown where it is short, and no secret can be in it.
fn difference(what: &str, declared: Option<&Value>, registered: Option<&Value>) -> String {
    let shown = |value: Option<&Value>| match value {
        None => Some("none".to_owned()),
        Some(Value::String(text)) if text.len() <= 100 => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::Bool(value)) => Some(value.to_string()),
        Some(_) => None,
    };
    match (shown(registered), shown(declared)) {
        (Some(from), Some(to)) => format!("{what} {from} -> {to}"),
        _ => what.to_owned(),
    }
}

fn normal(definition: &Map<String, Value>) -> Flat {
    let mut definition: Flat = definition
        .iter()
        .filter(|(key, _)| !is_of_the_service(key) && *key != "tags")
        .map(|(key, value)| (key.clone(), without_empty(value.clone())))
        .filter(|(_, value)| !is_empty(value))
        .collect();
    let on_fargate = list_of(&definition, "requiresCompatibilities").iter().any(|one| one == "FARGATE");
    let network = if on_fargate { "awsvpc" } else { "bridge" };
    let network = definition.entry("networkMode".to_owned()).or_insert_with(|| network.into()).clone();
    for size in ["cpu", "memory"] {
        // The service writes a number as a text.
        if let Some(Value::Number(number)) = definition.get(size) {
            let text = number.to_string();
            definition.insert(size.to_owned(), text.into());
        }
    }
    sort_by(&mut definition, "requiresCompatibilities", "");
    sort_by(&mut definition, "volumes", "name");
    if let Some(Value::Array(containers)) = definition.get_mut(CONTAINERS) {
        for container in containers.iter_mut() {
            fill_container(container, network.as_str().unwrap_or_default());
        }
    }
    sort_by(&mut definition, CONTAINERS, "name");
    definition
}

fn fill_container(container: &mut Value, network: &str) {
    let mut filled = flat(container);
    filled.entry("cpu".to_owned()).or_insert_with(|| 0.into());
    filled.entry("essential".to_owned()).or_insert_with(|| true.into());
    if let Some(Value::Array(ports)) = filled.get_mut("portMappings") {
        for port in ports.iter_mut().filter_map(Value::as_object_mut) {
            port.entry("protocol").or_insert_with(|| "tcp".into());
            let own = port.get("containerPort").cloned().unwrap_or_default();
            let host = if network == "bridge" { 0.into() } else { own };
            port.entry("hostPort").or_insert(host);
        }
    }
    if let Some(Value::Object(check)) = filled.get_mut("healthCheck") {
        for (key, default) in [("interval", 30), ("timeout", 5), ("retries", 3)] {
            check.entry(key).or_insert_with(|| default.into());
        }
    }
    for (key, by) in
        [("environment", "name"), ("secrets", "name"), ("mountPoints", "containerPath"), ("ulimits", "name")]
    {
        sort_by(&mut filled, key, by);
    }
    *container = filled.into_iter().collect::<Map<_, _>>().into();
}

/// Without what is nothing: nulls, empty lists and maps.
fn without_empty(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(without_empty).collect(),
        Value::Object(map) => {
            let kept = map.into_iter().map(|(key, value)| (key, without_empty(value)));
            Value::Object(kept.filter(|(_, value)| !is_empty(value)).collect())
        }
        other => other,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

fn list_of(definition: &Flat, key: &str) -> Vec<Value> {
    definition.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Puts a list of which the order means nothing in order: by a member, or by the items themselves.
fn sort_by(map: &mut Flat, key: &str, member: &str) {
    if let Some(Value::Array(items)) = map.get_mut(key) {
        items.sort_by_cached_key(|item| item.get(member).unwrap_or(item).to_string());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(declared: &Value, registered: &Value) -> Vec<String> {
        differences(declared.as_object().unwrap(), registered.as_object().unwrap())
    }

    fn declared() -> Value {
        json!({
            "family": "web", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
            "containerDefinitions": [
                { "name": "web", "image": "web:2", "portMappings": [{ "containerPort": 80 }],
                  "environment": [{ "name": "B", "value": "2" }, { "name": "A", "value": "1" }] },
                { "name": "log", "image": "log:1", "essential": false, "healthCheck": { "command": ["CMD", "true"] } },
            ],
        })
    }

    /// As the service answers.
    fn registered() -> Value {
        json!({
            "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7", "revision": 7, "status": "ACTIVE",
            "family": "web", "requiresCompatibilities": ["FARGATE"], "compatibilities": ["EC2", "FARGATE"], "cpu": "256",
            "memory": "512", "networkMode": "awsvpc", "volumes": [], "placementConstraints": [], "registeredAt": 1.5,
            "containerDefinitions": [
                { "name": "web", "image": "web:2", "cpu": 0, "essential": true, "mountPoints": [], "volumesFrom": [],
                  "portMappings": [{ "containerPort": 80, "hostPort": 80, "protocol": "tcp" }], "systemControls": [],
                  "environment": [{ "name": "A", "value": "1" }, { "name": "B", "value": "2" }] },
                { "name": "log", "image": "log:1", "cpu": 0, "essential": false, "environment": [], "portMappings": [],
                  "healthCheck": { "command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3 } },
            ],
        })
    }

    #[test]
    fn what_the_service_fills_in_is_no_difference() {
        assert_eq!(told(&declared(), &registered()), Vec::<String>::new());
    }

    #[test]
    fn each_part_that_differs_is_told_and_no_variable_is_shown() {
        let mut new = declared();
        new["containerDefinitions"][0]["image"] = "web:3".into();
        new["containerDefinitions"][0]["environment"][0]["value"] = "secret".into();
        new["containerDefinitions"][1]["name"] = "logs".into();
        new["memory"] = "1024".into();
        new.as_object_mut().unwrap().remove("cpu");
        assert_eq!(
            told(&new, &registered()),
            [
                "cpu 256 -> none",
                "memory 512 -> 1024",
                "container log is gone",
                "container logs is new",
                "environment of web",
                "image of web web:2 -> web:3",
            ]
        );
    }

    #[test]
    fn ports_in_a_bridge_are_the_hosts_to_choose() {
        let one = json!({ "family": "f", "containerDefinitions": [{ "name": "a", "portMappings": [{ "containerPort": 80 }] }] });
        let mut other = one.clone();
        other["containerDefinitions"][0]["portMappings"][0]["hostPort"] = 0.into();
        assert!(told(&one, &other).is_empty());
        other["containerDefinitions"][0]["portMappings"][0]["hostPort"] = 80.into();
        assert_eq!(told(&one, &other), ["portMappings of a"]);
    }
}
