//! The plain WASI of a plugin: clocks, random numbers and captured output, and otherwise an empty world.

mod stream;

use wasmtime::component::Linker;
use wasmtime_wasi::{WasiCtx, p2::pipe::MemoryInputPipe};

use self::stream::CapturedStream;
pub(crate) use self::stream::LastLine;
use super::{Capability, Parts};
use crate::{command, execute::Host, report::LogSource};

/// Serves `wasi:cli` and what belongs to it. Environment, arguments and file system are empty, sockets are closed, and
/// standard input is at its end, but for a command's event.
pub(crate) struct Output {
    /// What the WASI functions work on.
    pub(crate) wasi: WasiCtx,
    stdout: CapturedStream,
    stderr: CapturedStream,
}

impl Output {
    /// The last line of standard output, byte for byte as far as it was kept: of a command.
    pub(crate) fn last_line(&self) -> LastLine {
        self.stdout.last_line()
    }

    /// Makes lines of output that the plugin did not end.
    pub(crate) fn finish(&self) {
        self.stdout.finish();
        self.stderr.finish();
    }
}

impl Capability for Output {
    const INTERFACES: &'static [&'static str] = &[
        "wasi:cli/environment@0.2.12",
        "wasi:cli/exit@0.2.12",
        "wasi:cli/stdin@0.2.12",
        "wasi:cli/stdout@0.2.12",
        "wasi:cli/stderr@0.2.12",
        "wasi:cli/terminal-input@0.2.12",
        "wasi:cli/terminal-output@0.2.12",
        "wasi:cli/terminal-stdin@0.2.12",
        "wasi:cli/terminal-stdout@0.2.12",
        "wasi:cli/terminal-stderr@0.2.12",
        "wasi:io/error@0.2.12",
        "wasi:io/poll@0.2.12",
        "wasi:io/streams@0.2.12",
        "wasi:clocks/monotonic-clock@0.2.12",
        "wasi:clocks/wall-clock@0.2.12",
        "wasi:filesystem/types@0.2.12",
        "wasi:filesystem/preopens@0.2.12",
        "wasi:random/random@0.2.12",
        "wasi:random/insecure@0.2.12",
        "wasi:random/insecure-seed@0.2.12",
        "wasi:sockets/network@0.2.12",
        "wasi:sockets/instance-network@0.2.12",
        "wasi:sockets/tcp@0.2.12",
        "wasi:sockets/tcp-create-socket@0.2.12",
        "wasi:sockets/udp@0.2.12",
        "wasi:sockets/udp-create-socket@0.2.12",
        "wasi:sockets/ip-name-lookup@0.2.12",
    ];

    fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
        wasmtime_wasi::p2::add_to_linker_async(linker)
    }

    fn build(parts: &Parts<'_>) -> Result<Self, String> {
        let keep = parts.event.as_ref().map(|_| command::last_line_bytes(parts.run.limits.state_bytes));
        let stdout = CapturedStream::new(LogSource::Stdout, parts.recorder.clone(), keep.unwrap_or_default());
        let stderr = CapturedStream::new(LogSource::Stderr, parts.recorder.clone(), 0);
        let wasi = WasiCtx::builder()
            .stdin(MemoryInputPipe::new(parts.event.clone().unwrap_or_default()))
            .stdout(stdout.clone())
            .stderr(stderr.clone())
            // They are made in the host's memory before the plugin gets them.
            .max_random_size(u64::try_from(parts.run.limits.host_call_bytes).unwrap_or(u64::MAX))
            .build();
        Ok(Self { wasi, stdout, stderr })
    }
}
