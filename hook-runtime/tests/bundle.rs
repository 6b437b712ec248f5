//! A bundle holds what AWS Lambda starts, the same bytes each time; and what is wrong with one is told before it is deployed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test by a panic")]

use std::{
    fs,
    io::{Cursor, Read, Write},
    path::{Path, PathBuf},
};

use greenlight_hook_runtime::{
    HookStatus, Target,
    bundle::{Bundle, BundleError, PackError},
    suite::{Suite, SuitePlugin},
};
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::support::{component, run, runtime};

const SUITE: &str = r#"
[[plugins]]
name = "smoke"
plugin = "wasm/smoke.wasm"
events = ["AfterAllowTestTraffic"]
grants = ["{test}"]

[[plugins]]
name = "also"
plugin = "wasm/also.wasm"
required = false
"#;

/// A folder with two plugins and programs that pass for Lambda hosts by their heads.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::create_dir(place.file("wasm")).unwrap();
        fs::write(place.file("wasm/smoke.wasm"), component("", "(global.get $pass)")).unwrap();
        fs::write(place.file("wasm/also.wasm"), component("", "(global.get $fail)")).unwrap();
        for (target, machine) in [(Target::X86_64, 62), (Target::Arm64, 183)] {
            let mut program = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0".to_vec();
            program.extend([machine, 0]);
            program.extend([0; 4000]);
            program.extend(format!("greenlight-engine:{}\n", runtime().engine_hash(target)).bytes());
            fs::write(place.host(target), program).unwrap();
        }
        place
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn host(&self, target: Target) -> PathBuf {
        self.file(target.architecture())
    }

    fn pack(&self, target: Target) -> Bundle {
        self.try_pack(SUITE, &self.host(target), target).unwrap()
    }

    fn try_pack(&self, suite: &str, host: &Path, target: Target) -> Result<Bundle, PackError> {
        Bundle::pack(runtime(), &Suite::parse(suite).unwrap(), self.0.path(), host, target)
    }

    /// Why it cannot be packed, with the folder cut out of the sentence.
    fn refused(&self, suite: &str, host: &Path, target: Target) -> String {
        let error = self.try_pack(suite, host, target).unwrap_err();
        error.to_string().replace(&format!("{}/", self.0.path().display()), "")
    }
}

/// Writes the zip anew with each file's bytes changed by `change`, or left out.
fn rewritten(zip: &[u8], change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut written = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if let Some(bytes) = change(&name, bytes) {
            written.start_file(name, SimpleFileOptions::default()).unwrap();
            written.write_all(&bytes).unwrap();
        }
    }
    written.finish().unwrap().into_inner()
}

/// The problems of a bundle's plugins.
fn problems(zip: &[u8]) -> Vec<Option<String>> {
    let contents = Bundle::read(zip).unwrap();
    let plugins = contents.suite.plugins.iter().zip(&contents.plugins);
    plugins.map(|(plugin, file)| file.problem(plugin, contents.host)).collect()
}

#[test]
fn the_same_suite_gives_the_same_bytes_wherever_it_lies() {
    for target in Target::ALL {
        assert!(Place::new().pack(target).zip == Place::new().pack(target).zip);
    }
}

#[test]
fn a_bundle_holds_sorted_files_of_which_only_the_host_can_be_started() {
    let bundle = Place::new().pack(Target::Arm64);
    let mut archive = ZipArchive::new(Cursor::new(&bundle.zip)).unwrap();
    let files: Vec<_> = (0..archive.len())
        .map(|at| {
            let file = archive.by_index(at).unwrap();
            let year = file.last_modified().unwrap().year();
            (file.name().unwrap().into_owned(), file.unix_mode().unwrap() & 0o7777, year)
        })
        .collect();
    let expected = [
        ("bootstrap", 0o755),
        ("greenlight.toml", 0o444),
        ("plugins/also.cwasm", 0o444),
        ("plugins/smoke.cwasm", 0o444),
    ];
    assert_eq!(files, expected.map(|(name, mode)| (name.to_owned(), mode, 1980)));
    assert!(bundle.files.iter().map(|(name, _)| name).eq(files.iter().map(|(name, ..)| name)));
}

#[tokio::test]
async fn what_is_packed_is_mapped_and_runs() {
    let place = Place::new();
    let bundle = place.pack(Target::host().unwrap());
    let unzipped = tempfile::tempdir().unwrap();
    ZipArchive::new(Cursor::new(&bundle.zip)).unwrap().extract(unzipped.path()).unwrap();
    let suite = Suite::read(unzipped.path()).unwrap();
    assert_eq!(suite, bundle.suite);
    for (plugin, status) in suite.plugins.iter().zip([HookStatus::Passed, HookStatus::Failed]) {
        let file = unzipped.path().join(&plugin.plugin);
        let hook = runtime().map(file, plugin.packed.as_ref().unwrap()).unwrap();
        assert_eq!(hook.name(), plugin.name);
        assert_eq!(hook.run(run()).await.status(), status);
    }
}

