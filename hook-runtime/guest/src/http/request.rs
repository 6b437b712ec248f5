//! What to ask, put together step by step.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::{Error, Response};
use crate::host;

/// A request that was not sent yet; made by [`get`](super::get), [`post`](super::post) and their like.
///
/// It can be sent any number of times. An example is at [`http`](super).
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    timeout: Option<Duration>,
    /// What [`Request::json`] could not write: said at [`Request::send`], so that the chain stays a chain.
    invalid: Option<String>,
}

impl Request {
    pub(crate) const fn new(method: String, url: String) -> Self {
        Self { method, url, headers: Vec::new(), body: Vec::new(), timeout: None, invalid: None }
    }

    /// Adds a header; the same name may come more than once.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The body, as it is. Without one the request has none.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The body as JSON, with its `content-type`.
    ///
    /// ```
    /// # use greenlight_hook::http;
    /// #[derive(serde::Serialize)]
    /// struct Order { item: &'static str, count: u32 }
    ///
    /// let request = http::post("http://orders.internal/orders").json(&Order { item: "tea", count: 2 });
    /// assert_eq!(request.content(), br#"{"item":"tea","count":2}"#);
    /// ```
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => {
                self.body = body;
                self.header("content-type", "application/json")
            }
            Err(error) => {
                self.invalid = Some(format!("cannot write the body as JSON: {error}"));
                self
            }
        }
    }

    /// The longest that the whole exchange may take, to the millisecond. Without one: what is left of the call.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sends the request and waits for the whole answer, of any status.
    ///
    /// # Errors
    ///
    /// When nothing came back: see [`Error`].
    pub fn send(&self) -> Result<Response, Error> {
        let answer = match &self.invalid {
            Some(text) => Err(Error::Invalid(text.clone())),
            None => host::with(|host| host.fetch(self)),
        };
        match answer {
            Ok(response) => Ok(response.answering(&self.method, &self.url)),
            Err(error) => Err(error.about(&self.method, &self.url)),
        }
    }

    /// The method, such as `GET`.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The URL as it was given.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers in the order they were added.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body; empty when there is none.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.body
    }

    /// The longest that the exchange may take, when that was said.
    #[must_use]
    pub const fn time_limit(&self) -> Option<Duration> {
        self.timeout
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http;
    use crate::testing::Rehearsal;

    #[test]
    fn everything_that_was_said_reaches_the_host() {
        let rehearsal = Rehearsal::new().respond(|request| {
            assert_eq!(request.to_string(), "PUT http://orders.internal/x");
            assert_eq!(
                request.headers(),
                [("a".to_owned(), "1".to_owned()), ("a".to_owned(), "2".to_owned())]
            );
            assert_eq!(request.content(), b"tea");
            assert_eq!(request.time_limit(), Some(Duration::from_secs(2)));
            Ok(Response::new(204))
        });
        let recorded = rehearsal.run(|_: &crate::Hook| -> Result<(), crate::Failure> {
            let request = http::put("http://orders.internal/x").header("a", "1").header("a", "2");
            let response = request.body("tea").timeout(Duration::from_secs(2)).send()?;
            assert_eq!(response.status(), 204);
            Ok(())
        });
        assert_eq!(recorded.verdict, crate::Verdict::Pass);
    }

    #[test]
    fn a_body_that_is_no_json_is_said_when_the_request_is_sent() {
        // JSON has no keys that are sequences.
        let body = std::collections::BTreeMap::from([(vec![1], 2)]);
        let error = http::post("http://orders.internal/x").json(&body).send().unwrap_err();
        assert_eq!(
            error,
            Error::Invalid(
                "POST http://orders.internal/x: cannot write the body as JSON: key must be a string"
                    .to_owned()
            )
        );
    }
}
