//! TLS with certificate roots that are compiled in.

use std::{fmt, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName},
};

use super::target::Host;

/// Whom the broker trusts to certify servers.
///
/// Mozilla's roots are compiled in, so that a minimal container or a Lambda function needs no certificate files.
/// rustls runs on ring, chosen here and not by a process-wide default, which panics when two providers are
/// compiled in.
#[derive(Clone)]
pub struct TlsTrust {
    config: Arc<ClientConfig>,
    extra_roots: usize,
}

/// A root certificate that cannot be used, or a TLS library that offers no usable protocol version.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the extra root certificates cannot be used: {0}; give each as one X.509 certificate in DER form")]
pub struct TlsTrustError(#[from] rustls::Error);

impl TlsTrust {
    /// Trusts Mozilla's roots.
    ///
    /// # Errors
    ///
    /// [`TlsTrustError`] only when the TLS library was built without TLS 1.2 and 1.3.
    pub fn public() -> Result<Self, TlsTrustError> {
        Self::with_extra_roots([])
    }

    /// Trusts Mozilla's roots and `roots`, each in DER form: for a company's own certificate authority, and for
    /// tests.
    ///
    /// # Errors
    ///
    /// [`TlsTrustError`] when one of them is no certificate.
    pub fn with_extra_roots(
        roots: impl IntoIterator<Item = CertificateDer<'static>>,
    ) -> Result<Self, TlsTrustError> {
        let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let mut extra_roots = 0;
        for root in roots {
            store.add(root)?;
            extra_roots += 1;
        }
        let mut config =
            ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_root_certificates(store)
                .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), extra_roots })
    }

    pub(super) fn connector(&self) -> tokio_rustls::TlsConnector {
        tokio_rustls::TlsConnector::from(Arc::clone(&self.config))
    }
}

impl fmt::Debug for TlsTrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsTrust").field("extra_roots", &self.extra_roots).finish_non_exhaustive()
    }
}

/// The name that the server's certificate has to carry.
pub(super) fn server_name(host: &Host) -> Option<ServerName<'static>> {
    match host {
        Host::Ip(ip) => Some(ServerName::from(*ip)),
        Host::Name(name) => ServerName::try_from(name.clone()).ok(),
    }
}

/// Whether the handshake failed over the server's certificate.
pub(super) fn is_certificate_error(error: &std::io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()).is_some_and(|e| {
        matches!(e, rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
    })
}
