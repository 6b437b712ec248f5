//! The versions of everything that was compared.

use std::process::Command;

/// Packages whose versions matter for the figures.
const PACKAGES: [&str; 8] = [
    "wasmtime",
    "extism",
    "extism-pdk",
    "tokio",
    "hyper",
    "lambda_runtime",
    "aws-sdk-codedeploy",
    "greenlight-hook-runtime",
];

/// Programs, and how they tell their version.
const PROGRAMS: [(&str, &[&str]); 4] =
    [("rustc", &["--version"]), ("node", &["--version"]), ("python3", &["--version"]), ("nginx", &["-v"])];

/// Name and version of each; a program that is not there says so.
pub(crate) fn all() -> Vec<(String, String)> {
    let lock = include_str!("../../../Cargo.lock");
    let locked = PACKAGES.iter().filter_map(|name| Some(((*name).to_owned(), locked(lock, name)?)));
    let programs = PROGRAMS.iter().map(|(name, arguments)| {
        ((*name).to_owned(), told(name, arguments).unwrap_or_else(|| "not there".to_owned()))
    });
    let commit = told("git", &["describe", "--always", "--dirty"]).map(|it| ("this checkout".to_owned(), it));
    locked.chain(programs).chain(commit).collect()
}

/// All versions of a package in the lock file: an engine may be there twice.
fn locked(lock: &str, name: &str) -> Option<String> {
    let head = format!("name = \"{name}\"\nversion = \"");
    let versions: Vec<&str> = lock.split(&head).skip(1).filter_map(|rest| rest.split('"').next()).collect();
    (!versions.is_empty()).then(|| versions.join(" and "))
}

/// The first line of what a program says; nginx tells its version on standard error.
fn told(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let said = [output.stdout, output.stderr].concat();
    let line = String::from_utf8_lossy(&said).lines().next()?.trim().to_owned();
    // Without the program's name, which each writes in its own way.
    let known = ["nginx version: nginx/", "Python ", "rustc "];
    let version = known.iter().find_map(|name| line.strip_prefix(name)).unwrap_or(&line);
    output.status.success().then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_is_there_twice_has_two_versions() {
        let lock = "name = \"a\"\nversion = \"1.0\"\n\nname = \"a\"\nversion = \"2.0\"\n";
        assert_eq!(locked(lock, "a").unwrap(), "1.0 and 2.0");
        assert_eq!(locked(lock, "b"), None);
    }

    #[test]
    fn a_program_that_is_not_there_is_told() {
        assert_eq!(told("no-such-program-anywhere", &[]), None);
        assert!(all().iter().any(|(name, version)| name == "rustc" && version.starts_with("1.")));
    }
}
