//! The clients of CodeDeploy that the end-to-end tests drive the endpoint with, in `<target directory>/clients`.

use std::path::Path;

use crate::failure::Failure;
use crate::kit::{self, Absent, Kit};
use crate::workspace::Workspace;

/// Where the files are that say what is installed.
pub(crate) const FILES: &str = "tests/clients";

/// The kits.
pub(crate) const KITS: [Kit; 3] = [
    Kit {
        folder: "python",
        words: &["boto3", "aws_cli", "moto"],
        inputs: &["requirements.txt"],
        needs: &[&["python3", "-c", "import ensurepip, sys, venv; print(sys.version)"]],
        install: kit::install_python,
    },
    Kit {
        folder: "node",
        words: &["nodejs"],
        inputs: &["package.json", "package-lock.json", ".npmrc"],
        needs: &[&["node", "--version"], &["npm", "--version"]],
        install: kit::install_node,
    },
    Kit {
        folder: "lambda",
        words: &["cargo_lambda"],
        inputs: &["requirements-lambda.txt"],
        needs: &[&["python3", "-c", "import ensurepip, sys, venv; print(sys.version)"]],
        install: install_lambda,
    },
];

/// Installs all clients.
///
/// # Errors
///
/// When one of them cannot be had.
pub(crate) fn install(workspace: &Workspace) -> Result<(), Failure> {
    let absent = install_what_can_be(workspace);
    if absent.is_empty() { Ok(()) } else { Err(Failure::Absent { absent }) }
}

/// Installs the clients that can be had, and tells the others.
pub(crate) fn install_what_can_be(workspace: &Workspace) -> Vec<Absent> {
    let (from, to) = (workspace.root.join(FILES), workspace.target.join("clients"));
    kit::install_what_can_be(&KITS, &from, &to)
}

/// Alone: what it depends on is ten times its size, and is for building functions.
fn install_lambda(from: &Path, to: &Path) -> Result<(), Failure> {
    kit::install_venv(to, &from.join("requirements-lambda.txt"), &["--no-deps"])
}
