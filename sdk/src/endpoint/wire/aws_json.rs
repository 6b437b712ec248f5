//! AWS JSON 1.1: the operation in a header, members as JSON.

use bytes::Bytes;
use http::HeaderValue;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{Codec, document};
use crate::endpoint::error::ServiceError;
use crate::endpoint::operation::Operation;

/// The header that names the operation.
const TARGET: &str = "x-amz-target";
/// What stands before the operation's name.
const SERVICE: &str = "CodeDeploy_20141006";

/// JSON over `POST /`, the operation in `X-Amz-Target`: what all of today's clients speak.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AwsJson;

impl Codec for AwsJson {
    const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");

    fn operation(&self, head: &Parts) -> Result<Operation, ServiceError> {
        let Some(target) = head.headers.get(TARGET) else {
            return Err(ServiceError::unknown_operation(format!(
                "The request has no X-Amz-Target header. Send the operation as {SERVICE}.GetDeployment."
            )));
        };
        let target = String::from_utf8_lossy(target.as_bytes());
        let name = target.strip_prefix(SERVICE).and_then(|rest| rest.strip_prefix('.'));
        let operation = name.and_then(Operation::named);
        operation.ok_or_else(|| {
            ServiceError::unknown_operation(format!("{target:?} is not an operation of {SERVICE}."))
        })
    }

    fn decode<I: DeserializeOwned>(&self, body: &[u8]) -> Result<I, ServiceError> {
        let document = match body {
            [] => json!({}),
            body => serde_json::from_slice(body).map_err(ServiceError::serialization)?,
        };
        document::read(document).map_err(ServiceError::serialization)
    }

    fn encode<O: Serialize>(&self, output: &O) -> Result<Bytes, ServiceError> {
        let text = serde_json::to_vec(output).map_err(ServiceError::internal)?;
        Ok(text.into())
    }

    fn encode_error(&self, error: &ServiceError) -> Bytes {
        json!({ "__type": error.name(), "message": error.message() }).to_string().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Input {
        some_name: Option<String>,
        some_list: Vec<String>,
    }

    fn read(body: &str) -> Result<Input, String> {
        AwsJson.decode(body.as_bytes()).map_err(|error: ServiceError| error.name().to_owned())
    }

    #[test]
    fn an_empty_body_has_no_members() {
        assert_eq!(read(""), Ok(Input::default()));
        assert_eq!(read("{}"), Ok(Input::default()));
    }

    #[test]
    fn what_is_not_the_input_is_a_serialization_error() {
        let deep = format!("{{\"x\":{}", "[".repeat(100_000));
        for body in ["{", "[]", "5", "\"x\"", "null", "{\"someName\":5}", "{\"someList\":{}}", "{} {}", &deep]
        {
            assert_eq!(read(body), Err("SerializationException".to_owned()), "{body:.40}");
        }
    }
}
