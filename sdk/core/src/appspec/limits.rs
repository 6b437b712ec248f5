//! How much of a text is read. A real AppSpec has about one kilobyte, forty values and seven levels.

/// Longest text, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// Deepest nesting of lists and maps.
pub const MAX_DEPTH: usize = 64;

/// Most values in one text, with every alias of YAML written out.
pub const MAX_VALUES: usize = 50_000;

/// Most bytes of keys and texts, with every alias of YAML written out.
pub const MAX_EXPANDED_BYTES: usize = 4 * 1024 * 1024;

/// What is left of the last two: an alias is paid for before it is copied.
#[derive(Debug)]
pub(super) struct Budget {
    spent: Cost,
}

/// What a part of the tree takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) values: usize,
    pub(super) bytes: usize,
}

impl Budget {
    pub(super) const fn new() -> Self {
        Self { spent: Cost { values: 0, bytes: 0 } }
    }

    /// Everything spent so far: the cost of a part is the difference of two readings.
    pub(super) const fn spent(&self) -> Cost {
        self.spent
    }

    /// Takes `cost`, or says that it is too much.
    pub(super) const fn take(&mut self, cost: Cost) -> bool {
        self.spent.values = self.spent.values.saturating_add(cost.values);
        self.spent.bytes = self.spent.bytes.saturating_add(cost.bytes);
        self.spent.values <= MAX_VALUES && self.spent.bytes <= MAX_EXPANDED_BYTES
    }
}
