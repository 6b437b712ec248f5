//! Reading the body of a request.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};

use super::error::ServiceError;

/// The largest body of a request.
const MAX_BYTES: usize = 10 * 1024 * 1024;

/// A body that has a size and a time.
pub(super) struct Reader {
    pub(super) body: Incoming,
    pub(super) timeout: Duration,
}

impl Reader {
    /// All of it.
    pub(super) async fn read(self) -> Result<Bytes, ServiceError> {
        let too_large = || {
            let message = format!("The body has more than {MAX_BYTES} bytes.");
            ServiceError::fault(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLargeException", message)
        };
        // Told before anything of it is read, if the client says how much it is.
        if self.body.size_hint().lower() > MAX_BYTES as u64 {
            return Err(too_large());
        }
        let read = Limited::new(self.body, MAX_BYTES).collect();
        match tokio::time::timeout(self.timeout, read).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
            Ok(Err(error)) => Err(ServiceError::serialization(error)),
            Err(_) => {
                let message = format!("The body was not sent within {:?}.", self.timeout);
                Err(ServiceError::fault(StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", message))
            }
        }
    }
}
