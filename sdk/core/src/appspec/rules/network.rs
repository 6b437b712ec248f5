//! `NetworkConfiguration`: given whole, or left out to keep the service's own.

use super::super::node::Entry;
use super::super::spec::{AssignPublicIp, AwsvpcConfiguration};
use super::super::value::Section;
use super::fields::Fields;
use super::{Check, scalar};
use crate::finding::Finding;

pub(super) fn read(entry: &Entry, path: &str, check: &mut Check<'_, '_, '_>) -> Option<AwsvpcConfiguration> {
    let known = ["AwsvpcConfiguration"];
    let fields = Fields::read(
        &entry.value,
        Some(&entry.key_span),
        path,
        &known,
        Section::NetworkConfiguration,
        check,
    )?;
    let inner = fields.required("AwsvpcConfiguration", check)?;
    let path = fields.path("AwsvpcConfiguration");
    let known = ["Subnets", "SecurityGroups", "AssignPublicIp"];
    let fields = Fields::read(
        &inner.value,
        Some(&inner.key_span),
        &path,
        &known,
        Section::AwsvpcConfiguration,
        check,
    )?;
    let subnets = fields.required("Subnets", check).and_then(|entry| {
        let path = fields.path("Subnets");
        let subnets = scalar::texts(entry, &path, check)?;
        if subnets.is_empty() {
            let finding = Finding::error("no-subnet", "Subnets is an empty list")
                .with_fix("name at least one, or leave NetworkConfiguration out to keep the service's own");
            check.at(&entry.value, &path, finding);
        }
        Some(subnets)
    });
    let security_groups = fields
        .required("SecurityGroups", check)
        .and_then(|entry| scalar::texts(entry, &fields.path("SecurityGroups"), check));
    let words = [AssignPublicIp::Enabled, AssignPublicIp::Disabled].map(|value| (value.as_str(), value));
    let assign_public_ip = fields
        .required("AssignPublicIp", check)
        .and_then(|entry| scalar::word(&entry.value, &words, &fields.path("AssignPublicIp"), check));
    Some(AwsvpcConfiguration {
        subnets: subnets?,
        security_groups: security_groups?,
        assign_public_ip: assign_public_ip?,
    })
}
