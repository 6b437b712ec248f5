//! Header fields on their way through the router.
//!
//! What concerns one connection only is taken out (RFC 9110, section 7.6.1); what an Application Load Balancer adds
//! is added.

use http::header::{self, Entry, HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, Uri, Version, request, response};

use super::client::Client;
use super::refusal::Refusal;

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
/// The fields that are taken out, and those that say what else is.
static HOP_BY_HOP: [HeaderName; 7] = [
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::TE,
    header::UPGRADE,
    header::EXPECT,
    KEEP_ALIVE,
    PROXY_CONNECTION,
];
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");

/// Makes the head of a client's request into the one for the target. Gives the protocol that the client asks to
/// change to, if it does.
pub(super) fn forward_request(
    head: &mut request::Parts,
    client: &Client,
) -> Result<Option<HeaderValue>, Refusal> {
    if head.method == Method::CONNECT {
        return Err(Refusal::ConnectMethod);
    }
    settle_host(head, client)?;
    let upgrade = if has_hop_by_hop(&head.headers) { forward_hop_by_hop(&mut head.headers) } else { None };
    add_forwarded(&mut head.headers, client);
    head.version = Version::HTTP_11;
    Ok(upgrade)
}

/// Takes out what concerns the client's connection, and puts in what is asked of the target's.
fn forward_hop_by_hop(headers: &mut HeaderMap) -> Option<HeaderValue> {
    let upgrade = requested_upgrade(headers);
    let trailers = accepts_trailers(headers);
    strip_hop_by_hop(headers);
    // The router has answered this one itself: the target gets the body when it comes.
    headers.remove(header::EXPECT);
    if trailers {
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
    }
    if let Some(protocol) = &upgrade {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, protocol.clone());
    }
    upgrade
}

/// Makes the head of a target's response into the one for the client.
pub(super) fn forward_response(head: &mut response::Parts) {
    if has_hop_by_hop(&head.headers) {
        strip_hop_by_hop(&mut head.headers);
    }
    head.version = Version::HTTP_11;
}

/// As [`forward_response`], for a response that agrees to a change of protocol.
pub(super) fn forward_upgrade(head: &mut response::Parts) {
    let protocol = head.headers.get(header::UPGRADE).cloned();
    forward_response(head);
    head.headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    if let Some(protocol) = protocol {
        head.headers.insert(header::UPGRADE, protocol);
    }
}

/// Leaves exactly one Host, and a target in origin form (RFC 9112, section 3.2).
fn settle_host(head: &mut request::Parts, client: &Client) -> Result<(), Refusal> {
    if let Some(authority) = head.uri.authority() {
        // In absolute form the authority overrides the field.
        let host = HeaderValue::try_from(authority.as_str()).map_err(|_| Refusal::BadHost)?;
        head.headers.insert(header::HOST, host);
        let path = head.uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
        head.uri = Uri::from(path);
    }
    let mut hosts = head.headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(_), None) => Ok(()),
        (None, None) if head.version < Version::HTTP_11 => {
            let host = HeaderValue::try_from(client.local().to_string()).map_err(|_| Refusal::BadHost)?;
            head.headers.insert(header::HOST, host);
            Ok(())
        }
        _ => Err(Refusal::BadHost),
    }
}

/// HTTP/2 in clear text is not among the protocols that are passed on: what it carries could not be routed.
fn requested_upgrade(headers: &HeaderMap) -> Option<HeaderValue> {
    let protocol = headers.get(header::UPGRADE)?;
    let asked = connection_options(headers).any(|option| option.eq_ignore_ascii_case("upgrade"));
    let is_http2 = protocol.as_bytes().eq_ignore_ascii_case(b"h2c");
    (asked && !is_http2).then(|| protocol.clone())
}

fn accepts_trailers(headers: &HeaderMap) -> bool {
    let Some(accepted) = headers.get(header::TE) else { return false };
    accepted.to_str().is_ok_and(|accepted| {
        accepted.split(',').any(|coding| coding.trim().eq_ignore_ascii_case("trailers"))
    })
}

/// Whether any field concerns one connection. Most messages have none, and looking at each name once costs less than looking
/// for each of these.
fn has_hop_by_hop(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| HOP_BY_HOP.contains(name))
}

fn strip_hop_by_hop(headers: &mut HeaderMap) {
    if headers.contains_key(header::CONNECTION) {
        let named: Vec<HeaderName> = connection_options(headers)
            .filter(|option| {
                !option.eq_ignore_ascii_case("keep-alive") && !option.eq_ignore_ascii_case("close")
            })
            .filter_map(|option| option.parse().ok())
            // Without these a message would mean something else: they are never a matter of one connection.
            .filter(|name| ![header::HOST, header::CONTENT_LENGTH].contains(name))
            .collect();
        for name in named {
            headers.remove(name);
        }
        headers.remove(header::CONNECTION);
    }
    if headers.remove(header::TRANSFER_ENCODING).is_some() {
        // A length beside a transfer coding is void (RFC 9112, section 6.3), and must not be passed on.
        headers.remove(header::CONTENT_LENGTH);
    }
    for name in [header::TE, header::UPGRADE, KEEP_ALIVE, PROXY_CONNECTION] {
        headers.remove(name);
    }
}

fn connection_options(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

fn add_forwarded(headers: &mut HeaderMap, client: &Client) {
    match headers.entry(FORWARDED_FOR) {
        Entry::Vacant(entry) => {
            entry.insert(client.forwarded_for().clone());
        }
        Entry::Occupied(mut entry) => {
            let earlier: Vec<&[u8]> = entry.iter().map(HeaderValue::as_bytes).collect();
            let mut all = earlier.join(&b", "[..]);
            all.extend_from_slice(b", ");
            all.extend_from_slice(client.forwarded_for().as_bytes());
            // Joined from valid values, the list is valid.
            if let Ok(all) = HeaderValue::from_bytes(&all) {
                entry.insert(all);
            }
        }
    }
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static("http"));
    headers.insert(FORWARDED_PORT, client.listener().forwarded_port.clone());
}
