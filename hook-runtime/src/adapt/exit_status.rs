//! Keeps the exit status of programs for WASI preview 1 whole.
//!
//! What serves preview 1 knows of a status only whether it is 0. WASI 0.2 has a function for all of it, which takes what
//! `proc_exit` takes: a program that imports the one can import the other in its place.

use wasmparser::{Parser, Payload};

/// The function of preview 1, as a module's import section has it: two names, each after its length.
const PROC_EXIT: &[u8] = b"\x16wasi_snapshot_preview1\x09proc_exit";
/// The function of WASI 0.2, in the same way.
const EXIT_WITH_CODE: &[u8] = b"\x14wasi:cli/exit@0.2.12\x0eexit-with-code";

/// The identifier of the import section.
const IMPORTS: u8 = 2;

/// The world that [`kept`] makes a module need beside its own.
pub(super) const WORLD: &str = "package greenlight:adapt; world exit-status { import wasi:cli/exit@0.2.12; }";

/// The module with the status of its `proc_exit` kept, if it imports that.
pub(super) fn kept(wasm: &[u8]) -> Option<Vec<u8>> {
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::ImportSection(section) = payload.ok()? else { continue };
        let range = section.range();
        let at = section
            .into_imports_with_offsets()
            .filter_map(Result::ok)
            .find(|(at, _)| wasm.get(*at..).is_some_and(|bytes| bytes.starts_with(PROC_EXIT)))?
            .0;
        let before = wasm.get(range.start..at)?;
        let after = wasm.get(at + PROC_EXIT.len()..range.end)?;
        let names = [before, EXIT_WITH_CODE, after].concat();
        let size = u32::try_from(names.len()).ok()?;
        let header = section_start(wasm, range.start)?;
        let mut changed = wasm.get(..header)?.to_vec();
        changed.push(IMPORTS);
        changed.extend(leb128(size));
        changed.extend(names);
        changed.extend(wasm.get(range.end..)?);
        return Some(changed);
    }
    None
}

/// Where the section begins of which the contents begin at `contents`: one byte, and its size, stand before them.
fn section_start(wasm: &[u8], contents: usize) -> Option<usize> {
    let last = contents.checked_sub(1)?;
    let mut start = last;
    // All bytes of a size but the last have their highest bit set, and the identifier has not.
    while wasm.get(start.checked_sub(1)?)? & 0x80 != 0 {
        start -= 1;
    }
    let header = start.checked_sub(1)?;
    (wasm.get(header) == Some(&IMPORTS)).then_some(header)
}

fn leb128(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn only_the_import_changes() {
        let module = |import: &str| {
            let padding = "x".repeat(200);
            wat::parse_str(format!(
                r#"(module
                    (import "wasi_snapshot_preview1" "{padding}" (func))
                    (import {import} (func $exit (param i32)))
                    (memory (export "memory") 1)
                    (func (export "_start") (call $exit (i32.const 75))))"#
            ))
            .unwrap()
        };
        let before = module(r#""wasi_snapshot_preview1" "proc_exit""#);
        let after = module(r#""wasi:cli/exit@0.2.12" "exit-with-code""#);
        assert_eq!(kept(&before).unwrap(), after);
        assert_eq!(kept(&after), None);
        assert_eq!(kept(b"\0asm\x01\0\0\0"), None);
    }
}
