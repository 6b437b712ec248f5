//! Asks each of `urls`, which blanks part; passes when none of them is answered.

use greenlight_hook::{Failure, Hook, Verdict, config, http};

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    let urls: String = config::require("urls")?;
    for url in urls.split_whitespace() {
        match http::get(url).send() {
            Ok(response) => hook.check(url).fail(format!("answered with status {}", response.status())),
            Err(error) => hook.check(url).pass(error),
        }
    }
    Ok(Verdict::Pass)
}
