//! What was found, for people. Texts out of the file are not trusted: they reach the terminal only cleaned.

use std::io::{self, Write};
use std::time::Duration;

use bytesize::ByteSize;
use greenlight_hook_runtime::scalar::Span;
use greenlight_hook_runtime::suite::OnFault;

use super::found::{CodeFile, Component, Found, FoundBundle, Plugin};
use crate::hook::table::{Table, write_uses};
use crate::hook::words::{self, Use};
use crate::view::clean::one_line;

pub(super) fn write(found: &Found, out: &mut dyn Write) -> io::Result<()> {
    match found {
        Found::Bundle(bundle) => write_bundle(bundle, out),
        Found::Plugin(component) => write_component(component, out),
        Found::NativeCode(code) => write_code(code, out),
    }
}

fn write_bundle(bundle: &FoundBundle, out: &mut dyn Write) -> io::Result<()> {
    let count = bundle.plugins.len();
    let plural = if count == 1 { "" } else { "s" };
    writeln!(
        out,
        "{}: a bundle for {} with {count} plugin{plural}, {}",
        one_line(&bundle.file),
        bundle.architecture.unwrap_or("nothing that AWS Lambda runs"),
        ByteSize(bundle.bytes)
    )?;
    let mut table = Table::new(out);
    table.row("digest", &format!("sha256:{}", bundle.sha256))?;
    table.row("Lambda host", &ByteSize(bundle.host_bytes).to_string())?;
    table.row("at once", &format!("{} of its plugins", bundle.concurrency.min(count)))?;
    if bundle.architecture.is_none() {
        table.row(
            "PROBLEM",
            "its bootstrap is no Linux program; pack the bundle again with `greenlight hook pack`",
        )?;
    }
    for plugin in &bundle.plugins {
        write_plugin(plugin, out)?;
    }
    Ok(())
}

fn write_plugin(plugin: &Plugin, out: &mut dyn Write) -> io::Result<()> {
    let Plugin { name, limits, retries, .. } = plugin;
    let standing = if plugin.required { "required: it must pass" } else { "advisory: it is only reported" };
    writeln!(out, "\n{} ({standing})", one_line(name))?;
    let mut table = Table::new(out);
    let events = plugin.events.join(", ");
    table.row("runs at", if events.is_empty() { "every lifecycle event" } else { &events })?;
    table.row(
        "a fault",
        match plugin.on_fault {
            OnFault::Pass => "counts as passed, because on-fault is \"pass\"",
            _ => "counts as failed",
        },
    )?;
    let reach: Vec<String> = plugin.grants.iter().map(words::grant).collect();
    table.rows("may reach", &reach, "nothing")?;
    let http = plugin.uses.contains(&Use::Http);
    if !http && !reach.is_empty() && !plugin.uses.is_empty() {
        table.row("", "but sends no HTTP requests, so the grants have no effect")?;
    }
    table.row(
        "may use",
        &format!(
            "{} in all, {} of it computing; {} of memory; {} requests, {} each response; {} of logs",
            seconds(limits.timeout),
            seconds(limits.cpu),
            ByteSize(limits.memory),
            limits.requests,
            ByteSize(limits.response_bytes),
            ByteSize(limits.log_bytes)
        ),
    )?;
    if retries.attempts > 0 {
        let (first, max) = (seconds(retries.first_delay), seconds(retries.max_delay));
        let times =
            if retries.attempts == 1 { "once".to_owned() } else { format!("{} times", retries.attempts) };
        table.row(
            "is run again",
            &format!("{times} unless it passes, {first} later and at most {max} apart"),
        )?;
    }
    let keys: Vec<_> = plugin.config_keys.iter().map(String::as_str).collect();
    let keys = keys.join(", ");
    table.row("config keys", if keys.is_empty() { "none" } else { &keys })?;
    write_uses(&mut table, &plugin.uses)?;
    if let Some(packed) = &plugin.packed {
        table.rows("imports", &packed.imports, "not noted")?;
        table.row("component", &format!("sha256:{}", packed.source_digest))?;
        table.row("engine", &packed.engine)?;
    }
    if let (Some(code), Some(bytes)) = (&plugin.code, plugin.bytes) {
        table.row(
            "native code",
            &format!("{} for {}, wasmtime {}", ByteSize(bytes), code.target, code.engine),
        )?;
        table.row("", &format!("sha256:{}", plugin.sha256))?;
    }
    if let Some(problem) = &plugin.problem {
        table.row("PROBLEM", problem)?;
    }
    Ok(())
}

fn write_component(component: &Component, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: a validation test, {}", one_line(&component.file), ByteSize(component.bytes))?;
    let mut table = Table::new(out);
    table.row("digest", &format!("sha256:{}", component.sha256))?;
    let facts = &component.built_with;
    if !facts.is_empty() {
        if !facts.languages.is_empty() {
            table.row("built from", &facts.languages.join(", "))?;
        }
        table.rows("built with", &facts.tools, "not noted")?;
    }
    table.row("may reach", "nothing, unless a suite or a project grants it")?;
    write_uses(&mut table, &component.uses)?;
    table.rows("imports", &component.imports, "nothing")
}

fn write_code(file: &CodeFile, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: native code of a plugin, {}", one_line(&file.file), ByteSize(file.bytes))?;
    let mut table = Table::new(out);
    table.row("digest", &format!("sha256:{}", file.sha256))?;
    table.row("target", &file.code.target)?;
    table.row("engine", &format!("wasmtime {}", file.code.engine))?;
    table.row("may reach", "what the suite says that it is packed in; inspect the bundle")
}

fn seconds(seconds: f64) -> Span {
    Span(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}
