//! Reports every environment variable and argument as a check; a sandboxed plugin has none.

use greenlight_hook::{Failure, Hook, Verdict};

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    let variables: Vec<_> = std::env::vars_os().collect();
    for (name, value) in &variables {
        hook.check("variable").warn(format!("{}={}", name.display(), value.display()));
    }
    let arguments: Vec<_> = std::env::args_os().collect();
    for argument in &arguments {
        hook.check("argument").warn(argument.display());
    }
    hook.check("variables").equal(variables.len(), 0);
    hook.check("arguments").equal(arguments.len(), 0);
    Ok(Verdict::Pass)
}
