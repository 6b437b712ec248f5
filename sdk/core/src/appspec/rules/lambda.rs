//! `Properties` of a Lambda function.

use super::super::node::{Entry, Kind, Node, clipped};
use super::super::placeholder::is_placeholder;
use super::super::spec::LambdaFunction;
use super::super::value::Section;
use super::fields::Fields;
use super::{Check, hooks, scalar};
use crate::finding::Finding;

pub(super) fn read(entry: &Entry, path: &str, check: &mut Check<'_, '_, '_>) -> Option<LambdaFunction> {
    let known = ["Name", "Alias", "CurrentVersion", "TargetVersion"];
    let fields = Fields::read(&entry.value, Some(&entry.key_span), path, &known, Section::Properties, check)?;
    let name = fields
        .required("Name", check)
        .and_then(|entry| hooks::read_function(&entry.value, &fields.path("Name"), check));
    let alias = fields
        .required("Alias", check)
        .and_then(|entry| scalar::text(&entry.value, &fields.path("Alias"), check));
    let mut version = |key: &'static str| {
        let entry = fields.required(key, check)?;
        let version = read_version(&entry.value, &fields.path(key), check)?;
        Some((entry, version))
    };
    let (current, target) = (version("CurrentVersion"), version("TargetVersion"));
    if let (Some((_, current)), Some((entry, target))) = (&current, &target)
        && current == target
    {
        let message = format!("the target version is the current one, {}", clipped(target));
        let finding = Finding::warning("same-version", message)
            .with_fix("name the version to deploy: there is nothing to shift");
        check.at(&entry.value, &fields.path("TargetVersion"), finding);
    }
    Some(LambdaFunction {
        name: name?,
        alias: alias?,
        current_version: current?.1,
        target_version: target?.1,
    })
}

/// A published version: a positive number, in quotes or not.
fn read_version(node: &Node, path: &str, check: &mut Check<'_, '_, '_>) -> Option<String> {
    let text = match &node.kind {
        Kind::Number(text) => text.clone(),
        _ => scalar::text(node, path, check)?,
    };
    let is_positive = text.bytes().all(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte != b'0');
    if !is_positive && !is_placeholder(&text) {
        let message = format!("{} is {}", scalar::last_key(path), node.described());
        let finding = Finding::error("lambda-version", message)
            .with_fix("write the number of a published version, such as \"2\"");
        check.at(node, path, finding);
        return None;
    }
    Some(text)
}
