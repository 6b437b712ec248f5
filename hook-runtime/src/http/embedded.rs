//! IPv4 addresses inside IPv6 addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Every IPv4 address that `address` may lead to, by the transition mechanism that its prefix belongs to; empty
/// for a plain IPv6 address. `::` and `::1` are plain.
///
/// Forms: IPv4-mapped and IPv4-compatible (RFC 4291), IPv4-translated (RFC 7915), NAT64 by the well-known
/// prefix and by the local one (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380).
pub(super) fn embedded_ipv4(address: Ipv6Addr) -> Vec<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let last = join(g, h);
    match (a, b) {
        (0, 0) if (c, d, e) == (0, 0, 0) && f == 0xffff => vec![last],
        (0, 0) if (c, d, e, f) == (0, 0, 0xffff, 0) => vec![last],
        (0, 0) if (c, d, e, f) == (0, 0, 0, 0) && (g, h) != (0, 0) && (g, h) != (0, 1) => vec![last],
        (0x64, 0xff9b) if (c, d, e, f) == (0, 0, 0, 0) => vec![last],
        (0x64, 0xff9b) if c == 1 => local_nat64(address, last),
        (0x2002, _) => vec![join(b, c)],
        // The server in clear, the client with every bit turned over.
        (0x2001, 0) => vec![join(c, d), join(!g, !h)],
        _ => Vec::new(),
    }
}

/// The operator of 64:ff9b:1::/48 chooses the length of the prefix, and with it where the IPv4 address sits;
/// bits 64 to 71 are always skipped (RFC 6052, section 2.2). With zeros before it, the last 32 bits are the
/// common choice; all readings are given, but those that are 0.0.0.0 because the bits are unused.
fn local_nat64(address: Ipv6Addr, last: Ipv4Addr) -> Vec<Ipv4Addr> {
    let o = address.octets();
    let [_, _, _, _, _, _, o6, o7, _, o9, o10, o11, o12, ..] = o;
    let readings = [
        last,
        Ipv4Addr::new(o6, o7, o9, o10),
        Ipv4Addr::new(o7, o9, o10, o11),
        Ipv4Addr::new(o9, o10, o11, o12),
    ];
    let used: Vec<_> = readings.into_iter().filter(|a| !leading_zero(*a)).collect();
    if used.is_empty() { vec![last] } else { used }
}

fn leading_zero(address: Ipv4Addr) -> bool {
    matches!(address.octets(), [0, ..])
}

fn join(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}
