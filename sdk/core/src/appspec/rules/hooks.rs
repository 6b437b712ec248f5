//! `Hooks`: a list of events, each with the function that validates the deployment there.

use std::collections::BTreeMap;

use super::super::function_name::{FunctionName, InvalidFunctionName};
use super::super::node::{Entry, Kind, Node, clipped};
use super::super::report::key_path;
use super::{Check, scalar, suggest};
use crate::event_name::{HookEvent, LifecycleEventName};
use crate::finding::Finding;

/// Events of Lambda deployments that CodeDeploy runs itself.
const LAMBDA_OWN_EVENTS: [&str; 2] = ["Start", "End"];

/// Reads the list. Events that cannot be used are reported and left out.
pub(super) fn read(
    node: &Node,
    is_lambda: bool,
    check: &mut Check<'_, '_, '_>,
) -> BTreeMap<HookEvent, FunctionName> {
    let mut hooks = Hooks { is_lambda, seen: BTreeMap::new(), bound: BTreeMap::new() };
    let Kind::List(items) = &node.kind else {
        let message = format!("Hooks is {}, not a list", node.described());
        let finding = Finding::error("not-a-list", message)
            .with_fix("begin each event with a dash: `- AfterAllowTestTraffic: my-function`");
        check.at(node, "Hooks", finding);
        if let Kind::Map(entries) = &node.kind {
            entries.iter().for_each(|entry| hooks.read_entry(entry, "Hooks", check));
        }
        return BTreeMap::new();
    };
    for (index, item) in items.iter().enumerate() {
        hooks.read_item(item, &format!("Hooks[{index}]"), check);
    }
    hooks.bound
}

/// Reads the name of a Lambda function.
pub(super) fn read_function(node: &Node, path: &str, check: &mut Check<'_, '_, '_>) -> Option<FunctionName> {
    let text = scalar::text(node, path, check)?;
    match text.parse() {
        Ok(function) => Some(function),
        Err(error) => {
            let shown = clipped(&text);
            let (message, fix) = match error {
                InvalidFunctionName::Arn(_) => (
                    format!("`{shown}` is not the ARN of a Lambda function"),
                    "write `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, the account with 12 digits",
                ),
                _ => (
                    format!("`{shown}` is not the name of a Lambda function"),
                    "write up to 64 letters, digits, `-` and `_`, or the function's ARN",
                ),
            };
            check.at(node, path, Finding::error("function-name", message).with_fix(fix));
            None
        }
    }
}

struct Hooks {
    is_lambda: bool,
    /// Events met so far, with the first byte of their key.
    seen: BTreeMap<HookEvent, usize>,
    bound: BTreeMap<HookEvent, FunctionName>,
}

impl Hooks {
    fn read_item(&mut self, item: &Node, path: &str, check: &mut Check<'_, '_, '_>) {
        let Kind::Map(entries) = &item.kind else {
            let fix = match &item.kind {
                Kind::Text(text) if find_event(text).is_some() => {
                    format!("write `- {}: my-function`", clipped(text))
                }
                _ => "write an event and its function: `- AfterAllowTestTraffic: my-function`".to_owned(),
            };
            let message = format!("{path} is {}, not an event with its function", item.described());
            check.at(item, path, Finding::error("hook-without-event", message).with_fix(fix));
            return;
        };
        if entries.is_empty() {
            let finding = Finding::error("hook-without-event", format!("{path} is empty"))
                .with_fix("write `- AfterAllowTestTraffic: my-function`, or take the entry out");
            check.at(item, path, finding);
        }
        if let Some(second) = entries.get(1) {
            let message = format!("`{}` stands in the same entry as another event", clipped(&second.key));
            let finding =
                Finding::error("several-events", message).with_fix("begin each event with a dash of its own");
            check.report.add(finding, second.key_span.clone(), path);
        }
        for entry in entries {
            self.read_entry(entry, path, check);
        }
    }

    fn read_entry(&mut self, entry: &Entry, path: &str, check: &mut Check<'_, '_, '_>) {
        let shown = clipped(&entry.key);
        let path = key_path(path, &shown);
        let Some(event) = self.event(&entry.key) else {
            return check.report.add(self.refusal(&entry.key), entry.key_span.clone(), &path);
        };
        if let Some(first) = self.seen.get(&event) {
            let line = check.report.source.line_number(*first);
            let message = format!("`{event}` has a function already, on line {line}");
            let finding = Finding::error("duplicate-event", message)
                .with_fix("keep one function for each event; one function can run several tests");
            return check.report.add(finding, entry.key_span.clone(), &path);
        }
        self.seen.insert(event, entry.key_span.start);
        if let Some(function) = read_hook_function(entry, event, &path, check) {
            self.bound.insert(event, function);
        }
    }

    /// The event of this name, where a hook can run.
    fn event(&self, name: &str) -> Option<HookEvent> {
        find_event(name).filter(|event| self.allows(*event))
    }

    /// Why no hook can run at the event of this name.
    fn refusal(&self, name: &str) -> Finding {
        let allowed: Vec<&str> =
            HookEvent::ALL.iter().filter(|event| self.allows(**event)).map(|event| event.as_str()).collect();
        let choice = match allowed.split_last() {
            Some((last, rest)) => format!("use {} or {last}", rest.join(", ")),
            None => String::new(),
        };
        if let Some(event) = find_event(name) {
            let message = format!("a Lambda deployment has no event `{event}`");
            return Finding::error("event-of-ecs", message).with_fix(choice);
        }
        let mut own = LifecycleEventName::ALL.iter().map(|event| event.as_str()).chain(LAMBDA_OWN_EVENTS);
        if let Some(own) = own.find(|own| own.eq_ignore_ascii_case(name)) {
            let message = format!("`{own}` is run by CodeDeploy itself and takes no function");
            return Finding::error("event-without-hook", message).with_fix(choice);
        }
        let fix = match suggest::closest(name, &allowed) {
            Some(event) => format!("did you mean `{event}`?"),
            None => choice,
        };
        Finding::error("unknown-event", format!("there is no event `{}`", clipped(name))).with_fix(fix)
    }

    const fn allows(&self, event: HookEvent) -> bool {
        !self.is_lambda || matches!(event, HookEvent::BeforeAllowTraffic | HookEvent::AfterAllowTraffic)
    }
}

fn read_hook_function(
    entry: &Entry,
    event: HookEvent,
    path: &str,
    check: &mut Check<'_, '_, '_>,
) -> Option<FunctionName> {
    let fix = match &entry.value.kind {
        Kind::Text(text) if !text.trim().is_empty() => return read_function(&entry.value, path, check),
        Kind::Number(_) | Kind::Bool(_) => {
            "write the name of a Lambda function; in quotes if it is all digits"
        }
        Kind::Null | Kind::Text(_) => "write the name of a Lambda function, or take the event out",
        Kind::List(_) | Kind::Map(_) => {
            "write the name of one Lambda function; scripts with `location` belong to deployments on servers"
        }
    };
    let message = format!("the function of `{event}` is {}", entry.value.described());
    let at = if entry.value.is_null() { entry.key_span.clone() } else { entry.value.span.clone() };
    check.report.add(Finding::error("function-name", message).with_fix(fix), at, path);
    None
}

/// The hook event of this name, in any case.
fn find_event(name: &str) -> Option<HookEvent> {
    HookEvent::ALL.iter().copied().find(|event| event.as_str().eq_ignore_ascii_case(name))
}
