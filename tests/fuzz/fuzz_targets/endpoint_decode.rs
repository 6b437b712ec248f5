//! Any bytes to the endpoint's reader of requests: a line with the target, then the body.
//!
//! ```sh
//! cargo run -p greenlight-fuzz --bin endpoint_decode -- --seeds tests/fuzz/corpus/endpoint_decode
//! cargo +nightly fuzz run --fuzz-dir tests/fuzz endpoint_decode tests/fuzz/corpus/endpoint_decode
//! ```
//!
//! The first command writes a request for every operation, to begin from. Without `cargo fuzz` the binary also reads
//! the files it is given, which is how a crash is looked into:
//!
//! ```sh
//! cargo run -p greenlight-fuzz --bin endpoint_decode -- tests/fuzz/artifacts/endpoint_decode/crash-…
//! ```

#![cfg_attr(fuzzing, no_main)]

#[path = "../../../sdk/tests/endpoint_support/promises.rs"]
#[cfg_attr(fuzzing, allow(dead_code, reason = "seeds are written without libFuzzer"))]
mod promises;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promises::check_promises(bytes));

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let Some(first) = arguments.next() else {
        eprintln!("usage: endpoint_decode FILE... | endpoint_decode --seeds DIRECTORY");
        std::process::exit(2);
    };
    if first == "--seeds" {
        let directory = arguments.next().map_or_else(std::path::PathBuf::new, Into::into);
        std::fs::create_dir_all(&directory)?;
        for (operation, request) in promises::seeds() {
            std::fs::write(directory.join(operation), request)?;
        }
        return Ok(());
    }
    for file in std::iter::once(first).chain(arguments) {
        promises::check_promises(&std::fs::read(&file)?);
        println!("{}: every promise is kept", file.display());
    }
    Ok(())
}
