//! Which rehearsal is under way.

use std::cell::RefCell;
use std::rc::Rc;

use super::Rehearsal;

thread_local! {
    static CURRENT: RefCell<Vec<Rc<Rehearsal>>> = const { RefCell::new(Vec::new()) };
}

/// The rehearsal under way on this thread; outside of one, a host that knows nothing.
pub(crate) fn current() -> Rc<Rehearsal> {
    CURRENT.with_borrow(|all| all.last().map(Rc::clone)).unwrap_or_default()
}

/// Ends the rehearsal when it goes, so that a validation function that panics in a test leaves no trace.
pub(super) struct UnderWay;

impl UnderWay {
    pub(super) fn begin(host: &Rc<Rehearsal>) -> Self {
        CURRENT.with_borrow_mut(|all| all.push(Rc::clone(host)));
        Self
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        CURRENT.with_borrow_mut(|all| all.pop());
    }
}
