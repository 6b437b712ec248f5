//! What a request wants of a function.

use greenlight_core::FunctionName;
use http::request::Parts;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;

use super::refusal::Refused;
use crate::endpoint::caller::Caller;

/// What all paths of functions begin with: the version of the API.
const PREFIX: &str = "/2015-03-31/functions/";
const INVOCATIONS: &str = "/invocations";

/// A request to invoke a function, or something else of Lambda's API that there is not here.
#[derive(Debug)]
pub(in crate::endpoint) struct Call {
    path: String,
    method: Method,
    kind: Option<String>,
    pub(super) wants_log: bool,
    pub(super) caller: Caller,
}

/// What is done with the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The function is waited for.
    RequestResponse,
    /// It is not.
    Event,
    /// It is not called.
    DryRun,
}

impl Call {
    /// The call of a request, if it is one of Lambda's.
    pub(in crate::endpoint) fn of(head: &Parts) -> Option<Self> {
        let path = head.uri.path().strip_prefix(PREFIX)?.to_owned();
        let kind = header(&head.headers, "x-amz-invocation-type").map(str::to_owned);
        let wants_log = header(&head.headers, "x-amz-log-type") == Some("Tail");
        Some(Self { path, method: head.method.clone(), kind, wants_log, caller: Caller::of(&head.headers) })
    }

    pub(super) fn kind(&self) -> Result<Kind, Refused> {
        match self.kind.as_deref() {
            None | Some("RequestResponse") => Ok(Kind::RequestResponse),
            Some("Event") => Ok(Kind::Event),
            Some("DryRun") => Ok(Kind::DryRun),
            Some(other) => Err(Refused::Kind(other.to_owned())),
        }
    }

    /// The function by any of its names; a qualifier means the only version that there is.
    pub(super) fn function(&self) -> Result<FunctionName, Refused> {
        let unknown =
            || Refused::NoOperation { method: self.method.clone(), path: format!("{PREFIX}{}", self.path) };
        let name =
            self.path.strip_suffix(INVOCATIONS).filter(|name| !name.contains('/')).ok_or_else(unknown)?;
        if self.method != Method::POST {
            return Err(unknown());
        }
        let name = percent_decode_str(name).decode_utf8_lossy();
        name.parse().map_err(|_| Refused::Name(name.into_owned()))
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(path: &str) -> Option<String> {
        let (head, ()) = http::Request::post(path).body(()).unwrap().into_parts();
        Call::of(&head)?.function().ok().map(|name| name.name().to_owned())
    }

    #[test]
    fn a_function_is_found_by_every_form_of_its_name() {
        for name in [
            "check",
            "check:live",
            "check%3A%24LATEST",
            "123456789012:function:check",
            "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Acheck",
        ] {
            let path = format!("/2015-03-31/functions/{name}/invocations?Qualifier=live");
            assert_eq!(function(&path).as_deref(), Some("check"), "{name}");
        }
    }

    #[test]
    fn other_paths_are_no_invocations() {
        for path in [
            "/2015-03-31/functions/",
            "/2015-03-31/functions/a/b/invocations",
            "/2015-03-31/functions/a/policy",
        ] {
            assert_eq!(function(path), None, "{path}");
        }
        let (head, ()) = http::Request::post("/").body(()).unwrap().into_parts();
        assert!(Call::of(&head).is_none());
    }
}
