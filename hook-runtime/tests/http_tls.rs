//! TLS: the name on the certificate is the name that was asked for, and roots come from the program.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::{net::SocketAddr, sync::Arc};

use crate::http_support::{
    PUBLIC, egress,
    names::{Detour, Names},
    server::{Server, ok, serve},
};
use greenlight_hook_runtime::http::{
    ConnectionFault, Egress, FetchRequest, HttpError, Network, Roles, TlsTrust,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio_rustls::TlsAcceptor;

/// A certificate authority of the test's own.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// An HTTPS server whose certificate, signed by `authority`, is for `name`.
async fn server(authority: &CertifiedIssuer<'static, KeyPair>, name: &str) -> Server {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Server::each(move |tcp, requests| {
        let acceptor = acceptor.clone();
        async move {
            // A handshake that the client breaks off is what some of the tests are about.
            if let Ok(tls) = acceptor.accept(tcp).await {
                serve(tls, Arc::new(|_| ok("over TLS")), requests).await;
            }
        }
    })
    .await
}

/// A broker that finds `a.example` at `address` and trusts `roots` besides the public ones.
fn client(address: SocketAddr, roots: Vec<CertificateDer<'static>>) -> Egress {
    let network = Network::system()
        .unwrap()
        .with_resolver(Names::default().with("a.example", &[&[PUBLIC]]))
        .with_dial(Detour::to(address))
        .with_tls(TlsTrust::with_extra_roots(roots).unwrap());
    egress(network, &["https://a.example", "https://192.0.32.10"], Roles::new())
}

#[tokio::test]
async fn a_server_with_the_right_name_under_an_injected_root_answers() {
    let authority = authority();
    let server = server(&authority, "a.example").await;
    let egress = client(server.address, vec![authority.der().clone()]);
    for _ in 0..20 {
        let response = egress.fetch(FetchRequest::get("https://a.example/")).await.unwrap();
        assert_eq!(&*response.body, b"over TLS");
    }
    assert_eq!(server.requests(), 20);
    assert!(server.connections() < 20, "the connection is used again");
}

#[tokio::test]
async fn a_server_with_another_name_or_an_unknown_root_is_refused() {
    let (ours, theirs) = (authority(), authority());
    let table = [
        (server(&ours, "b.example").await, "https://a.example/"),
        (server(&theirs, "a.example").await, "https://a.example/"),
        // The name counts, not that the connection went where it should.
        (server(&ours, "a.example").await, "https://192.0.32.10/"),
    ];
    for (server, url) in table {
        let egress = client(server.address, vec![ours.der().clone()]);
        let error = egress.fetch(FetchRequest::get(url)).await.unwrap_err();
        assert!(
            matches!(error, HttpError::Connection { fault: ConnectionFault::Certificate, .. }),
            "{error:?}"
        );
        assert!(error.to_string().starts_with("the certificate is not accepted at https://"), "{error}");
        assert_eq!(server.requests(), 0);
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_told_apart_from_a_bad_certificate() {
    let server = Server::http(|_| ok("plain")).await;
    let error =
        client(server.address, vec![]).fetch(FetchRequest::get("https://a.example/")).await.unwrap_err();
    assert!(matches!(error, HttpError::Connection { fault: ConnectionFault::Tls, .. }), "{error:?}");
}

#[test]
fn a_root_that_is_no_certificate_is_an_error_and_not_ignored() {
    let error = TlsTrust::with_extra_roots([CertificateDer::from(vec![1, 2, 3])]).unwrap_err();
    assert!(error.to_string().starts_with("the extra root certificates cannot be used"), "{error}");
}
