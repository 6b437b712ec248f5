//! Whose certificates are believed.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject as _};

/// A bundle of certificates that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum BundleError {
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("it is no PEM file: {0}")]
    Form(pem::Error),
    #[error("certificate {number} in it cannot be used: {problem}")]
    Certificate { number: usize, problem: rustls::Error },
    #[error("there is no certificate in it")]
    Empty,
}

/// Mozilla's roots, as they were when this was built. They need no file and no parsing at the start.
pub(super) fn compiled_in() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// The certificates of a PEM file, and no others: so the AWS SDKs understand `AWS_CA_BUNDLE`.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html>
pub(super) fn bundle(path: &Path) -> Result<RootCertStore, BundleError> {
    let text = std::fs::read(path)?;
    let mut roots = RootCertStore::empty();
    for (index, certificate) in CertificateDer::pem_slice_iter(&text).enumerate() {
        let certificate = certificate.map_err(BundleError::Form)?;
        roots.add(certificate).map_err(|problem| BundleError::Certificate { number: index + 1, problem })?;
    }
    if roots.is_empty() { Err(BundleError::Empty) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        bundle(file.path()).unwrap_err().to_string()
    }

    #[test]
    fn a_bundle_that_cannot_be_used_says_why() {
        assert_eq!(problem("# nothing"), "there is no certificate in it");
        let begun = "-----BEGIN CERTIFICATE-----\n";
        assert!(problem(begun).starts_with("it is no PEM file: "), "{}", problem(begun));
        let odd = format!("{begun}AAAA\n-----END CERTIFICATE-----\n");
        assert!(problem(&odd).starts_with("certificate 1 in it cannot be used: "), "{}", problem(&odd));
        let missing = bundle(Path::new("/nowhere/ca.pem")).unwrap_err().to_string();
        assert!(missing.starts_with("the file cannot be read: "), "{missing}");
    }

    #[test]
    fn the_roots_of_the_public_web_are_compiled_in() {
        // Mozilla's list has had between 100 and 200 for twenty years.
        assert!((100..300).contains(&compiled_in().len()), "{}", compiled_in().len());
    }
}
