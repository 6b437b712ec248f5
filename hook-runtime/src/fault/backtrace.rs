//! Where in a plugin something happened.

use std::fmt;

use serde::Serialize;
use wasmtime::WasmBacktrace;

use crate::text;

/// Bytes of a function's or a file's name: generic code has names of many kilobytes.
const NAME_BYTES: usize = 300;

/// One call on a plugin's stack.
///
/// Names are there if the plugin kept its name section, files and lines if it kept its debug information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Frame {
    /// The function's name, or its index in the module, as `function 12`.
    pub function: String,
    /// The source file.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u32>,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.function)?;
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, " ({file}:{line})"),
            (Some(file), None) => write!(f, " ({file})"),
            _ => Ok(()),
        }
    }
}

/// The frames of `error`, innermost first, inlined calls spread out.
pub(crate) fn frames(error: &wasmtime::Error) -> Vec<Frame> {
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else { return Vec::new() };
    let mut frames = Vec::new();
    for frame in backtrace.frames() {
        let name = frame.func_name().map_or_else(
            || format!("function {}", frame.func_index()),
            |name| text::line(&demangle(name), NAME_BYTES),
        );
        if frame.symbols().is_empty() {
            frames.push(Frame { function: name, file: None, line: None });
            continue;
        }
        frames.extend(frame.symbols().iter().map(|symbol| Frame {
            function:
                symbol.name().map_or_else(|| name.clone(), |name| text::line(&demangle(name), NAME_BYTES)),
            file: symbol.file().map(|file| text::line(file, NAME_BYTES)),
            line: symbol.line(),
        }));
    }
    frames
}

/// Whether calls go round and round, which is what a stack looks like that a recursion has used up.
pub(crate) fn is_recursion(frames: &[Frame]) -> bool {
    let Some(innermost) = frames.first() else { return false };
    let same = |frame: &&Frame| frame.function == innermost.function;
    frames.len() >= 8 && frames.iter().filter(same).count() * 4 >= frames.len()
}

/// The name as it was written in Rust, without the hash; other names as they are.
fn demangle(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}
