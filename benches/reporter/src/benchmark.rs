//! The benchmarks as programs: built by one call of cargo, each run as a process of its own.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fmt,
    io::{self, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{error::ReportError, figures::distinct, machine, part::Part};

const PACKAGE: &str = "greenlight-benches";

/// The variable that tells a benchmark where its figures go.
const RECORDS: &str = "GREENLIGHT_BENCH_RECORDS";

/// The benchmarks that are built.
#[derive(Debug)]
pub(crate) struct Benchmarks {
    programs: BTreeMap<String, PathBuf>,
}

/// The package of the benchmarks, as cargo knows it.
#[derive(Debug)]
pub(crate) struct Package {
    /// The names of the benchmarks, in the order of the manifest.
    pub(crate) benchmarks: Vec<String>,
    /// The target directory.
    pub(crate) target: PathBuf,
}

/// One part, carried out.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) part: Part,
    /// How it ended: without an error, or with the last line of what it said.
    pub(crate) outcome: Result<(), String>,
    pub(crate) took: Duration,
    /// The load of the last minute, before and after.
    pub(crate) load: [String; 2],
}

impl Benchmarks {
    /// Builds those that the parts need.
    pub(crate) fn build(parts: &[Part]) -> Result<Self, ReportError> {
        let mut build = cargo(&["bench", "--package", PACKAGE, "--no-run", "--message-format"]);
        build.arg("json-render-diagnostics");
        for name in distinct(parts.iter().map(|part| part.benchmark.as_str())) {
            build.args(["--bench", name]);
        }
        let output = build.output().map_err(|error| ReportError::Cargo(error.to_string()))?;
        if !output.status.success() {
            return Err(ReportError::Build);
        }
        Ok(Self { programs: programs(&String::from_utf8_lossy(&output.stdout)) })
    }

    /// Runs a part, which appends its figures to `records`. What it prints goes to standard output, as ever.
    pub(crate) fn run(&self, part: &Part, quick: bool, records: &Path) -> Ran {
        let (before, begun) = (machine::load(), Instant::now());
        let outcome = self.outcome(part, quick, records);
        let load = [before, machine::load()];
        Ran { part: part.clone(), outcome, took: begun.elapsed(), load }
    }

    fn outcome(&self, part: &Part, quick: bool, records: &Path) -> Result<(), String> {
        let program = self.programs.get(&part.benchmark).ok_or("it was not built")?;
        let mut command = Command::new(program);
        command.arg("--bench").args(quick.then_some("--quick")).args(&part.words).env(RECORDS, records);
        // As `cargo bench` starts it.
        command.current_dir(workspace().join("benches")).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("it does not start: {error}"))?;
        let said = child.stderr.take().map(|stderr| pass_on(BufReader::new(stderr))).unwrap_or_default();
        let status = child.wait().map_err(|error| format!("it cannot be waited for: {error}"))?;
        if status.success() {
            Ok(())
        } else if said.is_empty() {
            Err(format!("it ended with {status} and said nothing"))
        } else {
            Err(said.trim_start_matches("error: ").to_owned())
        }
    }
}

impl Package {
    /// Asks cargo.
    pub(crate) fn find() -> Result<Self, ReportError> {
        let output = cargo(&["metadata", "--no-deps", "--format-version", "1"])
            .output()
            .map_err(|error| ReportError::Cargo(error.to_string()))?;
        let told: Value =
            serde_json::from_slice(&output.stdout).map_err(|error| ReportError::Cargo(error.to_string()))?;
        Self::of(&told).ok_or_else(|| ReportError::Cargo(format!("it knows no package {PACKAGE}")))
    }

    fn of(told: &Value) -> Option<Self> {
        let mut packages = told.get("packages")?.as_array()?.iter();
        let package = packages.find(|package| package.get("name").is_some_and(|name| name == PACKAGE))?;
        let targets = package.get("targets")?.as_array()?.iter();
        let benches = targets.filter(|target| target.pointer("/kind/0").is_some_and(|kind| kind == "bench"));
        let names = benches.filter_map(|target| Some(target.get("name")?.as_str()?.to_owned()));
        Some(Self {
            benchmarks: names.collect(),
            target: PathBuf::from(told.get("target_directory")?.as_str()?),
        })
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [before, after] = &self.load;
        let seconds = self.took.as_secs_f64();
        write!(f, "{}: {seconds:.0} s, load {before} before and {after} after", self.part)?;
        match &self.outcome {
            Ok(()) => Ok(()),
            Err(why) => write!(f, "; {why}"),
        }
    }
}

/// Passes standard error on, and gives its last line.
fn pass_on(stderr: impl io::BufRead) -> String {
    let mut last = String::new();
    for line in stderr.lines().map_while(Result::ok) {
        eprintln!("{line}");
        if !line.trim().is_empty() {
            last = line;
        }
    }
    last
}

/// The programs in cargo's messages.
fn programs(messages: &str) -> BTreeMap<String, PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages
        .filter(|message| message.pointer("/target/kind/0").is_some_and(|kind| kind == "bench"))
        .filter_map(|message| {
            let name = message.pointer("/target/name")?.as_str()?.to_owned();
            Some((name, PathBuf::from(message.get("executable")?.as_str()?)))
        })
        .collect()
}

/// The cargo that runs us, in the checkout; its messages for people go where ours go.
fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.args(arguments).current_dir(workspace()).stderr(Stdio::inherit());
    command
}

/// The checkout.
pub(crate) fn workspace() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_of_benchmarks_are_those_of_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"x"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"kind":["bench"],"name":"router"},"executable":"/t/release/deps/router-1"}"#,
            "\nnot json\n"
        );
        let found = programs(messages);
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            [("router".into(), "/t/release/deps/router-1".into())]
        );
    }

    #[test]
    fn the_benchmarks_are_those_of_the_manifest() {
        let package = Package::find().unwrap();
        for name in ["hook_run", "lambda_host"] {
            assert!(package.benchmarks.iter().any(|known| known == name), "{package:?}");
        }
    }

    #[test]
    fn a_benchmark_that_fails_is_told_by_its_last_line() {
        assert_eq!(pass_on("error: first\n\nerror: last\n\n".as_bytes()), "error: last");
        let folder = tempfile::tempdir().unwrap();
        let part = Part { name: "gone".into(), benchmark: "gone".into(), words: Vec::new() };
        let benchmarks = Benchmarks { programs: [("gone".to_owned(), folder.path().join("gone"))].into() };
        let ran = benchmarks.run(&part, true, &folder.path().join("records.csv"));
        assert!(ran.outcome.as_ref().unwrap_err().starts_with("it does not start: "), "{ran}");
    }

    #[cfg(unix)]
    #[test]
    fn a_benchmark_is_told_where_its_figures_go_and_which_tables_are_asked_for() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("bench");
        std::fs::write(
            &program,
            "#!/bin/sh\necho \"$@\" > \"$GREENLIGHT_BENCH_RECORDS\"\necho goal missed >&2\nexit 1\n",
        )
        .unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        let part = Part { name: "warm".into(), benchmark: "b".into(), words: vec!["warm".into()] };
        let benchmarks = Benchmarks { programs: [("b".to_owned(), program)].into() };
        let records = folder.path().join("records.csv");
        let ran = benchmarks.run(&part, true, &records);
        assert_eq!(std::fs::read_to_string(records).unwrap(), "--bench --quick warm\n");
        assert_eq!(ran.outcome, Err("goal missed".to_owned()));
    }
}
