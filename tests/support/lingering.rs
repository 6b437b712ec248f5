//! A service whose shell lingers after it, so that a test decides when its task set is gone.

use std::net::{SocketAddr, TcpStream};

use crate::{Project, Running, eventually, project};

/// Where the shell looks for the end of its lingering, in the project's folder.
const RELEASE: &str = "release";

/// SIGTERM goes to the shell and the service. It ends the service, and ends only the first `wait` of the shell.
const SCRIPT: &str = "trap : TERM; \"$@\" & wait; wait; until [ -e release ]; do sleep 0.05; done";

impl Project {
    /// Runs the demo service in a shell that tidies up after it, and is not done until [`release`](Self::release).
    ///
    /// The command takes its listeners away soon after its last task set is gone. While one lingers, a load goes on
    /// over the end of its service.
    #[must_use]
    pub fn with_lingering(self, task_set: &str, version: &str, options: &[&str]) -> Self {
        let shell = ["/bin/sh", "-c", SCRIPT, "lingering"].map(str::to_owned);
        let command: Vec<String> = shell.into_iter().chain(project::service(version, options)).collect();
        self.set("service.stop-grace", "10m").set(&format!("service.{task_set}.command"), command)
    }

    /// Lets what lingers end.
    ///
    /// # Panics
    ///
    /// When the folder cannot be written.
    pub fn release(&self) {
        std::fs::write(self.folder().join(RELEASE), "").unwrap();
    }
}

impl Running {
    /// Waits until a task set drains and its service has ended; the shell around it lingers.
    ///
    /// # Panics
    ///
    /// When the rehearsal ends without it.
    pub async fn until_service_ended(&mut self, task_set: &str) {
        let draining = self.until("task-set", &[("task-set", task_set), ("state", "draining")]).await;
        let address: SocketAddr = draining.text("address").parse().unwrap();
        eventually("the service has ended", || TcpStream::connect(address).is_err()).await;
    }
}
