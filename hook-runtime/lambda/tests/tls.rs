//! CodeDeploy is believed only when its certificate leads to an authority that is trusted.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::Value;
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;

use crate::support::function::Function;
use crate::support::{Fake, Hosted, Setup, event, plugin};

/// An authority that nobody knows.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// CodeDeploy with a certificate of that authority for this name or address.
async fn codedeploy(authority: &CertifiedIssuer<'static, KeyPair>, name: &str) -> Fake {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    Fake::over_tls(TlsAcceptor::from(Arc::new(config))).await
}

/// A file that names the authority.
fn bundle(authority: &CertifiedIssuer<'static, KeyPair>) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    let text = STANDARD.encode(authority.der());
    std::fs::write(file.path(), format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"))
        .unwrap();
    file
}

fn host(aws: &Fake, ca_bundle: Option<&Path>) -> Hosted {
    let mut setup = Setup::new(plugin("smoke", "pass", ""), aws);
    setup.variables.extend(ca_bundle.map(|path| ("AWS_CA_BUNDLE", path.display().to_string())));
    setup.host()
}

/// How the hook ended, which has little time: a refused certificate is tried again, as CodeDeploy may mend it.
async fn hook(hosted: &Hosted) -> Result<Value, String> {
    hosted.handle(event(), Duration::from_secs(2)).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn an_unknown_authority_is_not_believed() {
    let aws = codedeploy(&authority(), "127.0.0.1").await;
    let hosted = host(&aws, None);
    let error = hook(&hosted).await.unwrap_err();
    assert!(error.contains("invalid peer certificate: UnknownIssuer"), "{error}");
    assert_eq!(aws.asked().len(), 0, "nothing was sent to it");
}

#[tokio::test]
async fn an_authority_that_the_environment_names_is_believed() {
    let authority = authority();
    let aws = codedeploy(&authority, "127.0.0.1").await;
    let bundle = bundle(&authority);
    let hosted = host(&aws, Some(bundle.path()));
    assert_eq!(hook(&hosted).await.unwrap()["status"], "Succeeded");
    assert_eq!(aws.reports(), ["Succeeded"]);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_believed_whoever_signed_it() {
    let authority = authority();
    let aws = codedeploy(&authority, "codedeploy.example").await;
    let bundle = bundle(&authority);
    let hosted = host(&aws, Some(bundle.path()));
    let error = hook(&hosted).await.unwrap_err();
    assert!(error.contains("invalid peer certificate: certificate not valid for name"), "{error}");
    assert_eq!(aws.asked().len(), 0, "nothing was sent to it");
}

#[tokio::test]
async fn a_bundle_that_cannot_be_used_is_told_and_leaves_the_public_authorities() {
    let aws = codedeploy(&authority(), "127.0.0.1").await;
    let hosted = host(&aws, Some(Path::new("/nowhere/ca.pem")));
    let line = hosted.lines.with("AWS_CA_BUNDLE names /nowhere/ca.pem, and the file cannot be read: ");
    assert_eq!(line["level"], "ERROR");
    let message = line["message"].as_str().unwrap();
    assert!(message.ends_with("; the public certificate authorities are trusted instead"), "{message}");
    assert!(hook(&hosted).await.unwrap_err().contains("UnknownIssuer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_function_ends_in_an_error_within_its_time_when_codedeploy_cannot_be_believed() {
    let aws = codedeploy(&authority(), "127.0.0.1").await;
    let folder = crate::support::bundle::bundle(&plugin("smoke", "pass", ""));
    let timeout = Duration::from_secs(4);
    let function = Function::start(folder.path(), |_| vec![("AWS_ENDPOINT_URL", aws.url())]).await;
    let error = function.invoke(event().to_string(), timeout).await.unwrap_err();
    assert_eq!(error["errorType"], "Greenlight.Unreported", "{error}");
    let message = error["errorMessage"].as_str().unwrap();
    for part in
        ["Succeeded at deployment d-1NNWZG91L, and not reported: ", "invalid peer certificate: UnknownIssuer"]
    {
        assert!(message.contains(part), "{part}: {message}");
    }
    let log = function.end().await;
    let tried = log.iter().filter(|line| {
        let message = line["message"].as_str().unwrap();
        line["level"] == "WARN"
            && message.contains("CodeDeploy did not take the report: invalid peer certificate")
    });
    assert!(tried.count() > 0, "{log:#?}");
    let last: Vec<_> = log.iter().filter(|line| line["kind"] == "verdict").collect();
    assert_eq!((last.len(), &last[0]["level"]), (1, &"ERROR".into()), "{log:#?}");
    let report = last[0]["report"].as_str().unwrap();
    assert!(report.contains("invalid peer certificate: UnknownIssuer"), "{log:#?}");
    assert_eq!(aws.asked().len(), 0, "the signature of a request is as good as a password");
}
