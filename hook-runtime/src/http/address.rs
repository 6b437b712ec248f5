//! What kind of place an IP address leads to.
//!
//! The judgement is made on the address that a connection would really use, never on a name, so that no
//! spelling of a name and no DNS answer can get around it.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use super::embedded::embedded_ipv4;

/// The kind of network that an address belongs to, as far as reaching it from a plugin matters.
///
/// Only [`Public`](Self::Public) addresses are reachable by an ordinary grant, and [`Private`](Self::Private)
/// ones by a grant that names their range. The ranges are those of the IANA special-purpose registries for
/// [IPv4](https://www.iana.org/assignments/iana-ipv4-special-registry) and
/// [IPv6](https://www.iana.org/assignments/iana-ipv6-special-registry), and the metadata addresses that the
/// cloud providers document.
///
/// ```
/// use greenlight_hook_runtime::http::AddressClass;
///
/// let class = AddressClass::of("::ffff:169.254.169.254".parse()?);
/// assert_eq!(class, AddressClass::Metadata);
/// # Ok::<_, std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressClass {
    /// The open internet.
    Public,
    /// RFC 1918, carrier-grade NAT (100.64.0.0/10) and IPv6 unique local addresses.
    Private,
    /// This machine: 127.0.0.0/8 and `::1`.
    Loopback,
    /// No address: 0.0.0.0/8 and `::`, which many systems take for this machine.
    Unspecified,
    /// 169.254.0.0/16 and fe80::/10.
    LinkLocal,
    /// Where a cloud provider hands out credentials and metadata.
    Metadata,
    /// 224.0.0.0/4 and ff00::/8.
    Multicast,
    /// 255.255.255.255.
    Broadcast,
    /// Set aside for examples in documents.
    Documentation,
    /// Set aside for benchmarks, for protocols or for the future.
    Reserved,
}

impl AddressClass {
    /// Classifies `address`. An IPv6 address that carries an IPv4 address is judged as the IPv4 address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => of_ipv4(v4),
            IpAddr::V6(v6) => of_ipv6(v6),
        }
    }
}

impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "a public address",
            Self::Private => "a private address",
            Self::Loopback => "a loopback address",
            Self::Unspecified => "the unspecified address",
            Self::LinkLocal => "a link-local address",
            Self::Metadata => "a cloud metadata address",
            Self::Multicast => "a multicast address",
            Self::Broadcast => "the broadcast address",
            Self::Documentation => "a documentation address",
            Self::Reserved => "a reserved address",
        })
    }
}

fn of_ipv4(address: Ipv4Addr) -> AddressClass {
    match address.octets() {
        // AWS, Azure, Google and others; ECS task credentials; Alibaba; Oracle; Azure's host endpoint.
        [169, 254, 169, 254] | [169, 254, 170, 2 | 23] | [100, 100, 100, 200] | [192, 0, 0, 192] => {
            AddressClass::Metadata
        }
        [168, 63, 129, 16] => AddressClass::Metadata,
        [0, ..] => AddressClass::Unspecified,
        [127, ..] => AddressClass::Loopback,
        [169, 254, ..] => AddressClass::LinkLocal,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => AddressClass::Private,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => AddressClass::Documentation,
        // Protocol assignments, the withdrawn 6to4 relays, benchmarks.
        [192, 0, 0, _] | [192, 88, 99, _] | [198, 18 | 19, ..] => AddressClass::Reserved,
        [255, 255, 255, 255] => AddressClass::Broadcast,
        [224..=239, ..] => AddressClass::Multicast,
        [240..=255, ..] => AddressClass::Reserved,
        _ => AddressClass::Public,
    }
}

