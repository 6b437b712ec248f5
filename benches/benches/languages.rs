//! What a plugin costs in each language: the project that `greenlight hook new` writes, built by `greenlight hook build` and measured
//! by `greenlight hook bench`. Prints the table of `guest-examples/README.md`.

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;
use std::{env, fs};

use greenlight_benches::exit;
use greenlight_benches::in_turns::Spread;
use greenlight_benches::mode::Mode;
use greenlight_benches::records::Records;
use serde_json::Value;

/// A language, and the source file of its project that one edits.
const LANGUAGES: [(&str, &str); 7] = [
    ("Rust", "src/lib.rs"),
    ("C", "hook.c"),
    ("Go", "main.go"),
    ("JavaScript", "hook.js"),
    ("Python", "app.py"),
    ("AssemblyScript", "assembly/index.ts"),
    ("Zig", "src/main.zig"),
];

const MIB: f64 = (1 << 20) as f64;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    exit::status(run(Mode::from_args()))
}

fn run(mode: Mode) -> Outcome<()> {
    if mode == Mode::List {
        println!("languages: benchmark");
        return Ok(());
    }
    let tools = Tools::find()?;
    let folder = tempfile::tempdir()?;
    let mut projects = Vec::new();
    for (name, file) in LANGUAGES {
        // No name of a package is taken in any language.
        let project = format!("{}-cost", name.to_lowercase());
        tools.greenlight(folder.path(), &["new", "--language", &name.to_lowercase(), &project])?;
        // What a toolchain does but once is no part of a build after an edit.
        tools.greenlight(folder.path(), &["build", &project])?;
        let folder = folder.path().join(project);
        projects.push(Project { name, source: folder.join(file), folder, rounds: Vec::new() });
    }
    let (rounds, seconds) = (mode.amount(3, 1), mode.amount(3, 1).to_string());
    for _ in 0..rounds {
        for project in &mut projects {
            project.measure(&tools, &seconds)?;
        }
    }
    let conditions = projects.first().and_then(|project| project.rounds.first());
    println!(
        "\nMedians of {rounds} rounds: {}\n",
        conditions.map(|(_, told)| said(&told["conditions"])).unwrap_or_default()
    );
    println!(
        "| language | build, s | size, KiB | native code, KiB | compile, ms | load, ms | first call, ms | warm call, p50, us | p99, us | memory, MiB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let records = Records::from_env();
    for project in &projects {
        println!("{}", project.row()?);
        project.record(&records)?;
    }
    Ok(())
}

/// The conditions of a measurement, as `hook bench` tells them.
fn said(conditions: &Value) -> String {
    let text = |key: &str| conditions[key].as_str().unwrap_or("unknown").to_owned();
    format!(
        "{}, {} processors ({}), load {}; greenlight {}, wasmtime {}, {}",
        text("system"),
        conditions["processors"],
        text("processor"),
        text("load"),
        text("greenlight"),
        text("wasmtime"),
        if conditions["optimised"] == true { "optimised" } else { "NOT OPTIMISED: numbers mean nothing" },
    )
}

/// The optimised command, and where toolchains are.
struct Tools {
    greenlight: PathBuf,
    toolchains: PathBuf,
}

impl Tools {
    /// Finds them beside this program, which cargo puts into `<target directory>/release/deps`.
    fn find() -> Outcome<Self> {
        let own = env::current_exe()?;
        let target = own.ancestors().nth(3).ok_or("this program is not where cargo puts it")?;
        let greenlight = target.join("release/greenlight");
        let toolchains = target.join("toolchains");
        for (path, command) in [
            (&greenlight, "cargo build --release -p greenlight-cli"),
            (&toolchains, "cargo xtask toolchains"),
        ] {
            if !path.exists() {
                return Err(format!("there is no {}: run `{command}` first", path.display()).into());
            }
        }
        Ok(Self { greenlight, toolchains })
    }

    /// Calls `greenlight hook`, and gives its standard output.
    fn greenlight(&self, folder: &Path, arguments: &[&str]) -> Outcome<String> {
        let mut call = Command::new(&self.greenlight);
        call.arg("hook").args(arguments).current_dir(folder).env("GREENLIGHT_TOOLCHAINS", &self.toolchains);
        let output = call.stdin(Stdio::null()).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("`greenlight hook {}` failed: {said}", arguments.join(" ")).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// A project, and what was measured of it: the time of a build in seconds, and what `hook bench` says.
struct Project {
    name: &'static str,
    folder: PathBuf,
    source: PathBuf,
    rounds: Vec<(f64, Value)>,
}

impl Project {
    /// Builds it after an edit, and measures what was built.
    fn measure(&mut self, tools: &Tools, seconds: &str) -> Outcome<()> {
        fs::OpenOptions::new().append(true).open(&self.source)?.write_all(b"\n")?;
        let begun = Instant::now();
        tools.greenlight(&self.folder, &["build"])?;
        let took = begun.elapsed().as_secs_f64();
        let plugin = format!("{}-cost.wasm", self.name.to_lowercase());
        let told =
            tools.greenlight(&self.folder, &["bench", &plugin, "--seconds", seconds, "--format", "json"])?;
        self.rounds.push((took, serde_json::from_str(&told)?));
        Ok(())
    }

    /// A figure of every round, as `hook bench` tells it.
    fn told(&self, path: &str) -> Outcome<Vec<f64>> {
        let values = self.rounds.iter().map(|(_, told)| told.pointer(path).and_then(Value::as_f64));
        Ok(values.collect::<Option<Vec<_>>>().ok_or_else(|| format!("hook bench tells no {path}"))?)
    }

    /// Languages are rows of the report, and the engine is the same for all.
    fn record(&self, records: &Records) -> Outcome<()> {
        let row = records.row("languages", self.name);
        let add = |measure, unit, values: Vec<f64>| row.add("greenlight", measure, unit, values);
        add("build after an edit", "s", self.rounds.iter().map(|(took, _)| *took).collect())?;
        for (measure, unit, path, divisor) in [
            ("size", "KiB", "/load/wasm_bytes", 1024.0),
            ("native code", "KiB", "/load/native_bytes", 1024.0),
            ("compile", "ms", "/load/compile_us", 1000.0),
            ("load", "us", "/load/map/us", 1.0),
            ("first call", "us", "/first_call_us", 1.0),
            ("warm call p50", "us", "/warm/p50/us", 1.0),
            ("warm call p99", "us", "/warm/p99/us", 1.0),
            ("memory", "MiB", "/warm/peak_memory_bytes", MIB),
        ] {
            add(measure, unit, self.told(path)?.into_iter().map(|value| value / divisor).collect())?;
        }
        Ok(())
    }

    fn row(&self) -> Outcome<String> {
        let builds = self.rounds.iter().map(|(took, _)| *took).collect();
        let number = |path: &str| -> Outcome<f64> { Ok(Spread::of(self.told(path)?).median) };
        Ok(format!(
            "| {} | {:.1} | {:.0} | {:.0} | {:.0} | {:.2} | {:.2} | {:.0} | {:.0} | {:.1} |",
            self.name,
            Spread::of(builds).median,
            number("/load/wasm_bytes")? / 1024.0,
            number("/load/native_bytes")? / 1024.0,
            number("/load/compile_us")? / 1000.0,
            number("/load/map/us")? / 1000.0,
            number("/first_call_us")? / 1000.0,
            number("/warm/p50/us")?,
            number("/warm/p99/us")?,
            number("/warm/peak_memory_bytes")? / MIB,
        ))
    }
}
