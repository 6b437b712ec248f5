//! A request through the router.

use greenlight::local::router::{Router, RouterConfig, TargetGroup};

use super::{HotPath, Setting, Work};
use greenlight_budgets::{
    failure::Broken,
    one_thread::OneThread,
    subject::Subject,
    wire::{self, Client},
};

pub(crate) const REQUEST: HotPath = HotPath {
    subject: Subject {
        name: "router-request",
        what: "a GET and its answer of 128 bytes through the router, over connections that stay open",
        runs: 100,
    },
    prepare,
};

fn prepare(_: &Setting) -> Result<Work, Broken> {
    let thread = OneThread::new()?;
    let (router, mut client) = thread.wait(async {
        let service = wire::serve().await?;
        let router = Router::bind(RouterConfig::new(([127, 0, 0, 1], 0).into())).await?;
        router.set_targets(TargetGroup::Blue, &[service]);
        let client = Client::connect(router.production_addr()).await?;
        Ok::<_, Broken>((router, client))
    })?;
    let request = format!("GET /health HTTP/1.1\r\nhost: {}\r\n\r\n", router.production_addr());
    Ok(Box::new(move || {
        // It serves as long as it is kept.
        let _serving = &router;
        thread.wait(client.ask(request.as_bytes()))?;
        Ok(())
    }))
}
