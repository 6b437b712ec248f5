//! `Resources`: a list with exactly one entry, which has exactly one name.

use super::super::node::{Entry, Kind, Node, clipped};
use super::super::report::key_path;
use super::super::spec::{EcsService, LambdaFunction, Resource};
use super::super::value::Section;
use super::fields::Fields;
use super::{Check, ecs, lambda, scalar};
use crate::finding::Finding;

/// What kind of resource it is, and its value where it could be read.
pub(super) enum Read {
    Ecs(Option<EcsService>),
    Lambda(Option<LambdaFunction>),
}

impl Read {
    pub(super) fn into_resource(self) -> Option<Resource> {
        match self {
            Self::Ecs(service) => service.map(Resource::EcsService),
            Self::Lambda(function) => function.map(Resource::LambdaFunction),
        }
    }
}

#[derive(Clone, Copy)]
enum Type {
    Ecs,
    Lambda,
}

/// Reads the list and its first entry.
pub(super) fn read(entry: &Entry, check: &mut Check<'_, '_, '_>) -> Option<(String, Read)> {
    const SHAPE: &str =
        "write `Resources:`, and below it `- TargetService:` with `Type` and `Properties` indented under it";
    let path = "Resources";
    let Kind::List(items) = &entry.value.kind else {
        let message = format!("Resources is {}, not a list", entry.value.described());
        check.at(&entry.value, path, Finding::error("not-a-list", message).with_fix(SHAPE));
        return None;
    };
    if let Some(second) = items.get(1) {
        let message = format!("Resources has {} entries, and a deployment has one", items.len());
        let finding = Finding::error("several-resources", message)
            .with_fix("keep one, and write an AppSpec for each other");
        check.at(second, "Resources[1]", finding);
    }
    let Some(first) = items.first() else {
        let finding = Finding::error("no-resource", "Resources is an empty list").with_fix(SHAPE);
        check.at(&entry.value, path, finding);
        return None;
    };
    let path = "Resources[0]";
    let named = match &first.kind {
        Kind::Map(entries) => match entries.as_slice() {
            [one] => Some(one),
            several => return report_not_one_name(first, several, check),
        },
        _ => None,
    };
    let Some(named) = named else {
        let message = format!("{path} is {}, not a resource", first.described());
        check.at(first, path, Finding::error("not-a-map", message).with_fix(SHAPE));
        return None;
    };
    let resource = read_one(named, &key_path(path, &clipped(&named.key)), check)?;
    Some((named.key.clone(), resource))
}

/// The usual slip: `Type` and `Properties` stand beside the name instead of under it.
fn report_not_one_name<T>(item: &Node, entries: &[Entry], check: &mut Check<'_, '_, '_>) -> Option<T> {
    let is_body =
        |entry: &&Entry| ["Type", "Properties"].iter().any(|key| key.eq_ignore_ascii_case(&entry.key));
    let finding = match (entries.iter().find(is_body), entries.first()) {
        (Some(body), Some(first)) if !is_body(&first) => {
            let message = format!("`{}` stands beside `{}`, not under it", body.key, clipped(&first.key));
            let finding = Finding::error("resource-indentation", message)
                .with_fix(format!("indent it by two more spaces than `{}`", clipped(&first.key)));
            check.report.add(finding, body.key_span.clone(), "Resources[0]");
            return None;
        }
        (Some(_), _) => Finding::error("resource-without-name", "the resource has no name")
            .with_fix("write `- TargetService:` and indent `Type` and `Properties` under it"),
        _ => Finding::error(
            "resource-without-name",
            format!("the resource has {} names, not one", entries.len()),
        )
        .with_fix("write one name, such as `- TargetService:`, with `Type` and `Properties` under it"),
    };
    check.at(item, "Resources[0]", finding);
    None
}

fn read_one(named: &Entry, path: &str, check: &mut Check<'_, '_, '_>) -> Option<Read> {
    let known = ["Type", "Properties"];
    let fields = Fields::read(&named.value, Some(&named.key_span), path, &known, Section::Resource, check)?;
    let types = [("AWS::ECS::Service", Type::Ecs), ("AWS::Lambda::Function", Type::Lambda)];
    let kind = fields
        .required("Type", check)
        .and_then(|entry| scalar::word(&entry.value, &types, &fields.path("Type"), check));
    let properties = fields.required("Properties", check);
    let path = fields.path("Properties");
    Some(match kind.unwrap_or_else(|| likely_type(properties)) {
        Type::Ecs => Read::Ecs(properties.and_then(|entry| ecs::read(entry, &path, check))),
        Type::Lambda => Read::Lambda(properties.and_then(|entry| lambda::read(entry, &path, check))),
    })
}

/// The type that the properties belong to where `Type` does not say: their own faults are worth finding in the same pass.
fn likely_type(properties: Option<&Entry>) -> Type {
    let is_of_lambda = |entry: &Entry| {
        ["Alias", "CurrentVersion", "TargetVersion"].iter().any(|key| key.eq_ignore_ascii_case(&entry.key))
    };
    match properties.map(|entry| &entry.value.kind) {
        Some(Kind::Map(entries)) if entries.iter().any(is_of_lambda) => Type::Lambda,
        _ => Type::Ecs,
    }
}
