//! Who is connected, and for how long: a share of the places for each network, and an end for whoever is answered and does not read.

use super::limits::network;
use super::visitor::is_proxy;
use crate::mail::trust::Network;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Connections of one network at a time: an IPv4 address, or the 64 bits that one customer is given at least.
const OF_NETWORK_MAX: usize = 64;

type Taken = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// Who is connected.
pub struct Peers {
    proxies: Vec<Network>,
    taken: Taken,
}

/// A place of a network, given back when dropped.
pub struct Seat {
    /// Absent for proxies, each of which speaks for many.
    of: Option<(IpAddr, Taken)>,
}

impl Peers {
    /// Nobody yet.
    pub fn new(proxies: Vec<Network>) -> Peers {
        Peers {
            proxies,
            taken: Taken::default(),
        }
    }

    /// A place for one more connection; `None` where its network has its share.
    pub fn seat(&self, address: IpAddr) -> Option<Seat> {
        if is_proxy(address, &self.proxies) {
            return Some(Seat { of: None });
        }
        let network = network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(network).or_default();
        if *count >= OF_NETWORK_MAX {
            return None;
        }
        *count += 1;
        Some(Seat {
            of: Some((network, self.taken.clone())),
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((network, taken)) = &self.of else {
            return;
        };
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(network) {
            *count -= 1;
            if *count == 0 {
                taken.remove(network);
            }
        }
    }
}

/// A stream whose writes end with an error when the peer takes nothing for a time. Reads may wait: what is streamed takes long.
pub struct Patient<S> {
    stream: S,
    patience: Duration,
    /// Since a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    /// A stream whose peer may rest so long.
    pub fn new(stream: S, patience: Duration) -> Patient<S> {
        Patient {
            stream,
            patience,
            waiting: None,
        }
    }

    fn bounded<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let patience = self.patience;
        let waiting = self
            .waiting
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        let over = waiting.as_mut().poll(cx);
        over.map(|()| Err(io::Error::from(io::ErrorKind::TimedOut)))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.bounded(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.bounded(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_its_share_and_a_proxy_has_no_bound() {
        let peers = Peers::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let seats = |text: &str| {
            let address: IpAddr = text.parse().unwrap();
            let seats = (0..100).map_while(|_| peers.seat(address));
            seats.collect::<Vec<Seat>>()
        };
        let held = seats("192.0.2.1");
        assert_eq!(held.len(), OF_NETWORK_MAX);
        assert_eq!(seats("::ffff:192.0.2.1").len(), 0);
        assert_eq!(seats("192.0.2.2").len(), OF_NETWORK_MAX);
        let held_six = seats("2001:db8::1");
        assert_eq!(held_six.len(), OF_NETWORK_MAX);
        assert_eq!(seats("2001:db8::2").len(), 0);
        for proxy in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3"] {
            assert_eq!(seats(proxy).len(), 100, "{proxy}");
        }
        drop(held);
        assert_eq!(seats("192.0.2.1").len(), OF_NETWORK_MAX);
        drop(held_six);
        assert!(peers.taken.lock().unwrap().is_empty());
    }
}
