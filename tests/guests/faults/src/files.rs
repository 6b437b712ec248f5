//! Tries to read, list and write files; passes when each is refused.

use std::fs;
use std::io;

use greenlight_hook::{Check, Failure, Hook, Verdict};

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    refused(hook.check("read /etc/passwd"), fs::read("/etc/passwd"));
    refused(hook.check("read ../../../etc/passwd"), fs::read("../../../etc/passwd"));
    refused(hook.check("list /"), fs::read_dir("/"));
    refused(hook.check("list ."), fs::read_dir("."));
    refused(hook.check("write /tmp/greenlight-fault"), fs::write("/tmp/greenlight-fault", "x"));
    Ok(Verdict::Pass)
}

fn refused<T>(check: Check<'_>, result: io::Result<T>) {
    match result {
        Ok(_) => check.fail("it was allowed, expected a refusal"),
        Err(error) => check.pass(error),
    }
}
