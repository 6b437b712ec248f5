//! `greenlight hook pack`: makes what is deployed to AWS Lambda.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use greenlight_hook_runtime::bundle::{Bundle, MOST_IN_A_REQUEST};
use greenlight_hook_runtime::suite::{FILE_NAME, Suite};
use greenlight_hook_runtime::{Runtime, RuntimeOptions, Target};
use serde::Serialize;

use super::file::replace;
use super::{Fault, lambda_host, sha256, shown};
use crate::exit::Exit;
use crate::format::Format;

/// Arguments of `greenlight hook pack`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The suite: a greenlight.toml with [[plugins]], or the folder that has one
    #[arg(default_value = ".", value_name = "SUITE")]
    suite: PathBuf,

    /// The processor of the function: x86_64 or arm64
    #[arg(long, value_name = "ARCH")]
    target: Target,

    /// The Lambda host's program; by default greenlight-lambda-host-ARCH beside this command
    #[arg(long, value_name = "PATH")]
    host: Option<PathBuf>,

    /// The bundle to write; greenlight-hook-ARCH.zip by default
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// How to say what was packed: for people, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<Exit, Fault> {
    let target = args.target;
    let file = if args.suite.is_dir() { args.suite.join(FILE_NAME) } else { args.suite.clone() };
    let suite = Suite::read(&file)?;
    let host = args.host.clone().map_or_else(|| lambda_host::find(target), Ok)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let bundle = Bundle::pack(&runtime(&suite)?, &suite, folder, &host, target)?;

    let default = || PathBuf::from(format!("greenlight-hook-{}.zip", target.architecture()));
    let output = args.output.clone().unwrap_or_else(default);
    replace(&output, &bundle.zip).map_err(|source| Fault::Unwritable { path: output.clone(), source })?;
    let packed = Packed::of(&bundle, &output);
    args.format.show(&packed, |out| packed.write_text(out))?;
    Ok(Exit::Succeeded)
}

/// A runtime with the pool that the Lambda host will have, so that what is too large for that is told here.
fn runtime(suite: &Suite) -> Result<Runtime, Fault> {
    let memory = suite.plugins.iter().filter_map(|plugin| usize::try_from(plugin.memory).ok()).max();
    Ok(Runtime::new(
        RuntimeOptions::default().with_concurrency(1).with_max_memory(memory.unwrap_or_default()),
    )?)
}

/// What was packed. In JSON, sizes are in bytes.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Packed {
    file: String,
    architecture: &'static str,
    sha256: String,
    bytes: u64,
    bytes_unzipped: u64,
    files: Vec<Part>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Part {
    name: String,
    bytes: u64,
}

impl Packed {
    fn of(bundle: &Bundle, output: &Path) -> Self {
        let part = |(name, bytes): &(String, u64)| Part { name: name.clone(), bytes: *bytes };
        Self {
            file: shown(output),
            architecture: bundle.target.architecture(),
            sha256: sha256(&bundle.zip),
            bytes: bundle.zip.len() as u64,
            bytes_unzipped: bundle.files.iter().map(|(_, bytes)| bytes).sum(),
            files: bundle.files.iter().map(part).collect(),
        }
    }

    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { file, architecture, sha256, .. } = self;
        let size = ByteSize;
        writeln!(
            out,
            "packed {file} for {architecture}: {}, {} unzipped",
            size(self.bytes),
            size(self.bytes_unzipped)
        )?;
        let width = self.files.iter().map(|part| part.name.len()).max().unwrap_or_default();
        for Part { name, bytes } in &self.files {
            writeln!(out, "  {name:width$}  {:>10}", size(*bytes).to_string())?;
        }
        writeln!(out, "sha256 {sha256}")?;
        if self.bytes > MOST_IN_A_REQUEST {
            writeln!(out, "AWS Lambda takes so large a zip only from Amazon S3: upload it there first")?;
        }
        writeln!(
            out,
            "deploy it with the runtime provided.al2023, any handler, and the architecture {architecture}"
        )
    }
}
