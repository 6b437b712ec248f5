//! The plugin, and running it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use extism::{CompiledPlugin, CurrentPlugin, Manifest, PTR, Plugin, PluginBuilder, UserData, Val, Wasm};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use crate::figures::{Figures, microseconds};
use crate::request::{How, Request};

/// The function that every plugin has.
const VALIDATE: &str = "validate";

/// Everything that is kept between requests.
pub(crate) struct Host {
    plugin: PathBuf,
    /// By config: extism has that in the compiled plugin.
    compiled: BTreeMap<BTreeMap<String, String>, CompiledPlugin>,
    held: Vec<Plugin>,
    cache: PathBuf,
}

/// What a request can end in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HostError {
    #[error("name the plugin's file as the only argument")]
    NoPlugin,
    #[error("`{0}` is no request; write `fresh|reused|load|hold <times> <threads> key=value ...`")]
    Request(String),
    #[error("the plugin did not pass: {0:#}")]
    Plugin(extism::Error),
    #[error("the plugin answered {0:?}, expected \"pass\"")]
    Verdict(String),
    #[error("a thread of the host panicked")]
    Thread,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Host {
    /// A host for the plugin in this file. The engine's cache is beside it.
    pub(crate) fn new(plugin: &Path) -> Result<Self, HostError> {
        let cache = plugin.with_extension("cache.toml");
        let folder = std::path::absolute(plugin.with_extension("cache"))?;
        std::fs::write(&cache, format!("[cache]\ndirectory = {:?}\n", folder.display().to_string()))?;
        Ok(Self { plugin: plugin.to_owned(), compiled: BTreeMap::new(), held: Vec::new(), cache })
    }

    /// Does what is asked.
    pub(crate) fn answer(&mut self, request: &Request) -> Result<Figures, HostError> {
        let compiled = match self.compiled.get(&request.settings) {
            Some(compiled) => compiled.clone(),
            None => {
                let compiled = self
                    .builder(&request.settings)?
                    .with_cache_disabled()
                    .compile()
                    .map_err(HostError::Plugin)?;
                self.compiled.insert(request.settings.clone(), compiled.clone());
                compiled
            }
        };
        match request.how {
            How::Fresh => at_once(request, || fresh(&compiled)),
            How::Reused => {
                let mut plugin = Plugin::new_from_compiled(&compiled).map_err(HostError::Plugin)?;
                timed(request.times, || call(&mut plugin))
            }
            How::Load => timed(request.times, || {
                let builder = self.builder(&request.settings)?.with_cache_config(&self.cache);
                builder.compile().map(drop).map_err(HostError::Plugin)
            }),
            How::Hold => {
                self.held.clear();
                for _ in 0..request.times {
                    let mut plugin = Plugin::new_from_compiled(&compiled).map_err(HostError::Plugin)?;
                    call(&mut plugin)?;
                    self.held.push(plugin);
                }
                Ok(Figures::of(Vec::new(), Duration::ZERO, Duration::ZERO))
            }
        }
    }

    /// Reads the plugin's file here: that extism may open files is another of its features.
    fn builder(&self, settings: &BTreeMap<String, String>) -> Result<PluginBuilder<'_>, HostError> {
        let manifest = Manifest::new([Wasm::data(std::fs::read(&self.plugin)?)])
            .with_config(settings.iter().map(|(key, value)| (key.clone(), value.clone())));
        // What is reported is taken, and not kept.
        Ok(PluginBuilder::new(manifest)
            .with_wasi(true)
            .with_function("check", [PTR; 3], [], UserData::new(()), take_three)
            .with_function("metric", [PTR; 3], [], UserData::new(()), take_three)
            .with_function("log_line", [PTR; 2], [], UserData::new(()), |host, inputs, _, _| {
                inputs.iter().try_for_each(|input| host.memory_get_val::<String>(input).map(drop))
            })
            .with_function("fetch", [PTR], [PTR], UserData::new(()), fetch))
    }
}

/// A plugin for one call.
fn fresh(compiled: &CompiledPlugin) -> Result<(), HostError> {
    let mut plugin = Plugin::new_from_compiled(compiled).map_err(HostError::Plugin)?;
    call(&mut plugin)
}

fn call(plugin: &mut Plugin) -> Result<(), HostError> {
    let verdict: String = plugin.call(VALIDATE, ()).map_err(HostError::Plugin)?;
    if verdict == "pass" { Ok(()) } else { Err(HostError::Verdict(verdict)) }
}

fn take_three(
    host: &mut CurrentPlugin,
    inputs: &[Val],
    _: &mut [Val],
    _: UserData<()>,
) -> Result<(), extism::Error> {
    inputs.iter().try_for_each(|input| host.memory_get_val::<String>(input).map(drop))
}

thread_local! {
    static EXECUTOR: Option<Runtime> =
        tokio::runtime::Builder::new_current_thread().enable_all().build().ok();
}

/// The request by the client library that Greenlight has, on a connection of its own.
fn fetch(
    host: &mut CurrentPlugin,
    inputs: &[Val],
    outputs: &mut [Val],
    _: UserData<()>,
) -> Result<(), extism::Error> {
    let input = inputs.first().ok_or_else(|| extism::Error::msg("fetch takes a URL"))?;
    let url: String = host.memory_get_val(input)?;
    let answer = EXECUTOR.with(|executor| {
        let executor = executor.as_ref().ok_or_else(|| extism::Error::msg("there is no executor"))?;
        executor.block_on(ask(&url))
    })?;
    let answer = host.memory_new(answer)?;
    if let Some(output) = outputs.first_mut() {
        *output = host.memory_to_val(answer);
    }
    Ok(())
}

async fn ask(url: &str) -> Result<String, extism::Error> {
    let uri: hyper::Uri = url.parse()?;
    let authority = uri.authority().ok_or_else(|| extism::Error::msg(format!("{url} names no host")))?;
    let stream = TcpStream::connect(authority.as_str()).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request =
        hyper::Request::get(uri.path()).header("host", authority.as_str()).body(Empty::<Bytes>::new())?;
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await?.to_bytes();
    connection.abort();
    Ok(format!("{status} {}", body.len()))
}

/// The work on so many threads, each of which does it so many times.
fn at_once(request: &Request, one: impl Fn() -> Result<(), HostError> + Sync) -> Result<Figures, HostError> {
    if request.threads <= 1 {
        return timed(request.times, one);
    }
    let begun = Instant::now();
    let figures = thread::scope(|scope| {
        let running: Vec<_> =
            (0..request.threads).map(|_| scope.spawn(|| timed(request.times, &one))).collect();
        let ended = running.into_iter().map(|thread| thread.join().unwrap_or(Err(HostError::Thread)));
        ended.collect::<Result<Vec<_>, _>>()
    })?;
    let elapsed = microseconds(begun.elapsed());
    let processor = figures.iter().map(|of| of.processor).sum();
    // The last thread stands for all.
    Ok(figures.last().map_or_else(Figures::default, |last| Figures { elapsed, processor, ..*last }))
}

fn timed(times: usize, mut one: impl FnMut() -> Result<(), HostError>) -> Result<Figures, HostError> {
    let (begun, worked) = (Instant::now(), processor_time());
    let mut each = Vec::with_capacity(times);
    for _ in 0..times {
        let begun = Instant::now();
        one()?;
        each.push(microseconds(begun.elapsed()));
    }
    let (elapsed, worked) = (begun.elapsed(), processor_time().saturating_sub(worked));
    Ok(Figures::of(each, elapsed, worked))
}

/// How long a processor has worked for this thread.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}
