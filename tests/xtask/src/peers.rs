//! What hooks are compared with, besides the functions for AWS Lambda: a program that is started for each, and another host of plugins.

use std::process::Command;

use crate::failure::Failure;
use crate::file::install;
use crate::program::{cargo, run};
use crate::setup;
use crate::workspace::Workspace;

const CHILD_PACKAGE: &str = "greenlight-child-peer";
const CHILD: &str = "child-hook";
const EXTISM_PACKAGE: &str = "greenlight-extism-peer";
const EXTISM: &str = "extism-host";
const PLUGIN_PACKAGE: &str = "greenlight-extism-plugin";
const PLUGIN: &str = "greenlight_extism_plugin.wasm";
/// What extism's plugins are built for: modules, not components.
const PLUGIN_TARGET: &str = "wasm32-wasip1";

/// Builds the program that is started for each hook, linked statically, into `<target directory>/peers`.
///
/// # Errors
///
/// When it does not build, or this machine has no C library to link statically.
pub(crate) fn build_child(workspace: &Workspace) -> Result<(), Failure> {
    run(child(workspace))?;
    keep(workspace, "child/release", CHILD)
}

/// Builds the host that is made with extism, and its plugin, into `<target directory>/peers`.
///
/// # Errors
///
/// When one of them does not build.
pub(crate) fn build_extism(workspace: &Workspace) -> Result<(), Failure> {
    setup::standard_library(PLUGIN_TARGET)?;
    let plugin =
        ["build", "--quiet", "--package", PLUGIN_PACKAGE, "--target", PLUGIN_TARGET, "--profile", "guest"];
    run(cargo(workspace, &plugin))?;
    keep(workspace, &format!("{PLUGIN_TARGET}/guest"), PLUGIN)?;
    run(cargo(workspace, &["build", "--release", "--package", EXTISM_PACKAGE, "--features", "extism"]))?;
    keep(workspace, "release", EXTISM)
}

/// In a target directory of its own: other flags for the compiler would have everything in the common one built anew.
fn child(workspace: &Workspace) -> Command {
    let mut command = cargo(workspace, &["build", "--quiet", "--release", "--package", CHILD_PACKAGE]);
    command.env("CARGO_TARGET_DIR", workspace.target.join("child"));
    command.env("RUSTFLAGS", "-C target-feature=+crt-static");
    command
}

fn keep(workspace: &Workspace, folder: &str, name: &str) -> Result<(), Failure> {
    install(&workspace.target.join(folder).join(name), &workspace.target.join("peers").join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packages_are_members_of_the_workspace() {
        let root = Workspace::find().unwrap().root;
        for (folder, package) in
            [("child", CHILD_PACKAGE), ("extism", EXTISM_PACKAGE), ("extism-plugin", PLUGIN_PACKAGE)]
        {
            let manifest = root.join("benches/peers").join(folder).join("Cargo.toml");
            let text = std::fs::read_to_string(&manifest).unwrap();
            assert!(text.contains(&format!("name = \"{package}\"")), "{}", manifest.display());
        }
    }
}
