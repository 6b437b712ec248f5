//! Asks the new release for one path, and fails the deployment unless it answers 200.

use greenlight_hook::{Failure, Hook, OrFail, config, deployment, http};

greenlight_hook::export!(validate);

fn validate(hook: &Hook) -> Result<(), Failure> {
    let base = deployment::test_url()
        .or_fail("this deployment has no test listener; add one to the deployment group")?;
    let path = config::get::<String>("path")?.unwrap_or_else(|| "/health".to_owned());
    let response = http::get(format!("{base}{path}")).send()?;
    hook.check("status").equal(response.status(), 200);
    Ok(())
}
