//! Instruction counts of the hot paths, held against `benches/budgets.toml`.
//!
//! Each path is played under valgrind's callgrind, which counts what [`measured::count_this`] does: the set-up around it is
//! not counted, and neither is any other thread. The paths themselves are in the program.

// The same work as in the benchmark `virtual_clock`, without the libraries that the other benchmarks need.
#[path = "../../support/bare_lifecycles.rs"]
pub mod bare_lifecycles;
#[path = "../../support/whole_deployments.rs"]
pub mod whole_deployments;

pub mod arguments;
pub mod budgets;
pub mod callgrind;
pub mod comparison;
pub mod failure;
pub mod measured;
pub mod one_thread;
pub mod subject;
pub mod wire;
