//! Tries sockets past the HTTP broker, to `address` (127.0.0.1:80) and by name; passes when each is refused.

use std::net::{TcpListener, TcpStream, ToSocketAddrs as _, UdpSocket};

use greenlight_hook::{Check, Failure, Hook, Verdict, config};

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    let address: String = config::get("address")?.unwrap_or_else(|| "127.0.0.1:80".to_owned());
    refused(hook.check("tcp connect"), TcpStream::connect(&address));
    refused(hook.check("tcp listen"), TcpListener::bind("127.0.0.1:0"));
    refused(
        hook.check("udp send"),
        UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.send_to(b"x", &address)),
    );
    refused(hook.check("resolve localhost"), ("localhost", 80).to_socket_addrs());
    Ok(Verdict::Pass)
}

fn refused<T>(check: Check<'_>, result: std::io::Result<T>) {
    match result {
        Ok(_) => check.fail("it was allowed, expected a refusal"),
        Err(error) => check.pass(error),
    }
}
