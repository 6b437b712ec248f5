//! nginx as a reverse proxy, from this machine's packages.

use std::{
    fs,
    io::{self, Read as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// It serves within a moment, or something is wrong.
const DEADLINE: Duration = Duration::from_secs(10);

/// A running nginx with one worker, which is the process itself. It ends when this is dropped.
#[derive(Debug)]
pub struct Nginx {
    process: Child,
    address: SocketAddr,
    version: String,
    _folder: TempDir,
}

/// No nginx to compare with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoNginx {
    /// There is no such program.
    #[error("there is no nginx on the PATH; on Debian `apt-get install -y nginx-light` brings it")]
    Missing,
    /// It ended, or did not serve.
    #[error("nginx does not serve: {0}")]
    Silent(String),
    /// Files and processes.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Nginx {
    /// Passes everything on to `service` over connections that stay open, with the fields that the router adds too.
    /// Nothing is logged.
    ///
    /// # Errors
    ///
    /// [`NoNginx::Missing`] when it is not installed.
    pub fn start(service: SocketAddr) -> Result<Self, NoNginx> {
        let version = version()?;
        let folder = tempfile::Builder::new().prefix("greenlight-bench-nginx-").tempdir()?;
        let address = free_address()?;
        let place = folder.path().display();
        let config = folder.path().join("nginx.conf");
        fs::write(&config, configuration(&place.to_string(), address, service))?;
        let process = Command::new("nginx")
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut nginx = Self { process, address, version, _folder: folder };
        nginx.wait_until_it_serves()?;
        Ok(nginx)
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// As it calls itself, such as `nginx/1.22.1`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The id of its only process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// How long processors have worked for it.
    ///
    /// # Errors
    ///
    /// When it has ended, or the kernel counts no times.
    pub fn processor_time(&self) -> io::Result<Duration> {
        let file = format!("/proc/{}/schedstat", self.id());
        let text = fs::read_to_string(&file)?;
        let nanoseconds = text.split_whitespace().next().and_then(|first| first.parse().ok());
        nanoseconds
            .map(Duration::from_nanos)
            .ok_or_else(|| io::Error::other(format!("{file} is not as Linux writes it")))
    }

    fn wait_until_it_serves(&mut self) -> Result<(), NoNginx> {
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            let ended = self.process.try_wait()?;
            if ended.is_some() || begun.elapsed() > DEADLINE {
                self.process.kill()?;
                let mut told = String::new();
                if let Some(stderr) = &mut self.process.stderr {
                    stderr.read_to_string(&mut told)?;
                }
                return Err(NoNginx::Silent(told.trim().to_owned()));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // One that has ended by itself cannot be killed, and need not be.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn version() -> Result<String, NoNginx> {
    let output = Command::new("nginx").arg("-v").output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => NoNginx::Missing,
        _ => NoNginx::Io(error),
    })?;
    // It says so on standard error: "nginx version: nginx/1.22.1".
    let told = String::from_utf8_lossy(&output.stderr);
    Ok(told.rsplit(": ").next().unwrap_or_default().trim().to_owned())
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

fn configuration(folder: &str, address: SocketAddr, service: SocketAddr) -> String {
    format!(
        "daemon off;
master_process off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/client-body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream service {{
        server {service};
        keepalive 128;
        keepalive_requests 1000000000;
    }}
    server {{
        listen {address};
        keepalive_requests 1000000000;
        location / {{
            proxy_pass http://service;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-Port $server_port;
        }}
    }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{http_load::HttpLoad, http_service, own_thread::OwnThread};

    #[test]
    fn it_answers_as_the_service_does_or_is_told_to_be_missing() {
        let server = OwnThread::start("service").unwrap();
        let service = server.run(http_service::serve()).unwrap().unwrap();
        let nginx = match Nginx::start(service) {
            Ok(nginx) => nginx,
            Err(missing) => {
                assert!(missing.to_string().contains("apt-get install -y nginx-light"), "{missing}");
                return;
            }
        };
        assert!(nginx.version().starts_with("nginx/"), "{}", nginx.version());
        let before = nginx.processor_time().unwrap();
        HttpLoad::open(nginx.address(), 2).unwrap().turn(50).unwrap();
        assert!(nginx.processor_time().unwrap() > before);
    }
}
