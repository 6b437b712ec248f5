//! Outgoing HTTP, as `wasi:http` and as `greenlight:hook/http`: two doors to one broker.

use std::time::Duration;

use wasmtime::component::{HasSelf, Linker};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::{Capability, Parts};
use crate::{
    HookRun, contract,
    execute::Host,
    http::{Egress, FetchRequest, GrantError, HttpError, HttpRecord, Roles},
};

/// Sends what [`HookRun::grants`] allow.
pub(crate) struct Http {
    context: WasiHttpCtx,
    egress: Egress,
}

impl Http {
    /// Every request so far.
    pub(crate) fn records(&self) -> Vec<HttpRecord> {
        self.egress.records()
    }
}

impl Capability for Http {
    const INTERFACES: &'static [&'static str] =
        &["wasi:http/types@0.2.12", "wasi:http/outgoing-handler@0.2.12", "greenlight:hook/http@0.1.0"];

    fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
        contract::http::add_to_linker::<_, HasSelf<Self>>(linker, |host| &mut host.http)
    }

    fn check(run: &HookRun) -> Result<(), String> {
        roles(run).map(drop)
    }

    fn build(parts: &Parts<'_>) -> Result<Self, String> {
        let egress = Egress::new(
            parts.network.clone(),
            parts.run.grants.http.clone(),
            roles(parts.run)?,
            parts.run.limits.http.clone(),
            parts.deadline.into(),
        );
        Ok(Self { context: WasiHttpCtx::new(), egress })
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http.context, table: &mut self.table, hooks: &mut self.http.egress }
    }
}

impl contract::http::Host for Http {
    async fn fetch(
        &mut self,
        request: contract::http::Request,
    ) -> wasmtime::Result<Result<contract::http::Response, contract::http::Error>> {
        let request = FetchRequest {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body.into(),
            timeout: request.timeout_ms.map(|ms| Duration::from_millis(ms.into())),
        };
        Ok(match self.egress.fetch(request).await {
            Ok(response) => Ok(contract::http::Response {
                status: response.status,
                headers: response.headers,
                body: response.body.into(),
                elapsed_us: u64::try_from(response.elapsed.as_micros()).unwrap_or(u64::MAX),
            }),
            Err(error) => Err(to_contract(error)),
        })
    }
}

/// What `{test}` and `{production}` stand for in this run.
fn roles(run: &HookRun) -> Result<Roles, String> {
    let mut roles = Roles::new();
    if let Some(url) = &run.context.test_url {
        roles = roles.with_test(url).map_err(|error| unusable("test_url", url, error))?;
    }
    if let Some(url) = &run.context.production_url {
        roles = roles.with_production(url).map_err(|error| unusable("production_url", url, error))?;
    }
    Ok(roles)
}

fn unusable(what: &str, url: &str, error: GrantError) -> String {
    let (GrantError::Syntax { problem, .. } | GrantError::Forbidden { problem, .. }) = error;
    format!("{what} {url:?} of its context is of no use: {problem}")
}

fn to_contract(error: HttpError) -> contract::http::Error {
    let sentence = error.to_string();
    match error {
        HttpError::Denied { .. } => contract::http::Error::Denied(sentence),
        HttpError::Invalid(_) => contract::http::Error::Invalid(sentence),
        HttpError::Dns(_) => contract::http::Error::Dns(sentence),
        HttpError::Connection { .. } => contract::http::Error::Connection(sentence),
        HttpError::Timeout { .. } => contract::http::Error::Timeout(sentence),
        HttpError::Limit { .. } => contract::http::Error::Limit(sentence),
        HttpError::Other(_) => contract::http::Error::Other(sentence),
    }
}
