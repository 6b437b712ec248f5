//! The parts of the outside world that the broker uses, shared by all hooks of a process.

use std::sync::Arc;

use super::{
    dial::{Dial, TcpDial},
    error::GrantError,
    resolver::{Resolver, SystemResolver},
    runtime_api::RuntimeApi,
    tls::{TlsTrust, TlsTrustError},
};

/// How the broker resolves names, connects and trusts, and what it never connects to. Cheap to clone.
///
/// ```
/// use greenlight_hook_runtime::http::Network;
///
/// let network = Network::system()?;
/// # Ok::<_, greenlight_hook_runtime::http::TlsTrustError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Network {
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) dial: Arc<dyn Dial>,
    pub(super) tls: TlsTrust,
    pub(super) runtime_apis: Vec<RuntimeApi>,
}

impl Network {
    /// The operating system's resolver and TCP, and [`TlsTrust::public`].
    ///
    /// # Errors
    ///
    /// As [`TlsTrust::public`].
    pub fn system() -> Result<Self, TlsTrustError> {
        Ok(Self {
            resolver: Arc::new(SystemResolver),
            dial: Arc::new(TcpDial),
            tls: TlsTrust::public()?,
            runtime_apis: Vec::new(),
        })
    }

    /// Resolves names by `resolver`.
    #[must_use]
    pub fn with_resolver(mut self, resolver: impl Resolver + 'static) -> Self {
        self.resolver = Arc::new(resolver);
        self
    }

    /// Opens connections by `dial`.
    #[must_use]
    pub fn with_dial(mut self, dial: impl Dial + 'static) -> Self {
        self.dial = Arc::new(dial);
        self
    }

    /// Trusts `tls` instead of the public roots alone.
    #[must_use]
    pub fn with_tls(mut self, tls: TlsTrust) -> Self {
        self.tls = tls;
        self
    }

    /// Never connects to the Lambda Runtime API at `value`, the text of the variable `AWS_LAMBDA_RUNTIME_API`, whatever
    /// is granted. The Lambda host gives it; it is not read from the environment here. May be called more than
    /// once.
    ///
    /// # Errors
    ///
    /// [`GrantError::Syntax`] when the text is not `host:port`.
    pub fn with_runtime_api(mut self, value: &str) -> Result<Self, GrantError> {
        self.runtime_apis.push(RuntimeApi::parse(value)?);
        Ok(self)
    }
}
