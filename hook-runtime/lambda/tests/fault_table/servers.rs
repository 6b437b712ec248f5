//! Faults of servers that plugins and the host ask.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::row::{Ends, Row};
use crate::support::bundle::bundle;
use crate::support::fake::PUT;
use crate::support::plugin;
use crate::support::proxy::reports_refused_for;

const TWENTY_SECONDS: Duration = Duration::from_secs(20);

pub(super) async fn rows() -> Vec<Row> {
    vec![
        slow_drip().await,
        Row::new("callback throttled for 20 s", bundle(&plugin("smoke", "pass", "")), Ends::Succeeded)
            .trouble(reports_refused_for(
                TWENTY_SECONDS,
                &[
                    (400, "ThrottlingException", "Rate exceeded"),
                    (429, "TooManyRequestsException", "Rate exceeded"),
                ],
            ))
            .not_before(TWENTY_SECONDS),
        Row::new("callback answered with 500 for 20 s", bundle(&plugin("smoke", "fail", "")), Ends::Failed)
            .trouble(reports_refused_for(TWENTY_SECONDS, &[(500, "InternalFailure", "")]))
            .not_before(TWENTY_SECONDS),
        Row::new("context calls denied", bundle(&plugin("smoke", "pass", "")), Ends::Succeeded)
            .trouble(Box::new(|call| {
                (call.operation != PUT).then_some((400, "AccessDeniedException", "not authorized"))
            }))
            .also_logs("plugins are not told all of the deployment: allow codedeploy:"),
    ]
}

/// A release that answers a byte every tenth of a second, for ever.
async fn slow_drip() -> Row {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(drip(stream));
        }
    });
    let suite = plugin("smoke", "fetch", "grants = [\"{test}\"]\ntimeout = \"3s\"");
    Row::new("server that drips its answer, of which the suite allows 3 s", bundle(&suite), Ends::Failed)
        .env("GREENLIGHT_TEST_URL", format!("http://{address}"))
}

async fn drip(mut stream: TcpStream) -> std::io::Result<()> {
    let _ = stream.read(&mut [0; 4096]).await?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await?;
    loop {
        stream.write_all(b".").await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
