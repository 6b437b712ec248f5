//! The four hook functions that are compared: each asks the release once and reports to CodeDeploy.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use greenlight_hook_runtime::{
    Grants, Runtime, RuntimeOptions, Target,
    bundle::Bundle,
    http::HttpGrants,
    suite::{Suite, SuitePlugin},
};
use tempfile::TempDir;

use crate::{
    built::{built, existing, workspace},
    guest::Guest,
    lambda_function::FunctionProgram,
};

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

impl Contenders {
    /// Packs the bundle and unzips it, and finds the others. What a registry of packages would have to give may be missing.
    ///
    /// # Errors
    ///
    /// [`MissingProgram`](crate::built::MissingProgram), which says how to build a host or a function that is not there; others when the bundle cannot be
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
    let version = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    if !version.is_ok_and(|status| status.success()) {
        return Err("there is no node on the PATH; install Node.js".into());
    }
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

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
