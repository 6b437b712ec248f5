//! What was found of a plugin, as `--format json` writes it. Sizes are in bytes, times in seconds.

use std::path::Path;

use greenlight_hook_runtime::{CONTRACT_VERSION, Form, Hook};
use serde::Serialize;

use super::measure::Cost;
use crate::hook::words::{self, Use};
use crate::hook::{sha256, shown};

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Checked {
    pub(super) file: String,
    pub(super) sha256: String,
    pub(super) bytes: u64,
    /// Nothing when it has none of the accepted forms.
    pub(super) form: Option<Form>,
    /// Nothing when it cannot be loaded.
    pub(super) plugin: Option<Plugin>,
    /// Each with its fix. Empty: it runs here.
    pub(super) problems: Vec<String>,
}

/// A plugin that can be loaded.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Plugin {
    /// The version of greenlight:hook that it is made for; nothing for a command that uses none of it.
    pub(super) contract: Option<String>,
    /// Of the component that it is, or that is made of it.
    pub(super) component_bytes: u64,
    pub(super) imports: Vec<String>,
    pub(super) uses: Vec<Use>,
    /// Whether it can do its work only with grants.
    pub(super) needs_grants: bool,
    pub(super) cost: Option<Cost>,
}

impl Checked {
    pub(super) fn new(path: &Path, bytes: &[u8]) -> Self {
        Self {
            file: shown(path),
            sha256: sha256(bytes),
            bytes: bytes.len() as u64,
            form: None,
            plugin: None,
            problems: Vec::new(),
        }
    }
}

impl Plugin {
    pub(super) fn of(hook: &Hook, component_bytes: usize, cost: Option<Cost>) -> Self {
        let imports = hook.imports().to_vec();
        let uses = words::uses(&imports);
        let imported = imports.iter().find_map(|import| {
            import.starts_with("greenlight:hook/").then(|| import.split_once('@')).flatten()
        });
        let contract = match imported {
            Some((_, version)) => Some(version.to_owned()),
            None if hook.is_command() => None,
            None => Some(CONTRACT_VERSION.to_owned()),
        };
        Self {
            contract,
            component_bytes: component_bytes as u64,
            needs_grants: uses.contains(&Use::Http),
            imports,
            uses,
            cost,
        }
    }
}
