//! Holds what a component imports and exports against the contract, before it is linked.

use wasmtime::{
    Engine,
    component::{
        Component,
        types::{ComponentInstance, ComponentItem},
    },
};

use super::LoadError;
use crate::{
    CONTRACT_VERSION, capability, contract,
    version::{compatible, numbers, other_version, split},
};

/// The names of what `component` imports.
pub(crate) fn imports(engine: &Engine, component: &Component) -> Vec<String> {
    component.component_type().imports(engine).map(|(name, _)| name.to_owned()).collect()
}

/// How a plugin is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By the function of our interface.
    Validator,
    /// As a program.
    Command,
}

/// Looks whether `component` is a validation test that this host can serve.
pub(crate) fn check(plugin: &str, engine: &Engine, component: &Component) -> Result<Kind, LoadError> {
    let world = component.component_type();
    let exports: Vec<String> = world.exports(engine).map(|(name, _)| name.to_owned()).collect();
    let imports = imports(engine, component);

    let ours = exports.iter().chain(&imports).find_map(|name| other_version(name));
    if let Some((found, newer)) = ours {
        return Err(LoadError::ContractVersion { plugin: plugin.to_owned(), found, newer });
    }
    let kind = match world.get_export(engine, contract::VALIDATOR).map(|export| export.ty) {
        Some(ComponentItem::ComponentInstance(validator)) => {
            check_validator(plugin, engine, component, &validator)?;
            Kind::Validator
        }
        _ if exports.iter().any(|name| contract::same_interface(name, contract::RUN)) => Kind::Command,
        _ => return Err(LoadError::NoEntry { plugin: plugin.to_owned(), core: false, exports }),
    };

    let missing: Vec<String> = imports.into_iter().filter(|name| !is_served(name)).collect();
    if missing.is_empty() {
        Ok(kind)
    } else {
        Err(LoadError::MissingImports { plugin: plugin.to_owned(), imports: missing })
    }
}

/// Why a component that [`check`] let pass cannot be linked: most often a function of a newer contract.
pub(crate) fn mismatch(
    plugin: &str,
    engine: &Engine,
    component: &Component,
    error: &wasmtime::Error,
) -> LoadError {
    let plugin = plugin.to_owned();
    let newer = imports(engine, component).into_iter().find(|name| {
        split(name).is_some_and(|(interface, version)| {
            interface.starts_with(contract::PACKAGE) && numbers(version) > numbers(CONTRACT_VERSION)
        })
    });
    match newer {
        Some(found) => LoadError::ContractVersion { plugin, found, newer: true },
        None => LoadError::Mismatch { plugin, problem: format!("{error:#}") },
    }
}

fn check_validator(
    plugin: &str,
    engine: &Engine,
    component: &Component,
    validator: &ComponentInstance,
) -> Result<(), LoadError> {
    let mismatch = |problem: String| LoadError::Mismatch { plugin: plugin.to_owned(), problem };
    let world = component.component_type();
    match validator.get_export(engine, contract::VALIDATE).map(|export| export.ty) {
        Some(ComponentItem::ComponentFunc(validate)) => validate
            .typecheck::<(), (contract::Verdict,)>(&world.instance_type())
            .map_err(|error| mismatch(format!("the type of its function validate: {error:#}"))),
        _ => Err(mismatch("it has no function validate".to_owned())),
    }
}

/// Whether the host has this interface in a compatible version.
fn is_served(name: &str) -> bool {
    let Some((interface, version)) = split(name) else { return false };
    capability::interfaces().filter_map(split).any(|(served, served_version)| {
        served == interface && (version == served_version || compatible(version, served_version))
    })
}

#[cfg(test)]
mod tests {
    use super::is_served;

    #[test]
    fn compatible_versions_of_wasi_are_served() {
        assert!(is_served("wasi:cli/environment@0.2.0"));
        assert!(is_served("wasi:io/streams@0.2.12"));
        assert!(!is_served("wasi:cli/environment@0.3.0"));
        assert!(!is_served("wasi:nn/tensor@0.2.0"));
        assert!(!is_served("plain-function"));
    }
}