fn of_ipv6(address: Ipv6Addr) -> AddressClass {
    if address.is_unspecified() {
        return AddressClass::Unspecified;
    }
    if address.is_loopback() {
        return AddressClass::Loopback;
    }
    let embedded = embedded_ipv4(address);
    if !embedded.is_empty() {
        // Where the form leaves it open which bits count, one forbidden reading is enough.
        return embedded
            .into_iter()
            .map(of_ipv4)
            .find(|c| *c != AddressClass::Public)
            .unwrap_or(AddressClass::Public);
    }
    match address.segments() {
        // AWS keeps its link services, metadata among them, in fd00:ec2::/32; Google at fd20:ce::254.
        [0xfd00, 0x0ec2, ..] | [0xfd20, 0x00ce, ..] => AddressClass::Metadata,
        [0xfc00..=0xfdff, ..] => AddressClass::Private,
        [0xfe80..=0xfebf, ..] => AddressClass::LinkLocal,
        [0xff00..=0xffff, ..] => AddressClass::Multicast,
        [0x2001, 0x0db8, ..] | [0x3fff, 0x0000..=0x0fff, ..] => AddressClass::Documentation,
        // Protocol assignments: benchmarks, ORCHID and others.
        [0x2001, 0x0000..=0x01ff, ..] => AddressClass::Reserved,
        // All of the global unicast space that has been given out.
        [0x2000..=0x3fff, ..] => AddressClass::Public,
        _ => AddressClass::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_is_judged_by_where_it_leads() {
        use AddressClass::{
            Broadcast, Documentation, LinkLocal, Loopback, Metadata, Multicast, Private, Public, Reserved,
            Unspecified,
        };
        let table = [
            ("127.0.0.1", Loopback),
            ("127.255.255.254", Loopback),
            ("::1", Loopback),
            ("::ffff:127.0.0.1", Loopback),
            ("::127.0.0.1", Loopback),
            ("::ffff:0:127.0.0.1", Loopback),
            ("64:ff9b::127.0.0.1", Loopback),
            ("64:ff9b:1::127.0.0.1", Loopback),
            ("64:ff9b:1:7f00:0:100::", Loopback),
            ("2002:7f00:1::", Loopback),
            ("2001:0:808:808::80ff:fffe", Loopback),
            ("2001:0:7f00:1::f7f7:f7f7", Loopback),
            ("0.0.0.0", Unspecified),
            ("0.1.2.3", Unspecified),
            ("::", Unspecified),
            ("::ffff:0.0.0.0", Unspecified),
            ("169.254.1.1", LinkLocal),
            ("fe80::1", LinkLocal),
            ("febf::1", LinkLocal),
            ("169.254.169.254", Metadata),
            ("169.254.170.2", Metadata),
            ("::ffff:169.254.169.254", Metadata),
            ("64:ff9b::a9fe:a9fe", Metadata),
            ("2002:a9fe:a9fe::1", Metadata),
            ("fd00:ec2::254", Metadata),
            ("100.100.100.200", Metadata),
            ("192.0.0.192", Metadata),
            ("224.0.0.1", Multicast),
            ("239.255.255.255", Multicast),
            ("ff02::1", Multicast),
            ("255.255.255.255", Broadcast),
            ("240.0.0.1", Reserved),
            ("192.0.0.8", Reserved),
            ("198.18.0.1", Reserved),
            ("198.19.255.255", Reserved),
            ("2001:2::1", Reserved),
            ("100::1", Reserved),
            ("fec0::1", Reserved),
            ("192.0.2.1", Documentation),
            ("198.51.100.1", Documentation),
            ("203.0.113.1", Documentation),
            ("2001:db8::1", Documentation),
            ("3fff::1", Documentation),
            ("10.0.0.1", Private),
            ("172.16.0.1", Private),
            ("172.31.255.255", Private),
            ("192.168.0.1", Private),
            ("100.64.0.1", Private),
            ("::ffff:10.0.0.1", Private),
            ("fc00::1", Private),
            ("fdff::1", Private),
            ("1.1.1.1", Public),
            ("100.63.255.255", Public),
            ("172.32.0.1", Public),
            ("192.0.1.1", Public),
            ("::ffff:8.8.8.8", Public),
            ("64:ff9b::8.8.8.8", Public),
            ("2002:808:808::1", Public),
            ("2606:4700::1111", Public),
        ];
        for (text, expected) in table {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(AddressClass::of(address), expected, "{text}");
        }
    }
}
