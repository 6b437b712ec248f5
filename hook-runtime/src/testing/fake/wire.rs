//! Exchanges that break, below what an HTTP library would do.

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Answer, Breakage};

/// What comes instead of HTTP: the first bytes of something else.
const GARBAGE: &[u8] = b"\x16\x03\x03\x00\x2aSSH-2.0-not_http\r\n\0\0\0";
/// The length that a body is said to have of which no half could be sent.
const LENGTH_OF_NOTHING: usize = 16;

/// Breaks the exchange on `stream`, on which the request was read and nothing was answered yet.
pub(super) async fn break_off(mut stream: TcpStream, answer: &Answer, breakage: Breakage) -> io::Result<()> {
    match breakage {
        Breakage::Close => stream.shutdown().await,
        Breakage::Reset => stream.set_zero_linger(),
        Breakage::Hang => gone(&mut stream).await,
        Breakage::Truncate => {
            stream.write_all(&half(answer)).await?;
            stream.shutdown().await?;
            gone(&mut stream).await
        }
        Breakage::Garbage => {
            stream.write_all(GARBAGE).await?;
            stream.shutdown().await?;
            gone(&mut stream).await
        }
    }
}

/// Waits until the client has closed its side: who closes first with bytes unread resets the connection, and the
/// client may then lose what it was sent.
async fn gone(stream: &mut TcpStream) -> io::Result<()> {
    let mut ignored = [0; 1024];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(())
}

/// A head that promises the whole body, and the first half of it.
fn half(answer: &Answer) -> Vec<u8> {
    let whole = if answer.body.is_empty() { LENGTH_OF_NOTHING } else { answer.body.len() };
    let status = answer.status;
    let reason = status.canonical_reason().unwrap_or_default();
    let mut bytes =
        format!("HTTP/1.1 {} {reason}\r\ncontent-length: {whole}\r\n", status.as_u16()).into_bytes();
    for (name, value) in &answer.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend(answer.body.iter().take(answer.body.len() / 2));
    bytes
}
