//! What the plugin imports, each at its cheapest.

use std::{future::Future, sync::Arc, time::Instant};

use wasmtime::{Result, component::ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_config::{WasiConfig, WasiConfigVariables};
use wasmtime_wasi_http::{
    Error as HttpError, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

use self::bindings::greenlight::hook::{deployment, http, report};
pub(super) use self::bindings::{Validation, ValidationPre};
use super::Job;
use crate::one_request;

pub(super) mod bindings {
    // As the runtime has them: only the interfaces that are ours.
    wasmtime::component::bindgen!({
        path: "../hook-runtime/wit/v0.1.0",
        inline: "
            package greenlight:bare;
            world validation {
                import greenlight:hook/deployment@0.1.0;
                import greenlight:hook/report@0.1.0;
                import greenlight:hook/http@0.1.0;
                export greenlight:hook/validator@0.1.0;
            }
        ",
        world: "greenlight:bare/validation",
        imports: { "greenlight:hook/http.fetch": async | trappable, default: trappable },
        exports: { default: async },
        require_store_data_send: true,
    });
}

/// The state of one run.
pub(super) struct Host {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    config: WasiConfigVariables,
    table: ResourceTable,
    no_network: NoNetwork,
    job: Arc<Job>,
}

impl Host {
    pub(super) fn new(job: &Arc<Job>) -> Self {
        let mut config = WasiConfigVariables::new();
        for (key, value) in &job.config {
            config.insert(key, value);
        }
        Self {
            wasi: WasiCtx::builder().build(),
            http: WasiHttpCtx::new(),
            config,
            table: ResourceTable::new(),
            no_network: NoNetwork,
            job: Arc::clone(job),
        }
    }

    pub(super) fn config(&mut self) -> WasiConfig<'_> {
        WasiConfig::from(&self.config)
    }
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.no_network }
    }
}

/// Refuses every request: the plugin makes none.
struct NoNetwork;

type Io = Box<dyn Future<Output = Result<(), HttpError>> + Send>;
type Sent = Box<dyn Future<Output = Result<(hyper::Response<WasiBody>, Io), HttpError>> + Send>;

impl WasiHttpHooks for NoNetwork {
    fn send_request(&mut self, _: hyper::Request<WasiBody>, _: Option<RequestOptions>, _: Io) -> Sent {
        Box::new(std::future::ready(Err(HttpError::HttpRequestDenied)))
    }
}

impl report::Host for Host {
    fn check(&mut self, _: String, _: report::Outcome, _: String) -> Result<()> {
        Ok(())
    }

    fn metric(&mut self, _: String, _: f64, _: String) -> Result<()> {
        Ok(())
    }

    fn log(&mut self, _: report::Level, _: String) -> Result<()> {
        Ok(())
    }
}

impl http::Host for Host {
    /// Any GET that the plugin wants: nothing is judged, counted or limited.
    async fn fetch(&mut self, request: http::Request) -> Result<Result<http::Response, http::Error>> {
        let begun = Instant::now();
        let (head, body) = match one_request::get(&request.url).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(http::Error::Connection(error.to_string()))),
        };
        let headers = head.headers.iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        Ok(Ok(http::Response {
            status: head.status.as_u16(),
            headers: headers.collect(),
            body: body.into(),
            elapsed_us: begun.elapsed().as_micros().try_into().unwrap_or(u64::MAX),
        }))
    }
}

impl deployment::Host for Host {
    fn id(&mut self) -> Result<String> {
        Ok("d-BENCH".to_owned())
    }

    fn lifecycle_event(&mut self) -> Result<String> {
        Ok("AfterAllowTestTraffic".to_owned())
    }

    fn application(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    fn group(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    fn service(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    fn test_url(&mut self) -> Result<Option<String>> {
        Ok(self.job.test_url.clone())
    }

    fn production_url(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    fn production_weights(&mut self) -> Result<Option<deployment::Weights>> {
        Ok(None)
    }

    fn revision(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    fn attempt(&mut self) -> Result<u32> {
        Ok(1)
    }

    fn remaining_ms(&mut self) -> Result<u64> {
        Ok(30_000)
    }

    fn state(&mut self) -> Result<Option<String>> {
        Ok(None)
    }

    fn attribute(&mut self, _: String) -> Result<Option<String>> {
        Ok(None)
    }
}
