//! A CodeDeploy API whose certificate nobody vouches for is told nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::bundle::bundle;
use crate::support::process::Process;
use crate::support::{event, plugin};

/// A server for `127.0.0.1` with a certificate of an authority of its own.
struct Impostor {
    address: SocketAddr,
    /// Connections that got past the certificate.
    trusted: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

impl Impostor {
    async fn start() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        let chain = vec![params.signed_by(&key, &authority).unwrap().der().clone()];
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let impostor = Self {
            address: listener.local_addr().unwrap(),
            trusted: Arc::default(),
            connections: Arc::default(),
        };
        let (trusted, connections) = (Arc::clone(&impostor.trusted), Arc::clone(&impostor.connections));
        tokio::spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::SeqCst);
                if acceptor.accept(tcp).await.is_ok() {
                    trusted.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        impostor
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_an_unknown_authority_is_refused_and_the_function_ends_in_an_error_in_time() {
    let impostor = Impostor::start().await;
    let bundle = bundle(&plugin("smoke", "pass", ""));
    let variables = [("AWS_ENDPOINT_URL".to_owned(), format!("https://{}", impostor.address))];
    let timeout = Duration::from_secs(4);
    let function = Process::start(bundle.path(), timeout, &variables).await;
    let begun = Instant::now();
    let error = function.invoke(event()).await.unwrap_err();
    assert!(begun.elapsed() < timeout, "{:?}", begun.elapsed());
    assert_eq!(error["errorType"], "Greenlight.Unreported", "{error}");
    let message = error["errorMessage"].as_str().unwrap();
    for part in
        ["Succeeded at deployment d-1NNWZG91L, and not reported: ", "invalid peer certificate: UnknownIssuer"]
    {
        assert!(message.contains(part), "{part}: {message}");
    }
    let log = function.end().await;
    let with = |level: &str, part: &str| {
        let found = |line: &&serde_json::Value| line["message"].as_str().unwrap().contains(part);
        log.iter().filter(found).filter(|line| line["level"] == level).count()
    };
    assert!(with("WARN", "CodeDeploy did not take the report: invalid peer certificate") > 0, "{log:#?}");
    let last: Vec<_> = log.iter().filter(|line| line["kind"] == "verdict").collect();
    assert_eq!((last.len(), &last[0]["level"]), (1, &"ERROR".into()), "{log:#?}");
    assert!(
        last[0]["report"].as_str().unwrap().contains("invalid peer certificate: UnknownIssuer"),
        "{log:#?}"
    );
    // The signature of a request is as good as a password.
    assert_eq!(impostor.trusted.load(Ordering::SeqCst), 0);
    assert!(impostor.connections.load(Ordering::SeqCst) > 1);
}
