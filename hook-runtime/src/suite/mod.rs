//! Suites: the `greenlight.toml` that says which plugins one hook function runs, and how.
//!
//! `greenlight hook pack` reads one and puts it into the bundle, with a `packed` entry for each plugin; the Lambda host
//! reads it there. Paths are relative to the file. A key that does not exist is refused, with those that do.
//!
//! | key | meaning | default |
//! |---|---|---|
//! | `concurrency` | plugins that run at the same time, 1 to 64 | 4 |
//! | `[[plugins]]` | one table for each plugin | at least one |
//! | `name` | what logs and errors call it; letters, digits, `-`, `_`, `.` | needed |
//! | `plugin` | the component, a `.wasm`; in a bundle the `.cwasm` | needed |
//! | `events` | CodeDeploy's lifecycle events or the stages of Amazon ECS that it serves | all |
//! | `required` | whether the verdict counts; `false` makes it advisory | `true` |
//! | `on-fault` | what a crash or a time-out counts for, `"fail"` or `"pass"` | `"fail"` |
//! | `timeout` | from the start of one run to its verdict, at most 15 minutes | `"30s"` |
//! | `cpu` | how long of that it may compute | `"10s"`, or `timeout` if that is shorter |
//! | `memory` | all memories of the plugin together | `"64MiB"` |
//! | `log-bytes` | logs that are kept | `"256KiB"` |
//! | `response-bytes` | the largest body that one HTTP response may have | `"8MiB"` |
//! | `requests` | outgoing HTTP requests | 10000 |
//! | `retries` | `{ attempts, first-delay, max-delay }`: more runs after one that did not pass | none |
//! | `grants` | the servers that it may reach, each written as an [`HttpGrant`](crate::http::HttpGrant) | nothing |
//! | `config` | what the plugin reads from its configuration | empty |
//! | `packed` | written by `greenlight hook pack`; see [`Packed`] | |

mod error;
pub(crate) mod event;
mod file;
mod name;
mod packed;
pub(crate) mod place;
mod plugin;
mod write;

use std::{fmt, fs, path::Path};

pub use self::{
    error::SuiteError,
    packed::Packed,
    plugin::{OnFault, Retries, SuitePlugin},
};

/// The name that is looked for in a folder, and that the file has in a bundle.
pub const FILE_NAME: &str = "greenlight.toml";

/// The plugins that one hook function runs.
///
/// ```
/// use std::time::Duration;
/// use greenlight_hook_runtime::suite::{OnFault, Suite};
///
/// let suite = Suite::parse(r#"
///     [[plugins]]
///     name = "smoke"
///     plugin = "plugins/smoke.wasm"
///     events = ["AfterAllowTestTraffic"]
///     timeout = "60s"
///     retries = { attempts = 2, first-delay = "1s", max-delay = "10s" }
///     grants = ["{test}"]
///     config = { path = "/health", requests = 20 }
/// "#)?;
/// let smoke = &suite.plugins[0];
/// assert_eq!(smoke.timeout, Duration::from_secs(60));
/// assert_eq!(smoke.config["requests"], "20");
/// assert!(smoke.required && smoke.on_fault == OnFault::Fail);
/// // The same moment has another name where Amazon ECS itself deploys.
/// assert!(smoke.serves("AfterAllowTestTraffic") && smoke.serves("POST_TEST_TRAFFIC_SHIFT"));
/// assert_eq!(Suite::parse(&suite.to_toml())?, suite);
/// # Ok::<_, greenlight_hook_runtime::suite::SuiteError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suite {
    /// Plugins that run at the same time, at least 1.
    pub concurrency: usize,
    /// At least one, in the order of the file; names are unique.
    pub plugins: Vec<SuitePlugin>,
}

impl Suite {
    /// A suite of these plugins with the default concurrency, 4.
    ///
    /// Nothing is checked; [`to_toml`](Self::to_toml) and [`parse`](Self::parse) together do.
    #[must_use]
    pub const fn new(plugins: Vec<SuitePlugin>) -> Self {
        Self { concurrency: file::DEFAULT_CONCURRENCY, plugins }
    }

    /// Reads the text of a suite.
    ///
    /// # Errors
    ///
    /// [`SuiteError::Invalid`] names line and column, and calls the text `greenlight.toml`.
    pub fn parse(text: &str) -> Result<Self, SuiteError> {
        file::parse(text, Path::new(FILE_NAME))
    }

    /// Reads a suite from the file `path`, or from the `greenlight.toml` in the folder `path`.
    ///
    /// ```no_run
    /// use greenlight_hook_runtime::suite::Suite;
    ///
    /// let suite = Suite::read("hooks/greenlight.toml")?;
    /// # Ok::<_, greenlight_hook_runtime::suite::SuiteError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SuiteError`], when the file cannot be read or is no suite.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, SuiteError> {
        let path = path.as_ref();
        let path = if path.is_dir() { path.join(FILE_NAME) } else { path.to_owned() };
        let text = fs::read_to_string(&path)
            .map_err(|source| SuiteError::Unreadable { path: path.clone(), source })?;
        file::parse(&text, &path)
    }

    /// The text of this suite, with every default spelt out. [`parse`](Self::parse) makes the same suite of it.
    #[must_use]
    pub fn to_toml(&self) -> String {
        write::to_toml(self)
    }

    /// The plugins that serve `event`, which is a name of CodeDeploy or of Amazon ECS.
    pub fn serving<'a>(&'a self, event: &'a str) -> impl Iterator<Item = &'a SuitePlugin> {
        self.plugins.iter().filter(move |plugin| plugin.serves(event))
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let required = self.plugins.iter().filter(|plugin| plugin.required).count();
        let advisory = self.plugins.len() - required;
        write!(f, "{required} required and {advisory} advisory plugins, {} at once", self.concurrency)
    }
}
