//! Where lines go.

use std::io::Write as _;

/// Takes lines, each without its end.
///
/// Closures are sinks:
///
/// ```
/// use greenlight_lambda_host::LogSink;
///
/// let sink = |line: &str| eprintln!("{line}");
/// sink.write_line("{}");
/// ```
pub trait LogSink: Send + Sync {
    /// Writes one line. It may be called by several threads at once.
    fn write_line(&self, line: &str);
}

impl<F: Fn(&str) + Send + Sync> LogSink for F {
    fn write_line(&self, line: &str) {
        self(line);
    }
}

/// Standard output, which Lambda sends to CloudWatch Logs. Each line is written whole.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stdout;

impl LogSink for Stdout {
    fn write_line(&self, line: &str) {
        let mut whole = String::with_capacity(line.len() + 1);
        whole.push_str(line);
        whole.push('\n');
        let mut out = std::io::stdout().lock();
        // Where nobody reads the log, there is nobody to tell either.
        let _ = out.write_all(whole.as_bytes()).and_then(|()| out.flush());
    }
}
