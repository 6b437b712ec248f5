//! The local pipeline: whole blue/green deployments over real processes and a real router, on this machine.

pub mod router;
pub mod task_set;
