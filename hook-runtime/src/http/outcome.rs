//! The finer distinctions inside [`HttpError`](super::HttpError), which `wasi:http` has error codes for.

/// Why policy forbade a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DenialKind {
    /// No grant covers the scheme, host and port. `HTTP-request-denied` to a `wasi:http` plugin.
    NoGrant,
    /// A grant covers the name, but not any address behind it. `destination-IP-prohibited`.
    Address,
}

/// Where a connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectionFault {
    /// Nobody accepted it. `connection-refused`.
    Refused,
    /// It ended before the response was complete. `HTTP-response-incomplete`.
    Broken,
    /// The server's certificate is not for this name, not trusted or out of date. `TLS-certificate-error`.
    Certificate,
    /// The TLS handshake failed in another way. `TLS-protocol-error`.
    Tls,
}

/// Which timer ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// Name, connection and TLS handshake together. `connection-timeout`.
    Connect,
    /// From the request's start on the wire to the response's head. `connection-read-timeout`.
    FirstByte,
    /// Between two pieces of the body, when the plugin set such a limit. `connection-read-timeout`.
    BetweenBytes,
    /// The whole exchange, or the time that is left of the run. `HTTP-response-timeout`.
    Whole,
}

/// Which limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitKind {
    /// The number of requests in one run. `connection-limit-reached`.
    Requests,
    /// The number of requests under way at the same time. `connection-limit-reached`.
    Concurrent,
    /// The body of one request. `HTTP-request-body-size`.
    RequestBody,
    /// The body of one response. `HTTP-response-body-size`.
    ResponseBody,
    /// The bodies of all responses of one run. `HTTP-response-body-size`.
    TotalResponseBodies,
}
