//! A hook function as a process, with the environment that Lambda gives it.

use std::{
    env, fs,
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use nix::{time::clock_getcpuclockid, unistd::Pid};
use serde_json::Value;

use crate::lambda_api::{Addresses, FUNCTION};

/// What starts a function.
#[derive(Clone, Debug)]
pub struct FunctionProgram {
    /// For tables.
    pub name: &'static str,
    /// The program with its arguments.
    pub command: Vec<String>,
    /// Where its code is: `LAMBDA_TASK_ROOT`, and where it starts.
    pub folder: PathBuf,
    /// Lambda's name of the handler.
    pub handler: &'static str,
    /// What it needs besides Lambda's own variables.
    pub variables: Vec<(&'static str, String)>,
}

/// A function that was started. It is killed when this is dropped.
#[derive(Debug)]
pub struct FunctionProcess {
    process: Child,
    lines: mpsc::Receiver<String>,
}

/// What a process holds and has done.
#[derive(Clone, Copy, Debug)]
pub struct FunctionUsage {
    /// Bytes of its memory that are in the machine's, with those of its program's file.
    pub resident_bytes: u64,
    /// The most that it has been.
    pub most_resident_bytes: u64,
    /// How long processors have worked for it.
    pub processor: Duration,
}

impl FunctionProgram {
    /// Starts it, with all that it talks to at these addresses.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(&self, at: Addresses) -> io::Result<FunctionProcess> {
        let (program, arguments) =
            self.command.split_first().ok_or_else(|| io::Error::other("there is no program"))?;
        let mut process = Command::new(program)
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.lambda_variables(at))
            .envs(self.variables.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| io::Error::other(format!("{program} cannot be started: {error}")))?;
        let (sender, lines) = mpsc::channel();
        if let Some(stdout) = process.stdout.take() {
            thread::Builder::new().name("output".to_owned()).spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    // Nobody waits for the last lines of a function that was killed.
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            })?;
        }
        Ok(FunctionProcess { process, lines })
    }

    fn lambda_variables(&self, at: Addresses) -> Vec<(&'static str, String)> {
        let url = format!("http://{}", at.services);
        vec![
            ("PATH", env::var("PATH").unwrap_or_default()),
            ("LANG", "C.UTF-8".to_owned()),
            ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_ENDPOINT_URL_CODEDEPLOY", url.clone()),
            ("AWS_LAMBDA_RUNTIME_API", at.runtime_api.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", FUNCTION.to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{FUNCTION}")),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/23/[$LATEST]0".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
            ("AWS_SESSION_TOKEN", "token".to_owned()),
            ("LAMBDA_TASK_ROOT", self.folder.display().to_string()),
            ("_HANDLER", self.handler.to_owned()),
            // The release under test, for ours and for the others.
            ("GREENLIGHT_TEST_URL", url.clone()),
            ("TEST_ENDPOINT", format!("{url}/health")),
        ]
    }
}

impl FunctionProcess {
    /// How long the plugin of the hook that has just been answered took, as the host's log has it. Lines before it are
    /// passed over.
    ///
    /// # Errors
    ///
    /// When the log has no such line for ten seconds.
    pub fn plugin_time(&self) -> io::Result<Duration> {
        loop {
            let line = self
                .lines
                .recv_timeout(Duration::from_secs(10))
                .map_err(|_| io::Error::other("the host's log has no line with the time of the plugin"))?;
            if let Some(time) = plugin_time(&line) {
                return Ok(time);
            }
        }
    }

    /// Passes over all lines that are there.
    pub fn skip_output(&self) {
        while self.lines.try_recv().is_ok() {}
    }

    /// What it holds and did so far, as the kernel says.
    ///
    /// # Errors
    ///
    /// When it has ended, or the kernel is not Linux.
    pub fn usage(&self) -> io::Result<FunctionUsage> {
        let folder = Path::new("/proc").join(self.process.id().to_string());
        let status = fs::read_to_string(folder.join("status"))?;
        let bytes = |key| {
            bytes(&status, key)
                .ok_or_else(|| io::Error::other(format!("{} is not as Linux writes it", folder.display())))
        };
        // Of all its threads, those that have ended too, which are no longer in its folder.
        let clock = clock_getcpuclockid(Pid::from_raw(self.process.id().cast_signed()))?;
        Ok(FunctionUsage {
            resident_bytes: bytes("VmRSS:")?,
            most_resident_bytes: bytes("VmHWM:")?,
            processor: clock.now()?.into(),
        })
    }
}

impl Drop for FunctionProcess {
    fn drop(&mut self) {
        // It has ended already, or it ends now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The duration in the line about a plugin's run.
fn plugin_time(line: &str) -> Option<Duration> {
    if !line.contains("\"kind\":\"run\"") {
        return None;
    }
    let line: Value = serde_json::from_str(line).ok()?;
    line.get("duration_ms")?.as_f64().map(|milliseconds| Duration::from_secs_f64(milliseconds / 1e3))
}

fn bytes(status: &str, key: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix(key))?;
    value.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_line_about_a_run_has_the_time_of_a_plugin() {
        let run = r#"{"message":"passed","kind":"run","duration_ms":1.25,"cpu_ms":0.3}"#;
        assert_eq!(plugin_time(run), Some(Duration::from_micros(1250)));
        assert_eq!(plugin_time(r#"{"message":"\"kind\":\"run\"","duration_ms":1}"#), None);
        assert_eq!(plugin_time(r#"{"kind":"verdict","Duration":13}"#), None);
    }

    #[test]
    fn memory_is_read_in_bytes() {
        let status = "Name:\tbootstrap\nVmHWM:\t   10644 kB\nVmRSS:\t    8772 kB\n";
        assert_eq!(bytes(status, "VmRSS:"), Some(8772 * 1024));
        assert_eq!(bytes(status, "VmSwap:"), None);
    }
}
