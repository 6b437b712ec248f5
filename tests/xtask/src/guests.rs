//! The workspace's own plugins, built for WebAssembly.

use crate::failure::Failure;
use crate::file::install;
use crate::program::{cargo, run};
use crate::setup::{self, WASM_TARGET};
use crate::workspace::Workspace;

/// The packages that are plugins.
pub(crate) const GUESTS: [&str; 4] = ["rust-smoke", "guest-faults", "guest-wasi-http", "guest-wstd-http"];

/// Builds every guest and puts the components into `<target directory>/guests`.
///
/// Each is built by a call of its own, so that one that does not compile does not keep the others away.
///
/// # Errors
///
/// When the target cannot be installed, and at the end when any guest failed, with their names.
pub(crate) fn build(workspace: &Workspace) -> Result<(), Failure> {
    setup::wasm_target()?;
    let mut failed = Vec::new();
    for package in GUESTS {
        if let Err(failure) = build_one(workspace, package) {
            eprintln!("error: guest {package}: {failure}");
            failed.push(package.to_owned());
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Failure::Guests { failed }) }
}

/// The file that cargo makes of a guest.
pub(crate) fn file_name(package: &str) -> String {
    format!("{}.wasm", package.replace('-', "_"))
}

fn build_one(workspace: &Workspace, package: &str) -> Result<(), Failure> {
    let arguments = ["build", "--quiet", "--package", package, "--target", WASM_TARGET, "--profile", "guest"];
    run(cargo(workspace, &arguments))?;
    let name = file_name(package);
    let built = workspace.target.join(WASM_TARGET).join("guest").join(&name);
    install(&built, &workspace.guests().join(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guest_is_a_member_of_the_workspace() {
        let root = Workspace::find().unwrap().root;
        for package in GUESTS {
            let folder = package.strip_prefix("guest-").map_or_else(
                || root.join("guest-examples").join(package),
                |name| root.join("tests/guests").join(name),
            );
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
            assert!(manifest.contains(&format!("name = \"{package}\"")), "{}", folder.display());
        }
    }

    #[test]
    fn a_component_is_named_as_cargo_names_it() {
        assert_eq!(file_name("guest-wasi-http"), "guest_wasi_http.wasm");
    }
}
