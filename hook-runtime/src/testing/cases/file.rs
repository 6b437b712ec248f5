//! The form of the file. Unknown keys are refused everywhere: a misspelt one would silently do nothing.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::Spanned;

use super::{
    Case, Cases, CasesError, Expectation, ExpectedRequest, ExpectedVerdict,
    deployment::DeploymentTable,
    limits::LimitsTable,
    route::{ListenerName, RouteTable},
    service::{self, ServiceTable},
    wrong::Wrong,
};
use crate::{
    CheckOutcome, Grants, Limits,
    http::{HttpGrant, HttpGrants},
    scalar::Scalar,
    suite::{event::EventName, place},
};

/// What every case grants: the listeners of the deployment.
const ROLES: [&str; 2] = ["{test}", "{production}"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    plugin: Option<PathBuf>,
    #[serde(default)]
    service: ServiceTable,
    #[serde(default)]
    defaults: Defaults,
    #[serde(default)]
    cases: Vec<CaseTable>,
}

/// What a case has that says nothing of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Defaults {
    event: Option<EventName>,
    #[serde(default)]
    deployment: DeploymentTable,
    #[serde(default)]
    config: BTreeMap<String, Scalar>,
    #[serde(default)]
    grants: HttpGrants,
    #[serde(default)]
    limits: LimitsTable,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CaseTable {
    name: Spanned<String>,
    event: Option<EventName>,
    attempt: Option<Spanned<u32>>,
    state: Option<String>,
    deployment: Option<DeploymentTable>,
    #[serde(default)]
    config: BTreeMap<String, Scalar>,
    #[serde(default)]
    grants: HttpGrants,
    #[serde(default)]
    limits: LimitsTable,
    listeners: Option<Vec<ListenerName>>,
    refuse: Option<Vec<Spanned<ListenerName>>>,
    #[serde(default)]
    routes: Vec<RouteTable>,
    #[serde(default)]
    expect: ExpectTable,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ExpectTable {
    #[serde(default)]
    verdict: ExpectedVerdict,
    reason: Option<Spanned<String>>,
    #[serde(default)]
    checks: BTreeMap<String, CheckOutcome>,
    #[serde(default)]
    requests: Vec<ExpectedRequest>,
    in_order: Option<Spanned<bool>>,
    attempts: Option<Spanned<u32>>,
}

/// Reads `text`, which errors call `path` and paths are relative to.
pub(super) fn parse(text: &str, path: &Path) -> Result<Cases, CasesError> {
    read(text, path.parent().unwrap_or(Path::new(""))).map_err(|Wrong(offset, problem)| {
        let (line, column) = place::of(text, offset);
        CasesError::Invalid { path: path.to_owned(), line, column, problem }
    })
}

fn read(text: &str, folder: &Path) -> Result<Cases, Wrong> {
    let file: File = toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        Wrong(offset, advised(error.message()))
    })?;
    if file.cases.is_empty() {
        let problem = "the file has no cases; add a [[cases]] table with a name for each";
        return Err(Wrong(0, problem.to_owned()));
    }
    let mut names = HashSet::new();
    for case in &file.cases {
        if case.name.get_ref().trim().is_empty() {
            return Err(Wrong::at(&case.name, "the name of a case is empty; say what the case shows"));
        }
        if !names.insert(case.name.get_ref()) {
            let problem = format!("two cases are called {:?}; rename one of them", case.name.get_ref());
            return Err(Wrong::at(&case.name, problem));
        }
    }
    let cases = file.cases.iter().map(|case| case.check(&file, folder)).collect::<Result<_, _>>()?;
    Ok(Cases { plugin: file.plugin.map(|plugin| folder.join(plugin)), cases })
}

/// The parser's own words, and what to do about the mistake that is easily made.
fn advised(message: &str) -> String {
    let message = message.trim_end().replace('\n', "; ");
    match message.as_str() {
        "missing field `name`" => format!("{message}; say what the case shows"),
        "missing field `path`" => format!("{message}; a route needs one, such as \"/health\" or \"/*\""),
        _ => message,
    }
}

impl CaseTable {
    fn check(&self, file: &File, folder: &Path) -> Result<Case, Wrong> {
        let defaults = &file.defaults;
        let deployment = self.deployment.as_ref().unwrap_or(&defaults.deployment);
        let mut context = deployment.context(self.event.as_ref().or(defaults.event.as_ref()));
        if let Some(attempt) = &self.attempt {
            context.attempt = at_least_one(attempt, "attempt")?;
        }
        context.state.clone_from(&self.state);

        let mut config = BTreeMap::new();
        for (key, value) in defaults.config.iter().chain(&self.config) {
            config.insert(key.clone(), value.0.clone());
        }
        let mut limits = Limits::default();
        defaults.limits.apply(&mut limits)?;
        self.limits.apply(&mut limits)?;

        let routes = self.routes.iter().chain(&file.service.routes).map(|route| route.route(folder));
        let service = service::of_case(
            routes.collect::<Result<_, _>>()?,
            self.listeners.as_deref().or(file.service.listeners.as_deref()),
            self.refuse.as_deref().or(file.service.refuse.as_deref()),
        )?;
        Ok(Case {
            name: self.name.get_ref().clone(),
            context,
            config,
            grants: grants(&defaults.grants, &self.grants)?,
            limits,
            service,
            expect: self.expect.check()?,
        })
    }
}

impl ExpectTable {
    fn check(&self) -> Result<Expectation, Wrong> {
        if let Some(reason) = self.reason.as_ref().filter(|reason| reason.get_ref().is_empty()) {
            return Err(Wrong::at(
                reason,
                "every reason contains an empty text; write a part of it, or take it out",
            ));
        }
        if let Some(in_order) = self.in_order.as_ref().filter(|_| self.requests.is_empty()) {
            return Err(Wrong::at(
                in_order,
                "there are no `requests` to be in order; list them, or take it out",
            ));
        }
        Ok(Expectation {
            verdict: self.verdict,
            reason: self.reason.as_ref().map(|reason| reason.get_ref().clone()),
            checks: self.checks.clone(),
            requests: self.requests.clone(),
            in_order: self.in_order.as_ref().is_some_and(|in_order| *in_order.get_ref()),
            attempts: self.attempts.as_ref().map(|it| at_least_one(it, "attempts")).transpose()?,
        })
    }
}

fn at_least_one(given: &Spanned<u32>, key: &str) -> Result<u32, Wrong> {
    match *given.get_ref() {
        0 => Err(Wrong::at(given, format!("{key} counts from 1"))),
        number => Ok(number),
    }
}

fn grants(shared: &HttpGrants, own: &HttpGrants) -> Result<Grants, Wrong> {
    let roles = HttpGrants::parse(ROLES).map_err(|error| Wrong(0, error.to_string()))?;
    let http = roles.iter().chain(shared.iter()).chain(own.iter()).cloned();
    Ok(Grants::none().with_http(http.collect::<Vec<HttpGrant>>().into_iter().collect()))
}
