//! What a pipeline shows of itself.

use futures_util::FutureExt as _;

use super::{Case, Section};
use crate::conformance::Scenario;
use crate::conformance::failure::check;

/// Fewer characters than this of a secret may be seen, as in its first eight.
const SHOWN_AT_MOST: usize = 8;

pub(super) fn a_pipeline_names_itself() -> Case {
    let promise = "a pipeline can name itself for logs and errors, in one line";
    Case::new(promise, Section::Contract, Scenario::plain(), |play| {
        async move {
            let name = play.pipeline().to_string();
            check(!name.trim().is_empty() && !name.contains('\n'), || format!("its name is {name:?}"))
        }
        .boxed()
    })
}

pub(super) fn no_secret_is_shown() -> Case {
    let promise =
        "neither name nor debug text of a pipeline shows a secret, nor do a deployment and its events";
    Case::new(promise, Section::Contract, Scenario::held(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            let mut shown = vec![("name", play.pipeline().to_string())];
            shown.push(("debug text", format!("{:?}", play.pipeline())));
            shown.push(("deployment", format!("{:?}", play.describe(&id).await?)));
            play.let_go_on(&hook).await?;
            shown.push(("events", format!("{:?}", play.follow(&id).await?.events)));
            let own = hook.execution.as_str().to_owned();
            let mut secrets = play.stage().secrets();
            secrets.push(own);
            for (what, text) in shown {
                for secret in &secrets {
                    // The whole of it, not to be printed here either.
                    let begin: String = secret.chars().take(SHOWN_AT_MOST).collect();
                    check(!text.contains(secret.as_str()), || {
                        format!("the {what} shows the secret that begins with `{begin}`")
                    })?;
                }
            }
            Ok(())
        }
        .boxed()
    })
}
