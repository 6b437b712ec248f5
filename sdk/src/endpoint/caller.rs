//! Who a request says it is from.

use http::HeaderMap;
use http::header::AUTHORIZATION;

/// Who a request says it is from. Nothing of it is checked: hook functions that the endpoint itself starts are
/// known by their access key ids, and what these may do is all that depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    access_key_id: Option<String>,
}

impl Caller {
    /// Somebody without credentials.
    pub(crate) const fn nobody() -> Self {
        Self { access_key_id: None }
    }

    /// The one that a signature (AWS Signature Version 4) names.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let signature = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        Self { access_key_id: signature.and_then(access_key_id).map(ToOwned::to_owned) }
    }

    /// The id of the key with which the request was signed, if it was.
    pub(crate) fn access_key_id(&self) -> Option<&str> {
        self.access_key_id.as_deref()
    }
}

/// Out of `AWS4-HMAC-SHA256 Credential=ID/20181128/us-east-1/codedeploy/aws4_request, SignedHeaders=...`.
fn access_key_id(signature: &str) -> Option<&str> {
    let (_, parameters) = signature.split_once(' ')?;
    let credential = parameters.split(',').find_map(|part| part.trim().strip_prefix("Credential="))?;
    credential.split('/').next().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(signature: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(AUTHORIZATION, signature.parse().unwrap())]);
        Caller::of(&headers).access_key_id().map(ToOwned::to_owned)
    }

    #[test]
    fn a_signature_names_the_key_it_was_made_with() {
        for signature in [
            "AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20181128/us-east-1/codedeploy/aws4_request, SignedHeaders=host, Signature=ab",
            "AWS4-HMAC-SHA256 SignedHeaders=host,Credential=ASIAEXAMPLE/x,Signature=ab",
        ] {
            assert_eq!(caller(signature).as_deref(), Some("ASIAEXAMPLE"), "{signature}");
        }
    }

    #[test]
    fn whatever_else_stands_there_names_nobody() {
        for signature in [
            "",
            "Basic dXNlcjpwYXNz",
            "AWS4-HMAC-SHA256 Credential=",
            "AWS4-HMAC-SHA256 Credential=/x",
            "x y",
        ] {
            assert_eq!(caller(signature), None, "{signature}");
        }
        assert_eq!(Caller::of(&HeaderMap::new()), Caller::nobody());
    }
}
