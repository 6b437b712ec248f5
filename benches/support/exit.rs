//! How a benchmark ends.

use std::{error::Error, process::ExitCode};

/// Tells an error on standard error, with everything that led to it, and gives the exit status.
pub fn status(result: Result<(), Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", sentence(&*error));
            ExitCode::FAILURE
        }
    }
}

fn sentence(error: &dyn Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        sentence.push_str(&format!(": {error}"));
        cause = error.source();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use std::{io, net::SocketAddr};

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the exchange with {address} failed")]
    struct Failed {
        address: SocketAddr,
        source: io::Error,
    }

    #[test]
    fn the_cause_is_told_with_what_it_broke() {
        let failed = Failed { address: ([127, 0, 0, 1], 80).into(), source: io::Error::other("reset") };
        assert_eq!(sentence(&failed), "the exchange with 127.0.0.1:80 failed: reset");
    }
}
