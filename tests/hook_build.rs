//! A probe.
