//! Listening, and a stop that loses nothing.

use std::convert::Infallible;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::task::LocalSet;

use crate::answer::answer;
use crate::life::{Life, die_after, stop_requests};
use crate::options::Options;

/// The longest that requests under way may take once a stop is asked for.
const STOP_GRACE: Duration = Duration::from_secs(10);

/// After a failed accept (too many open files, say) trying again at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until asked to stop; then takes no more connections and finishes the requests under way.
pub(crate) async fn serve(address: SocketAddr, options: Options) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    // Before the announcement: whoever reads it may send a signal at once.
    let stop = stop_requests(options.ignore_sigterm)?;
    announce(listener.local_addr()?, &options.version_label);
    let time_up = die_after(options.die_after);
    LocalSet::new()
        .run_until(async {
            tokio::select! {
                () = accept_until(&listener, options, stop) => {}
                () = time_up => {}
            }
        })
        .await;
    Ok(())
}

async fn accept_until(listener: &TcpListener, options: Options, stop: impl Future<Output = ()>) {
    let life = Rc::new(Life::new(&options));
    let options = Rc::new(options);
    let graceful = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    eprintln!("demo-service: cannot accept a connection: {error}");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let (options, life) = (Rc::clone(&options), Rc::clone(&life));
        let service = service_fn(move |request| {
            let (options, life) = (Rc::clone(&options), Rc::clone(&life));
            async move { Ok::<_, Infallible>(answer(request, &options, &life).await) }
        });
        let connection =
            http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        // A client that breaks off is no matter of ours.
        tokio::task::spawn_local(async move { connection.await.ok() });
    }
    if tokio::time::timeout(STOP_GRACE, graceful.shutdown()).await.is_err() {
        eprintln!("demo-service: stopped with requests under way, after {} s", STOP_GRACE.as_secs());
    }
}

/// Says where it listens, which nobody can know before when the port is 0.
fn announce(address: SocketAddr, version: &str) {
    // Whoever started us may have closed our standard output; the service is no worse for it.
    let _ = writeln!(io::stdout(), "demo-service {version} listens on http://{address}");
}
