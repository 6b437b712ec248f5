//! Functions behind Lambda's Invoke API.

mod client;
mod refusal;

use std::fmt;

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use greenlight_core::FunctionName;

use self::client::Connection;
use super::event::event;
use super::{HookAnswer, HookCall, HookFunction, HookProgress};

/// Invokes each function by its name at a Lambda endpoint: one of a local emulator, or AWS itself.
///
/// It serves any function, so that it fits as the hook function of all names that nothing else is bound to. The
/// function is invoked as CodeDeploy does it, asynchronously, with the service's two-field event and under the name or
/// ARN that the AppSpec has. It has to report by itself, through the CodeDeploy API.
///
/// A throttled call, a server's error and a broken connection are tried again by the AWS SDK, up to three times in
/// all. What then still fails is [`HookAnswer::NotInvoked`], which names the function and the endpoint.
///
/// ```
/// use greenlight::local::LambdaInvoke;
///
/// let functions = LambdaInvoke::new("http://127.0.0.1:9001").with_region("eu-west-1");
/// assert_eq!(functions.to_string(), "the Lambda endpoint http://127.0.0.1:9001");
/// ```
#[derive(Clone, Debug)]
pub struct LambdaInvoke {
    connection: Option<Connection>,
    /// Made when the connection is complete.
    client: Option<Client>,
}

impl LambdaInvoke {
    /// Invokes functions at this URL, in the region `us-east-1`, with credentials that are worth nothing.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self::over(Some(Connection::new(url.into())))
    }

    /// Invokes functions where `AWS_ENDPOINT_URL_LAMBDA` says; without it every call is answered that it must be set.
    ///
    /// The region is that of `AWS_REGION` or `AWS_DEFAULT_REGION`, the credentials are those of `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`. Profiles are not read.
    #[must_use]
    pub fn from_env() -> Self {
        Self::over(Connection::from_variables(|name| std::env::var(name).ok()))
    }

    /// Answers every call that there is no endpoint, and how to have one.
    #[must_use]
    pub fn nowhere() -> Self {
        Self::over(None)
    }

    /// Sets the region that requests are signed for.
    #[must_use]
    pub fn with_region(self, region: impl Into<String>) -> Self {
        let region = region.into();
        Self::over(self.connection.map(|connection| Connection { region, ..connection }))
    }

    /// Sets the credentials that requests are signed with.
    #[must_use]
    pub fn with_credentials(
        self,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
        session_token: Option<String>,
    ) -> Self {
        let credentials = client::credentials(access_key_id.into(), secret_access_key.into(), session_token);
        Self::over(self.connection.map(|connection| Connection { credentials, ..connection }))
    }

    fn over(connection: Option<Connection>) -> Self {
        let client = connection.as_ref().map(Connection::client);
        Self { connection, client }
    }
}

#[async_trait]
impl HookFunction for LambdaInvoke {
    async fn invoke(&self, call: HookCall) -> HookAnswer {
        let function = &call.function;
        let (Some(client), Some(connection)) = (&self.client, &self.connection) else {
            return HookAnswer::NotInvoked { detail: nowhere(function) };
        };
        let sent = client
            .invoke()
            .function_name(function.to_string())
            .invocation_type(InvocationType::Event)
            .payload(Blob::new(event(&call.execution)))
            .send()
            .await;
        match sent {
            Ok(output) => {
                // Lambda itself never tells: an emulator that invokes synchronously does.
                if let Some(error) = output.function_error() {
                    let text = format!("the function {function} failed: {error}");
                    (call.progress)(HookProgress::Log { level: "warn".to_owned(), text });
                }
                HookAnswer::WillReport
            }
            Err(error) => {
                let detail = refusal::sentence(function, &connection.url, &error);
                HookAnswer::NotInvoked { detail }
            }
        }
    }
}

/// Formats as `the Lambda endpoint http://127.0.0.1:9001`.
impl fmt::Display for LambdaInvoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.connection {
            Some(connection) => write!(f, "the Lambda endpoint {}", connection.url),
            None => f.write_str("no Lambda endpoint"),
        }
    }
}

fn nowhere(function: &FunctionName) -> String {
    format!(
        "the function {function} cannot be invoked, for nothing is bound to its name and there is no Lambda endpoint; bind \
         it to a plugin or a process, or set AWS_ENDPOINT_URL_LAMBDA"
    )
}
