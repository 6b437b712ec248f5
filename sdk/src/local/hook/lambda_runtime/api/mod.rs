//! The Lambda Runtime API of one process: the server that it asks for work.
//!
//! Version 2018-06-01, over HTTP/1.1 on a loopback port of its own. Forms and status codes are those of
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html> and of its OpenAPI description.

mod error;
mod exchange;
mod routes;
mod server;

pub(super) use self::exchange::{Answer, FunctionError, Invocation};
pub(super) use self::server::RuntimeApi;

/// Largest answer, in bytes: the quota of a synchronous invocation, 6 MB with a margin for its envelope.
pub(super) const MAX_ANSWER_BYTES: usize = 6_291_556;
