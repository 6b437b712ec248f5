//! The Lambda emulator of cargo-lambda.

use std::fmt;
use std::fs;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::{ClaimedPort, Client, within};

/// An emulator on a port of its own, of one function whose process is started by the test. It ends when it is dropped.
///
/// Unlike AWS it runs a function before it answers an asynchronous invocation of it.
pub struct Emulator {
    port: ClaimedPort,
    _process: Child,
    folder: TempDir,
}

impl Emulator {
    /// Starts it with a function of this name, and waits until it serves.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn start(cargo_lambda: &Client, function: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // It knows functions by the programs of a package, which it neither builds nor starts.
        let package = format!(
            "[package]\nname = \"functions\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[[bin]]\nname = \"{function}\"\npath = \"main.rs\"\n"
        );
        fs::write(folder.path().join("Cargo.toml"), package).unwrap();
        fs::write(folder.path().join("main.rs"), "fn main() {}\n").unwrap();
        let port = ClaimedPort::new();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(cargo_lambda.folder().join("bin/cargo-lambda"));
        command.args([
            "lambda",
            "watch",
            "--only-lambda-apis",
            "--invoke-address",
            "127.0.0.1",
            "--invoke-port",
        ]);
        command.arg(port.number().to_string()).current_dir(folder.path()).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let mut process = command.spawn().unwrap();
        let address = port.address();
        let serves = within("the emulator serves", async {
            while TcpStream::connect(address).await.is_err() {
                if process.try_wait().unwrap().is_some() {
                    return false;
                }
                tokio::time::sleep(crate::wait::PAUSE).await;
            }
            true
        });
        let serves = serves.await;
        let emulator = Self { port, _process: process, folder };
        assert!(serves, "it ended at once: {emulator:?}");
        emulator
    }

    /// Where functions are invoked.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.port.address())
    }

    /// Where the function of this name asks for its work.
    #[must_use]
    pub fn runtime_api(&self, function: &str) -> String {
        format!("{}/.rt/{function}", self.url())
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        write!(f, "emulator {}, which wrote:\n{log}", self.url())
    }
}
