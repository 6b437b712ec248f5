//! What tests need from package registries: installed together, pinned, and left out visibly where it cannot be had.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::program::run as run_step;

/// With this variable set to `1` what cannot be had is a failure, and not a reason to skip its tests.
const REQUIRE: &str = "GREENLIGHT_REQUIRE_CLIENTS";

/// Written last into what is installed: what it was installed from.
const STAMP: &str = "installed-from";

/// What is installed together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kit {
    /// The folder that it is installed into.
    pub(crate) folder: &'static str,
    /// What is in it, by the words that the names of its tests have.
    pub(crate) words: &'static [&'static str],
    /// The files that say what is installed.
    pub(crate) inputs: &'static [&'static str],
    /// Programs that must be there, with arguments that show each is whole and print its version.
    pub(crate) needs: &'static [&'static [&'static str]],
    pub(crate) install: fn(&Path, &Path) -> Result<(), Failure>,
}

/// What cannot be had on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Absent {
    /// The words that the names of their tests have.
    pub(crate) words: &'static [&'static str],
    /// Why, as the end of a sentence.
    because: String,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tests with {} in their names, because {}", self.words.join(" or "), self.because)
    }
}

/// Installs kits from the files in `from` into folders of `to`, and tells those that cannot be had. Quick when nothing has changed.
pub(crate) fn install_what_can_be(kits: &[Kit], from: &Path, to: &Path) -> Vec<Absent> {
    let told = |kit: &Kit| {
        let because = kit.bring_up_to_date(from, &to.join(kit.folder)).err()?;
        Some(Absent { words: kit.words, because })
    };
    kits.iter().filter_map(told).collect()
}

/// Whether a kit that cannot be had is a failure, and not a reason to skip its tests.
pub(crate) fn all_required() -> bool {
    std::env::var_os(REQUIRE).is_some_and(|value| value == "1")
}

impl Kit {
    /// Whether it was once installed into its folder of `to`, whatever the files say now.
    pub(crate) fn is_installed(&self, to: &Path) -> bool {
        to.join(self.folder).join(STAMP).is_file()
    }

    /// Says of it that it is not.
    pub(crate) fn not_installed(&self) -> Absent {
        Absent { words: self.words, because: "it is not installed".to_owned() }
    }

    /// Installs into `to` what the files in `from` say, unless it is there. The error is the end of a sentence.
    fn bring_up_to_date(&self, from: &Path, to: &Path) -> Result<(), String> {
        let stamp = self.stamp(from)?;
        let stamp_file = to.join(STAMP);
        if fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
            return Ok(());
        }
        eprintln!("installing {} ...", self.words.join(", "));
        let install = || {
            // What was broken off, or belongs to another version, is no ground to build on.
            if to.exists() {
                fs::remove_dir_all(to).map_err(|e| Failure::file("remove the folder", to, e))?;
            }
            fs::create_dir_all(to).map_err(|e| Failure::file("create the folder", to, e))?;
            (self.install)(from, to)?;
            // Last: without it the next run begins anew.
            fs::write(&stamp_file, &stamp).map_err(|e| Failure::file("write", &stamp_file, e))
        };
        install().map_err(|failure| failure.to_string())
    }

    /// All that the result depends on: the versions of the programs and the files, as they are.
    fn stamp(&self, from: &Path) -> Result<String, String> {
        let mut stamp = String::new();
        for need in self.needs {
            stamp.push_str(&version(need)?);
        }
        for input in self.inputs {
            let path = from.join(input);
            let text = fs::read_to_string(&path).map_err(|e| Failure::file("read", &path, e).to_string())?;
            stamp.push_str(&text);
        }
        Ok(stamp)
    }
}

