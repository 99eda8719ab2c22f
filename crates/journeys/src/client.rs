//! A small HTTP/1.1 client over a real socket: one connection kept open, one request at a time. A load
//! generator must not be heavier than what it measures; a story must see a connection break.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    host: String,
}

/// What came back over the wire.
pub struct Received {
    /// The status.
    pub status: u16,
    /// Status line and headers, in lower case.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Client {
    /// Connects to `127.0.0.1:port`.
    ///
    /// # Panics
    /// Nobody listens there, or the address is not of this machine.
    pub async fn connect(address: std::net::SocketAddr) -> Self {
        assert!(
            address.ip().is_loopback(),
            "the bench loads this machine only"
        );
        let stream = TcpStream::connect(address)
            .await
            .expect("the server listens");
        stream.set_nodelay(true).expect("a socket option");
        Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
            host: address.to_string(),
        }
    }

    /// A GET.
    ///
    /// # Panics
    /// The server broke the connection.
    pub async fn get(&mut self, path: &str) -> Received {
        self.get_with(path, "").await
    }

    /// A GET with more headers, whole lines.
    ///
    /// # Panics
    /// The server broke the connection.
    pub async fn get_with(&mut self, path: &str, headers: &str) -> Received {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\n{headers}\r\n",
            self.host
        );
        self.send(request.as_bytes())
            .await
            .expect("the server answers")
    }

    /// A request without a body; `headers` are whole lines.
    ///
    /// # Panics
    /// The server broke the connection.
    pub async fn ask(&mut self, method: &str, path: &str, headers: &str) -> Received {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{headers}\r\n",
            self.host
        );
        self.send(request.as_bytes())
            .await
            .expect("the server answers")
    }

    /// A POST of JSON.
    ///
    /// # Panics
    /// The server broke the connection.
    pub async fn post(&mut self, path: &str, body: &str) -> Received {
        self.try_post(path, body, "")
            .await
            .expect("the server answers")
    }

    /// A POST of JSON to a server that may die; `headers` are whole lines.
    ///
    /// # Errors
    /// The connection broke: whether the request was done, nobody knows.
    pub async fn try_post(
        &mut self,
        path: &str,
        body: &str,
        headers: &str,
    ) -> std::io::Result<Received> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.send(request.as_bytes()).await
    }

    async fn send(&mut self, request: &[u8]) -> std::io::Result<Received> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            self.read().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..head])
            .expect("an ASCII head")
            .to_ascii_lowercase();
        let status = text
            .get(9..12)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        let header = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(name))
                .map(|value| value.trim().to_owned())
        };
        let body = match header("content-length:").and_then(|length| length.parse::<usize>().ok()) {
            Some(length) => {
                while self.buffer.len() < head + length {
                    self.read().await?;
                }
                self.buffer[head..head + length].to_vec()
            }
            None if header("transfer-encoding:").is_some() => self.chunked(head).await?,
            None => Vec::new(),
        };
        Ok(Received {
            status,
            head: text,
            body,
        })
    }

    async fn chunked(&mut self, mut at: usize) -> std::io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = loop {
                if let Some(end) = find(&self.buffer[at..], b"\r\n") {
                    break at + end;
                }
                self.read().await?;
            };
            let size = std::str::from_utf8(&self.buffer[at..line])
                .ok()
                .and_then(|s| usize::from_str_radix(s, 16).ok());
            let size = size.expect("a chunk's size");
            while self.buffer.len() < line + 2 + size + 2 {
                self.read().await?;
            }
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&self.buffer[line + 2..line + 2 + size]);
            at = line + 2 + size + 2;
        }
    }

    async fn read(&mut self) -> std::io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}
