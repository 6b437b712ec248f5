//! The environment of a hook process: what Lambda sets, what the user sets, and nothing of this process but the way to
//! its programs.
//!
//! The names are those of <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.

use std::net::SocketAddr;

use super::identity::Credentials;
use super::settings::Settings;

/// What a process needs of ours to find programs and libraries, and a place for temporary files.
const INHERITED: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "TMPDIR"];

/// What a function cannot set, here as on Lambda.
const RESERVED: [&str; 19] = [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
];

/// The variables of one process, or what is wrong with the user's.
pub(super) fn variables(
    settings: &Settings,
    api: SocketAddr,
    credentials: &Credentials,
) -> Result<Vec<(String, String)>, String> {
    if let Some((name, _)) = settings.env.iter().find(|(name, _)| RESERVED.contains(&name.as_str())) {
        return Err(format!(
            "its variable {name} cannot be set, for Lambda reserves it; take it out, or give the function another name"
        ));
    }
    let inherited = INHERITED.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)));
    let mut env: Vec<(String, String)> = inherited.collect();
    let mut set = |name: &str, value: &str| env.push((name.to_owned(), value.to_owned()));
    set("LANG", "C.UTF-8");
    set("TZ", ":UTC");
    // Without these an AWS SDK would look for more in the user's home and at the machine's metadata address.
    set("AWS_CONFIG_FILE", "/dev/null");
    set("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    set("AWS_EC2_METADATA_DISABLED", "true");
    if let Some(url) = &settings.codedeploy_url {
        set("AWS_ENDPOINT_URL_CODEDEPLOY", url);
    }
    if let Some(url) = &settings.lambda_url {
        set("AWS_ENDPOINT_URL_LAMBDA", url);
    }
    for (name, value) in &settings.env {
        set(name, value);
    }
    set("AWS_LAMBDA_RUNTIME_API", &api.to_string());
    set("AWS_LAMBDA_FUNCTION_NAME", &settings.function);
    set("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &settings.memory_mb.to_string());
    set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    set("AWS_LAMBDA_LOG_GROUP_NAME", &format!("/aws/lambda/{}", settings.function));
    set(
        "AWS_LAMBDA_LOG_STREAM_NAME",
        &format!("local/[$LATEST]{}", credentials.access_key_id.to_lowercase()),
    );
    set("AWS_REGION", &settings.region);
    set("AWS_DEFAULT_REGION", &settings.region);
    set("AWS_ACCESS_KEY_ID", &credentials.access_key_id);
    set("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key);
    set("AWS_SESSION_TOKEN", &credentials.session_token);
    if let Some(name) = settings.execution_env {
        set("AWS_EXECUTION_ENV", name);
    }
    let root = task_root(settings)?;
    set("LAMBDA_TASK_ROOT", &root);
    set("LAMBDA_RUNTIME_DIR", &root);
    set("_HANDLER", &settings.handler);
    Ok(env)
}

/// The absolute path of the function's directory.
fn task_root(settings: &Settings) -> Result<String, String> {
    let here = std::env::current_dir()
        .map_err(|error| format!("the working directory of this process cannot be read: {error}"))?;
    let root = settings.directory.as_ref().map_or_else(|| here.clone(), |directory| here.join(directory));
    root.into_os_string().into_string().map_err(|path| {
        format!("the path of its directory {} is not UTF-8; rename the directory", path.display())
    })
}
