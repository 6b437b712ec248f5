//! Where the built programs and plugins are.

use std::path::{Path, PathBuf};

/// The `greenlight` command, beside this test's own binary.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn greenlight() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    // target/debug/deps/<test>, or target/debug/<test>.
    let found =
        own.ancestors().skip(1).take(2).map(|folder| folder.join("greenlight")).find(|path| path.is_file());
    found.unwrap_or_else(|| missing(&own.with_file_name("greenlight")))
}

/// The Lambda host, beside this test's own binary.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn bootstrap() -> PathBuf {
    let path = greenlight().with_file_name("bootstrap");
    assert!(
        path.is_file(),
        "there is no {}: run `cargo build -p greenlight-lambda-host` first, or `cargo verify`",
        path.display()
    );
    path
}

/// What a Lambda host of this release is for `greenlight hook pack`, and no more: the head of a program for this processor
/// (`x86_64` or `arm64`), and the mark of its engine. The real one, built for tests, is too large for a bundle.
///
/// # Panics
///
/// When there is no such processor.
#[must_use]
pub fn head_of_a_host(architecture: &str) -> Vec<u8> {
    let machine = match architecture {
        "x86_64" => 62,
        "arm64" => 183,
        other => panic!("there is no host for {other}"),
    };
    let hashes = root().join("hook-runtime/src/engine/hashes");
    let hash = std::fs::read_to_string(hashes.join(format!("{architecture}.txt"))).unwrap();
    let mut program = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0".to_vec();
    program.extend([machine, 0]);
    program.extend([0; 100_000]);
    program.extend(format!("greenlight-engine:{hash}").bytes());
    program
}

/// The demo service.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn demo_service() -> PathBuf {
    built(root().join("guest-examples/demo/bin/demo-service"))
}

/// The validation test that the demo uses.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn rust_smoke() -> PathBuf {
    built(root().join("guest-examples/demo/bin/rust-smoke.wasm"))
}

/// The plugin that misbehaves as its config key `behaviour` says.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn guest_faults() -> PathBuf {
    built(target().join("guests/guest_faults.wasm"))
}

/// The guest example of this name, with underscores, as `greenlight hook build` made it.
///
/// # Panics
///
/// When it is not built.
#[must_use]
pub fn example(name: &str) -> PathBuf {
    let plugin = target().join("guests").join(format!("{name}.wasm"));
    assert!(
        plugin.is_file(),
        "there is no {}: run `cargo xtask toolchains` and `cargo xtask guests`",
        plugin.display()
    );
    plugin
}

/// The toolchains of languages other than Rust, where `cargo xtask toolchains` puts them; some may be missing.
#[must_use]
pub fn toolchains() -> PathBuf {
    target().join("toolchains")
}

/// Cargo's target directory.
///
/// # Panics
///
/// Never but on a machine that does not tell a process what it runs.
#[must_use]
pub fn target() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    // target/debug/deps/<test>, or target/debug/<test>.
    let profile = own.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
    profile.and_then(Path::parent).map(Path::to_owned).unwrap_or_default()
}

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

fn built(path: PathBuf) -> PathBuf {
    if path.is_file() { path } else { missing(&path) }
}

fn missing(path: &Path) -> ! {
    panic!(
        "there is no {}: run `cargo xtask demo` and `cargo build -p greenlight-cli` first, or `cargo verify`, \
         which does both and then all tests",
        path.display()
    )
}
