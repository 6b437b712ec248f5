//! What the reader of requests promises for any bytes; shared with the fuzz target.

use greenlight::endpoint::check_request;
use serde_json::Value;

/// What a request can be refused with before anything is done with it.
const ERRORS: [&str; 3] =
    ["OperationNotSupportedException", "SerializationException", "UnknownOperationException"];

/// The longest error, in bytes: it must not tell back all that was sent.
const MAX_ERROR_BYTES: usize = 8 * 1024;

/// Fails when the reader breaks a promise for a request: a line with its target, and its body.
pub(crate) fn check_promises(request: &[u8]) {
    let at = request.iter().position(|byte| *byte == b'\n').unwrap_or(request.len());
    let (target, body) = request.split_at(at);
    let body = body.get(1..).unwrap_or_default();
    let read = check_request(target, body);
    assert_eq!(read, check_request(target, body), "it depends on the request alone");
    match &read {
        Ok(()) => {
            // What is read is an object; nulls and members that nobody knows change nothing.
            let mut document = if body.is_empty() { Value::Object(Default::default()) } else { parsed(body) };
            document["no operation has this member"] = Value::from(vec![1]);
            document["nor this one"] = Value::Null;
            assert_eq!(check_request(target, document.to_string().as_bytes()), Ok(()));
        }
        Err(error) => {
            assert!(ERRORS.contains(&error.name()), "{error}");
            assert!(error.message().len() <= MAX_ERROR_BYTES, "{}", error.message().len());
            assert!(!error.message().is_empty());
        }
    }
}

/// A request for every operation, in the form that [`check_promises`] takes.
pub(crate) fn seeds() -> Vec<(String, Vec<u8>)> {
    let requests = parsed(include_bytes!("requests.json"));
    let requests = requests.as_object().unwrap_or_else(|| panic!("no object of inputs by operation"));
    let seed = |(operation, input): (&String, &Value)| {
        (operation.clone(), format!("CodeDeploy_20141006.{operation}\n{input}").into_bytes())
    };
    requests.iter().map(seed).collect()
}

fn parsed(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap_or_else(|error| panic!("{error}: it was read as JSON before"))
}
