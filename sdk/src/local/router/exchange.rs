//! One request at one target group, from the choice of the group to the end of the response.

use std::fmt;

use super::client::ActiveRequest;
use super::in_flight::InFlightGuard;
use super::target_group::TargetGroup;

/// Counts a request as in flight, and as the work of its client connection, until it is dropped.
#[derive(Debug)]
pub(super) struct Exchange {
    request: ActiveRequest,
    group: TargetGroup,
    _in_flight: InFlightGuard,
}

impl Exchange {
    pub(super) const fn new(request: ActiveRequest, group: TargetGroup, in_flight: InFlightGuard) -> Self {
        Self { request, group, _in_flight: in_flight }
    }

    pub(super) const fn group(&self) -> TargetGroup {
        self.group
    }

    /// Records that the target did not answer in full.
    pub(super) fn failed(&self, reason: &dyn fmt::Display) {
        let listener = self.request.client().listener();
        listener.counters.failed(self.group);
        tracing::debug!(listener = listener.role.name(), group = %self.group, %reason, "request failed");
    }
}
