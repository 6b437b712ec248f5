//! One name for everything that native code and the engine that runs it must agree on.
//!
//! The engine has such a hash of its own, but only where the compiler is, and a host has none. This one
//! is made of what both can tell.

use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use wasmtime::{Engine, ModuleVersionStrategy};

use super::Target;

/// Raised when the form of what is hashed changes.
const FORM: &str = "greenlight engine 1";

/// The lower-case hexadecimal SHA-256 of the engine's full version, its settings, and the target.
///
/// The engine itself takes code of every version with the same first number. Here all of the version counts: a fix in the
/// compiler must not leave old code in use.
pub(crate) fn hash(engine: &Engine, target: Target) -> String {
    let text = format!("{FORM}\nversion {}\ntarget {target}\n{}", version(), settings(engine));
    hex::encode(Sha256::digest(text))
}

/// The full version of the engine.
pub(crate) fn version() -> String {
    // The only place where the engine tells it: all that its version strategy hashes is this text.
    let mut collected = Collected(Vec::new());
    ModuleVersionStrategy::WasmtimeVersion.hash(&mut collected);
    collected.0.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte)).collect()
}

/// What the code of one engine must agree on with another that runs it, a line each.
fn settings(engine: &Engine) -> String {
    let flags = [
        ("memory-may-move", engine.get_memory_may_move()),
        ("guard-before-memory", engine.get_guard_before_linear_memory()),
        ("table-lazy-init", engine.get_table_lazy_init()),
        ("memory-init-cow", engine.get_memory_init_cow()),
        ("signals-based-traps", engine.get_signals_based_traps()),
        ("concurrency", engine.get_concurrency_support()),
        ("epochs", engine.get_epoch_interruption()),
        ("fuel", engine.get_consume_fuel()),
        ("relaxed-simd-deterministic", engine.get_relaxed_simd_deterministic()),
        ("address-map", engine.get_generate_address_map()),
        ("native-debug-information", engine.get_debug_info()),
        ("guest-debug", engine.get_guest_debug()),
        ("native-symbols", engine.get_debug_symbols()),
    ];
    let sizes = [
        ("features", engine.get_wasm_features().bits()),
        ("memory-reservation", engine.get_memory_reservation()),
        ("memory-guard", engine.get_memory_guard_size()),
    ];
    let flags = flags.map(|(name, on)| format!("{name} {on}\n")).concat();
    let sizes = sizes.map(|(name, size)| format!("{name} {size:#x}\n")).concat();
    format!("{flags}{sizes}inlining {:?}\n", engine.get_compiler_inlining())
}

/// A hasher that only keeps what it is given.
struct Collected(Vec<u8>);

impl Hasher for Collected {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};
    use wasmtime::Engine;

    use super::{hash, settings, version};
    use crate::{
        RuntimeOptions,
        engine::{Allocation, Target, config},
    };

    fn engine(options: &RuntimeOptions, allocation: Allocation) -> Engine {
        Engine::new(&config(options, allocation)).unwrap()
    }

    #[test]
    fn the_version_is_told_in_full() {
        let numbers: Vec<u32> = version().split('.').map(|number| number.parse().unwrap()).collect();
        assert_eq!((numbers.len(), numbers[0]), (3, 48));
    }

    /// Holds with the feature `compile` and without it, run as both.
    #[test]
    fn publisher_and_host_have_these_settings() {
        assert_data_eq!(
            settings(&engine(&RuntimeOptions::default(), Allocation::OnDemand)),
            str![[r#"
memory-may-move true
guard-before-memory true
table-lazy-init true
memory-init-cow true
signals-based-traps true
concurrency false
epochs true
fuel false
relaxed-simd-deterministic true
address-map true
native-debug-information false
guest-debug false
native-symbols false
features 0xc00019cff
memory-reservation 0x100000000
memory-guard 0x2000000
inlining No

"#]]
        );
    }

    #[test]
    fn sizes_and_allocation_change_nothing_that_code_depends_on() {
        let odd =
            RuntimeOptions::default().with_concurrency(3).with_max_memory(3 << 20).with_max_stack(64 << 10);
        let pooled = engine(&odd, Allocation::Pooled);
        let on_demand = engine(&RuntimeOptions::default(), Allocation::OnDemand);
        for target in Target::ALL {
            assert_eq!(hash(&pooled, target), hash(&on_demand, target));
        }
    }

    #[test]
    fn each_target_has_a_hash_of_its_own() {
        let engine = engine(&RuntimeOptions::default(), Allocation::OnDemand);
        assert_ne!(hash(&engine, Target::X86_64), hash(&engine, Target::Arm64));
    }
}
