//! Any bytes to the AppSpec reader.
//!
//! ```sh
//! cargo +nightly fuzz run --fuzz-dir tests/fuzz appspec_read tests/fuzz/corpus/appspec_read sdk/core/tests/appspec
//! ```
//!
//! Without `cargo fuzz` the binary reads the files it is given, which is how a crash is looked into:
//!
//! ```sh
//! cargo run -p greenlight-fuzz --bin appspec_read -- tests/fuzz/artifacts/appspec_read/crash-…
//! ```

#![cfg_attr(fuzzing, no_main)]

#[path = "../../../sdk/core/tests/appspec/promises.rs"]
mod promises;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promises::check_promises(bytes));

#[cfg(not(fuzzing))]
fn main() {
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    assert!(!files.is_empty(), "usage: appspec_read FILE...");
    for file in files {
        promises::check_promises(&std::fs::read(&file).unwrap());
        println!("{}: every promise is kept", file.display());
    }
}
