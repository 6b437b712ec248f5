//! Makes sure that what is compiled is a component.

use std::borrow::Cow;

use wasmparser::Parser;

use super::LoadError;
use crate::{Form, FormError};

/// The component that the plugin is, or that is made of it.
pub(super) fn of<'a>(plugin: &str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, LoadError> {
    match Form::of(bytes) {
        Ok(form) if form.is_core() => made_of_core(plugin, bytes),
        // The engine first looks whether it is whole, and whether it uses what hooks do not get.
        Ok(_) | Err(FormError::NoEntry { core: false, .. }) => Ok(Cow::Borrowed(bytes)),
        // It may be compiled; who runs it is held to its own contract.
        Err(FormError::ContractVersion { .. }) if Parser::is_component(bytes) => Ok(Cow::Borrowed(bytes)),
        Err(error) => Err(LoadError::form(plugin, error)),
    }
}

#[cfg(feature = "adapt")]
fn made_of_core<'a>(plugin: &str, bytes: &[u8]) -> Result<Cow<'a, [u8]>, LoadError> {
    use crate::AdaptError;

    let plugin = || plugin.to_owned();
    crate::adapt(bytes).map(Cow::Owned).map_err(|error| match error {
        AdaptError::Form(error) => LoadError::form(&plugin(), error),
        AdaptError::Invalid { problem } => {
            LoadError::Malformed { plugin: plugin(), problem, bytes: bytes.len() }
        }
        AdaptError::Contract { problem } => LoadError::Mismatch { plugin: plugin(), problem },
    })
}

#[cfg(not(feature = "adapt"))]
fn made_of_core<'a>(plugin: &str, _: &[u8]) -> Result<Cow<'a, [u8]>, LoadError> {
    Err(LoadError::CoreModule { plugin: plugin.to_owned() })
}
