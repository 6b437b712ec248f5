//! The clients of CodeDeploy that the end-to-end tests drive the endpoint with, in `<target directory>/clients`.

use crate::failure::Failure;
use crate::kit::{self, Absent, Kit};
use crate::workspace::Workspace;

pub(crate) const KITS: [Kit; 2] = [
    Kit {
        folder: "python",
        words: &["boto3", "aws_cli"],
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

/// Where the files are that say what is installed.
pub(crate) const FILES: &str = "tests/clients";
