//! The connections of a fake.

use std::{convert::Infallible, future, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::sleep,
};

use super::{Answer, Breakage, Shared, paced::Paced, wire};
use crate::http::Role;

const BEFORE_ACCEPTING_AGAIN: Duration = Duration::from_millis(10);

/// Serves every connection until it is dropped, and them with it.
pub(super) async fn accept(listener: TcpListener, role: Role, base: String, shared: Arc<Shared>) {
    let base: Arc<str> = base.into();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // Out of files, most likely: asked again at once it would say the same.
                    sleep(BEFORE_ACCEPTING_AGAIN).await;
                    continue;
                };
                connections.spawn(serve(stream, role, Arc::clone(&base), Arc::clone(&shared)));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, role: Role, base: Arc<str>, shared: Arc<Shared>) {
    // Small pieces are meant to arrive as they are sent. Without it they only arrive later.
    drop(stream.set_nodelay(true));
    let (tell, mut told) = mpsc::channel::<(Answer, Breakage)>(1);
    let service = service_fn(move |request| {
        let (tell, base, shared) = (tell.clone(), Arc::clone(&base), Arc::clone(&shared));
        async move {
            let answer = find(request, role, &base, &shared).await;
            sleep(answer.delay).await;
            if let Some(breakage) = answer.breakage {
                // The connection is taken away from under this future, which must not answer.
                drop(tell.send((answer, breakage)).await);
                return future::pending().await;
            }
            Ok::<_, Infallible>(response(&answer))
        }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let broken = tokio::select! {
        // How a connection ends is for the client to see and to say.
        _ = &mut connection => None,
        broken = told.recv() => broken,
    };
    if let Some((answer, breakage)) = broken {
        let stream = connection.into_parts().io.into_inner();
        // The same: an exchange that is to break may break earlier.
        drop(wire::break_off(stream, &answer, breakage).await);
    }
}

/// The answer to a request, once the request is there as a whole.
async fn find(request: Request<Incoming>, role: Role, base: &str, shared: &Shared) -> Answer {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let found = shared.answer(role, head.method.as_str(), path, format!("{base}{path}"));
    let uncovered = format!("no route covers {} {path}", head.method);
    let mut body = body;
    // A request that breaks off has nobody who waits for an answer.
    while let Some(Ok(_)) = body.frame().await {}
    found.unwrap_or_else(|| not_found(uncovered))
}

fn not_found(text: String) -> Answer {
    Answer {
        status: StatusCode::NOT_FOUND,
        headers: HeaderMap::new(),
        body: Bytes::from(text),
        delay: Duration::ZERO,
        drip: None,
        breakage: None,
        times: 1,
    }
}

fn response(answer: &Answer) -> Response<Paced> {
    let mut response = Response::new(Paced::of(answer));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers.clone();
    response
}
