//! Tells what a file holds by its first bytes.

/// What bytes turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A component, as far as the first bytes tell.
    Component,
    /// A core module.
    CoreModule,
    /// WebAssembly of which even the header is cut off.
    Truncated,
    /// Something else, in words.
    Other(&'static str),
}

/// What `bytes` begin like.
pub(super) fn kind(bytes: &[u8]) -> Kind {
    const MAGIC: &[u8] = b"\0asm";
    if let Some(version) = bytes.strip_prefix(MAGIC) {
        return match version {
            [_, _, 0, 0, ..] => Kind::CoreModule,
            [_, _, _, _, ..] => Kind::Component,
            _ => Kind::Truncated,
        };
    }
    if bytes.is_empty() {
        return Kind::Other("an empty file");
    }
    if MAGIC.starts_with(bytes) {
        return Kind::Truncated;
    }
    Kind::Other(match bytes {
        [0x7f, b'E', b'L', b'F', ..] if wasmtime::Engine::detect_precompiled(bytes).is_some() => {
            "precompiled code"
        }
        [0x7f, b'E', b'L', b'F', ..] => "a Linux program or library",
        [0xcf, 0xfa, 0xed, 0xfe, ..] => "a macOS program or library",
        [b'M', b'Z', ..] => "a Windows program or library",
        [b'P', b'K', 3, 4, ..] => "a zip archive",
        [0x1f, 0x8b, ..] => "a gzip archive",
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => "a static library",
        _ if is_text_format(bytes) => "WebAssembly in text form",
        _ if std::str::from_utf8(bytes).is_ok() => "text",
        _ => "something unknown",
    })
}

fn is_text_format(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    text.starts_with(b"(module") || text.starts_with(b"(component") || text.starts_with(b";;")
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind};

    #[test]
    fn components_and_modules_are_told_apart_by_their_header() {
        assert_eq!(kind(b"\0asm\x0d\0\x01\0"), Kind::Component);
        assert_eq!(kind(b"\0asm\x01\0\0\0"), Kind::CoreModule);
        assert_eq!(kind(b"\0asm\x01"), Kind::Truncated);
        assert_eq!(kind(b"\0a"), Kind::Truncated);
    }

    #[test]
    fn what_is_given_by_mistake_is_named() {
        assert_eq!(kind(b""), Kind::Other("an empty file"));
        assert_eq!(kind(b"  (component)"), Kind::Other("WebAssembly in text form"));
        assert_eq!(kind(b"\x7fELF\x02\x01"), Kind::Other("a Linux program or library"));
        assert_eq!(kind(b"{\"version\": 0.0}"), Kind::Other("text"));
        assert_eq!(kind(&[0xff, 0, 1]), Kind::Other("something unknown"));
    }
}
