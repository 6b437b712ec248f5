//! A plugin that was built against a released contract runs on every later host of that version: the files in `wit` may only
//! grow, and only by imports.
//!
//! `tests/released` holds a copy of each version as it was released. Another version is released by adding its copy there.

use std::{fs, path::PathBuf};

use wit_parser::{PackageId, Resolve, WorldId, WorldItem};

/// A file or folder of this crate.
fn at(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The names of the entries of a folder, without `.wit`, in order.
fn versions(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(at(folder)).unwrap().map(|entry| entry.unwrap().file_name());
    let names = entries.map(|name| name.into_string().unwrap().trim_end_matches(".wit").to_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// What was released as `version`.
fn released(version: &str) -> String {
    fs::read_to_string(at("tests/released").join(format!("{version}.wit"))).unwrap()
}

fn hook(resolve: &Resolve, package: PackageId) -> WorldId {
    resolve.select_world(&[package], Some("hook")).unwrap()
}

/// Why plugins for the contract in `released` would not run on a host of the contract in the folder of `version`, of which
/// `changed` is what its files have become.
fn incompatible(released: &str, version: &str, changed: impl Fn(&str) -> String) -> Option<String> {
    let mut resolve = Resolve::default();
    let folder = at("wit").join(version);
    let (package, _) = resolve.push_dir(&folder).unwrap();
    let _ = hook(&resolve, package);

    // Two packages of one name can only be read side by side with different versions; the comparison leaves those out.
    let as_version = |text: &str, version: &str| {
        let start = text.find("package greenlight:hook@").unwrap();
        let end = start + text[start..].find(';').unwrap();
        format!("{}package greenlight:hook@{version}{}", &text[..start], &text[end..])
    };
    let current = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut current: Vec<_> = current.filter(|path| path.is_file()).collect();
    current.sort();
    let current: String = current
        .iter()
        .flat_map(|path| fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| !line.starts_with("package "))
        .fold("package greenlight:hook@0;\n".to_owned(), |text, line| text + &line + "\n");
    let before = resolve.push_source("before.wit", &as_version(released, "900.0.0")).unwrap();
    let after = match resolve.push_source("after.wit", &as_version(&changed(&current), "901.0.0")) {
        Ok(after) => after,
        Err(error) => return Some(format!("{error:#}")),
    };
    let (before, after) = (hook(&resolve, before), hook(&resolve, after));
    let exports = |world: WorldId| {
        let names = resolve.worlds[world].exports.iter().map(|(key, item)| match item {
            WorldItem::Interface { id, .. } => resolve.interfaces[*id].name.clone().unwrap(),
            _ => resolve.name_world_key(key),
        });
        names.collect::<Vec<_>>()
    };
    // The comparison lets a host stop calling what plugins export. A contract must not.
    if exports(before) != exports(after) {
        return Some(format!("it exports {:?} instead of {:?}", exports(after), exports(before)));
    }
    wit_component::semver_check(resolve, before, after).err().map(|error| format!("{error:#}"))
}

/// Versions between which plugins need no rebuild: before 1.0 those with the same first two numbers.
fn same_track(one: &str, other: &str) -> bool {
    let track = |version: &str| {
        let numbers: Vec<_> = version.trim_start_matches('v').split('.').map(str::to_owned).collect();
        if numbers[0] == "0" { numbers[..2].to_vec() } else { numbers[..1].to_vec() }
    };
    track(one) == track(other)
}

#[test]
fn no_contract_breaks_what_was_released() {
    let mut compared = 0;
    for before in versions("tests/released") {
        for now in versions("wit").iter().filter(|now| same_track(now, &before)) {
            let problem = incompatible(&released(&before), now, str::to_owned);
            assert_eq!(problem, None, "wit/{now} breaks plugins that were built against {before}");
            compared += 1;
        }
    }
    assert!(compared > 0);
}

#[test]
fn every_contract_that_hosts_speak_is_on_record() {
    assert_eq!(versions("wit"), versions("tests/released"));
}

#[test]
fn imports_may_grow() {
    let grown = |text: &str| {
        text.replace(
            "  /// What the previous attempt",
            "  cluster: func() -> option<string>;\n  /// What the previous attempt",
        )
        .replace("  import report;", "  import report;\n  import cache;")
            + "interface cache { get: func(key: string) -> option<string>; }"
    };
    assert_eq!(incompatible(&released("v0.1.0"), "v0.1.0", grown), None);
}

#[test]
fn each_change_that_breaks_plugins_is_refused() {
    let changes: [(&str, &str, &str); 7] = [
        ("a record loses a field", "    delay-seconds: u32,\n", ""),
        ("a record gains a field", "    delay-seconds: u32,\n", "    delay-seconds: u32,\n    after: u32,\n"),
        ("a variant gains a case", "    fail(string),\n", "    fail(string),\n    skip,\n"),
        ("an enum loses a case", "    /// Not carried out.\n    skip,\n", ""),
        ("an export gains a function", "  validate: func()", "  prepare: func();\n  validate: func()"),
        ("an export is gone", "  export validator;\n", ""),
        ("an imported function is gone", "  attempt: func() -> u32;\n", ""),
    ];
    for (what, before, after) in changes {
        let change = |text: &str| {
            assert!(text.contains(before), "{what}: there is no {before:?}");
            text.replacen(before, after, 1)
        };
        assert!(incompatible(&released("v0.1.0"), "v0.1.0", change).is_some(), "{what} and nobody notices");
    }
}
