//! The protocols that clients speak, behind one seam.
//!
//! A [`Codec`] knows how one protocol names an operation and writes its members; nothing behind it knows which
//! protocol a request came by. Shapes mark what is more than JSON by the name of a newtype: a [`Time`] is one
//! called [`TIME`], which a binary protocol writes with its own tag.

mod aws_json;
mod document;
mod time;

use bytes::Bytes;
use http::HeaderValue;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use self::aws_json::AwsJson;
#[expect(unused_imports, reason = "for protocols with a time of their own")]
pub(crate) use self::time::TIME;
pub(crate) use self::time::Time;

use super::error::ServiceError;
use super::operation::Operation;

/// One protocol.
pub(crate) trait Codec {
    /// The media type of everything that is answered.
    const CONTENT_TYPE: HeaderValue;

    /// Which operation a request asks for.
    fn operation(&self, head: &Parts) -> Result<Operation, ServiceError>;

    /// Reads an input. A null is as absent, an unknown member is passed over, an empty body has no members.
    fn decode<I: DeserializeOwned>(&self, body: &[u8]) -> Result<I, ServiceError>;

    /// Writes an output.
    fn encode<O: Serialize>(&self, output: &O) -> Result<Bytes, ServiceError>;

    /// Writes an error.
    fn encode_error(&self, error: &ServiceError) -> Bytes;
}
