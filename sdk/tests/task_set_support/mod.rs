//! A service to start as a task set, and a look at the process table.
//!
//! The service is the test binary itself, started again with the test [`service`] as its only one.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use greenlight::local::task_set::TaskSetSpec;

/// The command line of [`service`].
pub(crate) fn service_command() -> Vec<String> {
    let own = std::env::current_exe().unwrap().into_os_string().into_string().unwrap();
    command_of(own, "task_set_support::service")
}

/// The command line that runs one ignored test of a binary and shows what it prints.
pub(crate) fn command_of(binary: String, test: &str) -> Vec<String> {
    [&binary, "--exact", test, "--ignored", "--nocapture", "--test-threads=1"].map(String::from).into()
}

/// A task set that runs [`service`] after `prelude`, a piece of shell script.
pub(crate) fn service_after(prelude: &str) -> TaskSetSpec {
    let script = format!("{prelude}\nexec \"$@\"");
    let shell = ["/bin/sh".to_owned(), "-c".to_owned(), script, "service".to_owned()];
    TaskSetSpec::command("green", shell.into_iter().chain(service_command()))
}

/// A task set that runs a shell script.
pub(crate) fn script(script: &str) -> TaskSetSpec {
    TaskSetSpec::command("green", ["/bin/sh", "-c", script])
}

/// Answers every request with the status in `ANSWER`, and its own environment and directory as the body.
#[test]
#[ignore = "the process that other tests start"]
fn service() {
    let port: u16 = std::env::var("PORT").unwrap().parse().unwrap();
    let answer = std::env::var("ANSWER").unwrap_or("200 OK".to_owned());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    println!("listening on {port}");
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.ends_with(b"\r\n\r\n") {
            let read = stream.read(&mut buffer).unwrap_or(0);
            if read == 0 {
                break;
            }
            request.extend_from_slice(&buffer[..read]);
        }
        let mut body = format!("cwd={}\n", std::env::current_dir().unwrap().display());
        for (name, value) in std::env::vars() {
            body += &format!("{name}={value}\n");
        }
        let length = body.len();
        let _ = write!(
            stream,
            "HTTP/1.1 {answer}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
    }
}

/// The processes of a group that have not ended, by id and name.
pub(crate) fn members(group: u32) -> Vec<(u32, String)> {
    let mut members = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // "pid (name) state parent group ...": the name may hold anything, even parentheses.
        let (Some(open), Some(close)) = (stat.find('('), stat.rfind(')')) else { continue };
        let fields: Vec<&str> = stat[close + 1..].split_whitespace().collect();
        if fields[0] != "Z" && fields[0] != "X" && fields[2] == group.to_string() {
            members.push((id, stat[open + 1..close].to_owned()));
        }
    }
    members
}

/// Asks again until the answer is yes, or fails after ten seconds.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "still not true after 10 s: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
