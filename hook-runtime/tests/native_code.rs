//! Native code that was compiled ahead runs like the plugin it was made of, and nothing but that code is ever mapped.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test by a panic")]

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf, time::Duration};

use greenlight_hook_runtime::{
    HookStatus, Limits, MapError, Precompiled, Runtime, RuntimeOptions, Target, suite::Packed,
};
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

use crate::support::{component, plugin, run, runtime};

/// Native code for this machine in a file of its own.
struct Bundle {
    folder: TempDir,
    packed: Packed,
}

impl Bundle {
    fn of(precompiled: &Precompiled) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("probe.cwasm"), &precompiled.code).unwrap();
        Self { folder, packed: precompiled.packed.clone() }
    }

    fn passing() -> (Self, Vec<u8>) {
        let precompiled = precompiled("(global.get $pass)");
        (Self::of(&precompiled), precompiled.code)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("probe.cwasm")
    }

    /// Puts another file in the place of the one that is there.
    fn put(&self, bytes: &[u8]) {
        fs::remove_file(self.file()).unwrap();
        fs::write(self.file(), bytes).unwrap();
    }

    /// Lets the owner write to the file, or nobody.
    fn set_writable(&self, writable: bool) {
        let mode = if writable { 0o644 } else { 0o444 };
        fs::set_permissions(self.file(), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Why the file is refused, with the folder cut out of the sentence: the same whether it is used where it lies or copied, and
    /// whether or not a BLAKE3 was noted.
    fn refused(&self) -> (MapError, String) {
        let why = |packed: &Packed| {
            let error = runtime().map(self.file(), packed).map(drop).unwrap_err();
            let text = error.to_string().replace(&*self.folder.path().to_string_lossy(), "plugins");
            (error, text)
        };
        let told = why(&self.packed);
        if self.file().is_file() {
            let mut older = self.packed.clone();
            older.blake3 = None;
            for writable in [false, true] {
                self.set_writable(writable);
                for packed in [&self.packed, &older] {
                    assert_eq!(why(packed).1, told.1, "writable: {writable}");
                }
            }
        }
        told
    }
}

fn host() -> Target {
    Target::host().unwrap()
}

fn precompiled(validate: &str) -> Precompiled {
    runtime().precompile("probe", &component("", validate), host()).unwrap()
}

#[tokio::test]
async fn mapped_code_gives_the_verdict_and_the_identity_of_its_plugin() {
    for (body, status) in
        [("(global.get $pass)", HookStatus::Passed), ("(global.get $fail)", HookStatus::Failed)]
    {
        let bundle = Bundle::of(&precompiled(body));
        let mapped = runtime().map(bundle.file(), &bundle.packed).unwrap();
        let compiled = plugin(body);
        assert_eq!(mapped.run(run()).await.status(), status);
        assert_eq!((mapped.name(), mapped.digest()), (compiled.name(), compiled.digest()));
        assert_eq!(mapped.imports(), compiled.imports());
        assert_eq!(bundle.packed.imports, compiled.imports());
    }
}

#[tokio::test]
async fn limits_hold_for_mapped_code() {
    let bundle = Bundle::of(&precompiled("(loop $l (br $l)) (unreachable)"));
    let mapped = runtime().map(bundle.file(), &bundle.packed).unwrap();
    let report = mapped.run(run().with_limits(Limits::default().with_cpu(Duration::from_millis(50)))).await;
    assert_eq!(report.status(), HookStatus::Faulted);
    assert!(report.reason().contains("50 ms"), "{}", report.reason());
}

#[tokio::test]
async fn code_of_one_runtime_is_taken_by_another_of_any_size() {
    let pooled = RuntimeOptions::default().with_concurrency(2).with_max_memory(8 << 20);
    let on_demand = RuntimeOptions::default().with_pooling(false).with_max_stack(256 << 10);
    let bytes = component("", "(global.get $pass)");
    for (publisher, taker) in [(pooled, on_demand), (on_demand, pooled)] {
        let precompiled = Runtime::new(publisher).unwrap().precompile("probe", &bytes, host()).unwrap();
        let bundle = Bundle::of(&precompiled);
        let mapped = Runtime::new(taker).unwrap().map(bundle.file(), &bundle.packed).unwrap();
        assert_eq!(mapped.run(run()).await.status(), HookStatus::Passed);
    }
}

#[test]
fn the_same_component_gives_the_same_code_for_each_target() {
    let bytes = component("", "(global.get $pass)");
    for target in Target::ALL {
        let once = runtime().precompile("probe", &bytes, target).unwrap();
        let again = runtime().precompile("probe", &bytes, target).unwrap();
        assert_eq!(once, again);
        assert_eq!(once.packed.target, target.triple());
        assert_eq!(once.packed.engine, runtime().engine_hash(target));
    }
}

#[test]
fn a_component_that_is_no_plugin_is_not_even_packed() {
    for target in Target::ALL {
        let error =
            runtime().precompile("probe", &wat::parse_str("(component)").unwrap(), target).unwrap_err();
        assert!(
            error.to_string().contains("exports nothing: neither a validator nor a program's entry"),
            "{error}"
        );
        let error = runtime().precompile("probe", b"#!/bin/sh\n", target).unwrap_err();
        assert!(error.to_string().contains("is not WebAssembly but text"), "{error}");
    }
}

#[test]
fn code_that_is_not_there_is_missing() {
    let (bundle, _) = Bundle::passing();
    fs::remove_file(bundle.file()).unwrap();
    let (error, text) = bundle.refused();
    assert!(matches!(error, MapError::Missing { .. }));
    assert_data_eq!(
        text,
        str!["there is no plugin plugins/probe.cwasm; pack the bundle again with `greenlight hook pack`"]
    );
}

#[test]
fn a_folder_cannot_be_read() {
    let (bundle, _) = Bundle::passing();
    fs::remove_file(bundle.file()).unwrap();
    fs::create_dir(bundle.file()).unwrap();
    let (error, text) = bundle.refused();
    assert!(matches!(error, MapError::Unreadable { .. }));
    assert!(text.starts_with("the plugin plugins/probe.cwasm cannot be read: "), "{text}");
    assert!(text.ends_with("; check its permissions, or pack the bundle again with `greenlight hook pack`"));
}

#[test]
fn code_that_is_cut_off_anywhere_is_truncated() {
    let (bundle, code) = Bundle::passing();
    for length in [0, 2, 63, 64, 65, code.len() / 2, code.len() - 1] {
        bundle.put(&code[..length]);
        let (error, text) = bundle.refused();
        assert!(matches!(error, MapError::Truncated { bytes, .. } if bytes == length), "{length}: {text}");
    }
    bundle.put(b"");
    assert_data_eq!(
        bundle.refused().1,
        str![
            "the plugin plugins/probe.cwasm is truncated: 0 of at least 64 bytes are there; copy the bundle again, or repack it with `greenlight hook pack`"
        ]
    );
}

#[test]
fn other_code_than_was_packed_is_told_by_both_digests() {
    let (bundle, _) = Bundle::passing();
    bundle.put(&precompiled("(global.get $fail)").code);
    let (error, text) = bundle.refused();
    let MapError::Digest { algorithm, found, expected, .. } = error else { panic!("{text}") };
    assert_eq!((algorithm, expected.as_str()), ("sha256", bundle.packed.digest.as_str()));
    assert_data_eq!(
        text.replace(&found, "FOUND").replace(&expected, "EXPECTED"),
        str![
            "the plugin plugins/probe.cwasm is not what was packed: its sha256 is FOUND, and that of the packed one EXPECTED; repack it with `greenlight hook pack`"
        ]
    );
}

#[test]
fn code_with_the_right_sha256_and_another_blake3_is_refused() {
    let (mut bundle, _) = Bundle::passing();
    let found = bundle.packed.blake3.replace("0".repeat(64)).unwrap();
    for writable in [false, true] {
        bundle.set_writable(writable);
        let error = runtime().map(bundle.file(), &bundle.packed).map(drop).unwrap_err();
        let MapError::Digest { algorithm, found: told, expected, .. } = error else { panic!("{error}") };
        assert_eq!((algorithm, told, expected), ("blake3", found.clone(), "0".repeat(64)));
    }
}

/// What this process has mapped of the file.
fn is_mapped(bundle: &Bundle) -> bool {
    let file = bundle.file().canonicalize().unwrap();
    fs::read_to_string("/proc/self/maps").unwrap().contains(&*file.to_string_lossy())
}

#[tokio::test]
async fn a_file_that_nobody_may_write_to_is_used_where_it_lies_and_may_be_replaced() {
    let (bundle, code) = Bundle::passing();
    bundle.set_writable(false);
    let hook = runtime().map(bundle.file(), &bundle.packed).unwrap();
    assert!(is_mapped(&bundle));
    bundle.put(&vec![0xcc; code.len()]);
    assert_eq!(hook.run(run()).await.status(), HookStatus::Passed);
    fs::remove_file(bundle.file()).unwrap();
    assert_eq!(hook.run(run()).await.status(), HookStatus::Passed);
}

#[tokio::test]
async fn a_file_that_somebody_may_write_to_is_copied_and_may_be_changed() {
    let (bundle, code) = Bundle::passing();
    for mode in [0o644, 0o464, 0o446, 0o666] {
        bundle.put(&code);
        fs::set_permissions(bundle.file(), fs::Permissions::from_mode(mode)).unwrap();
        let hook = runtime().map(bundle.file(), &bundle.packed).unwrap();
        assert!(!is_mapped(&bundle), "{mode:o}");
        // Into the very same file.
        fs::write(bundle.file(), vec![0xcc; code.len()]).unwrap();
        assert_eq!(hook.run(run()).await.status(), HookStatus::Passed, "{mode:o}");
    }
}

#[tokio::test]
async fn code_of_earlier_releases_is_checked_by_its_sha256() {
    let (bundle, _) = Bundle::passing();
    let mut packed = bundle.packed.clone();
    packed.blake3 = None;
    for writable in [false, true] {
        bundle.set_writable(writable);
        let hook = runtime().map(bundle.file(), &packed).unwrap();
        assert_eq!(hook.run(run()).await.status(), HookStatus::Passed);
    }
}

#[test]
fn one_bit_that_is_flipped_anywhere_is_refused_before_the_code_is_mapped() {
    let (bundle, code) = Bundle::passing();
    // Every byte of the header, and a sample of all the rest.
    for at in (0..64).chain((64..code.len()).step_by(97)) {
        let mut changed = code.clone();
        changed[at] ^= 1 << (at % 8);
        bundle.put(&changed);
        let (error, text) = bundle.refused();
        assert!(matches!(error, MapError::Digest { .. } | MapError::Truncated { .. }), "{at}: {text}");
    }
}

#[test]
fn code_of_another_engine_is_refused_with_both_hashes() {
    let (mut bundle, _) = Bundle::passing();
    bundle.packed.engine = "0".repeat(64);
    let (error, text) = bundle.refused();
    assert!(matches!(error, MapError::Engine { .. }));
    assert_data_eq!(
        text.replace(&runtime().engine_hash(host()), "OWN"),
        str![
            "the plugin plugins/probe.cwasm was compiled by another engine, 0000000000000000000000000000000000000000000000000000000000000000, than that of this host, OWN; repack it with the `greenlight hook pack` of the host's release"
        ]
    );
}

#[test]
fn code_for_another_machine_is_told_the_option_that_packs_it_for_this_one() {
    let other = Target::ALL.into_iter().find(|target| *target != host()).unwrap();
    let precompiled = runtime().precompile("probe", &component("", "(global.get $pass)"), other).unwrap();
    let bundle = Bundle::of(&precompiled);
    let (error, text) = bundle.refused();
    assert!(matches!(error, MapError::Target { .. }));
    let text = text.replace(other.triple(), "OTHER").replace(host().triple(), "OWN");
    assert_data_eq!(
        text.replace(host().architecture(), "ARCH"),
        str![
            "the plugin plugins/probe.cwasm is compiled for OTHER, and this machine is OWN; repack it with `greenlight hook pack --target ARCH`"
        ]
    );
}

#[test]
fn code_that_claims_to_be_for_this_machine_is_refused_by_the_engine_itself() {
    let other = Target::ALL.into_iter().find(|target| *target != host()).unwrap();
    let precompiled = runtime().precompile("probe", &component("", "(global.get $pass)"), other).unwrap();
    let mut bundle = Bundle::of(&precompiled);
    host().triple().clone_into(&mut bundle.packed.target);
    bundle.packed.engine = runtime().engine_hash(host());
    let (error, text) = bundle.refused();
    assert!(matches!(error, MapError::Refused { .. }));
    assert!(text.contains("Module was compiled for architecture"), "{text}");
}
