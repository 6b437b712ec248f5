//! Bounds a plugin's memories and tables, and notes what it could not have.

use wasmtime::{Error, ResourceLimiter, Result};

use crate::{Limits, engine, fault::MemoryBound};

/// A growth of memory that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The size that all memories would have had.
    pub(crate) wanted: u64,
    /// The size that they may have.
    pub(crate) limit: u64,
    /// What sets it.
    pub(crate) bound: MemoryBound,
}

/// A growth of a table that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TableRefusal {
    /// The elements that the table would have had.
    pub(crate) wanted: u64,
    /// The elements that each table may have.
    pub(crate) limit: u64,
}

/// The account of one run's memories. A refusal is an answer and not a trap: some languages collect garbage
/// and go on.
#[derive(Debug)]
pub(crate) struct MemoryAccount {
    limit: usize,
    runtime_limit: usize,
    table_elements: usize,
    total: usize,
    /// What the growth in progress adds, to be taken back should it fail.
    growing: usize,
    peak: usize,
    refusal: Option<Refusal>,
    table_refusal: Option<TableRefusal>,
}

impl MemoryAccount {
    pub(crate) fn new(limits: &Limits, runtime_limit: usize) -> Self {
        Self {
            limit: limits.memory,
            runtime_limit,
            table_elements: limits.table_elements,
            total: 0,
            growing: 0,
            peak: 0,
            refusal: None,
            table_refusal: None,
        }
    }

    /// The largest size of all memories together, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.peak as u64
    }

    /// The last growth that was refused.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    /// The last growth of a table that was refused.
    pub(crate) fn table_refusal(&self) -> Option<TableRefusal> {
        self.table_refusal
    }

    fn refuse(&mut self, wanted: usize, limit: usize, bound: MemoryBound) -> bool {
        self.refusal = Some(Refusal { wanted: wanted as u64, limit: limit as u64, bound });
        false
    }
}

impl ResourceLimiter for MemoryAccount {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        let added = desired.saturating_sub(current);
        let wanted = self.total.saturating_add(added);
        if wanted > self.runtime_limit.min(self.limit) {
            return Ok(if self.limit <= self.runtime_limit {
                self.refuse(wanted, self.limit, MemoryBound::Limits)
            } else {
                self.refuse(wanted, self.runtime_limit, MemoryBound::Runtime)
            });
        }
        if let Some(maximum) = maximum
            && desired > maximum
        {
            return Ok(self.refuse(desired, maximum, MemoryBound::Plugin));
        }
        self.growing = added;
        self.total = wanted;
        self.peak = self.peak.max(wanted);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _: Error) -> Result<()> {
        self.total = self.total.saturating_sub(std::mem::take(&mut self.growing));
        Ok(())
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        let allowed = desired <= self.table_elements;
        if !allowed {
            let (wanted, limit) = (desired as u64, self.table_elements as u64);
            self.table_refusal = Some(TableRefusal { wanted, limit });
        }
        Ok(allowed)
    }

    fn instances(&self) -> usize {
        engine::INSTANCES_PER_PLUGIN as usize
    }

    fn tables(&self) -> usize {
        engine::TABLES_PER_PLUGIN as usize
    }

    fn memories(&self) -> usize {
        engine::MEMORIES_PER_PLUGIN as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 64 << 10;

    fn account(limit: usize, runtime_limit: usize) -> MemoryAccount {
        MemoryAccount::new(&Limits::default().with_memory(limit), runtime_limit)
    }

    #[test]
    fn memories_are_bounded_together() {
        let mut account = account(3 * PAGE, 9 * PAGE);
        assert!(account.memory_growing(0, 2 * PAGE, None).unwrap());
        assert!(!account.memory_growing(0, 2 * PAGE, None).unwrap());
        let refusal = account.refusal().unwrap();
        assert_eq!((refusal.wanted, refusal.limit), (4 * PAGE as u64, 3 * PAGE as u64));
        assert_eq!(account.peak(), 2 * PAGE as u64);
    }

    #[test]
    fn a_refusal_names_what_set_the_limit() {
        let mut runtime = account(9 * PAGE, 3 * PAGE);
        assert!(!runtime.memory_growing(0, 4 * PAGE, None).unwrap());
        assert_eq!(runtime.refusal().unwrap().bound, MemoryBound::Runtime);
        let mut plugin = account(9 * PAGE, 9 * PAGE);
        assert!(!plugin.memory_growing(PAGE, 4 * PAGE, Some(2 * PAGE)).unwrap());
        assert_eq!(plugin.refusal().unwrap().bound, MemoryBound::Plugin);
    }

    #[test]
    fn a_growth_that_fails_later_is_taken_back() {
        let mut account = account(3 * PAGE, 9 * PAGE);
        assert!(account.memory_growing(0, 2 * PAGE, None).unwrap());
        account.memory_grow_failed(Error::msg("no room")).unwrap();
        assert!(account.memory_growing(0, 3 * PAGE, None).unwrap());
    }
}
