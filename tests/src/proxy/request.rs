//! One HTTP/1.1 request, whole: just enough to know where it ends. It goes on with
//! `Connection: close`, so that the end of the reply is the end of the connection.

use std::io::{Error, ErrorKind, Read, Result};

const HEAD_LIMIT: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct Request {
    bytes: Vec<u8>,
    method: String,
    path: String,
}

impl Request {
    /// None if the desk closed the connection without asking anything.
    pub(super) fn read(desk: &mut impl Read) -> Result<Option<Self>> {
        let Some(head) = read_until(desk, b"\r\n\r\n", Vec::new())? else { return Ok(None) };
        let head = String::from_utf8(head).map_err(|_| malformed("a head that is not text"))?;
        let mut lines = head.trim_end().split("\r\n");
        let first = lines.next().unwrap_or_default().to_owned();
        let headers: Vec<&str> = lines.filter(|line| !is(line, "connection")).collect();
        let value = |name| headers.iter().find(|h| is(h, name)).and_then(|h| h.split_once(':'));
        let body = if value("transfer-encoding").is_some() {
            read_chunks(desk)?
        } else {
            let length = value("content-length").map_or("0", |(_, v)| v.trim());
            let length = length.parse().map_err(|_| malformed("a content-length"))?;
            read_exactly(desk, length)?
        };
        let mut words = first.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (method, path) = (method.to_owned(), path.to_owned());
        let head = format!("{first}\r\n{}\r\nconnection: close\r\n\r\n", headers.join("\r\n"));
        Ok(Some(Self { bytes: [head.into_bytes(), body].concat(), method, path }))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

fn is(header: &str, name: &str) -> bool {
    header.split_once(':').is_some_and(|(n, _)| n.trim().eq_ignore_ascii_case(name))
}

fn malformed(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("{what} that the proxy cannot read"))
}

/// Byte by byte, because what follows belongs to somebody else.
fn read_until(desk: &mut impl Read, end: &[u8], mut read: Vec<u8>) -> Result<Option<Vec<u8>>> {
    let mut byte = [0];
    while !read.ends_with(end) {
        if desk.read(&mut byte)? == 0 {
            return Ok(None);
        }
        read.push(byte[0]);
        if read.len() > HEAD_LIMIT {
            return Err(malformed("a line"));
        }
    }
    Ok(Some(read))
}

fn read_exactly(desk: &mut impl Read, length: usize) -> Result<Vec<u8>> {
    let mut body = vec![0; length];
    desk.read_exact(&mut body)?;
    Ok(body)
}

fn read_chunks(desk: &mut impl Read) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_until(desk, b"\r\n", Vec::new())?.ok_or_else(|| malformed("a chunk"))?;
        let size = String::from_utf8_lossy(&line);
        let size = size.trim().split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).map_err(|_| malformed("a chunk's size"))?;
        body.extend(&line);
        body.extend(read_exactly(desk, size + 2)?);
        if size == 0 {
            return Ok(body);
        }
    }
}
