//! Makes components of core modules.

mod error;
mod exit_status;
mod world;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
    WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wasmparser::{Parser, Payload, Validator};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};

pub use self::error::AdaptError;
use crate::Form;

/// The start of the names of custom sections in which compilers describe a core module's world.
const DESCRIPTION: &str = "component-type";

/// Makes a component of a plugin in any of the accepted [forms](Form). One that is a component comes back unchanged.
///
/// A core module may import WASI preview 1. One that says nothing of its world, as Go's compiler leaves it, is taken for
/// one of `greenlight:hook/hook`. A program keeps its whole exit status, which what serves preview 1 would cut to 0 or 1. Takes some 10 ms for a small module and 100 ms for one of some megabytes.
///
/// ```
/// use greenlight_hook_runtime::{Form, adapt};
///
/// # fn example(wasm: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// let component = adapt(wasm)?;
/// assert!(!Form::of(&component)?.is_core());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`AdaptError`] when the bytes are no plugin, or do not fit the contract.
pub fn adapt(wasm: &[u8]) -> Result<Vec<u8>, AdaptError> {
    match Form::of(wasm)? {
        Form::Component | Form::Command => Ok(wasm.to_vec()),
        form @ Form::Core => encode(wasm, form, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER),
        form @ Form::CoreCommand => encode(wasm, form, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER),
    }
}

fn encode(wasm: &[u8], form: Form, adapter: &[u8]) -> Result<Vec<u8>, AdaptError> {
    // The encoder is made for what compilers put out, and trusts it.
    Validator::new().validate_all(wasm).map_err(|error| AdaptError::invalid(&error))?;
    let described = if is_described(wasm) { wasm.to_vec() } else { describe(wasm, form)? };
    let with_status = form.is_command().then(|| exit_status::kept(&described)).flatten();
    // A world that disagrees with ours on how programs exit is no reason to refuse the program.
    if let Some(module) = with_status.and_then(|module| world::with_exit_status(module).ok())
        && let Ok(component) = component_of(&module, form, adapter)
    {
        return Ok(component);
    }
    component_of(&described, form, adapter)
}

fn component_of(described: &[u8], form: Form, adapter: &[u8]) -> Result<Vec<u8>, AdaptError> {
    let component = ComponentEncoder::default()
        .validate(true)
        .module(described)
        .and_then(|encoder| encoder.adapter(WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, adapter))
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| AdaptError::contract(&format!("{error:#}")))?;
    match Form::of(&component) {
        Ok(made) if made.is_command() == form.is_command() => Ok(component),
        Ok(_) | Err(_) => {
            Err(AdaptError::contract("what its compiler noted of its world lacks what it exports"))
        }
    }
}

fn is_described(wasm: &[u8]) -> bool {
    Parser::new(0).parse_all(wasm).any(
        |payload| matches!(payload, Ok(Payload::CustomSection(section)) if section.name().starts_with(DESCRIPTION)),
    )
}

/// The module with a note that it is of our world.
fn describe(wasm: &[u8], form: Form) -> Result<Vec<u8>, AdaptError> {
    let (resolve, world) = world::of(form).map_err(|problem| AdaptError::contract(&problem))?;
    let mut described = wasm.to_vec();
    embed_component_metadata(&mut described, &resolve, world, StringEncoding::UTF8)
        .map_err(|error| AdaptError::contract(&format!("{error:#}")))?;
    Ok(described)
}
