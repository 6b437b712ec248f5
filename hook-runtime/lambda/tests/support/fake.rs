//! CodeDeploy and Lambda as a test wants them, over a real socket.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The operation, `Invoke` for Lambda's, `Release` for a request to the release under test.
    pub(crate) operation: String,
    pub(crate) path: String,
    /// The invocation type, of `Invoke`.
    pub(crate) kind: String,
    pub(crate) body: Value,
}

/// What is answered.
pub(crate) enum Answer {
    Json(u16, Value),
    /// Nothing, for ever.
    Hang,
}

type Script = dyn Fn(&Asked, usize) -> Option<Answer> + Send + Sync;

/// A server that answers as a script says, and where that is silent as the services do when all is well.
#[derive(Clone)]
pub(crate) struct Fake {
    address: std::net::SocketAddr,
    scheme: &'static str,
    asked: Arc<Mutex<Vec<Asked>>>,
}

pub(crate) const PUT: &str = "PutLifecycleEventHookExecutionStatus";

/// An error of a service.
pub(crate) fn error(status: u16, name: &str, message: &str) -> Option<Answer> {
    Some(Answer::Json(status, json!({ "__type": name, "message": message })))
}

impl Fake {
    /// One with which all is well.
    pub(crate) async fn well() -> Self {
        Self::start(|_, _| None).await
    }

    /// The script is given each request, and how many there were of its operation before.
    pub(crate) async fn start(
        script: impl Fn(&Asked, usize) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        Self::serving(Arc::new(script), None).await
    }

    /// One with which all is well, over TLS.
    pub(crate) async fn over_tls(tls: TlsAcceptor) -> Self {
        Self::serving(Arc::new(|_: &Asked, _| None), Some(tls)).await
    }

    async fn serving(script: Arc<Script>, tls: Option<TlsAcceptor>) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self { address: listener.local_addr().unwrap(), scheme, asked: Arc::default() };
        let asked = Arc::clone(&fake.asked);
        // On a thread of its own: a test may keep that of the host busy.
        let listener = listener.into_std().unwrap();
        std::thread::spawn(move || {
            let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            executor.block_on(async {
                serve(TcpListener::from_std(listener).unwrap(), asked, script, tls).await
            });
        });
        fake
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The requests of one operation.
    pub(crate) fn of(&self, operation: &str) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.operation == operation).collect()
    }

    /// What was reported, with what did not arrive.
    pub(crate) fn reports(&self) -> Vec<String> {
        self.of(PUT).iter().map(|asked| asked.body["status"].as_str().unwrap().to_owned()).collect()
    }
}

async fn serve(
    listener: TcpListener,
    asked: Arc<Mutex<Vec<Asked>>>,
    script: Arc<Script>,
    tls: Option<TlsAcceptor>,
) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (asked, script, tls) = (Arc::clone(&asked), Arc::clone(&script), tls.clone());
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &asked, &*script));
            let server = hyper::server::conn::http1::Builder::new();
            // A client may go away at any time, and need not like the certificate.
            match tls {
                None => drop(server.serve_connection(TokioIo::new(stream), service).await),
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        drop(server.serve_connection(TokioIo::new(stream), service).await);
                    }
                }
            }
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    asked: &Mutex<Vec<Asked>>,
    script: &Script,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let target = head.headers.get("x-amz-target").map(|target| target.to_str().unwrap().to_owned());
    let path = head.uri.to_string();
    let operation = match target {
        Some(target) => target.rsplit('.').next().unwrap().to_owned(),
        None if path.ends_with("/invocations") => "Invoke".to_owned(),
        None => "Release".to_owned(),
    };
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let kind = head.headers.get("x-amz-invocation-type").map(|kind| kind.to_str().unwrap().to_owned());
    let one = Asked { operation, path, kind: kind.unwrap_or_default(), body };
    let before = {
        let mut asked = asked.lock().unwrap();
        let before = asked.iter().filter(|other| other.operation == one.operation).count();
        asked.push(one.clone());
        before
    };
    match script(&one, before).unwrap_or_else(|| well(&one)) {
        Answer::Json(status, value) => {
            let response =
                Response::builder().status(status).header("content-type", "application/x-amz-json-1.1");
            Ok(response.body(Full::new(value.to_string().into())).unwrap())
        }
        Answer::Hang => std::future::pending().await,
    }
}

fn well(asked: &Asked) -> Answer {
    let task_set = |label: &str, weight: f64| {
        json!({
            "identifer": format!("ecs-svc/{label}"),
            "taskSetLabel": label,
            "trafficWeight": weight,
            "targetGroup": { "name": format!("web-{label}") },
        })
    };
    let events = json!([
        { "lifecycleEventName": "AfterInstall", "status": "Succeeded" },
        { "lifecycleEventName": "AfterAllowTestTraffic", "status": "InProgress" },
        { "lifecycleEventName": "BeforeAllowTraffic", "status": "Pending" },
    ]);
    let answer = match asked.operation.as_str() {
        "GetDeployment" => json!({ "deploymentInfo": {
            "applicationName": "shop",
            "deploymentGroupName": "web",
            "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
            "revision": { "revisionType": "AppSpecContent", "appSpecContent": { "sha256": "abc" } },
        } }),
        "ListDeploymentTargets" => json!({ "targetIds": ["main:web"] }),
        "GetDeploymentTarget" => json!({ "deploymentTarget": {
            "deploymentTargetType": "ECSTarget",
            "ecsTarget": {
                "targetId": "main:web",
                "lifecycleEvents": events,
                "taskSetsInfo": [task_set("Blue", 100.0), task_set("Green", 0.0)],
            },
        } }),
        "GetApplicationRevision" => json!({ "revision": {
            "revisionType": "AppSpecContent",
            "appSpecContent": {
                "sha256": "abc",
                "content": "TaskDefinition: arn:aws:ecs:us-east-1:123456789012:task-definition/web:7",
            },
        } }),
        "Invoke" => return Answer::Json(202, json!({})),
        _ => json!({}),
    };
    Answer::Json(200, answer)
}
