//! How much to do: measure, or only see that everything works.

use std::env;

/// What the command line asks for. Cargo gives `--bench` to benchmarks that it runs to measure, and nothing when
/// it runs them as tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Measure.
    Measure,
    /// Measure a tenth of it, for a look.
    Quick,
    /// Do everything once.
    Check,
    /// Say what there is, and do nothing.
    List,
}

impl Mode {
    /// Reads this program's own command line.
    #[must_use]
    pub fn from_args() -> Self {
        Self::from_words(env::args().skip(1))
    }

    /// `full` when measuring, a tenth of it for a look, else `least`.
    #[must_use]
    pub const fn amount(self, full: usize, least: usize) -> usize {
        match self {
            Self::Measure => full,
            // Three rounds at least have a middle one.
            Self::Quick if full / 10 < 3 => {
                if full < 3 {
                    full
                } else {
                    3
                }
            }
            Self::Quick => full / 10,
            Self::Check | Self::List => least,
        }
    }

    fn from_words(words: impl Iterator<Item = String>) -> Self {
        let (mut mode, mut quick) = (Self::Check, false);
        for word in words {
            match word.as_str() {
                "--list" => return Self::List,
                "--test" => return Self::Check,
                "--bench" => mode = Self::Measure,
                "--quick" => quick = true,
                _ => {}
            }
        }
        if quick && mode == Self::Measure { Self::Quick } else { mode }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(words: &[&str]) -> Mode {
        Mode::from_words(words.iter().map(ToString::to_string))
    }

    #[test]
    fn a_look_has_enough_rounds_for_a_middle_one() {
        assert_eq!([60, 20, 2].map(|full| Mode::Quick.amount(full, 1)), [6, 3, 2]);
    }

    #[test]
    fn only_cargo_bench_measures() {
        assert_eq!(mode(&["--bench"]), Mode::Measure);
        assert_eq!(mode(&[]), Mode::Check);
        assert_eq!(mode(&["--bench", "--test"]), Mode::Check);
        assert_eq!(mode(&["--bench", "--quick"]), Mode::Quick);
        assert_eq!(mode(&["--quick"]), Mode::Check);
        assert_eq!(mode(&["--list", "--format", "terse"]), Mode::List);
    }
}