#[test]
fn a_bundle_is_read_back_as_it_was_packed() {
    for target in Target::ALL {
        let bundle = Place::new().pack(target);
        let contents = Bundle::read(&bundle.zip).unwrap();
        assert_eq!((&contents.suite, contents.host), (&bundle.suite, Some(target)));
        assert_eq!(problems(&bundle.zip), [None, None]);
        for (plugin, file) in contents.suite.plugins.iter().zip(&contents.plugins) {
            let code = file.code.as_ref().unwrap();
            assert_eq!((code.engine_version.as_str(), code.target.as_str()), ("48", target.triple()));
            assert!(plugin.packed.as_ref().unwrap().imports.contains(&"greenlight:hook/report@0.1.0".into()));
        }
    }
}

#[test]
fn what_a_host_would_refuse_is_told_for_each_plugin() {
    let place = Place::new();
    let zip = place.pack(Target::X86_64).zip;
    let lost = rewritten(&zip, |name, bytes| (name != "plugins/smoke.cwasm").then_some(bytes));
    assert_data_eq!(
        problems(&lost)[0].clone().unwrap(),
        str!["its file is missing; pack the bundle again with `greenlight hook pack`"]
    );
    let changed = rewritten(&zip, |name, mut bytes| {
        if name == "plugins/smoke.cwasm" {
            *bytes.last_mut().unwrap() ^= 1;
        }
        Some(bytes)
    });
    assert_data_eq!(
        problems(&changed)[0].clone().unwrap(),
        str!["its file is not what was packed, the digests differ; repack it with `greenlight hook pack`"]
    );
    assert_eq!(problems(&changed)[1], None);
    let replaced = rewritten(&zip, |name, bytes| {
        Some(if name == "plugins/also.cwasm" { b"\0asm\x0d\0\x01\0".to_vec() } else { bytes })
    });
    assert_data_eq!(
        problems(&replaced)[1].clone().unwrap(),
        str!["its file is no native code; pack the bundle again with `greenlight hook pack`"]
    );
    let other_host = fs::read(place.host(Target::Arm64)).unwrap();
    let mixed =
        rewritten(&zip, |name, bytes| Some(if name == "bootstrap" { other_host.clone() } else { bytes }));
    assert_data_eq!(
        problems(&mixed)[0].clone().unwrap(),
        str![
            "it is compiled for x86_64-unknown-linux-gnu, and the Lambda host is for aarch64-unknown-linux-gnu; repack it with `greenlight hook pack`"
        ]
    );
    let unpacked = rewritten(&zip, |name, bytes| {
        Some(if name == "greenlight.toml" { SUITE.as_bytes().to_vec() } else { bytes })
    });
    assert_data_eq!(
        problems(&unpacked)[0].clone().unwrap(),
        str!["it is not packed; make the bundle with `greenlight hook pack`"]
    );
}

#[test]
fn what_is_no_bundle_is_told_what_it_lacks() {
    let zip = Place::new().pack(Target::X86_64).zip;
    let without = |part: &str| rewritten(&zip, |name, bytes| (name != part).then_some(bytes));
    let refused = |zip: &[u8]| Bundle::read(zip).unwrap_err();
    assert!(matches!(refused(&without("bootstrap")), BundleError::Lacks { file } if file == "bootstrap"));
    assert_data_eq!(
        refused(&without("greenlight.toml")).to_string(),
        str![
            "there is no greenlight.toml in the zip, so it is no bundle; make one with `greenlight hook pack`"
        ]
    );
    let cut = refused(&zip[..zip.len() / 2]);
    assert!(matches!(cut, BundleError::Archive { .. }), "{cut}");
    let text = refused(b"no zip").to_string();
    assert!(text.starts_with("this is no zip, or a damaged one: "), "{text}");
    let bad = rewritten(&zip, |name, bytes| {
        Some(if name == "greenlight.toml" { b"concurrency = 0".to_vec() } else { bytes })
    });
    assert_data_eq!(
        refused(&bad).to_string(),
        str![
            "the suite in the zip cannot be used: greenlight.toml:1:15: concurrency is a number of plugins from 1 to 64"
        ]
    );
}

