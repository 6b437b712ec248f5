//! The command `greenlight endpoint` as a process that can be killed and started again.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Child;

use crate::{ClaimedPort, Greenlight, http, processes, within};

/// An endpoint with a folder for its state, which goes with it.
///
/// It listens on one port for all of its life, over any number of processes. It is killed when it is dropped, and so
/// is all that it started, as the command promises.
pub struct Endpoint {
    data: TempDir,
    port: ClaimedPort,
    clock: String,
    project: Option<PathBuf>,
    variables: BTreeMap<String, String>,
    url: String,
    process: Option<Child>,
    stderr: Arc<Mutex<String>>,
}

impl Endpoint {
    /// One that is not started yet, with this clock (`real`, `virtual`).
    ///
    /// # Panics
    ///
    /// When the machine has no folder or port for it.
    #[must_use]
    pub fn new(clock: &str) -> Self {
        Self {
            data: tempfile::Builder::new().prefix("greenlight-endpoint-").tempdir().unwrap(),
            port: ClaimedPort::new(),
            clock: clock.to_owned(),
            project: None,
            variables: BTreeMap::new(),
            url: String::new(),
            process: None,
            stderr: Arc::default(),
        }
    }

    /// One that runs, with this clock.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new) and [`start`](Self::start).
    pub async fn started(clock: &str) -> Self {
        let mut endpoint = Self::new(clock);
        endpoint.start().await;
        endpoint
    }

    /// With this project file.
    #[must_use]
    pub fn project(mut self, file: &Path) -> Self {
        self.project = Some(file.to_owned());
        self
    }

    /// With this variable in its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Another clock, from the next start on.
    pub fn set_clock(&mut self, clock: &str) {
        clock.clone_into(&mut self.clock);
    }

    /// Starts it, or starts it again on what is in its folder, and waits until it serves.
    ///
    /// # Panics
    ///
    /// When it does not say where it serves.
    pub async fn start(&mut self) {
        assert!(self.process.is_none(), "the endpoint runs already");
        let mut call = Greenlight::marked_with_failing_writes(self.mark())
            .args("endpoint --listen")
            .arg(self.port.address().to_string())
            .arg("--data")
            .arg(self.data.path())
            .args("--clock")
            .arg(&self.clock);
        if let Some(project) = &self.project {
            call = call.arg("--project").arg(project);
        }
        for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL_CODEDEPLOY"] {
            call = call.without_env(name);
        }
        for (name, value) in &self.variables {
            call = call.env(name, value);
        }
        let mut child = call.spawn(Stdio::piped(), Stdio::piped());
        keep(child.stderr.take().unwrap(), Arc::clone(&self.stderr));
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = within("the endpoint says where it serves", stdout.next_line()).await.unwrap();
        self.url = first.unwrap_or_else(|| panic!("the endpoint ended at once: {self:?}"));
        assert!(self.url.starts_with("http://127.0.0.1:"), "its first line is no URL: {self:?}");
        // A pipe that nobody reads would stop it one day.
        keep(stdout.into_inner(), Arc::default());
        self.process = Some(child);
    }

    /// Kills it (SIGKILL), and waits until it is gone.
    ///
    /// # Panics
    ///
    /// When it does not run.
    pub async fn kill(&mut self) {
        let mut process = self.process.take().expect("the endpoint does not run");
        let ended = process.try_wait().unwrap();
        assert!(ended.is_none(), "the endpoint had ended by itself with {ended:?}: {self:?}");
        process.kill().await.unwrap();
    }

    /// Has its disk full from now on, until it is started again: no file of it can grow.
    ///
    /// # Panics
    ///
    /// When it does not run.
    pub fn fill_disk(&self) {
        let files = std::fs::read_dir(self.data.path()).unwrap();
        let largest = files.map(|file| file.unwrap().metadata().unwrap().len()).max();
        let process = self.process.as_ref().and_then(Child::id).expect("the endpoint does not run");
        let process = rustix::process::Pid::from_raw(process.try_into().unwrap());
        let limit = rustix::process::Rlimit { current: largest, maximum: largest };
        rustix::process::prlimit(process, rustix::process::Resource::Fsize, limit).unwrap();
    }

    /// Where it serves.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder of its state.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// What it wrote to standard error so far.
    ///
    /// # Panics
    ///
    /// Never but after a panic.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    /// Moves its clock by a span such as `1h`, and says the time that it is then.
    ///
    /// # Panics
    ///
    /// When it refuses.
    pub async fn advance(&self, span: &str) -> Value {
        let url = format!("{}/greenlight/clock", self.url);
        let (status, answer) = http::send("POST", &url, &json!({ "advance": span })).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// What marks the processes of this endpoint; see [`processes::marked`].
    #[must_use]
    pub fn mark(&self) -> String {
        self.data.path().display().to_string()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "endpoint {} of {}, which wrote:\n{}",
            self.url,
            self.data.path().display(),
            self.stderr()
        )?;
        write!(f, "\nits processes: {:?}", processes::marked(&self.mark()))
    }
}

/// Reads to the end, in the background.
fn keep(from: impl AsyncRead + Unpin + Send + 'static, to: Arc<Mutex<String>>) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let mut text = to.lock().unwrap();
            text.push_str(&line);
            text.push('\n');
        }
    });
}
