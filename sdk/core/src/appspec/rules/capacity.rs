//! `CapacityProviderStrategy`: where the capacity of the task set comes from.

use super::super::node::{Entry, Kind, Node};
use super::super::spec::CapacityProvider;
use super::super::value::Section;
use super::fields::Fields;
use super::{Check, scalar};
use crate::finding::Finding;

/// Largest `Base` and `Weight` that Amazon ECS takes.
const MAX_BASE: u32 = 100_000;
const MAX_WEIGHT: u32 = 1_000;

pub(super) fn read(entry: &Entry, path: &str, check: &mut Check<'_, '_, '_>) -> Vec<CapacityProvider> {
    let Kind::List(items) = &entry.value.kind else {
        let message = format!("CapacityProviderStrategy is {}, not a list", entry.value.described());
        let finding =
            Finding::error("not-a-list", message).with_fix("begin each provider with `- CapacityProvider:`");
        check.at(&entry.value, path, finding);
        return Vec::new();
    };
    let read: Vec<(&Node, CapacityProvider)> = items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| Some((item, read_one(item, index, &format!("{path}[{index}]"), check)?)))
        .collect();
    if let Some((second, _)) = read.iter().filter(|(_, provider)| provider.base > 0).nth(1) {
        let finding = Finding::error("several-bases", "a second provider has a base")
            .with_fix("keep `Base` for one provider");
        check.at(second, path, finding);
    }
    // Providers that could not be read have been reported; a sum without them would say what is not so.
    if !items.is_empty() && read.len() == items.len() && read.iter().all(|(_, provider)| provider.weight == 0)
    {
        let finding = Finding::error("no-weight", "no provider has a weight above 0")
            .with_fix("write `Weight: 1` for one");
        check.at(&entry.value, path, finding);
    }
    read.into_iter().map(|(_, provider)| provider).collect()
}

fn read_one(
    item: &Node,
    index: usize,
    path: &str,
    check: &mut Check<'_, '_, '_>,
) -> Option<CapacityProvider> {
    let known = ["CapacityProvider", "Base", "Weight"];
    let fields = Fields::read(item, None, path, &known, Section::CapacityProvider(index), check)?;
    let name = fields
        .required("CapacityProvider", check)
        .and_then(|entry| scalar::text(&entry.value, &fields.path("CapacityProvider"), check));
    let mut number = |key: &'static str, most: u32| match fields.get(key) {
        Some(entry) => scalar::integer(&entry.value, 0..=most, &fields.path(key), check),
        None => Some(0),
    };
    let (base, weight) = (number("Base", MAX_BASE), number("Weight", MAX_WEIGHT));
    Some(CapacityProvider { capacity_provider: name?, base: base?, weight: weight? })
}
