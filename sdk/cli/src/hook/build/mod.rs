//! `greenlight hook build`: makes a plugin of a folder with source, in whichever language that is.
//!
//! Each language's own toolchain does the work. What is ours comes before and after: the contract's files for languages
//! that need them in the project, a component of a core module, the check against the contract, and the build facts.

mod assemblyscript;
mod bindings;
mod c;
mod detect;
mod error;
mod facts;
mod go;
mod javascript;
mod job;
mod language;
mod python;
mod rust;
mod settings;
mod tool;
mod zig;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use greenlight_hook_runtime::{Form, Runtime, RuntimeOptions, adapt};
use serde::Serialize;

pub(super) use self::error::BuildError;
use self::job::{Built, Job};
use self::settings::Settings;
use self::tool::Places;
use super::file::replace;
use super::{Fault, sha256, shown};
use crate::exit::Exit;
use crate::format::Format;
use crate::plugin_file;

pub(super) use self::facts::Facts;
pub(super) use self::language::Language;

/// Where toolchains are that are not on the PATH.
const TOOLCHAINS: &str = "GREENLIGHT_TOOLCHAINS";

/// Arguments of `greenlight hook build`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder with the plugin's source
    #[arg(default_value = ".", value_name = "FOLDER")]
    folder: PathBuf,

    /// The plugin to write; FOLDER/NAME.wasm by default, NAME being that of the folder unless its greenlight.toml says another
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Build without optimisation, and keep what traces need
    #[arg(long)]
    debug: bool,

    /// Where to look for toolchains before the PATH: a folder with programs, or one that `cargo xtask toolchains` made
    #[arg(long, value_name = "DIR", env = TOOLCHAINS)]
    toolchains: Option<PathBuf>,

    /// How to say what was built: for people, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<Exit, Fault> {
    let made = make(args)?;
    args.format.show(&made, |out| made.write_text(out))?;
    Ok(Exit::Succeeded)
}

fn make(args: &Args) -> Result<Made, Fault> {
    let folder = fs::canonicalize(&args.folder)
        .map_err(|source| BuildError::Folder { folder: args.folder.clone(), source })?;
    let settings = Settings::read(&folder)?;
    let language = detect::language(&folder, &settings)?;
    settings.check_for(language, &folder)?;
    let work = tempfile::tempdir().map_err(BuildError::Scratch)?;
    let job = Job {
        name: settings.name.clone().unwrap_or_else(|| name(&folder)),
        folder: &folder,
        work: work.path(),
        settings: &settings,
        debug: args.debug,
        places: Places::new(args.toolchains.as_deref(), &folder),
    };
    let built = language.build(&job)?;
    let plugin = finish(language, &job.name, &built)?;

    let output = args.output.clone().unwrap_or_else(|| args.folder.join(format!("{}.wasm", job.name)));
    replace(&output, &plugin.bytes).map_err(|source| Fault::Unwritable { path: output.clone(), source })?;
    Ok(Made {
        file: shown(&output),
        language,
        form: plugin.form,
        bytes: plugin.bytes.len() as u64,
        sha256: sha256(&plugin.bytes),
        built_with: plugin.facts,
    })
}

struct Plugin {
    bytes: Vec<u8>,
    form: Form,
    facts: Facts,
}

/// Makes a component of what the toolchain wrote, if it is a core module, and sees that it fits the contract.
fn finish(language: Language, name: &str, built: &Built) -> Result<Plugin, Fault> {
    let component = adapt(&built.wasm).map_err(|source| BuildError::Adapt { language, source })?;
    let form = Form::of(&component).map_err(|source| BuildError::Form { language, source })?;
    let (bytes, facts) = facts::write(&component, language, &built.tools)?;
    // Compiling it is the only full proof that it fits the contract, and runs none of it. What it is compiled to is kept for
    // the test that comes next.
    let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1))?;
    plugin_file::load_bytes(&runtime, name, &bytes)
        .map_err(|source| BuildError::Contract { language, source })?;
    Ok(Plugin { bytes, form, facts })
}

/// What the plugin is called: as its folder.
fn name(folder: &Path) -> String {
    folder.file_name().map_or_else(|| "plugin".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// What was built. In JSON, sizes are in bytes.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Made {
    file: String,
    language: Language,
    form: Form,
    bytes: u64,
    sha256: String,
    built_with: Facts,
}

impl Made {
    fn write_text(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let Self { file, language, form, bytes, sha256, built_with } = self;
        writeln!(out, "built {file} from {language}: a {form}, {}", ByteSize(*bytes))?;
        writeln!(out, "  with {built_with}")?;
        writeln!(out, "sha256 {sha256}")
    }
}
