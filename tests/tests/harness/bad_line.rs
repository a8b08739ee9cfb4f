use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use holdfast_tests::proxy::{Fault, Proxy};

/// A server that answers every request with its body, and tells the test what it got.
fn echo() -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (seen, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 1024];
            while !request.ends_with(b"hello") {
                match stream.read(&mut buffer) {
                    Ok(n) if n > 0 => request.extend(&buffer[..n]),
                    _ => break,
                }
            }
            let whole = request.ends_with(b"hello");
            if seen.send(request).is_err() {
                return;
            }
            if whole {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").unwrap();
            }
        }
    });
    (url, requests)
}

fn post(url: &str, path: &str) -> reqwest::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request = reqwest::Client::new().post(format!("{url}{path}")).body("hello");
    runtime.block_on(async { request.send().await?.text().await })
}

#[test]
fn a_good_line_passes_everything() {
    let (url, requests) = echo();
    let proxy = Proxy::start(&url);
    assert_eq!(post(&proxy.url(), "/v1/sync").unwrap(), "hello");
    assert!(requests.recv().unwrap().starts_with(b"POST /v1/sync HTTP/1.1\r\n"));
    assert_eq!(proxy.requests(), ["POST /v1/sync"]);
}

#[test]
fn a_lost_reply_was_answered_upstream() {
    let (url, requests) = echo();
    let proxy = Proxy::start(&url);
    proxy.next("/v1/sync", Fault::LoseReply);
    assert_eq!(post(&proxy.url(), "/healthz").unwrap(), "hello");
    assert!(post(&proxy.url(), "/v1/sync").is_err());
    assert_eq!(post(&proxy.url(), "/v1/sync").unwrap(), "hello");
    assert_eq!(requests.try_iter().count(), 3);
}

#[test]
fn a_lost_request_never_arrives_and_a_cut_one_half() {
    let (url, requests) = echo();
    let proxy = Proxy::start(&url);
    proxy.set(Fault::LoseRequest);
    assert!(post(&proxy.url(), "/").is_err());
    assert!(requests.try_recv().is_err());
    proxy.set(Fault::CutRequest);
    assert!(post(&proxy.url(), "/").is_err());
    let half = requests.recv_timeout(Duration::from_secs(5)).unwrap();
    assert!(!half.is_empty() && !half.ends_with(b"hello"));
}

#[test]
fn a_cut_reply_is_no_reply() {
    let (url, _requests) = echo();
    let proxy = Proxy::start(&url);
    proxy.next("/", Fault::CutReply(40));
    assert!(post(&proxy.url(), "/").is_err());
    assert_eq!(post(&proxy.url(), "/").unwrap(), "hello");
}

#[test]
fn a_duplicate_arrives_twice_and_is_answered_once() {
    let (url, requests) = echo();
    let proxy = Proxy::start(&url);
    proxy.next("/", Fault::Duplicate);
    assert_eq!(post(&proxy.url(), "/").unwrap(), "hello");
    let both: Vec<_> = requests.try_iter().collect();
    assert_eq!(both.len(), 2);
    assert_eq!(both[0], both[1]);
}

#[test]
fn a_refused_connection_is_refused_until_the_line_is_back() {
    let (url, _requests) = echo();
    let proxy = Proxy::start(&url);
    proxy.set(Fault::Refuse);
    let address = proxy.url().replace("http://", "");
    assert!(TcpStream::connect(&address).is_err());
    proxy.set(Fault::Pass);
    assert_eq!(post(&proxy.url(), "/").unwrap(), "hello");
}

#[test]
fn a_slow_line_and_a_captive_portal() {
    let (url, _requests) = echo();
    let proxy = Proxy::start(&url);
    let slow = Duration::from_millis(200);
    proxy.next("/", Fault::Delay(slow));
    let started = Instant::now();
    assert_eq!(post(&proxy.url(), "/").unwrap(), "hello");
    assert!(started.elapsed() >= slow);
    let portal = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>";
    proxy.next("/", Fault::Answer(portal.to_vec()));
    assert_eq!(post(&proxy.url(), "/").unwrap(), "<html>");
}
