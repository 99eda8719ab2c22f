//! Who asks, as far as the network tells.
//!
//! *Invariant*: `X-Forwarded-For` counts only where the peer itself is a trusted proxy, and only back to the last hop
//! that is not one; whatever stands before it was written by whoever asked.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue};

use crate::Site;

/// The address of the client: the peer's, or the last untrusted hop of `X-Forwarded-For` where the peer is a trusted
/// proxy. A request that came over no network at all (a test of the router) counts as the machine's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// What tells clients apart for caps: an IPv4 address, or the network (/64) of an IPv6 one, of which a
    /// household has 2⁶⁴ addresses.
    #[must_use]
    pub fn key(&self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
            }
        }
    }

    /// Reads it from what came with a request.
    pub(super) fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpAddr]) -> Self {
        let peer = extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip());
        Self(beyond_proxies(peer.to_canonical(), headers, trusted))
    }
}

impl FromRequestParts<Site> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        Ok(Self::of(
            &parts.extensions,
            &parts.headers,
            &site.settings.trusted_proxies,
        ))
    }
}

/// Walks the hops from the nearest to the farthest while they are trusted. A hop that cannot be read ends the walk:
/// the proxy that wrote it answers for it.
fn beyond_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|proxy| proxy.to_canonical() == address);
    // Bytes and not text: one stroke outside ASCII, which anybody may write before the proxy's own word, must not hide
    // that word.
    let lines: Vec<&[u8]> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    let mut hops = lines
        .iter()
        .rev()
        .flat_map(|line| line.rsplit(|byte| *byte == b','));
    let mut client = peer;
    while is_trusted(client) {
        match hops.next().and_then(hop) {
            Some(farther) => client = farther,
            None => break,
        }
    }
    client
}

/// A hop: an address, perhaps with a port, an IPv6 one then in brackets.
fn hop(bytes: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let alone = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let address = alone
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|with_port| with_port.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            let line = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            headers.append("x-forwarded-for", line);
        }
        let trusted: Vec<IpAddr> = trusted.iter().map(|proxy| proxy.parse().unwrap()).collect();
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711)));
        ClientAddress::of(&extensions, &headers, &trusted)
            .0
            .to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_only_to_the_last_stranger() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"], &[]), "192.0.2.1");
        assert_eq!(
            client("192.0.2.1", &["198.51.100.7"], &["192.0.2.1"]),
            "198.51.100.7"
        );
        // The first hop is whatever the client chose to write.
        assert_eq!(
            client("192.0.2.1", &["1.1.1.1, 198.51.100.7"], &["192.0.2.1"]),
            "198.51.100.7"
        );
        let two = ["192.0.2.1", "192.0.2.2"];
        assert_eq!(
            client("192.0.2.1", &["1.1.1.1, 198.51.100.7, 192.0.2.2"], &two),
            "198.51.100.7"
        );
        assert_eq!(
            client("192.0.2.1", &["1.1.1.1, 198.51.100.7", "192.0.2.2"], &two),
            "198.51.100.7"
        );
        assert_eq!(client("192.0.2.1", &["192.0.2.2"], &two), "192.0.2.2");
        assert_eq!(
            client("192.0.2.1", &["1.1.1.1, unknown"], &["192.0.2.1"]),
            "192.0.2.1"
        );
        assert_eq!(client("192.0.2.1", &[], &["192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn a_byte_outside_ascii_hides_nobody() {
        assert_eq!(
            client("192.0.2.1", &["я, 198.51.100.7"], &["192.0.2.1"]),
            "198.51.100.7"
        );
        assert_eq!(
            client("192.0.2.1", &["1.1.1.1, я", "198.51.100.7"], &["192.0.2.1"]),
            "198.51.100.7"
        );
        let two = ["192.0.2.1", "192.0.2.2"];
        assert_eq!(
            client("192.0.2.1", &["я, 198.51.100.7, 192.0.2.2"], &two),
            "198.51.100.7"
        );
        // The proxy itself wrote what cannot be read, and answers for it.
        assert_eq!(
            client("192.0.2.1", &["198.51.100.7, я"], &["192.0.2.1"]),
            "192.0.2.1"
        );
        let mut headers = HeaderMap::new();
        let line = HeaderValue::from_bytes(b"\xff\xfe, 198.51.100.7").unwrap();
        headers.append("x-forwarded-for", line);
        let [proxy, stranger] =
            ["192.0.2.1", "198.51.100.7"].map(|text| text.parse::<IpAddr>().unwrap());
        assert_eq!(beyond_proxies(proxy, &headers, &[proxy]), stranger);
    }

    #[test]
    fn addresses_are_read_in_all_their_forms() {
        assert_eq!(
            client("::ffff:192.0.2.1", &["198.51.100.7:443"], &["192.0.2.1"]),
            "198.51.100.7"
        );
        assert_eq!(
            client("::1", &["[2001:db8::7]:443"], &["::1"]),
            "2001:db8::7"
        );
        assert_eq!(client("::1", &["[2001:db8::7]"], &["::1"]), "2001:db8::7");
        assert_eq!(
            client("::1", &[" ::ffff:198.51.100.7 "], &["::1"]),
            "198.51.100.7"
        );
    }

    #[test]
    fn a_household_is_one_client() {
        let key = |text: &str| ClientAddress(text.parse().unwrap()).key();
        assert_eq!(key("2001:db8:1:2:3::7"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::7"), key("2001:db8:1:3::7"));
        assert_eq!(key("192.0.2.1"), "192.0.2.1");
    }
}
