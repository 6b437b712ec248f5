//! One HTTP request over a connection of its own, by the client library that Greenlight has, and no more than that.

use std::io;

use bytes::Bytes;
use http::response::Parts;
use http_body_util::{BodyExt as _, Empty};
use hyper::{Request, Uri, client::conn::http1::handshake, header::HOST};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A request that was not answered.
#[derive(Debug, thiserror::Error)]
#[error("{url} does not answer")]
pub struct NoAnswer {
    url: String,
    source: io::Error,
}

/// Gets what is at `url`, and closes the connection.
///
/// # Errors
///
/// [`NoAnswer`], with what came between.
pub async fn get(url: &str) -> Result<(Parts, Bytes), NoAnswer> {
    exchange(url).await.map_err(|source| NoAnswer { url: url.to_owned(), source })
}

async fn exchange(url: &str) -> io::Result<(Parts, Bytes)> {
    let uri: Uri = url.parse().map_err(io::Error::other)?;
    let authority = uri.authority().ok_or_else(|| io::Error::other("it names no host"))?.as_str();
    let stream = TcpStream::connect(authority).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    let connection = tokio::spawn(connection);
    let request = Request::get(uri.path()).header(HOST, authority).body(Empty::<Bytes>::new());
    let response = sender.send_request(request.map_err(io::Error::other)?).await.map_err(io::Error::other)?;
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    connection.abort();
    Ok((head, body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_service;

    #[tokio::test]
    async fn the_answer_comes_whole_and_silence_is_an_error() {
        let address = http_service::serve().await.unwrap();
        let (head, body) = get(&format!("http://{address}/health")).await.unwrap();
        assert_eq!((head.status.as_u16(), &*body), (200, http_service::BODY));
        let error = get("http://127.0.0.1:1/").await.unwrap_err();
        assert_eq!(error.to_string(), "http://127.0.0.1:1/ does not answer");
    }
}
