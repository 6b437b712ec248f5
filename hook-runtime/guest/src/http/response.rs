//! What came back.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::Error;

/// An answer of any status, whole. An example is at [`http`](super).
#[derive(Debug, Clone)]
pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    elapsed: Duration,
    /// The request, for error texts.
    request: String,
}

impl Response {
    /// An answer as a [`Rehearsal`](crate::testing::Rehearsal) gives it: no headers, no body, no time taken.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            elapsed: Duration::ZERO,
            request: String::new(),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into().to_ascii_lowercase(), value.into()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets how long it took.
    #[must_use]
    pub const fn with_elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// The status code, such as 200.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is one of 200 to 299.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The first header of this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All headers, names in lower case.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body as it is.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as text; bytes that are not UTF-8 show as `�`.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON.
    ///
    /// ```
    /// # use greenlight_hook::http::Response;
    /// let response = Response::new(200).with_body(r#"{"version": "2"}"#);
    /// let body: serde_json::Value = response.json()?;
    /// assert_eq!(body["version"], "2");
    /// # Ok::<_, greenlight_hook::http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Body`] when it is not JSON or not of this shape; the text says where, and shows how it begins.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let what = if error.is_data() { "JSON, but not as expected" } else { "not JSON" };
            let text = format!("the body is {what}: {error}; it begins `{}`", self.beginning());
            if self.request.is_empty() {
                Error::Body(text)
            } else {
                Error::Body(format!("{} answered {}: {text}", self.request, self.status))
            }
        })
    }

    /// How long it took from the start of the call to the last byte, as the host saw it.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    pub(crate) fn answering(mut self, method: &str, url: &str) -> Self {
        self.request = format!("{method} {url}");
        self
    }

    /// As much of the body as fits into an error text, on one line.
    fn beginning(&self) -> String {
        const MAX_CHARS: usize = 60;
        let text = self.text();
        let mut shown: String =
            text.chars().take(MAX_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if text.chars().nth(MAX_CHARS).is_some() {
            shown.push_str(" ...");
        }
        shown
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}, {} bytes, {:.1?}", self.status, self.body.len(), self.elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_found_in_any_case() {
        let response = Response::new(200).with_header("Content-Type", "text/plain");
        assert_eq!(response.header("CONTENT-TYPE"), Some("text/plain"));
        assert_eq!(response.header("content-length"), None);
    }

    #[test]
    fn a_body_that_is_no_json_is_shown_with_the_request() {
        let response =
            Response::new(502).with_body("<html>\nbad gateway").answering("GET", "http://a/version");
        assert_eq!(
            response.json::<serde_json::Value>().unwrap_err().to_string(),
            "GET http://a/version answered 502: the body is not JSON: expected value at line 1 column 1; \
             it begins `<html> bad gateway`"
        );
    }

    #[test]
    fn json_of_another_shape_is_told_apart_from_no_json() {
        let response = Response::new(200).with_body(r#"{"version": 2}"#);
        let error = response.json::<std::collections::BTreeMap<String, String>>().unwrap_err().to_string();
        assert_eq!(
            error,
            "the body is JSON, but not as expected: invalid type: integer `2`, expected a string at line 1 \
             column 13; it begins `{\"version\": 2}`"
        );
    }

    #[test]
    fn a_long_body_is_cut() {
        let response = Response::new(200).with_body("ü".repeat(10_000));
        let error = response.json::<u8>().unwrap_err().to_string();
        assert!(error.len() < 300 && error.ends_with(" ...`"), "{error}");
    }
}
