//! Holds what a component imports and exports against the contract, before it is linked.

use wasmtime::{
    Engine,
    component::{
        Component,
        types::{ComponentInstance, ComponentItem},
    },
};

use super::LoadError;
use crate::{CONTRACT_VERSION, capability, contract};

/// The names of what `component` imports.
pub(crate) fn imports(engine: &Engine, component: &Component) -> Vec<String> {
    component.component_type().imports(engine).map(|(name, _)| name.to_owned()).collect()
}

/// Looks whether `component` is a validation test that this host can serve.
pub(crate) fn check(plugin: &str, engine: &Engine, component: &Component) -> Result<(), LoadError> {
    let world = component.component_type();
    let exports: Vec<String> = world.exports(engine).map(|(name, _)| name.to_owned()).collect();
    let imports = imports(engine, component);

    let ours = exports.iter().chain(&imports).find_map(|name| other_version(name));
    if let Some((found, newer)) = ours {
        return Err(LoadError::ContractVersion { plugin: plugin.to_owned(), found, newer });
    }
    let Some(ComponentItem::ComponentInstance(validator)) =
        world.get_export(engine, contract::VALIDATOR).map(|export| export.ty)
    else {
        return Err(LoadError::NoValidator { plugin: plugin.to_owned(), exports });
    };
    check_validator(plugin, engine, component, &validator)?;

    let missing: Vec<String> = imports.into_iter().filter(|name| !is_served(name)).collect();
    if missing.is_empty() {
        Ok(())
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
            interface.starts_with(contract::PACKAGE)
                && split_version(version) > split_version(CONTRACT_VERSION)
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

/// The name and whether it is newer, if it is an interface of the contract in a version that is not compatible.
fn other_version(name: &str) -> Option<(String, bool)> {
    let (interface, version) = split(name)?;
    let package = interface.split_once('/')?.0;
    let ours = split_version(CONTRACT_VERSION);
    (package == contract::PACKAGE && track(&split_version(version)) != track(&ours))
        .then(|| (name.to_owned(), split_version(version) > ours))
}

/// Whether the host has this interface in a compatible version.
fn is_served(name: &str) -> bool {
    let Some((interface, version)) = split(name) else { return false };
    capability::interfaces().filter_map(split).any(|(served, served_version)| {
        served == interface
            && (version == served_version
                || track(&split_version(version)) == track(&split_version(served_version)))
    })
}

fn split(name: &str) -> Option<(&str, &str)> {
    name.split_once('@')
}

/// Major, minor, patch; a version before a release counts as that release.
fn split_version(version: &str) -> [u64; 3] {
    let mut numbers = version.split(['.', '-', '+']).map(|number| number.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

/// What has to be equal for two versions to be compatible: the first number that is not zero and all before it.
fn track([major, minor, patch]: &[u64; 3]) -> [u64; 3] {
    match (*major, *minor) {
        (0, 0) => [0, 0, *patch],
        (0, minor) => [0, minor, 0],
        (major, _) => [major, 0, 0],
    }
}

#[cfg(test)]
mod tests {
    use super::{is_served, other_version};

    #[test]
    fn compatible_versions_of_wasi_are_served() {
        assert!(is_served("wasi:cli/environment@0.2.0"));
        assert!(is_served("wasi:io/streams@0.2.12"));
        assert!(!is_served("wasi:cli/environment@0.3.0"));
        assert!(!is_served("wasi:nn/tensor@0.2.0"));
        assert!(!is_served("plain-function"));
    }

    #[test]
    fn other_versions_of_the_contract_are_told_with_their_direction() {
        assert_eq!(other_version("greenlight:hook/validator@0.1.0"), None);
        assert_eq!(other_version("greenlight:hook/validator@0.1.7"), None);
        let newer = other_version("greenlight:hook/validator@0.2.0").unwrap();
        assert_eq!(newer, ("greenlight:hook/validator@0.2.0".to_owned(), true));
        assert!(!other_version("greenlight:hook/report@0.0.9").unwrap().1);
        assert_eq!(other_version("greenlight:other/thing@0.2.0"), None);
    }
}
