//! Whose certificates are believed.

use std::path::Path;

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::ConnectionError;

/// The certificates of a PEM file, and no others: so AWS tools understand `AWS_CA_BUNDLE`.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html>
///
/// # Errors
///
/// When the file cannot be read, or a certificate in it cannot be used. The client below would panic at it.
pub(super) fn bundle(path: &Path) -> Result<TlsContext, ConnectionError> {
    let wrong = |problem: String| ConnectionError::CaBundle { path: path.to_owned(), problem };
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for (index, certificate) in CertificateDer::pem_slice_iter(&text).enumerate() {
        let certificate = certificate.map_err(|error| wrong(format!("it is no PEM file: {error}")))?;
        let number = index + 1;
        roots.add(certificate).map_err(|error| wrong(format!("certificate {number} in it: {error}")))?;
    }
    if roots.is_empty() {
        return Err(wrong("there is no certificate in it".to_owned()));
    }
    let trust = TrustStore::empty().with_pem_certificate(text);
    TlsContext::builder().with_trust_store(trust).build().map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let told = bundle(file.path()).unwrap_err().to_string();
        told.replace(&file.path().display().to_string(), "[FILE]")
    }

    #[test]
    fn a_bundle_that_cannot_be_used_is_named_with_its_problem() {
        assert_eq!(
            problem("# nothing"),
            "AWS_CA_BUNDLE names [FILE], which cannot be used: there is no certificate in it"
        );
        let odd = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(problem(odd).contains("certificate 1 in it: "), "{}", problem(odd));
        let missing = bundle(Path::new("/nowhere/ca.pem")).unwrap_err().to_string();
        assert!(missing.starts_with("AWS_CA_BUNDLE names /nowhere/ca.pem, "), "{missing}");
    }
}
