//! Looks what a program is for.

use std::{fmt, fs, path::Path};

use super::PackError;
use crate::{Target, engine};

/// What a file is, as its first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Machine {
    /// A Linux program for this target.
    Linux(Target),
    /// A Linux program for another processor, by its number in ELF.
    Other(u16),
    /// An object that cannot be started, such as a library to link with.
    NoProgram,
    /// No Linux program at all.
    Foreign,
}

/// The bytes of the program at `path`, if it is a Lambda host for `target` with the engine of this hash.
pub(super) fn read(path: &Path, target: Target, own: &str) -> Result<Vec<u8>, PackError> {
    let bytes =
        fs::read(path).map_err(|source| PackError::HostUnreadable { path: path.to_owned(), source })?;
    match machine(&bytes) {
        Machine::Linux(found) if found == target => {}
        found => return Err(PackError::HostTarget { path: path.to_owned(), found, target }),
    }
    match engine::marked(&bytes) {
        Some(found) if found == own => Ok(bytes),
        Some(found) => {
            let (path, own) = (path.to_owned(), own.to_owned());
            Err(PackError::HostEngine { path, found, own, target })
        }
        None => Err(PackError::NoHost { path: path.to_owned(), target }),
    }
}

/// Reads the head of an ELF file (System V ABI, chapter 4).
pub(super) fn machine(bytes: &[u8]) -> Machine {
    // Magic, 64 bits, little end first.
    let (Some(rest), Some(kind), Some(number)) =
        (bytes.strip_prefix(b"\x7fELF\x02\x01"), half(bytes, 16), half(bytes, 18))
    else {
        return Machine::Foreign;
    };
    // Its second byte is the system: System V or Linux. The engine's own files have another.
    if !matches!(rest.get(1), Some(0 | 3)) {
        return Machine::Foreign;
    }
    match (kind, number) {
        // Executables, and position-independent ones.
        (2 | 3, 62) => Machine::Linux(Target::X86_64),
        (2 | 3, 183) => Machine::Linux(Target::Arm64),
        (2 | 3, other) => Machine::Other(other),
        _ => Machine::NoProgram,
    }
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Linux(target) => write!(f, "a Linux program for {}", target.architecture()),
            Self::Other(number) => write!(f, "a Linux program for another processor (ELF machine {number})"),
            Self::NoProgram => f.write_str("an object file that cannot be started"),
            Self::Foreign => f.write_str("something else"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Machine, machine};
    use crate::Target;

    fn elf(system: u8, kind: u8, number: u8) -> Vec<u8> {
        let mut head = b"\x7fELF\x02\x01\x01".to_vec();
        head.push(system);
        head.extend([0; 8]);
        head.extend([kind, 0, number, 0]);
        head
    }

    #[test]
    fn programs_are_told_apart_by_their_processor() {
        assert_eq!(machine(&elf(0, 3, 62)), Machine::Linux(Target::X86_64));
        assert_eq!(machine(&elf(3, 2, 183)), Machine::Linux(Target::Arm64));
        assert_eq!(machine(&elf(0, 3, 243)), Machine::Other(243));
        assert_eq!(machine(&elf(0, 1, 62)), Machine::NoProgram);
    }

    #[test]
    fn this_test_is_a_program_for_this_machine() {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(machine(&own), Target::host().map_or(Machine::Foreign, Machine::Linux));
    }

    #[test]
    fn other_files_are_no_programs() {
        let cut = &elf(0, 3, 62)[..18];
        for bytes in [&b""[..], b"\x7fELF", b"#!/bin/sh", cut, &elf(200, 3, 62)] {
            assert_eq!(machine(bytes), Machine::Foreign, "{bytes:?}");
        }
    }
}
