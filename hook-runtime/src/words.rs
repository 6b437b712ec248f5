//! What several errors on plugins say in the same words.

use crate::{CONTRACT_VERSION, contract, text};

/// Names that an error lists.
const LISTED: usize = 6;

/// What to do about a plugin of another version.
pub(crate) const fn version_advice(newer: bool) -> &'static str {
    if newer {
        "update Greenlight, or build the plugin with an older greenlight-hook"
    } else {
        "build the plugin again with the current greenlight-hook"
    }
}

/// What a plugin without one has to export.
pub(crate) fn entry_advice(core: bool) -> String {
    let validator = contract::VALIDATOR;
    if core {
        format!("{validator}#{}, or _start as a program for WASI preview 1 does", contract::VALIDATE)
    } else {
        format!(
            "{validator} as the world greenlight:hook/hook@{CONTRACT_VERSION} says, or wasi:cli/run@0.2 as a program does"
        )
    }
}

/// Names from a plugin, some of them, safe to show.
pub(crate) fn sample(names: &[String]) -> String {
    if names.is_empty() {
        return "nothing".to_owned();
    }
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| text::line(name, 100)).collect();
    match names.len().saturating_sub(LISTED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Who serves such imports, and how to build without them.
pub(crate) fn foreign_advice(imports: &[String]) -> &'static str {
    let any = |is: fn(&str) -> bool| {
        imports.iter().any(|import| is(import.split_once('.').map_or(import.as_str(), |(module, _)| module)))
    };
    if imports.iter().any(|import| import.contains("__wbindgen") || import.contains("_bg.js."))
        || any(|m| m == "wbg")
    {
        "JavaScript can serve: it was built with wasm-bindgen for wasm32-unknown-unknown; build it for the target \
         wasm32-wasip2, without wasm-bindgen"
    } else if any(|module| module == "gojs" || module == "go") {
        "JavaScript can serve: it was built with GOOS=js; build it with GOOS=wasip1"
    } else if any(|module| module == "wasi_unstable") {
        "hosts of the first WASI serve; build it with a current toolchain"
    } else {
        "a host of its own can serve; build it for WASI (wasm32-wasip1 or wasm32-wasip2; AssemblyScript with its \
         WASI shim, Emscripten with -sSTANDALONE_WASM)"
    }
}