/// What a program that is needed says of itself.
fn version(need: &[&str]) -> Result<String, String> {
    let Some((name, arguments)) = need.split_first() else { return Ok(String::new()) };
    let output = Command::new(name).args(arguments).output();
    match output {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(_) if *name == "python3" => Err("python3 lacks its module venv (python3-venv on Debian and \
                                            Ubuntu)"
            .to_owned()),
        Ok(output) => Err(format!("`{}` ended with {}", need.join(" "), output.status)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(format!("{name} is not installed")),
        Err(error) => Err(format!("{name} cannot be started: {error}")),
    }
}

/// Makes a Python environment of `requirements.txt`.
pub(crate) fn install_python(from: &Path, to: &Path) -> Result<(), Failure> {
    install_venv(to, &from.join("requirements.txt"), &[])
}

/// Makes a Python environment of a file of requirements, with further options of pip.
pub(crate) fn install_venv(to: &Path, requirements: &Path, options: &[&str]) -> Result<(), Failure> {
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv"]).arg(to);
    run_step(venv)?;
    let mut pip = Command::new(to.join("bin/python3"));
    pip.args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]);
    // Compiled files would double what botocore takes, and few of its modules are ever loaded.
    pip.args(["--no-compile", "--no-cache-dir", "--requirement"]).arg(requirements).args(options);
    run_step(pip)
}

/// Makes a folder with `node_modules` of `package-lock.json`.
pub(crate) fn install_node(from: &Path, to: &Path) -> Result<(), Failure> {
    npm(&["ci"], from, to)
}

/// The same where a package names optional ones for other machines that were never published: `npm ci` holds that against the
/// lock file. All that is installed is still held to it.
pub(crate) fn install_node_without_the_unpublished(from: &Path, to: &Path) -> Result<(), Failure> {
    npm(&["install", "--no-save"], from, to)
}

fn npm(arguments: &[&str], from: &Path, to: &Path) -> Result<(), Failure> {
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        copy(&from.join(file), &to.join(file))?;
    }
    let mut npm = Command::new("npm");
    npm.args(arguments).args(["--silent", "--ignore-scripts"]).current_dir(to);
    run_step(npm)
}

fn copy(from: &Path, to: &PathBuf) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(|e| Failure::file("write", to, e))
}

/// The arguments that keep a test runner from the tests of what is absent.
pub(crate) fn skips(absent: &[Absent]) -> Vec<&'static str> {
    absent.iter().flat_map(|absent| absent.words).flat_map(|word| ["--skip", word]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kit whose installation writes one line more each time.
    fn counting(needs: &'static [&'static [&'static str]]) -> Kit {
        fn install(from: &Path, to: &Path) -> Result<(), Failure> {
            let log = from.join("log");
            let before = fs::read_to_string(&log).unwrap_or_default();
            fs::write(&log, format!("{before}installed\n")).map_err(|e| Failure::file("write", to, e))
        }
        Kit { folder: "kit", words: &["one", "two"], inputs: &["input"], needs, install }
    }

    fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("xtask-clients-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn a_kit_is_installed_once_for_one_content_of_its_inputs() {
        let from = scratch("once");
        let to = from.join("to");
        let kit = counting(&[&["rustc", "--version"]]);
        let installed = || fs::read_to_string(from.join("log")).unwrap().lines().count();
        fs::write(from.join("input"), "1").unwrap();
        kit.bring_up_to_date(&from, &to).unwrap();
        kit.bring_up_to_date(&from, &to).unwrap();
        assert_eq!(installed(), 1);
        fs::write(from.join("input"), "2").unwrap();
        kit.bring_up_to_date(&from, &to).unwrap();
        assert_eq!(installed(), 2);
        // As after a run that was broken off.
        fs::remove_file(to.join("installed-from")).unwrap();
        kit.bring_up_to_date(&from, &to).unwrap();
        assert_eq!(installed(), 3);
        fs::remove_dir_all(from).unwrap();
    }

    #[test]
    fn a_program_that_is_not_there_is_named_with_the_tests_that_are_left_out() {
        let from = scratch("missing");
        let because =
            counting(&[&["no-such-program"]]).bring_up_to_date(&from, &from.join("to")).unwrap_err();
        fs::remove_dir_all(from).unwrap();
        let absent = [Absent { words: &["one", "two"], because }];
        assert_eq!(
            absent[0].to_string(),
            "tests with one or two in their names, because no-such-program is not installed"
        );
        assert_eq!(skips(&absent), ["--skip", "one", "--skip", "two"]);
    }
}
