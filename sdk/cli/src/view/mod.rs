//! How the command shows a deployment: live on a terminal, as plain lines, or as JSON lines.
//!
//! | where | what | see |
//! |---|---|---|
//! | a terminal | a live block that ends as a static summary | [`live`], drawn from [`screen`] by [`render`] |
//! | a pipe or a file | one line an event, for people and `grep` | [`plain`] |
//! | a program (`--format json`) | one JSON object a line | [`json`] |
//!
//! Every text that comes from a hook, a process or a file goes through [`clean`] before a person sees it.

pub(crate) mod clean;
mod closing;
mod json;
mod live;
mod paint;
mod plain;
mod render;
mod results;
mod screen;
mod span;
mod stage;
#[cfg(test)]
mod tests;
mod traffic_bar;
mod words;

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use console::Term;
use greenlight_core::{DeploymentEvent, Plan, Timestamp};

/// How often a live view is drawn anew while nothing happens, so that its times go on.
const REFRESH: Duration = Duration::from_millis(100);

/// Tells the pipeline's time: the clock may be scaled or virtual.
pub(crate) type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Shows one deployment and its rollback, from the plan to the outcome.
///
/// An output that breaks stops no deployment: the first error is kept, and [`close`](Self::close) returns it.
pub(crate) trait View: fmt::Debug + Send {
    /// Shows what was found out before anything changed. Called at most once, before the first event.
    fn plan(&mut self, plan: &Plan);

    /// Shows one event. Called in the order of the watch.
    fn event(&mut self, event: &DeploymentEvent);

    /// Shows a sentence of the command itself, such as what a second Ctrl-C does. After the last event it stands
    /// above the outcome, which a person finds last; JSON lines leave it out, for they end with the outcome.
    fn note(&mut self, text: &str);

    /// Writes the outcome and leaves the output as it was found: cursor shown, everything flushed. Called once at the
    /// end, and by `Drop` where it was not; a second call does nothing.
    ///
    /// # Errors
    ///
    /// The first error that writing met, now or earlier.
    fn close(&mut self) -> io::Result<()>;
}

/// The value of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// A live view on a terminal, plain lines elsewhere
    #[default]
    Text,
    /// One JSON object a line
    Json,
}

/// Where a view writes.
pub(crate) enum Output {
    /// A terminal that can move its cursor.
    Terminal(Term),
    /// Anything else: a pipe, a file, a terminal that only prints.
    Stream(Box<dyn Write + Send>),
}

impl Output {
    /// Standard output, by what is behind it. `TERM=dumb` is no terminal here.
    pub(crate) fn stdout() -> Self {
        let term = Term::buffered_stdout();
        let dumb = std::env::var_os("TERM").is_none_or(|name| name == "dumb");
        if term.is_term() && !dumb { Self::Terminal(term) } else { Self::Stream(Box::new(io::stdout())) }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Terminal(_) => "Output::Terminal",
            Self::Stream(_) => "Output::Stream",
        })
    }
}

/// An event as one line of a log that many deployments share.
pub(crate) fn log_line(event: &DeploymentEvent) -> String {
    plain::log_line(event)
}

/// The view for this format and output. Colours follow `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE`.
///
/// ```text
/// let mut view = view::open(args.format, Output::stdout(), Arc::new(move || clock.now()));
/// view.plan(&plan);
/// while let Some(event) = watch.next().await {
///     view.event(&event?);
/// }
/// view.close()?;
/// ```
pub(crate) fn open(format: Format, output: Output, now: Now) -> Box<dyn View> {
    match (format, output) {
        (Format::Json, Output::Terminal(term)) => Box::new(json::JsonLines::new(Box::new(term), now)),
        (Format::Json, Output::Stream(out)) => Box::new(json::JsonLines::new(out, now)),
        (Format::Text, Output::Stream(out)) => Box::new(plain::PlainLines::new(out, now)),
        (Format::Text, Output::Terminal(term)) => {
            Box::new(live::Live::new(term, now, console::colors_enabled(), Some(REFRESH)))
        }
    }
}
