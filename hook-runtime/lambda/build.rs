//! How the program is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    // The program lies anywhere in memory, so at each start its 25,000 pointers into itself are set. Packed, the list of them
    // has 9 KB instead of 600. musl has read that form since 1.2.4; the linkers of Debian have written it for this processor since 2.38.
    if is("CARGO_CFG_TARGET_ENV", "musl") && is("CARGO_CFG_TARGET_ARCH", "x86_64") {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
