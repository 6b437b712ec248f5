//! What a module or component imports and exports, by name, read without compiling it.

use wasmparser::{BinaryReaderError, ExternalKind, Parser, Payload};

use super::FormError;
use crate::text;

/// The module from which programs for WASI preview 1 import.
const PREVIEW_1: &str = "wasi_snapshot_preview1";

/// The tag before the names of the component model's newer way to name things in core modules.
const MANGLED: &str = "cm32p2|";

/// The most of each kind that is kept.
const MOST: usize = 10_000;

/// Names at the outermost level.
pub(super) struct Names {
    /// Whether they are those of a core module.
    pub(super) core: bool,
    /// Of a component the interfaces, of a core module the modules with the fields.
    pub(super) imports: Vec<(String, String)>,
    /// Of a component the interfaces, of a core module the functions.
    pub(super) exports: Vec<String>,
}

impl Names {
    pub(super) fn read(wasm: &[u8]) -> Result<Self, FormError> {
        Self::parse(wasm).map_err(|error| FormError::Damaged {
            problem: text::sentence(&format!("{} at byte {}", error.message(), error.offset()), 500),
            bytes: wasm.len(),
        })
    }

    fn parse(wasm: &[u8]) -> Result<Self, BinaryReaderError> {
        let mut names = Self { core: Parser::is_core_wasm(wasm), imports: Vec::new(), exports: Vec::new() };
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            match payload {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        names.import(import.module, import.name);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            names.export(export.name);
                        }
                    }
                }
                Payload::ComponentImportSection(section) => {
                    for import in section {
                        names.import(import?.name.name, "");
                    }
                }
                Payload::ComponentExportSection(section) => {
                    for export in section {
                        names.export(export?.name.name);
                    }
                }
                _ => {}
            }
        }
        Ok(names)
    }

    fn import(&mut self, module: &str, field: &str) {
        if self.imports.len() < MOST {
            self.imports.push((module.to_owned(), field.to_owned()));
        }
    }

    fn export(&mut self, name: &str) {
        if self.exports.len() < MOST {
            self.exports.push(name.to_owned());
        }
    }

    /// Every interface that is imported or exported.
    pub(super) fn interfaces(&self) -> impl Iterator<Item = &str> {
        let imported = self.imports.iter().map(|(module, _)| unmangled(module));
        self.interfaces_of_exports().chain(imported)
    }

    /// Every interface of which something is exported.
    pub(super) fn interfaces_of_exports(&self) -> impl Iterator<Item = &str> {
        self.exports.iter().map(|name| {
            if !self.core {
                return name.as_str();
            }
            match name.strip_prefix(MANGLED) {
                Some(name) => name.split('|').next().unwrap_or_default(),
                None => name.split('#').next().unwrap_or_default(),
            }
        })
    }

    /// The imports of a core module that neither WASI preview 1 nor an interface can serve, as `module.field`.
    pub(super) fn foreign_imports(&self) -> Vec<String> {
        let foreign = self.imports.iter().filter(|(module, _)| !is_served(module));
        foreign.map(|(module, field)| format!("{module}.{field}")).collect()
    }
}

/// The interface that a core module means by this module.
fn unmangled(module: &str) -> &str {
    let module = module.strip_prefix(MANGLED).unwrap_or(module);
    module.strip_prefix("[export]").or_else(|| module.strip_prefix("_ex_")).unwrap_or(module)
}

/// Whether this module of a core module's imports can be one of WASI preview 1 or an interface.
fn is_served(module: &str) -> bool {
    let interface = unmangled(module);
    module == PREVIEW_1
        || module == MANGLED
        || interface == "$root"
        || interface.split_once(':').is_some_and(|(_, rest)| rest.contains('/') && !rest.contains("://"))
}
