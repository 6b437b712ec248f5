//! How much outgoing HTTP one run may use.

use std::time::Duration;

/// Limits on the outgoing HTTP of one run. All are on by default; a plugin can only tighten the times, by the
/// request options of `wasi:http` or by `timeout-ms`.
///
/// Every time is also clipped to what is left of the run.
///
/// ```
/// use greenlight_hook_runtime::http::HttpLimits;
///
/// let mut limits = HttpLimits::default();
/// limits.max_response_bytes = 64 * 1024;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpLimits {
    /// Requests in one run, denied ones included. Default 10,000.
    pub max_requests: u32,
    /// Requests under way at the same time, each until its body is read or dropped. A further one fails at once:
    /// to wait would lock a plugin up that holds all the responses itself. Default 64.
    pub max_concurrent: u32,
    /// Body of one request, in bytes. Default 8 MiB.
    pub max_request_bytes: u64,
    /// Body of one response, in bytes. Default 8 MiB.
    pub max_response_bytes: u64,
    /// Bodies of all responses of one run together, in bytes. Default 64 MiB.
    pub max_total_response_bytes: u64,
    /// Name, connection and TLS handshake together. Default 5 s.
    pub connect_timeout: Duration,
    /// From sending the request to the head of the response. Default 30 s.
    pub first_byte_timeout: Duration,
    /// The whole exchange, to the last byte of the body. Default 60 s.
    pub total_timeout: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            max_requests: 10_000,
            max_concurrent: 64,
            max_request_bytes: 8 << 20,
            max_response_bytes: 8 << 20,
            max_total_response_bytes: 64 << 20,
            connect_timeout: Duration::from_secs(5),
            first_byte_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(60),
        }
    }
}
