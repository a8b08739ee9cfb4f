//! The bad line between a desk and headquarters: a loopback proxy that relays one request per
//! connection and can lose, delay, cut, repeat or replace what passes through it.
//!
//! It runs on threads of its own, so that it works under any runtime and beside blocking calls.
//! It understands just enough HTTP/1.1 to know where a request ends; replies are relayed byte by
//! byte as they come, which leaves room for event streams.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

mod request;
use request::Request;

const POLL: Duration = Duration::from_millis(5);

/// What happens to a request on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: it passes.
    Pass,
    /// Nobody listens: connection refused.
    Refuse,
    /// Headquarters never sees the request.
    LoseRequest,
    /// Headquarters sees only the first half of the request.
    CutRequest,
    /// Headquarters answers, so it has committed, and the desk never learns of it.
    LoseReply,
    /// The desk gets the first bytes of the reply only.
    CutReply(usize),
    /// The request reaches headquarters this much later.
    Delay(Duration),
    /// Headquarters gets the request twice; the desk gets the second answer.
    Duplicate,
    /// Somebody else answers with these bytes: a captive portal, a proxy's error page.
    Answer(Vec<u8>),
}

#[derive(Debug)]
struct State {
    always: Fault,
    next: VecDeque<(String, Fault)>,
    seen: Vec<String>,
}

#[derive(Debug)]
struct Line {
    upstream: SocketAddr,
    state: Mutex<State>,
    closed: AtomicBool,
}

/// A proxy in front of one headquarters.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    line: Arc<Line>,
    acceptor: Option<JoinHandle<()>>,
}

impl Proxy {
    /// `upstream` is what [`crate::hq::Headquarters::url`] says.
    pub fn start(upstream: &str) -> Self {
        let upstream = upstream.trim_start_matches("http://").trim_end_matches('/');
        let upstream = upstream.parse().expect("the upstream is http://ADDRESS:PORT");
        let listener = listen("127.0.0.1:0".parse().expect("an address"));
        let listener = listener.expect("the loopback interface has free ports");
        let address = listener.local_addr().expect("a bound socket has an address");
        let state = State { always: Fault::Pass, next: VecDeque::new(), seen: Vec::new() };
        let closed = AtomicBool::new(false);
        let line = Arc::new(Line { upstream, state: Mutex::new(state), closed });
        let theirs = Arc::clone(&line);
        let acceptor = std::thread::spawn(move || accept(&theirs, address, listener));
        Self { address, line, acceptor: Some(acceptor) }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, every request.
    pub fn set(&self, fault: Fault) {
        self.line.state().always = fault;
        // The acceptor looks at the state once per round: give it time to open or close the port.
        std::thread::sleep(POLL * 4);
    }

    /// Only the next request whose path starts with `path`; later calls queue up behind it.
    pub fn next(&self, path: &str, fault: Fault) {
        assert_ne!(fault, Fault::Refuse, "nobody knows whose connection is next: use set()");
        self.line.state().next.push_back((path.to_owned(), fault));
    }

    /// `METHOD /path` of every request so far, in order of arrival.
    pub fn requests(&self) -> Vec<String> {
        self.line.state().seen.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.line.closed.store(true, Ordering::Relaxed);
        if let Some(acceptor) = self.acceptor.take() {
            // A panic in there has been printed already.
            let _ = acceptor.join();
        }
    }
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, request: &Request) -> Fault {
        let mut state = self.state();
        state.seen.push(request.name());
        let planned = state.next.iter().position(|(path, _)| request.path().starts_with(path));
        let planned = planned.and_then(|at| state.next.remove(at));
        planned.map_or_else(|| state.always.clone(), |(_, fault)| fault)
    }
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn accept(line: &Arc<Line>, address: SocketAddr, listener: TcpListener) {
    let mut listener = Some(listener);
    while !line.closed.load(Ordering::Relaxed) {
        if line.state().always == Fault::Refuse {
            listener = None;
        } else if listener.is_none() {
            listener = listen(address).ok();
        }
        match listener.as_ref().map(TcpListener::accept) {
            Some(Ok((desk, _))) => {
                let line = Arc::clone(line);
                // A broken connection is what this is for: nobody needs to hear of it.
                std::thread::spawn(move || relay(&line, desk).ok());
            }
            _ => std::thread::sleep(POLL),
        }
    }
}

fn relay(line: &Line, mut desk: TcpStream) -> std::io::Result<()> {
    desk.set_nonblocking(false)?;
    let Some(request) = Request::read(&mut desk)? else { return Ok(()) };
    let whole = request.bytes();
    match line.note(&request) {
        Fault::Pass => copy(&mut ask(line, whole)?, &mut desk, usize::MAX)?,
        Fault::Refuse | Fault::LoseRequest => {}
        Fault::CutRequest => drop(ask(line, &whole[..whole.len() / 2])?),
        Fault::LoseReply => copy(&mut ask(line, whole)?, &mut std::io::sink(), usize::MAX)?,
        Fault::CutReply(bytes) => copy(&mut ask(line, whole)?, &mut desk, bytes)?,
        Fault::Delay(time) => {
            std::thread::sleep(time);
            copy(&mut ask(line, whole)?, &mut desk, usize::MAX)?;
        }
        Fault::Duplicate => {
            copy(&mut ask(line, whole)?, &mut std::io::sink(), usize::MAX)?;
            copy(&mut ask(line, whole)?, &mut desk, usize::MAX)?;
        }
        Fault::Answer(bytes) => desk.write_all(&bytes)?,
    }
    desk.shutdown(Shutdown::Both)
}

fn ask(line: &Line, request: &[u8]) -> std::io::Result<TcpStream> {
    let mut upstream = TcpStream::connect(line.upstream)?;
    upstream.write_all(request)?;
    Ok(upstream)
}

/// Copies at most `limit` bytes as they come, until the other side closes.
fn copy(from: &mut impl Read, to: &mut impl Write, mut limit: usize) -> std::io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    while limit > 0 {
        let wanted = buffer.len().min(limit);
        let read = match from.read(&mut buffer[..wanted]) {
            Ok(0) => break,
            Ok(read) => read,
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        to.write_all(&buffer[..read])?;
        limit -= read;
    }
    Ok(())
}
