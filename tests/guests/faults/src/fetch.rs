//! Fetches `url` (the test listener) `requests` (1) times, and passes when each answers 200; `body` is what each
//! must then hold, `timeout` the longest that one may take. Fails with the first error.

use std::time::Duration;

use greenlight_hook::metric::{self, Unit};
use greenlight_hook::{Failure, Hook, OrFail, Verdict, config, deployment, http};

pub(crate) fn run(hook: &Hook) -> Result<Verdict, Failure> {
    let url = match config::get::<String>("url")? {
        Some(url) => url,
        None => deployment::test_url().or_fail("neither `url` nor a test listener")?,
    };
    let body = config::get::<String>("body")?;
    let mut request = http::get(url);
    if let Some(timeout) = config::get::<Duration>("timeout")? {
        request = request.timeout(timeout);
    }
    let requests = crate::amount("requests", 1)?;
    let mut bytes = 0_u64;
    for _ in 0..requests {
        let response = request.send()?;
        if response.status() != 200 {
            hook.check("status").equal(response.status(), 200);
        }
        if let Some(expected) = &body
            && response.text() != expected.as_str()
        {
            hook.check("body").equal(response.text(), expected.as_str());
        }
        bytes += u64::try_from(response.body().len())?;
    }
    metric::count("requests", requests);
    #[expect(clippy::cast_precision_loss, reason = "no run fetches 2^53 bytes")]
    metric::record("bytes", bytes as f64, Unit::Bytes);
    Ok(Verdict::Pass)
}
