//! Whole deployments, by the machine alone and by the local engine.

use super::{HotPath, Setting, Work};
use greenlight_budgets::{
    bare_lifecycles,
    failure::Broken,
    subject::Subject,
    whole_deployments::{CANARY, Fleet},
};

/// In flight at once: enough for the lists to have a depth.
const TOGETHER: usize = 100;

pub(crate) const MACHINE: HotPath = HotPath {
    subject: Subject {
        name: "lifecycle-machine",
        what: "100 whole canary deployments with five hooks each, by the lifecycle machine alone",
        runs: 3,
    },
    prepare: machine,
};

pub(crate) const ENGINE: HotPath = HotPath {
    subject: Subject {
        name: "local-engine",
        what: "100 whole canary deployments with five hooks each, planned, started and followed under virtual time",
        runs: 3,
    },
    prepare: engine,
};

fn machine(_: &Setting) -> Result<Work, Broken> {
    let fresh = bare_lifecycles::machines(TOGETHER, CANARY)?;
    Ok(Box::new(move || bare_lifecycles::play(&mut fresh.clone()).map(drop)))
}

fn engine(_: &Setting) -> Result<Work, Broken> {
    let fleet = Fleet::new(TOGETHER, CANARY)?;
    Ok(Box::new(move || {
        let deployments = fleet.start(fleet.plans()?)?;
        fleet.follow(&deployments).map(drop)
    }))
}
