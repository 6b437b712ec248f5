//! An endpoint and a client of it, over a real socket.

pub(crate) mod promises;

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use greenlight::endpoint::{Endpoint, EndpointBuilder};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// An endpoint as it is by default.
pub(crate) async fn endpoint() -> Endpoint {
    endpoint_with(|builder| builder).await
}

/// An endpoint with something set.
pub(crate) async fn endpoint_with(set: impl FnOnce(EndpointBuilder) -> EndpointBuilder) -> Endpoint {
    set(Endpoint::builder()).build().await.unwrap()
}

/// A client that knows the protocol, and nothing of the operations.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    http: HttpClient<HttpConnector, Full<Bytes>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A modelled error: its name and its sentence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) name: String,
    pub(crate) message: String,
}

impl Client {
    pub(crate) fn new(endpoint: &Endpoint) -> Self {
        Self { address: endpoint.addr(), http: HttpClient::builder(TokioExecutor::new()).build_http() }
    }

    /// What an operation answers.
    pub(crate) async fn call(&self, operation: &str, input: Value) -> Result<Value, Refused> {
        let answer = self.send(operation, input.to_string()).await;
        let body = answer.json();
        if answer.status == 200 {
            return Ok(body);
        }
        assert_eq!(answer.status, 400, "{operation}: {body}");
        let text = |member: &str| {
            body[member].as_str().unwrap_or_else(|| panic!("no {member} in {body}")).to_owned()
        };
        Err(Refused { name: text("__type"), message: text("message") })
    }

    /// What an operation answers that works.
    pub(crate) async fn done(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input).await.unwrap_or_else(|refused| panic!("{operation}: {refused:?}"))
    }

    /// The error that an operation answers, `Exception` left out.
    pub(crate) async fn refused(&self, operation: &str, input: Value) -> String {
        match self.call(operation, input.clone()).await {
            Ok(output) => panic!("{operation} took {input} and answered {output}"),
            Err(refused) => refused.name.strip_suffix("Exception").unwrap().to_owned(),
        }
    }

    /// Any body.
    pub(crate) async fn send(&self, operation: &str, body: impl Into<Bytes>) -> Answer {
        let target = format!("CodeDeploy_20141006.{operation}");
        let request = Request::post("/").header("x-amz-target", target);
        self.exchange(request, body).await
    }

    /// Any request. Its address is filled in.
    pub(crate) async fn exchange(&self, request: http::request::Builder, body: impl Into<Bytes>) -> Answer {
        let path = request.uri_ref().unwrap().clone();
        let request = request
            .uri(format!("http://{}{path}", self.address))
            .header("content-type", "application/x-amz-json-1.1")
            .body(Full::new(body.into()))
            .unwrap();
        let response = soon("an answer", self.http.request(request)).await.unwrap();
        let (head, body) = response.into_parts();
        let body = soon("the body of an answer", body.collect()).await.unwrap().to_bytes();
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }
}

/// Waits, and fails when it takes longer than any machine needs.
pub(crate) async fn soon<T>(what: &str, wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), wait)
        .await
        .unwrap_or_else(|_| panic!("no {what} in a minute"))
}

/// Makes an application for ECS.
pub(crate) async fn application(client: &Client, name: &str) {
    client.done("CreateApplication", json!({ "applicationName": name, "computePlatform": "ECS" })).await;
}
