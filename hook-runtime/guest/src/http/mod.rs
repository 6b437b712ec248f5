//! HTTP requests to the release under test, and to whatever else the operator granted.
//!
//! ```
//! use std::time::Duration;
//! use greenlight_hook::{Failure, Hook, http};
//!
//! #[derive(serde::Deserialize)]
//! struct Version {
//!     version: String,
//! }
//!
//! fn validate(hook: &Hook) -> Result<(), Failure> {
//!     let response = http::get("http://orders.internal/version")
//!         .header("accept", "application/json")
//!         .timeout(Duration::from_secs(2))
//!         .send()?;
//!     hook.check("version").equal(response.json::<Version>()?.version.as_str(), "2.1.0");
//!     hook.check("latency").at_most(response.elapsed(), Duration::from_millis(250));
//!     Ok(())
//! }
//! ```
//!
//! A plugin starts without network: the host sends only what a grant of the hook covers, and each refusal is an
//! [`Error::Denied`] whose text names the grant to add. Redirects are not followed.

mod error;
mod request;
mod response;

pub use error::Error;
pub use request::Request;
pub use response::Response;

/// A `GET` request to an absolute `http` or `https` URL.
pub fn get(url: impl Into<String>) -> Request {
    request("GET", url)
}

/// A `HEAD` request to an absolute `http` or `https` URL.
pub fn head(url: impl Into<String>) -> Request {
    request("HEAD", url)
}

/// A `POST` request to an absolute `http` or `https` URL.
pub fn post(url: impl Into<String>) -> Request {
    request("POST", url)
}

/// A `PUT` request to an absolute `http` or `https` URL.
pub fn put(url: impl Into<String>) -> Request {
    request("PUT", url)
}

/// A `DELETE` request to an absolute `http` or `https` URL.
pub fn delete(url: impl Into<String>) -> Request {
    request("DELETE", url)
}

/// A request of any method, in upper case, to an absolute `http` or `https` URL.
pub fn request(method: impl Into<String>, url: impl Into<String>) -> Request {
    Request::new(method.into(), url.into())
}
