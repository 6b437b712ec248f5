//! The demo service as a process: what it answers, how it breaks, how it ends.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "all of this file is tests, helpers included")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A running service, killed at the end of the test.
struct Service {
    child: Child,
    address: SocketAddr,
}

impl Service {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_greenlight-demo-service"))
            .args(arguments)
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").unwrap().1.parse().unwrap();
        Self { child, address }
    }

    /// Sends a request on a connection of its own and reads the whole answer.
    fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        ask(&mut stream, path, "close");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(stream: &mut TcpStream, path: &str, connection: &str) {
    write!(stream, "GET {path} HTTP/1.1\r\nhost: demo\r\nconnection: {connection}\r\n\r\n").unwrap();
}

#[test]
fn a_good_service_says_its_version_everywhere() {
    let service = Service::start(&["--version-label", "2"]);
    let version = service.get("/version");
    assert!(version.starts_with("HTTP/1.1 200 OK\r\n"), "{version}");
    assert!(version.contains("content-type: application/json\r\n"), "{version}");
    assert!(version.ends_with(r#"{"service":"demo","version":"2"}"#), "{version}");
    assert!(service.get("/").ends_with("Hello from version 2\n"));
    assert!(service.get("/health").starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(service.get("/nowhere").starts_with("HTTP/1.1 404 "));
}

#[test]
fn each_way_to_be_broken_leaves_the_health_check_good() {
    for (broken, begins, ends) in [
        ("status", "HTTP/1.1 500 ", "cannot read the version\n"),
        ("slow", "HTTP/1.1 200 ", r#"{"service":"demo","version":"1"}"#),
        ("body", "HTTP/1.1 200 ", r#"{"commit":null,"service":"demo"}"#),
        ("login", "HTTP/1.1 200 ", r#"{"service":"demo","version":"1"}"#),
    ] {
        let service = Service::start(&["--broken", broken]);
        assert!(service.get("/health").starts_with("HTTP/1.1 200 OK\r\n"), "{broken}");
        let begin = Instant::now();
        let version = service.get("/version");
        assert!(version.starts_with(begins) && version.ends_with(ends), "{broken}: {version}");
        assert!(broken != "slow" || begin.elapsed() >= Duration::from_millis(400));
    }
}

#[test]
fn a_service_that_never_becomes_healthy_answers_503() {
    let service = Service::start(&["--never-healthy"]);
    assert!(service.get("/health").starts_with("HTTP/1.1 503 "));
    assert!(service.get("/").starts_with("HTTP/1.1 200 "));
}

#[test]
fn a_stop_finishes_the_request_under_way_and_closes_idle_connections() {
    let mut service = Service::start(&["--broken", "slow", "--slow-by", "1s"]);
    // An answered request on a kept connection: idle, and accepted for certain.
    let mut idle = service.connect();
    ask(&mut idle, "/health", "keep-alive");
    let mut begin = [0; 12];
    idle.read_exact(&mut begin).unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");

    let mut slow = service.connect();
    ask(&mut slow, "/version", "keep-alive");
    // Connections are taken in order: when this one is answered, the slow one is under way.
    service.get("/health");
    service.signal(Signal::TERM);

    let mut answer = String::new();
    slow.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    idle.read_to_end(&mut Vec::new()).unwrap();
    assert_eq!(service.wait().code(), Some(0));
}

#[test]
fn sigterm_can_be_ignored_and_sigkill_cannot() {
    let mut service = Service::start(&["--ignore-sigterm"]);
    service.signal(Signal::TERM);
    assert!(service.get("/").starts_with("HTTP/1.1 200 "));
    service.signal(Signal::KILL);
    assert_eq!(service.wait().code(), None);
}

#[test]
fn it_dies_with_the_request_that_was_ordered_to_be_its_last() {
    let mut service = Service::start(&["--die-after-requests", "2"]);
    assert!(service.get("/health").starts_with("HTTP/1.1 200 "));
    assert!(service.get("/").starts_with("HTTP/1.1 200 "));
    assert!(service.get("/health").starts_with("HTTP/1.1 200 "));
    let mut last = service.connect();
    ask(&mut last, "/", "close");
    // Closed or reset: no answer in either case.
    let mut answer = Vec::new();
    let _ = last.read_to_end(&mut answer);
    assert_eq!(answer, b"");
    assert_eq!(service.wait().code(), Some(1));
}

#[test]
fn it_dies_when_its_time_is_up() {
    let begin = Instant::now();
    let mut service = Service::start(&["--die-after", "300ms"]);
    assert_eq!(service.wait().code(), Some(1));
    assert!(begin.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_taken_port_is_named_with_the_way_out() {
    let service = Service::start(&[]);
    let port = service.address.port().to_string();
    let output =
        Command::new(env!("CARGO_BIN_EXE_greenlight-demo-service")).args(["--port", &port]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with(&format!("error: cannot listen on 127.0.0.1:{port}: ")), "{text}");
    assert!(text.ends_with("; choose another port with `--port` or PORT\n"), "{text}");
}

#[test]
fn who_logs_in_sees_the_account_until_the_logout() {
    let service = Service::start(&[]);
    let send = |request: &str, cookie: &str, form: &str| {
        let mut stream = service.connect();
        let length = form.len();
        write!(
            stream,
            "{request} HTTP/1.1\r\nhost: demo\r\nconnection: close\r\ncookie: {cookie}\r\ncontent-length: {length}\r\n\r\n{form}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(send("GET /account", "a=b", "").starts_with("HTTP/1.1 401 "));
    assert!(send("POST /login", "", "user=greenlight&password=wrong").starts_with("HTTP/1.1 401 "));
    let login = send("POST /login", "", "user=greenlight&password=demo");
    assert!(login.contains("set-cookie: session=demo; "), "{login}");
    assert!(send("GET /account", "a=b; session=demo", "").contains("The account of greenlight"));
    let logout = send("POST /logout", "session=demo", "");
    assert!(logout.contains("set-cookie: session=; Path=/; Max-Age=0"), "{logout}");
    assert!(send("GET /account", "session=", "").starts_with("HTTP/1.1 401 "));
}
