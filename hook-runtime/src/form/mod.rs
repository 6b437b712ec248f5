//! Tells in which of the accepted forms a plugin comes.

mod error;
mod header;
mod names;

use std::fmt;

use serde::Serialize;

pub use self::error::FormError;
use self::{header::Kind, names::Names};
use crate::{contract, version};

/// A form in which a plugin can be given.
///
/// Told by what the bytes import and export. That they are whole and keep WebAssembly's rules shows only when they are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A component that exports `greenlight:hook/validator`.
    Component,
    /// A core module that exports the functions of `greenlight:hook/validator`, as most compilers make it on their
    /// way to a component. May import WASI preview 1.
    Core,
    /// A component that exports `wasi:cli/run`: a program that judges by its exit status.
    Command,
    /// A core module that exports `_start`: the same, for WASI preview 1.
    CoreCommand,
}

impl Form {
    /// The form of these bytes.
    ///
    /// What exports both a validator and a program's entry is taken for a validator.
    ///
    /// ```
    /// use greenlight_hook_runtime::Form;
    ///
    /// // The smallest program: a core module with an empty `_start`.
    /// let wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x0a\x01\x06_start\0\0\x0a\x04\x01\x02\0\x0b";
    /// assert_eq!(Form::of(wasm).unwrap(), Form::CoreCommand);
    /// assert!(Form::of(b"#!/bin/sh").unwrap_err().to_string().contains("not WebAssembly but text"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`FormError`] says what the bytes are instead, and what to do.
    pub fn of(wasm: &[u8]) -> Result<Self, FormError> {
        let names = match header::kind(wasm) {
            Kind::Component | Kind::CoreModule => Names::read(wasm)?,
            Kind::Truncated => {
                let problem = "it ends within its header".to_owned();
                return Err(FormError::Damaged { problem, bytes: wasm.len() });
            }
            Kind::Other(found) => return Err(FormError::NotWasm { found }),
        };
        if let Some((found, newer)) = names.interfaces().find_map(version::other_version) {
            return Err(FormError::ContractVersion { found, newer });
        }
        if names.core { of_core(names) } else { of_component(names) }
    }

    /// Whether [`adapt`](crate::adapt) has to make a component of it.
    #[must_use]
    pub const fn is_core(self) -> bool {
        matches!(self, Self::Core | Self::CoreCommand)
    }

    /// Whether it is a program that judges by its exit status.
    #[must_use]
    pub const fn is_command(self) -> bool {
        matches!(self, Self::Command | Self::CoreCommand)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Component => "component",
            Self::Core => "core module",
            Self::Command => "command",
            Self::CoreCommand => "command for WASI preview 1",
        })
    }
}

fn of_component(names: Names) -> Result<Form, FormError> {
    let exports = |wanted: &str| names.exports.iter().any(|name| contract::same_interface(name, wanted));
    if exports(contract::VALIDATOR) {
        Ok(Form::Component)
    } else if exports(contract::RUN) {
        Ok(Form::Command)
    } else {
        Err(FormError::NoEntry { core: false, exports: names.exports })
    }
}

fn of_core(names: Names) -> Result<Form, FormError> {
    let foreign = names.foreign_imports();
    if !foreign.is_empty() {
        return Err(FormError::ForeignHost { imports: foreign });
    }
    if names.interfaces_of_exports().any(|name| contract::same_interface(name, contract::VALIDATOR)) {
        Ok(Form::Core)
    } else if names.exports.iter().any(|name| name == "_start") {
        Ok(Form::CoreCommand)
    } else {
        Err(FormError::NoEntry { core: true, exports: names.exports })
    }
}
