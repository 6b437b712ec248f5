//! Outgoing HTTP, as `wasi:http` and as `greenlight:hook/http`: two doors to one broker.

use std::time::Duration;

use wasmtime::{
    StoreContextMut,
    component::{HasSelf, Linker, Resource},
};
use wasmtime_wasi_http::{
    WasiHttpCtx, WasiHttpCtxView, WasiHttpView,
    p2::{
        bindings::http::types::{HostOutgoingRequest as _, Method},
        types::HostOutgoingRequest,
    },
};

use super::{Capability, Parts};
use crate::{
    HookRun, contract,
    execute::Host,
    http::{Egress, FetchRequest, GrantError, HttpError, HttpRecord, Roles},
    report::HttpUsage,
};

/// What the headers of one request may take of the host's memory, in bytes. Servers take 8 to 16 KiB, and a plugin can
/// hold many requests.
const MAX_FIELDS_BYTES: usize = 32 << 10;

/// The longest method, in bytes: the broker sends none that is longer.
const MAX_METHOD_BYTES: usize = 32;

/// Sends what [`HookRun::grants`] allow.
pub(crate) struct Http {
    context: WasiHttpCtx,
    egress: Egress,
}

impl Http {
    /// Every request so far, and what they took together.
    pub(crate) fn usage(&self) -> (Vec<HttpRecord>, HttpUsage) {
        let records = self.egress.records();
        let usage = HttpUsage::of(self.egress.requests(), &records);
        (records, usage)
    }
}

impl Capability for Http {
    const INTERFACES: &'static [&'static str] =
        &["wasi:http/types@0.2.12", "wasi:http/outgoing-handler@0.2.12", "greenlight:hook/http@0.1.0"];

    fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
        bound_methods(linker)?;
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
        let mut context = WasiHttpCtx::new();
        context.set_field_size_limit(MAX_FIELDS_BYTES);
        Ok(Self { context, egress })
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

/// Has `set-method` refuse long methods. Those of other kinds than the well-known are kept as they are, for each
/// request that a plugin holds, outside of its own memory.
fn bound_methods(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    linker.instance("wasi:http/types@0.2.12")?.func_wrap(
        "[method]outgoing-request.set-method",
        |mut store: StoreContextMut<'_, Host>, (request, method): (Resource<HostOutgoingRequest>, Method)| {
            if matches!(&method, Method::Other(name) if name.len() > MAX_METHOD_BYTES) {
                return Ok((Err(()),));
            }
            Ok((store.data_mut().http().set_method(request, method)?,))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
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
