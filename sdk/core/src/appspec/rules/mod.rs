//! The rules of the format, from the tree to the value. The order of the files is the order of an AppSpec.

mod capacity;
mod ecs;
mod fields;
mod hooks;
mod lambda;
mod network;
mod resources;
mod scalar;
mod suggest;

use fields::Fields;

use super::node::{Kind, Node};
use super::report::Report;
use super::spec::AppSpec;
use super::value::{Section, UnknownKey};
use crate::finding::Finding;

/// Reads the tree. What is wrong with it is reported; the value is there when enough could be read to make one.
pub(super) fn read(tree: &Node, report: &mut Report<'_, '_>) -> Option<AppSpec> {
    if tree.is_null() {
        nothing_read(report);
        return None;
    }
    let mut check = Check { report, unknown: Vec::new() };
    let root = Fields::read(tree, None, "", &["version", "Resources", "Hooks"], Section::Root, &mut check)?;
    read_version(&root, &mut check);
    let resource =
        root.required("Resources", &mut check).and_then(|entry| resources::read(entry, &mut check));
    let is_lambda = matches!(&resource, Some((_, resources::Read::Lambda(_))));
    let hooks = root.get("Hooks").map(|entry| hooks::read(&entry.value, is_lambda, &mut check));
    let mut unknown = check.unknown;
    unknown.sort_by_key(|one| one.section);
    let (logical_name, resource) = resource?;
    Some(AppSpec {
        logical_name,
        resource: resource.into_resource()?,
        hooks: hooks.unwrap_or_default(),
        unknown,
    })
}

/// Reports that there is nothing in the text, unless something else was already said.
pub(super) fn nothing_read(report: &mut Report<'_, '_>) {
    if report.is_empty() {
        let finding = Finding::error("empty", "the file holds nothing that can be deployed")
            .with_fix("write `version: 0.0`, `Resources` and, for validation tests, `Hooks`");
        report.add(finding, 0..0, "");
    }
}

/// What every rule needs: where to report, and where to keep what it does not know.
struct Check<'r, 's, 't> {
    report: &'r mut Report<'s, 't>,
    unknown: Vec<UnknownKey>,
}

impl Check<'_, '_, '_> {
    fn at(&mut self, node: &Node, path: &str, finding: Finding) {
        self.report.add(finding, node.span.clone(), path);
    }
}

fn read_version(root: &Fields<'_>, check: &mut Check<'_, '_, '_>) {
    let Some(entry) = root.required("version", check) else { return };
    let is_zero = match &entry.value.kind {
        // A tool that reads 0.0 and writes JSON may write 0.
        Kind::Number(text) => text.parse::<f64>().is_ok_and(|number| number == 0.0),
        Kind::Text(text) => text.trim() == AppSpec::VERSION,
        _ => false,
    };
    if !is_zero {
        let finding = Finding::error("version", format!("the version is {}", entry.value.described()))
            .with_fix("write `version: 0.0`: there is no other");
        check.at(&entry.value, "version", finding);
    }
}
