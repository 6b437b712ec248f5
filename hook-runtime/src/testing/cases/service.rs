//! The fake's listeners, and whose routes come first.

use serde::Deserialize;
use toml::Spanned;

use super::{
    super::{Listener, Route, ServiceSpec},
    route::{ListenerName, RouteTable},
    wrong::Wrong,
};

/// The table `service`: what all cases share.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ServiceTable {
    pub(super) listeners: Option<Vec<ListenerName>>,
    pub(super) refuse: Option<Vec<Spanned<ListenerName>>>,
    #[serde(default)]
    pub(super) routes: Vec<RouteTable>,
}

/// The fake of a case: `routes`, and behind them those that all cases share.
pub(super) fn of_case(
    routes: Vec<Route>,
    listeners: Option<&[ListenerName]>,
    refuse: Option<&[Spanned<ListenerName>]>,
) -> Result<ServiceSpec, Wrong> {
    let mut spec = ServiceSpec::new(routes);
    let there = |name| listeners.is_none_or(|listeners| listeners.contains(&name));
    for (listener, name) in
        [(&mut spec.test, ListenerName::Test), (&mut spec.production, ListenerName::Production)]
    {
        if !there(name) {
            *listener = Listener::Absent;
        }
    }
    for refused in refuse.unwrap_or_default() {
        let listener = match refused.get_ref() {
            ListenerName::Test => &mut spec.test,
            ListenerName::Production => &mut spec.production,
        };
        if *listener == Listener::Absent {
            let problem = "this listener is not among `listeners`; add it there, or take it out here";
            return Err(Wrong::at(refused, problem));
        }
        *listener = Listener::Refuses;
    }
    Ok(spec)
}
