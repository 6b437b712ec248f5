//! The decision about a plugin's request: grants, the name's addresses, and the refusal.

use std::{
    io,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use async_trait::async_trait;
use greenlight_hook_runtime::http::{
    DenialKind, Egress, FetchRequest, HttpError, HttpGrants, HttpLimits, Network, Resolver, Roles,
};
use tokio::time::Instant;

use super::{HotPath, Setting, Work};
use greenlight_budgets::{failure::Broken, one_thread::OneThread, subject::Subject};

pub(crate) const JUDGE: HotPath = HotPath {
    subject: Subject {
        name: "egress-judge",
        what: "a request is covered by the last of four grants, its name has four addresses, and all are refused",
        runs: 50,
    },
    prepare,
};

/// Knows one set of addresses for all names: none may be reached.
#[derive(Debug)]
struct Inside;

#[async_trait]
impl Resolver for Inside {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(vec![
            IpAddr::from([169, 254, 169, 254]),
            IpAddr::from([127, 0, 0, 1]),
            IpAddr::from([10, 1, 2, 3]),
            IpAddr::from(Ipv6Addr::LOCALHOST),
        ])
    }
}

fn prepare(_: &Setting) -> Result<Work, Broken> {
    let thread = OneThread::new()?;
    let network = Network::system()?.with_resolver(Inside).with_runtime_api("127.0.0.1:9001")?;
    let grants = HttpGrants::parse([
        "{test}",
        "https://api.example.com",
        "https://*.example.net:8443",
        "http://*.internal.example.org",
    ])?;
    let roles = Roles::new().with_test("http://10.0.0.7:9000")?;
    Ok(Box::new(move || {
        thread.wait(async {
            let deadline = Instant::now() + Duration::from_secs(60);
            // Of one run of a plugin, as requests are counted for each.
            let egress =
                Egress::new(network.clone(), grants.clone(), roles.clone(), HttpLimits::default(), deadline);
            match egress.fetch(FetchRequest::get("http://orders.internal.example.org/health?deep=1")).await {
                Err(HttpError::Denied { kind: DenialKind::Address, .. }) => Ok(()),
                other => Err(format!("not refused for its addresses: {other:?}").into()),
            }
        })
    }))
}
