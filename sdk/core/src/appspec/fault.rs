//! What ends the reading of a text before any rule looks at it.

use std::ops::Range;

use super::limits::MAX_DEPTH;
use crate::finding::Finding;

/// One finding with its bytes in the text.
pub(super) struct Fault {
    pub(super) finding: Box<Finding>,
    pub(super) at: Range<usize>,
}

impl Fault {
    pub(super) fn new(finding: Finding, at: Range<usize>) -> Self {
        Self { finding: Box::new(finding), at }
    }
}

/// The finding for nesting beyond [`MAX_DEPTH`].
pub(super) fn too_deep() -> Finding {
    Finding::error("too-deep", format!("lists and maps are nested more than {MAX_DEPTH} levels deep"))
        .with_fix("an AppSpec needs seven levels; look for a bracket that is not closed")
}

/// The finding for a text whose values go beyond the [`Budget`].
pub(super) fn too_many_values() -> Finding {
    Finding::error("too-many-values", "the text holds more values than an AppSpec can have")
        .with_fix("give the AppSpec alone, with aliases written out")
}
