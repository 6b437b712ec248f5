//! AWS services other than CodeDeploy: those of moto, in memory, in a process of their own.

use std::fmt;
use std::fs;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::{client, programs, within};

/// A server with the services of a new account, in the region `us-east-1` or any other. It ends when it is dropped, and
/// with the test's process at the latest.
///
/// It asks nobody who they are, and plays no network: load balancers balance nothing, and functions are not run.
pub struct Moto {
    url: String,
    folder: TempDir,
    process: Child,
}

impl Moto {
    /// Starts it on a free port, and waits until it serves.
    ///
    /// # Panics
    ///
    /// When it does not, when it is not installed, and when the running test has not `moto` in its name.
    pub async fn start() -> Self {
        let python = client("moto").folder().join("bin/python3");
        let folder = tempfile::Builder::new().prefix("greenlight-moto-").tempdir().unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(python);
        command.arg(programs::root().join("tests/clients/moto_server.py"));
        command.env_clear().env("HOME", folder.path()).current_dir(folder.path());
        for (name, value) in [
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            // Images of machines that nobody starts here take seconds to read.
            ("MOTO_EC2_LOAD_DEFAULT_AMIS", "false".into()),
            ("PYTHONDONTWRITEBYTECODE", "1".into()),
        ] {
            command.env(name, value);
        }
        // Its standard input is ours to close: it ends then, also when this process is killed.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = within("moto says where it serves", lines.next_line()).await.unwrap().unwrap_or_default();
        let moto = Self { url, folder, process };
        assert!(moto.url.starts_with("http://127.0.0.1:"), "it ended at once: {moto:?}");
        moto
    }

    /// Where all of its services answer.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its process.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.process.id()
    }
}

impl fmt::Debug for Moto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        write!(f, "moto at {}, which wrote:\n{log}", self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{http, processes};

    #[tokio::test]
    async fn moto_serves_and_leaves_no_process() {
        let moto = Moto::start().await;
        let (status, state) =
            http::send("GET", &format!("{}/moto-api/data.json", moto.url()), &serde_json::Value::Null).await;
        assert_eq!(status, 200, "{state}");
        let process = moto.process().unwrap();
        assert!(processes::is_alive(process));
        drop(moto);
        crate::eventually("moto has ended", || !processes::is_alive(process)).await;
    }
}
