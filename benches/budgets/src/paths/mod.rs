//! The hot paths.

mod appspec;
mod egress;
mod endpoint;
mod lifecycle;
mod plugin;
mod report;
mod router;
mod setting;

pub(crate) use setting::Setting;

use greenlight_budgets::{
    failure::{Broken, Failure},
    measured::count_this,
    subject::Subject,
};

/// Work that is done over and over, with all its set-up behind it.
pub(crate) type Work = Box<dyn FnMut() -> Result<(), Broken>>;

/// Something whose instructions are budgeted.
#[derive(Debug)]
pub(crate) struct HotPath {
    pub(crate) subject: Subject,
    pub(crate) prepare: fn(&Setting) -> Result<Work, Broken>,
}

/// All of them.
pub(crate) const ALL: &[HotPath] = &[
    lifecycle::MACHINE,
    lifecycle::ENGINE,
    appspec::READ,
    endpoint::GET_DEPLOYMENT,
    router::REQUEST,
    egress::JUDGE,
    plugin::MAP,
    plugin::RUN,
    report::TO_JSON,
];

impl HotPath {
    /// # Errors
    ///
    /// [`Failure::NoSuchPath`].
    pub(crate) fn named(name: &str) -> Result<&'static Self, Failure> {
        ALL.iter().find(|path| path.subject.name == name).ok_or_else(|| Failure::NoSuchPath(name.to_owned()))
    }

    /// Does it a few times, for what is paid once, and then as often as it is counted.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub(crate) fn play(&self, runs: u32, setting: &Setting) -> Result<(), Failure> {
        let mut work = (self.prepare)(setting)?;
        for _ in 0..5 {
            work()?;
        }
        Ok(count_this(&mut *work, runs)?)
    }
}
