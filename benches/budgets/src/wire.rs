//! A client and a service that cost next to nothing, so that what is between them, or behind one, is what is counted.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 128\r\n\r\n\
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

/// One connection, and one request at a time.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    /// Opens the connection.
    ///
    /// # Errors
    ///
    /// When nobody listens there.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: vec![0; 1 << 16] })
    }

    /// Sends a request as it is and returns the answer with its head, which has to fit into 64 KiB.
    ///
    /// # Errors
    ///
    /// When the connection ends before the answer does, or the answer's status is not 200.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<&[u8]> {
        self.stream.write_all(request).await?;
        let mut read = 0;
        loop {
            let rest = self.answer.get_mut(read..).unwrap_or_default();
            let more = self.stream.read(rest).await?;
            if more == 0 {
                return Err(io::Error::other("the connection ended before the answer"));
            }
            read += more;
            let so_far = self.answer.get(..read).unwrap_or_default();
            if length(so_far).is_some_and(|whole| whole <= read) {
                break;
            }
        }
        let answer = self.answer.get(..read).unwrap_or_default();
        if answer.starts_with(b"HTTP/1.1 200 ") {
            Ok(answer)
        } else {
            Err(io::Error::other(format!("another answer: {}", String::from_utf8_lossy(answer))))
        }
    }
}

/// Answers every request without a body alike, on a free port of the loopback address.
///
/// # Errors
///
/// When no port can be opened.
pub async fn serve() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    Ok(address)
}

async fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut request = vec![0; 1 << 14];
    let mut read = 0;
    loop {
        let more = stream.read(request.get_mut(read..).unwrap_or_default()).await?;
        if more == 0 {
            return Ok(());
        }
        read += more;
        if request.get(..read).is_some_and(|so_far| so_far.ends_with(b"\r\n\r\n")) {
            stream.write_all(ANSWER).await?;
            read = 0;
        }
    }
}

/// The length of an answer with its head, as soon as the head is there.
fn length(so_far: &[u8]) -> Option<usize> {
    let head = so_far.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = std::str::from_utf8(so_far.get(..head)?).ok()?;
    let body = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok()).flatten()
    });
    Some(head + 4 + body.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::one_thread::OneThread;

    #[test]
    fn answers_are_read_whole() {
        let thread = OneThread::new().unwrap();
        thread.wait(async {
            let mut client = Client::connect(serve().await.unwrap()).await.unwrap();
            for _ in 0..2 {
                assert_eq!(client.ask(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap(), ANSWER);
            }
        });
        assert_eq!(length(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"), Some(41));
        assert_eq!(length(b"HTTP/1.1 200 OK\r\n"), None);
    }
}
