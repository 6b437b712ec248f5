//! Runs a built plugin with nothing but WASI, its config and outgoing HTTP.

use std::{path::PathBuf, pin::Pin};

use greenlight_hook_runtime::http::Egress;
use wasmtime::{
    Config, Engine, Store,
    component::{Component, Linker, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_config::{WasiConfig, WasiConfigVariables};
use wasmtime_wasi_http::{
    Error as HttpError, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/v0.1.0",
        inline: "
            package greenlight:test-host;
            world judge { export greenlight:hook/validator@0.1.0; }
        ",
        world: "greenlight:test-host/judge",
        exports: { default: async },
    });
}
pub use bindings::exports::greenlight::hook::validator::Verdict;

/// A plugin, compiled once and run any number of times.
#[derive(Clone)]
pub struct Plugin {
    pre: bindings::JudgePre<State>,
}

struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    config: WasiConfigVariables,
    hooks: Box<dyn WasiHttpHooks>,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut *self.hooks }
    }
}

impl Plugin {
    /// The component `name`, which `cargo xtask guests` builds.
    pub fn built(name: &str) -> Self {
        let path = target_folder().join("guests").join(format!("{name}.wasm"));
        let bytes = std::fs::read(&path).unwrap_or_else(|e| {
            panic!("{}: {e}; build the test plugins with `cargo xtask guests`", path.display())
        });
        let engine = Engine::new(&Config::new()).unwrap();
        let mut linker = Linker::<State>::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi_config::add_to_linker(&mut linker, |s: &mut State| WasiConfig::from(&s.config))
            .unwrap();
        let component = Component::new(&engine, bytes).unwrap();
        let pre = bindings::JudgePre::new(linker.instantiate_pre(&component).unwrap()).unwrap();
        Self { pre }
    }

    /// One run in a store of its own.
    pub async fn run(&self, egress: Egress, config: &[(&str, &str)]) -> Verdict {
        self.run_with(Box::new(egress), config).await
    }

    /// One run over any sender.
    pub async fn run_with(&self, hooks: Box<dyn WasiHttpHooks>, config: &[(&str, &str)]) -> Verdict {
        let state = State {
            wasi: WasiCtx::builder().build(),
            http: WasiHttpCtx::new(),
            table: ResourceTable::new(),
            config: config.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            hooks,
        };
        let mut store = Store::new(self.pre.engine(), state);
        let judge = self.pre.instantiate_async(&mut store).await.unwrap();
        judge.greenlight_hook_validator().call_validate(&mut store).await.unwrap()
    }
}

/// A sender that is always faster than the plugin: the plugin goes on only once the whole exchange is over, which
/// is the worst that a second thread can do to it.
pub struct Ahead<H>(pub H);

impl<H: WasiHttpHooks> WasiHttpHooks for Ahead<H> {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        io: Io,
    ) -> Box<dyn Future<Output = Result<(http::Response<WasiBody>, Io), HttpError>> + Send> {
        let sending = tokio::spawn(Pin::from(self.0.send_request(request, options, io)));
        let result = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(sending));
        Box::new(async move { result.unwrap() })
    }
}

type Io = Box<dyn Future<Output = Result<(), HttpError>> + Send>;

/// Where the component `name` lies.
pub fn component(name: &str) -> PathBuf {
    let path = target_folder().join("guests").join(format!("{name}.wasm"));
    assert!(path.exists(), "{} is missing; build the test plugins with `cargo xtask guests`", path.display());
    path
}

/// `target` of the workspace, wherever cargo was told to put it.
fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"),
        |folder| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(folder),
    )
}
