//! `greenlight hook inspect`: says what a bundle or a plugin may do, and runs nothing of it.

mod found;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use greenlight_hook_runtime::bundle::{Bundle, NativeCode};
use greenlight_hook_runtime::{Runtime, RuntimeOptions};

use self::found::{CodeFile, Component, Found, FoundBundle};
use super::Fault;
use crate::exit::Exit;
use crate::format::Format;

/// Arguments of `greenlight hook inspect`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A bundle (.zip), a plugin (.wasm), or native code of one (.cwasm)
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// How to say it: for people, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<Exit, Fault> {
    let found = inspect(&args.file)?;
    args.format.show(&found, |out| text::write(&found, out))?;
    Ok(if found.is_usable() { Exit::Succeeded } else { Exit::BadInput })
}

fn inspect(path: &Path) -> Result<Found, Fault> {
    let bytes = fs::read(path).map_err(|source| Fault::Unreadable { path: path.to_owned(), source })?;
    if bytes.starts_with(b"PK") {
        let contents =
            Bundle::read(&bytes).map_err(|source| Fault::Bundle { path: path.to_owned(), source })?;
        return Ok(Found::Bundle(FoundBundle::of(path, &bytes, &contents)));
    }
    if let Some(code) = NativeCode::read(&bytes) {
        return Ok(Found::NativeCode(CodeFile::of(path, &bytes, code)));
    }
    // Compiling it is the only full proof that it fits the contract, and runs none of it.
    let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let hook =
        runtime.load(&name, &bytes).map_err(|source| Fault::Plugin { path: path.to_owned(), source })?;
    Ok(Found::Plugin(Component::of(path, &bytes, &hook)))
}