#[test]
fn a_host_for_something_else_is_refused_with_the_fix() {
    let place = Place::new();
    let x86 = place.host(Target::X86_64);
    assert_data_eq!(
        place.refused(SUITE, &x86, Target::Arm64),
        str![
            "the Lambda host x86_64 is a Linux program for x86_64, not a Linux program for arm64; give the one that `cargo xtask lambda-host --target arm64` makes"
        ]
    );
    fs::write(place.file("script"), "#!/bin/sh\n").unwrap();
    assert_data_eq!(
        place.refused(SUITE, &place.file("script"), Target::X86_64),
        str![
            "the Lambda host script is something else, not a Linux program for x86_64; give the one that `cargo xtask lambda-host --target x86_64` makes"
        ]
    );
    let missing = place.refused(SUITE, &place.file("nowhere"), Target::X86_64);
    assert!(missing.starts_with("the Lambda host nowhere cannot be read: "), "{missing}");
    assert!(missing.ends_with("make it with `cargo xtask lambda-host`"), "{missing}");
}

#[test]
fn a_host_that_would_refuse_the_plugins_is_refused_before_anything_is_compiled() {
    let place = Place::new();
    let host = place.host(Target::Arm64);
    let ours = runtime().engine_hash(Target::Arm64);
    let bytes = fs::read(&host).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.contains(&ours));
    let mark = bytes.len() - ours.len() - 1;
    fs::write(&host, [&bytes[..mark], "0".repeat(64).as_bytes()].concat()).unwrap();
    // That this plugin is none is not even seen.
    fs::write(place.file("wasm/smoke.wasm"), "no plugin").unwrap();
    assert_eq!(
        place.refused(SUITE, &host, Target::Arm64),
        format!(
            "the Lambda host arm64 has another engine, {}, than this command, {ours}, and would refuse its plugins; give the \
             host of the same release, or make it with `cargo xtask lambda-host --target arm64`",
            "0".repeat(64)
        )
    );
    fs::write(&host, &bytes[..mark]).unwrap();
    assert_data_eq!(
        place.refused(SUITE, &host, Target::Arm64),
        str![
            "the program arm64 tells no engine, so it is no Lambda host of this release; give the one that `cargo xtask lambda-host --target arm64` makes"
        ]
    );
}

#[test]
fn entries_with_one_component_share_one_file() {
    let place = Place::new();
    fs::copy(place.file("wasm/smoke.wasm"), place.file("wasm/also.wasm")).unwrap();
    let zip = place.pack(Target::X86_64).zip;
    let contents = Bundle::read(&zip).unwrap();
    let [smoke, also] = &contents.suite.plugins[..] else { panic!("{contents:?}") };
    assert_eq!((&smoke.plugin, &smoke.packed), (&also.plugin, &also.packed));
    assert_eq!(problems(&zip), [None, None]);
    assert_eq!(ZipArchive::new(Cursor::new(&zip)).unwrap().len(), 3);
}

#[test]
fn a_plugin_that_cannot_be_used_is_named() {
    let place = Place::new();
    let host = place.host(Target::X86_64);
    let missing = SUITE.replace("wasm/also.wasm", "wasm/gone.wasm");
    assert_data_eq!(
        place.refused(&missing, &host, Target::X86_64),
        str![[r#"plugin "also" is missing: there is no file wasm/gone.wasm; build it, or correct the path"#]]
    );
    fs::write(place.file("wasm/also.wasm"), wat::parse_str("(component)").unwrap()).unwrap();
    for target in Target::ALL {
        let refused = place.refused(SUITE, &place.host(target), target);
        assert!(
            refused.starts_with("plugin \"also\" exports nothing: neither a validator nor a program's entry"),
            "{refused}"
        );
    }
    let packed = runtime().precompile("x", &component("", "(global.get $pass)"), Target::X86_64).unwrap();
    fs::write(place.file("wasm/also.wasm"), packed.code).unwrap();
    let refused = place.refused(SUITE, &host, Target::X86_64);
    assert!(refused.starts_with("plugin \"also\" is not WebAssembly but precompiled code"), "{refused}");
}

#[test]
fn a_suite_that_was_made_by_hand_is_held_to_the_same_rules() {
    let place = Place::new();
    let suite = Suite::new(vec![SuitePlugin::new("../../escaped", "wasm/smoke.wasm")]);
    let host = place.host(Target::X86_64);
    let error = Bundle::pack(runtime(), &suite, place.0.path(), &host, Target::X86_64).unwrap_err();
    assert!(matches!(&error, PackError::Suite(_)), "{error}");
}

#[test]
fn more_than_a_function_may_hold_is_refused() {
    let place = Place::new();
    let host = place.host(Target::X86_64);
    fs::File::options().write(true).open(&host).unwrap().set_len(250 << 20).unwrap();
    assert_data_eq!(
        place.refused(SUITE, &host, Target::X86_64),
        str![
            "the bundle is 250 MiB unzipped, more than the 250 MiB that AWS Lambda takes; put some of the plugins into a function of their own"
        ]
    );
}
