//! A validation test as a program that is started for each hook: the judgements of the plugin that benchmarks run, with nothing
//! but the standard library.
//!
//! Its settings are the arguments, `key=value`; what it has to report are lines of standard output; it ends with 0 when the release
//! passes, and else with 1 and the reason on standard error.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::process::ExitCode;

type Settings = BTreeMap<String, String>;

fn main() -> ExitCode {
    let settings: Settings = std::env::args()
        .skip(1)
        .filter_map(|argument| {
            argument.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()))
        })
        .collect();
    match validate(&settings) {
        Ok(report) if io::stdout().write_all(report.as_bytes()).is_ok() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn validate(settings: &Settings) -> Result<String, String> {
    match settings.get("behaviour").map(String::as_str) {
        Some("pass") => Ok("check passes pass as it should\ncheck warns warn worth a look\n\
             check skips skip not carried out\nmetric things 3\nlog info passing\n"
            .to_owned()),
        Some("fetch") => fetch(settings.get("url").map_or("", String::as_str)),
        Some("work") => {
            Ok(work(settings.get("steps").and_then(|steps| steps.parse().ok()).unwrap_or(1_000_000)))
        }
        other => Err(format!("there is no behaviour {other:?}; known: pass, fetch, work")),
    }
}

/// One request over a connection of its own, which must be answered with 200.
fn fetch(url: &str) -> Result<String, String> {
    let rest = url.strip_prefix("http://").ok_or_else(|| format!("{url:?} is no http URL"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let answer = || -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.write_all(
            format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes(),
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    };
    let answer = answer().map_err(|error| format!("{url} does not answer: {error}"))?;
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n").ok_or("the answer has no end")?;
    if !answer.starts_with(b"HTTP/1.1 200 ") {
        return Err(format!("{url} did not answer 200"));
    }
    Ok(format!("metric requests 1\nmetric bytes {}\n", answer.len() - head - 4))
}

fn work(steps: u64) -> String {
    let mut number: u64 = 0x9e37_79b9_7f4a_7c15;
    for _ in 0..steps {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
    }
    format!("metric last {}\n", number & 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_behaviour_lists_those_that_there_are() {
        let reason = validate(&[("behaviour".to_owned(), "dance".to_owned())].into()).unwrap_err();
        assert_eq!(reason, "there is no behaviour Some(\"dance\"); known: pass, fetch, work");
    }

    #[test]
    fn only_200_passes() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}/health", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            for status in ["200 OK", "503 Busy"] {
                let (mut stream, _) = listener.accept().unwrap();
                let mut head = [0; 512];
                assert!(stream.read(&mut head).unwrap() > 0);
                stream
                    .write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nok").as_bytes())
                    .unwrap();
            }
        });
        assert_eq!(fetch(&url).unwrap(), "metric requests 1\nmetric bytes 2\n");
        assert_eq!(fetch(&url).unwrap_err(), format!("{url} did not answer 200"));
        server.join().unwrap();
    }
}
