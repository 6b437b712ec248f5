//! What the benchmarks ask for.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::host::HostError;

/// `<how> <times> <threads> key=value ...`: run the plugin with these settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) how: How,
    /// Runs, on each thread.
    pub(crate) times: usize,
    pub(crate) threads: usize,
    /// The plugin's config.
    pub(crate) settings: BTreeMap<String, String>,
}

/// What is done `times` times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// A plugin is made of the compiled one, called once and dropped.
    Fresh,
    /// One plugin is called again and again.
    Reused,
    /// The plugin is made from its bytes, with the engine's cache on the disk.
    Load,
    /// Plugins are made and kept; the figure is the process's memory, in bytes.
    Hold,
}

impl FromStr for Request {
    type Err = HostError;

    fn from_str(line: &str) -> Result<Self, HostError> {
        let odd = || HostError::Request(line.to_owned());
        let mut words = line.split_whitespace();
        let how = match words.next() {
            Some("fresh") => How::Fresh,
            Some("reused") => How::Reused,
            Some("load") => How::Load,
            Some("hold") => How::Hold,
            _ => return Err(odd()),
        };
        let mut count = || words.next().and_then(|word| word.parse().ok()).ok_or_else(odd);
        let (times, threads) = (count()?, count()?);
        let settings = words.map(|word| word.split_once('=').ok_or_else(odd));
        let settings = settings.map(|pair| pair.map(|(key, value)| (key.to_owned(), value.to_owned())));
        Ok(Self { how, times, threads, settings: settings.collect::<Result<_, _>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_request() {
        let request: Request = "fresh 200 1 behaviour=pass".parse().unwrap();
        assert_eq!((request.how, request.times, request.threads), (How::Fresh, 200, 1));
        assert_eq!(request.settings["behaviour"], "pass");
    }

    #[test]
    fn what_is_none_is_refused_with_its_words() {
        for odd in ["", "dance 1 1", "fresh", "fresh many 1", "fresh 1 1 behaviour"] {
            let error = odd.parse::<Request>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{odd}` is no request")), "{error}");
        }
    }
}
