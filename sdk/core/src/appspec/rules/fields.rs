//! The keys of one map: known ones in any case, unknown ones kept and warned of.

use std::ops::Range;

use super::super::node::{Entry, Kind, Node, clipped};
use super::super::report::key_path;
use super::super::value::{Section, UnknownKey};
use super::{Check, suggest};
use crate::finding::Finding;

/// A map with the keys that its section knows.
pub(super) struct Fields<'n> {
    /// Where to say that a key is missing.
    at: Range<usize>,
    path: String,
    found: Vec<(&'static str, &'n Entry)>,
}

impl<'n> Fields<'n> {
    /// Reads a map; another value is reported. `key` is the key that the map belongs to.
    pub(super) fn read(
        node: &'n Node,
        key: Option<&Range<usize>>,
        path: &str,
        known: &[&'static str],
        section: Section,
        check: &mut Check<'_, '_, '_>,
    ) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            let what = if path.is_empty() { "the file" } else { path };
            let finding = Finding::error("not-a-map", format!("{what} is {}, not a map", node.described()))
                .with_fix(format!("write keys and values: {}", known.join(", ")));
            check.at(node, path, finding);
            return None;
        };
        let mut found: Vec<(&'static str, &'n Entry)> = Vec::new();
        let mut unknown = Vec::new();
        for entry in entries {
            match known.iter().find(|name| name.eq_ignore_ascii_case(&entry.key)) {
                Some(name) => match found.iter().find(|(other, _)| other == name) {
                    Some((_, first)) => report_second_spelling(first, entry, path, check),
                    None => found.push((name, entry)),
                },
                None => unknown.push(entry),
            }
        }
        for entry in unknown {
            let absent = |name: &&&'static str| found.iter().all(|(other, _)| other != *name);
            match known.iter().filter(absent).find(|name| suggest::is_slip(&entry.key, name)) {
                Some(name) => {
                    report_slip(entry, name, path, check);
                    found.push((name, entry));
                }
                None => keep_unknown(entry, path, known, section, check),
            }
        }
        let at = key.cloned().unwrap_or(node.span.start..node.span.start);
        Some(Self { at, path: path.to_owned(), found })
    }

    /// The entry of a known key, unless it is absent or null.
    pub(super) fn get(&self, key: &str) -> Option<&'n Entry> {
        self.found
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, entry)| *entry)
            .filter(|entry| !entry.value.is_null())
    }

    /// The entry of a key that must be there; its absence is reported.
    pub(super) fn required(&self, key: &'static str, check: &mut Check<'_, '_, '_>) -> Option<&'n Entry> {
        let entry = self.get(key);
        if entry.is_none() {
            let place = if self.path.is_empty() { "the file" } else { self.path.as_str() };
            let empty =
                self.found.iter().find(|(name, _)| *name == key).map(|(_, entry)| entry.key_span.clone());
            let message = match &empty {
                Some(_) => format!("`{key}` has no value"),
                None => format!("{place} has no `{key}`"),
            };
            let finding = Finding::error("missing-key", message).with_fix(format!("write {}", example(key)));
            check.report.add(finding, empty.unwrap_or_else(|| self.at.clone()), &self.path(key));
        }
        entry
    }

    /// The path of a key in this map.
    pub(super) fn path(&self, key: &str) -> String {
        key_path(&self.path, key)
    }
}

fn report_second_spelling(first: &Entry, second: &Entry, path: &str, check: &mut Check<'_, '_, '_>) {
    if first.key == second.key {
        return; // Said of every map alike, known to a rule or not.
    }
    let line = check.report.source.line_number(first.key_span.start);
    let message =
        format!("`{}` is the same key as `{}` on line {line}: case does not count", second.key, first.key);
    let finding = Finding::error("duplicate-key", message).with_fix("keep one of them");
    check.report.add(finding, second.key_span.clone(), &key_path(path, &second.key));
}

/// A key that can only be meant for one that is absent is an error, and its value is read as if it were that one: a
/// deployment that passes over its misspelt `Hooks` is not what was asked for.
fn report_slip(entry: &Entry, name: &str, path: &str, check: &mut Check<'_, '_, '_>) {
    let shown = clipped(&entry.key);
    let finding = Finding::error("misspelt-key", format!("`{shown}` is not a key of an AppSpec here"))
        .with_fix(format!("did you mean `{name}`?"));
    check.report.add(finding, entry.key_span.clone(), &key_path(path, &shown));
}

fn keep_unknown(
    entry: &Entry,
    path: &str,
    known: &[&'static str],
    section: Section,
    check: &mut Check<'_, '_, '_>,
) {
    let shown = clipped(&entry.key);
    let fix = match suggest::closest(&entry.key, known) {
        Some(name) => format!("did you mean `{name}`?"),
        None if section == Section::Root && is_of_servers(&entry.key) => {
            format!("take it out: `{shown}` belongs to deployments on servers, not to ECS or Lambda")
        }
        None => "take it out unless another tool wants it: CodeDeploy does not read it".to_owned(),
    };
    let finding =
        Finding::warning("unknown-key", format!("`{shown}` is not a key of an AppSpec here")).with_fix(fix);
    check.report.add(finding, entry.key_span.clone(), &key_path(path, &shown));
    check.unknown.push(UnknownKey { section, key: entry.key.clone(), value: entry.value.to_value() });
}

/// Top-level keys of the AppSpec for EC2 and on-premises deployments.
fn is_of_servers(key: &str) -> bool {
    ["os", "files", "permissions", "file_exists_behavior"].iter().any(|name| name.eq_ignore_ascii_case(key))
}

/// What to write for a key that must be there.
fn example(key: &str) -> &'static str {
    match key {
        "version" => "`version: 0.0`",
        "Resources" => {
            "`Resources:` with one entry, `- TargetService:`, and under it `Type` and `Properties`"
        }
        "Type" => "`Type: AWS::ECS::Service` or `Type: AWS::Lambda::Function`",
        "Properties" => "`Properties:` with what to deploy",
        "TaskDefinition" => "`TaskDefinition: arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION`",
        "LoadBalancerInfo" => "`LoadBalancerInfo:` with `ContainerName` and `ContainerPort`",
        "ContainerName" => "`ContainerName:` with the name of a container of the task definition",
        "ContainerPort" => "`ContainerPort:` with the port of that container",
        "AwsvpcConfiguration" => {
            "`AwsvpcConfiguration:` with `Subnets`, `SecurityGroups` and `AssignPublicIp`"
        }
        "Subnets" => "`Subnets: [subnet-…]`; the network settings are given whole or not at all",
        "SecurityGroups" => "`SecurityGroups: [sg-…]`; the network settings are given whole or not at all",
        "AssignPublicIp" => {
            "`AssignPublicIp: ENABLED` or `DISABLED`; the network settings are given whole or not at all"
        }
        "CapacityProvider" => "`CapacityProvider:` with its name, such as `FARGATE_SPOT`",
        "Name" => "`Name:` with the name of the function",
        "Alias" => "`Alias:` with the alias whose traffic is shifted",
        "CurrentVersion" => "`CurrentVersion:` with the version that the alias points to",
        "TargetVersion" => "`TargetVersion:` with the version that the alias is to point to",
        _ => "it with a value",
    }
}
