//! AWS JSON 1.1: the operation in a header, members as JSON.

use bytes::Bytes;
use http::HeaderValue;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Codec;
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
        let mut document = match body {
            [] => json!({}),
            body => serde_json::from_slice(body).map_err(ServiceError::serialization)?,
        };
        if !document.is_object() {
            return Err(ServiceError::serialization("the body is not a JSON object"));
        }
        forget_nulls(&mut document);
        serde_json::from_value(document).map_err(ServiceError::serialization)
    }

    fn encode<O: Serialize>(&self, output: &O) -> Result<Bytes, ServiceError> {
        let text = serde_json::to_vec(output).map_err(ServiceError::internal)?;
        Ok(text.into())
    }

    fn encode_error(&self, error: &ServiceError) -> Bytes {
        json!({ "__type": error.name(), "message": error.message() }).to_string().into()
    }
}

/// Nulls are as absent, in lists too. A document is at most 128 levels deep, as it was read.
fn forget_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(forget_nulls);
        }
        Value::Array(items) => {
            items.retain(|item| !item.is_null());
            items.iter_mut().for_each(forget_nulls);
        }
        _ => {}
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
    fn nulls_and_unknown_members_are_as_absent() {
        assert_eq!(read(""), Ok(Input::default()));
        assert_eq!(read(r#"{"someName":null,"someList":null,"other":{"x":[1]}}"#), Ok(Input::default()));
        let list = Input { some_list: vec!["a".to_owned()], ..Input::default() };
        assert_eq!(read(r#"{"someList":["a",null]}"#), Ok(list));
        assert_eq!(read(r#"{"SomeName":"members have one spelling"}"#), Ok(Input::default()));
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
