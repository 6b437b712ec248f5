//! The processors that hook functions run on.

use std::{fmt, str::FromStr};

/// A kind of machine that AWS Lambda has, and that plugins can be compiled ahead for.
///
/// ```
/// use greenlight_hook_runtime::Target;
///
/// let target: Target = "arm64".parse()?;
/// assert_eq!(target.to_string(), "aarch64-unknown-linux-gnu");
/// assert_eq!(target, "aarch64-unknown-linux-gnu".parse()?);
/// # Ok::<_, greenlight_hook_runtime::UnknownTarget>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// 64-bit x86 on Linux.
    X86_64,
    /// 64-bit ARM on Linux, Graviton among them.
    Arm64,
}

/// A text that names no [`Target`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no target; write x86_64 or arm64")]
pub struct UnknownTarget {
    /// The text.
    pub name: String,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::X86_64, Self::Arm64];

    /// What this program itself runs on, unless that is something else.
    #[must_use]
    pub const fn host() -> Option<Self> {
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            Some(Self::X86_64)
        } else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
            Some(Self::Arm64)
        } else {
            None
        }
    }

    /// The name that AWS Lambda gives it, such as `arm64`.
    #[must_use]
    pub const fn architecture(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    /// The name that compilers give it, such as `aarch64-unknown-linux-gnu`.
    #[must_use]
    pub const fn triple(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64-unknown-linux-gnu",
            Self::Arm64 => "aarch64-unknown-linux-gnu",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.triple())
    }
}

impl FromStr for Target {
    type Err = UnknownTarget;

    /// Reads the names of AWS Lambda, of compilers, and the processor alone.
    fn from_str(name: &str) -> Result<Self, UnknownTarget> {
        match name {
            "x86_64" | "x86_64-unknown-linux-gnu" => Ok(Self::X86_64),
            "arm64" | "aarch64" | "aarch64-unknown-linux-gnu" => Ok(Self::Arm64),
            _ => Err(UnknownTarget { name: name.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn every_target_is_read_by_each_of_its_names() {
        for target in Target::ALL {
            assert_eq!(target.architecture().parse(), Ok(target));
            assert_eq!(target.triple().parse(), Ok(target));
        }
        let error = "riscv64".parse::<Target>().unwrap_err();
        assert_eq!(error.to_string(), "\"riscv64\" is no target; write x86_64 or arm64");
    }
}
