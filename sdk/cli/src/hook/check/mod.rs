//! `greenlight hook check`: says whether a file is a plugin that runs here, and runs nothing of it.

mod found;
mod measure;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use greenlight_hook_runtime::{Form, LoadError, Runtime, RuntimeOptions, adapt};

use self::found::{Checked, Plugin};
use super::Fault;
use crate::exit::Exit;
use crate::format::Format;

/// Arguments of `greenlight hook check`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A plugin in any of the accepted forms: a component, a core module, or a WASI command
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// How to say it: for people, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<Exit, Fault> {
    let path = &args.file;
    let bytes = fs::read(path).map_err(|source| Fault::Unreadable { path: path.clone(), source })?;
    let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1))?;
    let checked = check(&runtime, path, &bytes)?;
    args.format.show(&checked, |out| text::write(&checked, out))?;
    Ok(if checked.problems.is_empty() { Exit::Succeeded } else { Exit::Failed })
}

fn check(runtime: &Runtime, path: &Path, bytes: &[u8]) -> Result<Checked, Fault> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut checked = Checked::new(path, bytes);
    checked.form = Form::of(bytes).ok();
    // Loading says of each error which plugin it is, and is the only full proof that one fits the contract.
    match runtime.load(&name, bytes) {
        Ok(hook) => {
            let component = adapt(bytes).map_err(|source| Fault::Adapt { path: path.to_owned(), source })?;
            let cost = measure::cost(runtime, &name, &component);
            checked.plugin = Some(Plugin::of(&hook, component.len(), cost));
            Ok(checked)
        }
        Err(source @ (LoadError::NotWasm { .. } | LoadError::Malformed { .. })) => {
            Err(Fault::Plugin { path: path.to_owned(), source })
        }
        Err(error) => {
            checked.problems.push(error.to_string());
            Ok(checked)
        }
    }
}
