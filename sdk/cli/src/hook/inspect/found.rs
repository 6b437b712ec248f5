//! What was found in a file, as `--format json` writes it. Sizes are in bytes, times in seconds.

use std::collections::BTreeSet;
use std::path::Path;

use greenlight_hook_runtime::Hook;
use greenlight_hook_runtime::bundle::{Contents, NativeCode, PackedFile};
use greenlight_hook_runtime::http::HttpGrant;
use greenlight_hook_runtime::suite::{OnFault, Packed, SuitePlugin};
use serde::Serialize;

use crate::hook::build::Facts;
use crate::hook::{sha256, shown, words};

/// One of the three kinds of file.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum Found {
    Bundle(FoundBundle),
    Plugin(Component),
    NativeCode(CodeFile),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct FoundBundle {
    pub(super) file: String,
    pub(super) sha256: String,
    pub(super) bytes: u64,
    /// Nothing when the host is no Linux program for a processor of AWS Lambda.
    pub(super) architecture: Option<&'static str>,
    pub(super) host_bytes: u64,
    pub(super) concurrency: usize,
    pub(super) plugins: Vec<Plugin>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Plugin {
    pub(super) name: String,
    pub(super) file: String,
    pub(super) bytes: Option<u64>,
    /// Of the file itself.
    pub(super) sha256: String,
    /// Why the host would refuse it.
    pub(super) problem: Option<String>,
    /// Empty: all.
    pub(super) events: Vec<String>,
    pub(super) required: bool,
    pub(super) on_fault: OnFault,
    pub(super) limits: Limits,
    pub(super) retries: Retries,
    pub(super) grants: Vec<HttpGrant>,
    /// Their values may be nobody's business.
    pub(super) config_keys: BTreeSet<String>,
    pub(super) packed: Option<Packed>,
    pub(super) code: Option<Code>,
    pub(super) uses: Vec<words::Use>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Limits {
    pub(super) timeout: f64,
    pub(super) cpu: f64,
    pub(super) memory: u64,
    pub(super) log_bytes: u64,
    pub(super) response_bytes: u64,
    pub(super) requests: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Retries {
    pub(super) attempts: u32,
    pub(super) first_delay: f64,
    pub(super) max_delay: f64,
}

/// What native code tells of itself.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Code {
    pub(super) engine: String,
    pub(super) target: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Component {
    pub(super) file: String,
    pub(super) sha256: String,
    pub(super) bytes: u64,
    /// What it was built from and with, as its toolchain or `greenlight hook build` noted it.
    pub(super) built_with: Facts,
    pub(super) imports: Vec<String>,
    pub(super) uses: Vec<words::Use>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct CodeFile {
    pub(super) file: String,
    pub(super) sha256: String,
    pub(super) bytes: u64,
    pub(super) code: Code,
}

impl Found {
    /// Whether a host would take all of it.
    pub(super) fn is_usable(&self) -> bool {
        match self {
            Self::Bundle(bundle) => {
                bundle.architecture.is_some() && bundle.plugins.iter().all(|plugin| plugin.problem.is_none())
            }
            Self::Plugin(_) | Self::NativeCode(_) => true,
        }
    }
}

impl FoundBundle {
    pub(super) fn of(path: &Path, bytes: &[u8], contents: &Contents) -> Self {
        let plugins = contents.suite.plugins.iter().zip(&contents.plugins);
        Self {
            file: shown(path),
            sha256: sha256(bytes),
            bytes: bytes.len() as u64,
            architecture: contents.host.map(|target| target.architecture()),
            host_bytes: contents.host_bytes,
            concurrency: contents.suite.concurrency,
            plugins: plugins.map(|(plugin, file)| Plugin::of(plugin, file, contents)).collect(),
        }
    }
}

impl Plugin {
    fn of(plugin: &SuitePlugin, file: &PackedFile, contents: &Contents) -> Self {
        let imports = plugin.packed.as_ref().map(|packed| packed.imports.as_slice()).unwrap_or_default();
        Self {
            name: plugin.name.clone(),
            file: shown(&plugin.plugin),
            bytes: file.bytes,
            sha256: file.digest.clone(),
            problem: file.problem(plugin, contents.host),
            events: plugin.events.clone(),
            required: plugin.required,
            on_fault: plugin.on_fault,
            limits: Limits {
                timeout: plugin.timeout.as_secs_f64(),
                cpu: plugin.cpu.as_secs_f64(),
                memory: plugin.memory,
                log_bytes: plugin.log_bytes,
                response_bytes: plugin.response_bytes,
                requests: plugin.requests,
            },
            retries: Retries {
                attempts: plugin.retries.attempts,
                first_delay: plugin.retries.first_delay.as_secs_f64(),
                max_delay: plugin.retries.max_delay.as_secs_f64(),
            },
            grants: plugin.grants.http.iter().cloned().collect(),
            config_keys: plugin.config.keys().cloned().collect(),
            packed: plugin.packed.clone(),
            code: file.code.clone().map(Code::from),
            uses: words::uses(imports),
        }
    }
}

impl Component {
    pub(super) fn of(path: &Path, bytes: &[u8], hook: &Hook) -> Self {
        Self {
            file: shown(path),
            sha256: sha256(bytes),
            bytes: bytes.len() as u64,
            built_with: Facts::read(bytes),
            imports: hook.imports().to_vec(),
            uses: words::uses(hook.imports()),
        }
    }
}

impl CodeFile {
    pub(super) fn of(path: &Path, bytes: &[u8], code: NativeCode) -> Self {
        Self { file: shown(path), sha256: sha256(bytes), bytes: bytes.len() as u64, code: code.into() }
    }
}

impl From<NativeCode> for Code {
    fn from(code: NativeCode) -> Self {
        Self { engine: code.engine_version, target: code.target }
    }
}
