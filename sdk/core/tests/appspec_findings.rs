//! What the reader says of every fixture, word for word.
//!
//! A fixture `NAME.yaml` or `NAME.json` stands beside `NAME.findings`, the text that `greenlight appspec check` writes
//! to a pipe. With `SNAPSHOTS=overwrite` in the environment the goldens are written instead of compared.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use greenlight_core::appspec::{AppSpec, FINDING_CODES};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/appspec")
}

fn fixtures() -> BTreeSet<PathBuf> {
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|kind| kind == "yaml" || kind == "json")).collect()
}

fn findings_of(path: &Path) -> String {
    let name = path.file_name().unwrap().to_str().unwrap();
    let reading = AppSpec::read_bytes(&fs::read(path).unwrap());
    let mut text = String::new();
    for finding in reading.findings {
        text.push_str(&format!("{:#}\n", finding.in_file(name)));
    }
    text.push_str(if reading.spec.is_some() { "can be deployed\n" } else { "cannot be deployed\n" });
    text
}

#[test]
fn every_fixture_is_read_as_its_golden_says() {
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    let mut wrong = Vec::new();
    for path in fixtures() {
        let golden = path.with_extension("findings");
        let actual = findings_of(&path);
        if overwrite {
            fs::write(&golden, actual).unwrap();
            continue;
        }
        match fs::read_to_string(&golden) {
            Ok(expected) if expected == actual => {}
            Ok(expected) => {
                wrong.push(format!("{}\n--- expected\n{expected}--- actual\n{actual}", path.display()));
            }
            Err(error) => wrong.push(format!("{}: {error}", golden.display())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_golden_has_a_fixture_and_every_name_is_used_once() {
    let names: Vec<PathBuf> = fixtures().iter().map(|path| path.with_extension("")).collect();
    assert!(names.len() >= 40, "only {} fixtures were found", names.len());
    let unique: BTreeSet<&PathBuf> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "a .yaml and a .json fixture share one golden");
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "findings") {
            assert!(unique.contains(&path.with_extension("")), "{} has no fixture", path.display());
        }
    }
}

#[test]
fn every_code_has_a_fixture() {
    let mut seen = BTreeSet::new();
    for path in fixtures() {
        for finding in AppSpec::read_bytes(&fs::read(path).unwrap()).findings {
            seen.insert(finding.code.into_owned());
        }
    }
    assert_eq!(seen, FINDING_CODES.iter().map(|code| (*code).to_owned()).collect());
}

#[test]
fn a_fixture_that_can_be_deployed_survives_both_canonical_forms() {
    let mut survived = 0;
    for path in fixtures() {
        let Some(spec) = AppSpec::read_bytes(&fs::read(&path).unwrap()).spec else { continue };
        for text in [spec.to_yaml(), spec.to_json()] {
            assert_eq!(AppSpec::read(&text).spec.as_ref(), Some(&spec), "{}\n{text}", path.display());
        }
        survived += 1;
    }
    assert!(survived >= 10, "only {survived} fixtures can be deployed");
}
