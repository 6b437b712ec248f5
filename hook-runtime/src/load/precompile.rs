//! Makes native code of a component, for machines of a given kind.

use std::fmt;

use sha2::{Digest, Sha256};
use wasmtime::Engine;

use super::{LoadError, component, refusal};
use crate::{Hook, Runtime, Target, engine, map, suite::Packed};

/// Native code of a plugin, and what a host needs to know to take it.
///
/// [`code`](Self::code) belongs into a file that [`Runtime::map`] reads, [`packed`](Self::packed) into the suite.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Precompiled {
    /// The bytes of the `.cwasm`.
    pub code: Vec<u8>,
    /// What identifies them.
    pub packed: Packed,
}

impl Runtime {
    /// Compiles a plugin ahead for machines of this kind, and checks it against the contract.
    ///
    /// The code uses nothing that any 64-bit processor of the target lacks. The same bytes give the same code. As
    /// [`load`](Self::load) does, this computes for 0.1 to 10 seconds, and about twice as long when the target is not this
    /// machine's own, because only code of its own can be held against the contract.
    ///
    /// ```
    /// use greenlight_hook_runtime::{Runtime, RuntimeOptions, Target};
    ///
    /// # fn example(wasm: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    /// let runtime = Runtime::new(RuntimeOptions::default())?;
    /// let precompiled = runtime.precompile("smoke", wasm, Target::Arm64)?;
    /// std::fs::write("smoke.cwasm", &precompiled.code)?;
    /// // On the host, which has no compiler:
    /// let hook = runtime.map("smoke.cwasm", &precompiled.packed)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load).
    pub fn precompile(&self, name: &str, bytes: &[u8], target: Target) -> Result<Precompiled, LoadError> {
        if Target::host() == Some(target) {
            return self.compile_and_check(name, bytes, target).map(|(precompiled, _)| precompiled);
        }
        let mut precompiled = self.compile(name, bytes, target)?;
        precompiled.packed.imports = self.load(name, bytes)?.imports().to_vec();
        Ok(precompiled)
    }

    /// Compiles for this machine itself, and holds the code against the contract.
    pub(super) fn compile_and_check(
        &self,
        name: &str,
        bytes: &[u8],
        host: Target,
    ) -> Result<(Precompiled, Hook), LoadError> {
        let mut precompiled = self.compile(name, bytes, host)?;
        let hook = self.checked(name, &precompiled)?;
        precompiled.packed.imports = hook.imports().to_vec();
        Ok((precompiled, hook))
    }

    /// Only compiles: the code may be of any world, and [`map`](Self::map) takes none but that of the contract. For
    /// tools that want to know what a host says of a component.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load) that are about the bytes alone.
    pub fn compile(&self, name: &str, bytes: &[u8], target: Target) -> Result<Precompiled, LoadError> {
        let bytes = &*component::of(name, bytes)?;
        let refused = |error| refusal::of_bytes(name, bytes.len(), &error);
        let engine = engine::config_for(target, self.options())
            .and_then(|config| Engine::new(&config))
            .map_err(refused)?;
        let code = engine.precompile_component(bytes).map_err(refused)?;
        let digest = |bytes: &[u8]| hex::encode(Sha256::digest(bytes));
        let packed =
            Packed::new(digest(&code), digest(bytes), engine::hash(&engine, target), target.triple())
                .with_blake3(blake3::hash(&code).to_hex().as_str());
        Ok(Precompiled { code, packed })
    }

    /// The plugin that native code of this machine's own kind makes.
    fn checked(&self, name: &str, precompiled: &Precompiled) -> Result<Hook, LoadError> {
        let Precompiled { code, packed } = precompiled;
        let component = map::component(self, code, packed)
            .map_err(|error| refusal::of_bytes(name, code.len(), &error))?;
        self.hook(name, packed.source_digest.clone(), &component)
    }
}

impl fmt::Debug for Precompiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Precompiled")
            .field("bytes", &self.code.len())
            .field("packed", &self.packed)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Precompiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of native code, {}", crate::units::bytes(self.code.len() as u64), self.packed)
    }
}
