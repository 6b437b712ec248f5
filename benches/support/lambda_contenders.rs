//! The four hook functions that are compared: each asks the release once and reports to CodeDeploy.

use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
};

use greenlight_hook_runtime::{
    Grants, Runtime, RuntimeOptions, Target,
    bundle::Bundle,
    http::HttpGrants,
    suite::{Suite, SuitePlugin},
};
use tempfile::TempDir;

use crate::{guest::Guest, lambda_function::FunctionProgram};

/// The programs of all, and where those that are measured on the disk are.
#[derive(Debug)]
pub struct Contenders {
    /// The Lambda host with a plugin.
    pub host: FunctionProgram,
    /// The bundle of host and plugin, zipped.
    pub bundle: Vec<u8>,
    /// The function in plain Rust.
    pub rust: FunctionProgram,
    /// The functions for Node.js and Python, of which one may not be there.
    pub others: Vec<FunctionProgram>,
    /// Those that are not.
    pub missing: Vec<MissingContender>,
    /// Holds the unzipped bundle.
    _folder: TempDir,
}

/// A contender that cannot take part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingContender {
    /// For tables.
    pub name: &'static str,
    /// What is not there, and how to get it.
    pub why: String,
}

impl fmt::Display for MissingContender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.why)
    }
}

/// Something that has to be built or installed first.
#[derive(Debug, thiserror::Error)]
#[error("there is no {}; run `{command}` first", path.display())]
pub struct MissingProgram {
    path: PathBuf,
    command: &'static str,
}

impl Contenders {
    /// Packs the bundle and unzips it, and finds the others. What a registry of packages would have to give may be missing.
    ///
    /// # Errors
    ///
    /// [`MissingProgram`], which says how to build a host or a function that is not there; others when the bundle cannot be
    /// made.
    pub fn prepare() -> Result<Self, Box<dyn std::error::Error>> {
        let target = Target::host().ok_or("AWS Lambda has no machines like this one")?;
        let programs = built("lambda-host", "cargo xtask lambda-host")?;
        let program = |name: &str, command| {
            existing(programs.join(format!("{name}-{}", target.architecture())), command)
        };
        let bootstrap = program("greenlight-lambda-host", "cargo xtask lambda-host")?;
        let bare = program("bare-hook-function", "cargo xtask lambda-peer")?;
        let folder = tempfile::Builder::new().prefix("greenlight-bench-").tempdir()?;
        let bundle = pack(&bootstrap, target)?;
        unzip(&bundle, folder.path())?;
        let (mut others, mut missing) = (Vec::new(), Vec::new());
        for (name, found) in [("Node.js", node()), ("Python", python(folder.path()))] {
            match found {
                Ok(program) => others.push(program),
                Err(error) => missing.push(MissingContender { name, why: error.to_string() }),
            }
        }
        Ok(Self {
            host: FunctionProgram {
                name: "greenlight",
                command: vec![text(&folder.path().join("bootstrap"))],
                folder: folder.path().to_owned(),
                handler: "bootstrap",
                variables: Vec::new(),
            },
            bundle,
            rust: FunctionProgram {
                name: "bare Rust",
                command: vec![text(&bare)],
                folder: folder.path().to_owned(),
                handler: "bootstrap",
                variables: Vec::new(),
            },
            others,
            missing,
            _folder: folder,
        })
    }

    /// All, in the order of the tables.
    #[must_use]
    pub fn all(&self) -> Vec<&FunctionProgram> {
        [&self.host, &self.rust].into_iter().chain(&self.others).collect()
    }
}

fn node() -> Result<FunctionProgram, Box<dyn std::error::Error>> {
    let modules =
        existing(built("clients", "cargo xtask clients")?.join("node/node_modules"), "cargo xtask clients")?;
    Ok(FunctionProgram {
        name: "Node.js",
        command: words(&["node", "--input-type=module", "--eval", &shim("bootstrap.mjs")?]),
        folder: hooks().join("node"),
        handler: "index.handler",
        // What the SDK says of versions to come is printed at every start.
        variables: vec![("NODE_PATH", text(&modules)), ("NODE_NO_WARNINGS", "1".to_owned())],
    })
}

fn python(folder: &Path) -> Result<FunctionProgram, Box<dyn std::error::Error>> {
    let clients = built("clients", "cargo xtask clients")?;
    let python = existing(clients.join("python/bin/python3"), "cargo xtask clients")?;
    Ok(FunctionProgram {
        name: "Python",
        command: words(&[&text(&python), "-u", "-c", &shim("bootstrap.py")?]),
        folder: hooks().join("python"),
        handler: "hook.lambda_handler",
        // As on Lambda, where what the runtime has was compiled before. The checkout is not the place for it.
        variables: vec![("PYTHONPYCACHEPREFIX", text(&folder.join("pycache")))],
    })
}

fn hooks() -> PathBuf {
    workspace().join("tests/clients/hooks")
}

/// The runtime that `local::LambdaProcess` gives functions in another language.
fn shim(name: &str) -> io::Result<String> {
    fs::read_to_string(workspace().join("sdk/src/local/hook/lambda_runtime/shims").join(name))
}

/// The bundle with one plugin, which asks the release once.
fn pack(bootstrap: &Path, target: Target) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let guest = Guest::read()?;
    let mut plugin = SuitePlugin::new("check", &guest.path);
    plugin.config = [("behaviour", "fetch")].map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    plugin.grants = Grants::none().with_http(HttpGrants::parse(["{test}"])?);
    let runtime = Runtime::new(RuntimeOptions::default().with_concurrency(1))?;
    let suite = Suite::new(vec![plugin]);
    Ok(Bundle::pack(&runtime, &suite, Path::new(""), bootstrap, target)?.zip)
}

fn unzip(bundle: &[u8], folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    Ok(zip::ZipArchive::new(io::Cursor::new(bundle))?.extract(folder)?)
}

/// A folder of the target directory that this program was built into, or else of the checkout's own.
fn built(name: &str, command: &'static str) -> Result<PathBuf, MissingProgram> {
    let own = env::current_exe().ok();
    let own = own.iter().flat_map(|program| program.ancestors().skip(1).map(|folder| folder.join(name)));
    let found = own.into_iter().find(|folder| folder.is_dir());
    existing(found.unwrap_or_else(|| workspace().join("target").join(name)), command)
}

fn existing(path: PathBuf, command: &'static str) -> Result<PathBuf, MissingProgram> {
    if path.exists() { Ok(path) } else { Err(MissingProgram { path, command }) }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_with_the_way_to_get_it() {
        let error = existing("nowhere/bootstrap".into(), "cargo xtask lambda-host").unwrap_err();
        assert_eq!(error.to_string(), "there is no nowhere/bootstrap; run `cargo xtask lambda-host` first");
    }
}
