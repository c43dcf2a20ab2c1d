//! Who a client is, as far as the network tells.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::dev::Payload;
use actix_web::http::header::X_FORWARDED_FOR;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use ipnet::IpNet;

/// The proxies whose word about who asks is taken ([`Settings::trusted_proxies`]), for handlers.
///
/// [`Settings::trusted_proxies`]: crate::platform::config::Settings::trusted_proxies
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(pub Vec<IpNet>);

impl TrustedProxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The nearest address that is no trusted proxy's: `peer`, or what a chain of trusted proxies says. `forwarded` are
    /// the lines of `X-Forwarded-For` in their order; each proxy adds, at the end, whom it was asked by. What stands
    /// before the first entry that cannot be read is not believed.
    fn client<'a>(&self, peer: IpAddr, forwarded: impl DoubleEndedIterator<Item = &'a str>) -> IpAddr {
        let mut client = peer.to_canonical();
        for entry in forwarded.rev().flat_map(|line| line.rsplit(',')) {
            if !self.trusts(client) {
                break;
            }
            match parsed(entry.trim()) {
                Some(address) => client = address,
                None => break,
            }
        }
        client
    }
}

/// An address; some proxies add the port.
fn parsed(entry: &str) -> Option<IpAddr> {
    let address = entry.parse().or_else(|_| entry.parse().map(|with_port: SocketAddr| with_port.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

/// The address of whoever made the request. Used for limits, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    pub fn of(request: &HttpRequest) -> Self {
        // A request that came over no socket is a test's.
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        // A line that is no text is an entry that cannot be read.
        let lines: Vec<&str> = request
            .headers()
            .get_all(X_FORWARDED_FOR)
            .map(|line| line.to_str().unwrap_or_default())
            .collect();
        let client = request
            .app_data::<Data<TrustedProxies>>()
            .map_or(peer.to_canonical(), |proxies| proxies.client(peer, lines.into_iter()));
        ClientAddress(client)
    }
}

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(ClientAddress::of(request)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    fn proxies(networks: &[&str]) -> TrustedProxies {
        TrustedProxies(networks.iter().map(|text| text.parse().unwrap()).collect())
    }

    #[track_caller]
    fn client(peer: &str, lines: &[&str], expected: &str) {
        let proxies = proxies(&["10.0.0.0/8", "192.0.2.7/32", "2001:db8:1::/48"]);
        let found = proxies.client(peer.parse().unwrap(), lines.iter().copied());
        assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer} {lines:?}");
    }

    #[test]
    fn a_peer_that_is_not_trusted_speaks_for_itself_alone() {
        client("203.0.113.5", &[], "203.0.113.5");
        client("203.0.113.5", &["198.51.100.1"], "203.0.113.5");
        client("192.0.2.8", &["198.51.100.1"], "192.0.2.8");
        client("::ffff:203.0.113.5", &["198.51.100.1"], "203.0.113.5");
    }

    #[test]
    fn trusted_proxies_say_who_asks() {
        client("10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        client("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1");
        client("2001:db8:1::5", &["2001:db8:2::9"], "2001:db8:2::9");
        client("10.0.0.1", &[" 198.51.100.1 ,10.0.0.3,\t192.0.2.7 "], "198.51.100.1");
        client("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1");
        client("10.0.0.1", &["[2001:db8:2::9]:4711"], "2001:db8:2::9");
        // What the client itself wrote stands further left.
        client("10.0.0.1", &["127.0.0.1, 10.9.9.9, 198.51.100.1"], "198.51.100.1");
        client("10.0.0.1", &["127.0.0.1", "198.51.100.1, 10.0.0.2", "10.0.0.3"], "198.51.100.1");
    }

    #[test]
    fn what_cannot_be_read_ends_the_walk() {
        client("10.0.0.1", &[], "10.0.0.1");
        client("10.0.0.1", &["10.0.0.2, 10.0.0.3"], "10.0.0.2");
        for malformed in
            ["", "unknown", "198.51.100", "198.51.100.1.", "_hidden", "[::1", "1e3", "198.51.100.1/32"]
        {
            client("10.0.0.1", &[&format!("198.51.100.1, {malformed}")], "10.0.0.1");
            client("10.0.0.1", &[&format!("198.51.100.1, {malformed}, 10.0.0.2")], "10.0.0.2");
            client("10.0.0.1", &["198.51.100.1", malformed], "10.0.0.1");
        }
    }

    #[actix_web::test]
    async fn a_request_is_asked_with_the_settings_of_its_server() {
        let request = || {
            TestRequest::default()
                .peer_addr("10.0.0.1:4000".parse().unwrap())
                .append_header((X_FORWARDED_FOR, "198.51.100.1"))
                .append_header((X_FORWARDED_FOR, "10.0.0.2"))
        };
        let address = |text: &str| ClientAddress(text.parse().unwrap());
        assert_eq!(ClientAddress::of(&request().to_http_request()), address("10.0.0.1"));
        let trusting = request().app_data(Data::new(proxies(&["10.0.0.0/8"]))).to_http_request();
        assert_eq!(ClientAddress::extract(&trusting).await, Ok(address("198.51.100.1")));
        let bytes = actix_web::http::header::HeaderValue::from_bytes(b"10.0.0.2\xff").unwrap();
        let request = request().append_header((X_FORWARDED_FOR, bytes));
        let unreadable = request.app_data(Data::new(proxies(&["10.0.0.0/8"]))).to_http_request();
        assert_eq!(ClientAddress::of(&unreadable), address("10.0.0.1"));
    }

    proptest! {
        /// However the header is forged, whoever a trusted proxy saw is whom it is about.
        #[test]
        fn a_client_cannot_say_that_it_is_another(
            forged in prop::collection::vec("[ -~]{0,40}", 0..4),
            seen in any::<u32>(),
            hops in prop::collection::vec(0u32..1 << 24, 0..4),
        ) {
            let proxies = proxies(&["10.0.0.0/8"]);
            let seen = IpAddr::V4(seen.into());
            prop_assume!(!proxies.trusts(seen));
            let mut lines = forged;
            lines.push(seen.to_string());
            lines.extend(hops.iter().map(|hop| Ipv4Addr::from(10 << 24 | hop).to_string()));
            let joined = [lines.join(",")];
            let peer = "10.0.0.1".parse().unwrap();
            prop_assert_eq!(proxies.client(peer, lines.iter().map(String::as_str)), seen);
            prop_assert_eq!(proxies.client(peer, joined.iter().map(String::as_str)), seen);
        }

        #[test]
        fn without_trusted_proxies_the_peer_is_the_client(peer: u128, lines in prop::collection::vec(".{0,60}", 0..4)) {
            let peer = IpAddr::V6(peer.into());
            let found = TrustedProxies::default().client(peer, lines.iter().map(String::as_str));
            prop_assert_eq!(found, peer.to_canonical());
        }
    }
}
