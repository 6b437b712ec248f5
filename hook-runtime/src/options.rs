//! How much a whole runtime may use: the frame that the limits of each run stay within.

use std::fmt;

const MIB: usize = 1 << 20;

/// Sizes of a [`Runtime`](crate::Runtime), fixed when it is made.
///
/// The limits of one run are [`Limits`](crate::Limits); these here bound them all together.
///
/// ```
/// use greenlight_hook_runtime::RuntimeOptions;
///
/// let options = RuntimeOptions::default().with_concurrency(4).with_max_memory(256 << 20);
/// assert_eq!(options.concurrency, 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuntimeOptions {
    /// Plugins that run at the same time; further runs wait for their turn, and the wait is not counted
    /// against their limits. Default 16.
    pub concurrency: u32,
    /// Plugins that compute at the same time; the others of those that run wait for their turn, which lasts some milliseconds, and
    /// which their limits on computing do not count. Default none: as many as the machine has processors. An
    /// executor with fewer threads wakes its other tasks sooner when this is their number.
    pub computing: Option<u32>,
    /// The most memory that any plugin can ask for, in bytes, whatever its [`Limits`](crate::Limits) say.
    /// Address space for it is reserved at the start, memory only as it is touched. Default 256 MiB.
    pub max_memory: usize,
    /// The call stack of a plugin, in bytes. Default 512 KiB; at most 1 MiB.
    pub max_stack: usize,
    /// Memory of a plugin that has ended that is wiped and kept for the next run rather than given back,
    /// in bytes. More makes runs faster and the process larger. Default 2 MiB.
    pub keep_resident: usize,
    /// Whether instances come from a pool that is made once. Default true: it makes a run several times
    /// cheaper. A machine that cannot reserve the address space gets a warning and instances on demand.
    pub pooling: bool,
}

/// The stack that plugin and host functions share. Host functions need the difference to
/// [`RuntimeOptions::max_stack`], which the engine insists on.
pub(crate) const FIBER_STACK: usize = 2 * MIB;

/// The largest [`RuntimeOptions::max_stack`]: leaves half of [`FIBER_STACK`] to host functions.
pub(crate) const LARGEST_STACK: usize = MIB;

impl Default for RuntimeOptions {
    fn default() -> Self {
        Self {
            concurrency: 16,
            computing: None,
            max_memory: 256 * MIB,
            max_stack: 512 << 10,
            keep_resident: 2 * MIB,
            pooling: true,
        }
    }
}

impl RuntimeOptions {
    /// Sets [`concurrency`](Self::concurrency).
    #[must_use]
    pub const fn with_concurrency(mut self, plugins: u32) -> Self {
        self.concurrency = plugins;
        self
    }

    /// Sets [`computing`](Self::computing).
    #[must_use]
    pub const fn with_computing(mut self, plugins: u32) -> Self {
        self.computing = Some(plugins);
        self
    }

    /// Sets [`max_memory`](Self::max_memory), in bytes.
    #[must_use]
    pub const fn with_max_memory(mut self, bytes: usize) -> Self {
        self.max_memory = bytes;
        self
    }

    /// Sets [`max_stack`](Self::max_stack), in bytes.
    #[must_use]
    pub const fn with_max_stack(mut self, bytes: usize) -> Self {
        self.max_stack = bytes;
        self
    }

    /// Sets [`keep_resident`](Self::keep_resident), in bytes.
    #[must_use]
    pub const fn with_keep_resident(mut self, bytes: usize) -> Self {
        self.keep_resident = bytes;
        self
    }

    /// Sets [`pooling`](Self::pooling).
    #[must_use]
    pub const fn with_pooling(mut self, pooling: bool) -> Self {
        self.pooling = pooling;
        self
    }
}

impl fmt::Display for RuntimeOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} plugins at once, {} MiB of memory each, {}",
            self.concurrency,
            self.max_memory / MIB,
            if self.pooling { "pooled" } else { "on demand" }
        )
    }
}
