//! The function itself.

use aws_sdk_lambda::error::SdkError;
use aws_sdk_lambda::operation::get_function::GetFunctionOutput;
use aws_sdk_lambda::types::{Architecture as LambdaArchitecture, FunctionCode, FunctionConfiguration};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::HookFunction;
use super::code::Upload;
use super::role;
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::{failed, is};
use crate::setup::owner::TAG;
use crate::setup::patience::State;
use crate::setup::run::{Mode, Run};

impl HookFunction {
    /// Sees to the function and gives its ARN, or its name in a dry run.
    pub(super) async fn ensure_function(&self, run: &mut Run, role: &str) -> Result<String, SetupError> {
        let configuration = &self.configuration;
        let Some(seen) = self.seen_function().await? else {
            let change = Change::new(Action::Create, "function", &self.name)
                .with(self.code.described())
                .with(configuration.architecture.as_str())
                .with(format!("{} MB", configuration.memory_mb))
                .with(format!("timeout {} s", configuration.timeout.as_secs()));
            if !run.does(change) {
                return Ok(self.name.clone());
            }
            let upload = self.upload().await?;
            let arn = self.create_function(role, &upload).await?;
            self.ready().await?;
            self.delete_uploaded(&upload).await?;
            return Ok(arn);
        };
        let tags = seen.tags().into_iter().flatten();
        if !self.owner.made(tags.map(|(key, value)| (key.as_str(), value.as_str()))) {
            return Err(self.owner.foreign("function", &self.name));
        }
        let nothing = FunctionConfiguration::builder().build();
        let has = seen.configuration().unwrap_or(&nothing);
        let arn = has.function_arn().unwrap_or_default().to_owned();
        let code = self.code_differences(has);
        let settings = if role::is_known(role, run.mode()) { role } else { has.role().unwrap_or_default() };
        let settings = configuration.differences(has, settings);
        if code.is_empty() && settings.is_empty() {
            let unready = match run.mode() {
                Mode::Apply => self.ready().await.map(|()| None)?,
                Mode::DryRun => self.told(has)?,
            };
            run.keeps("function", &self.name, unready.as_deref());
            return Ok(arn);
        }
        let change = Change::new(Action::Change, "function", &self.name);
        if !run.does(change.with_all(code.iter().cloned()).with_all(settings.iter().cloned())) {
            return Ok(arn);
        }
        // Lambda refuses an update while another one is under way; what it could not make may be mended by this one.
        self.settled().await?;
        if !code.is_empty() {
            let upload = self.upload().await?;
            self.update_code(&upload).await?;
            self.settled().await?;
            self.delete_uploaded(&upload).await?;
        }
        if !settings.is_empty() {
            self.update_configuration(role).await?;
        }
        self.ready().await?;
        Ok(arn)
    }

    pub(super) async fn seen_function(&self) -> Result<Option<GetFunctionOutput>, SetupError> {
        match self.lambda.get_function().function_name(&self.name).send().await {
            Ok(output) => Ok(Some(output)),
            Err(error) if is(&error, &["ResourceNotFoundException"]) => Ok(None),
            Err(error) => Err(failed("lambda:GetFunction", format!("function {}", self.name), error)),
        }
    }

    fn code_differences(&self, has: &FunctionConfiguration) -> Vec<String> {
        let mut texts = Vec::new();
        if has.code_sha256() != Some(self.code.sha256().as_str()) {
            texts.push(format!("code -> {}", self.code.described()));
        }
        let architecture = has.architectures().first().map_or("x86_64", LambdaArchitecture::as_str);
        let wanted = self.configuration.architecture.as_str();
        if architecture != wanted {
            texts.push(format!("processor {architecture} -> {wanted}"));
        }
        texts
    }

    /// Makes it, as soon as Lambda knows the role.
    async fn create_function(&self, role: &str, upload: &Upload) -> Result<String, SetupError> {
        let configuration = &self.configuration;
        let code = match upload {
            Upload::Request(zip) => FunctionCode::builder().zip_file(zip.clone()),
            Upload::Object { bucket, key } => FunctionCode::builder().s3_bucket(bucket).s3_key(key),
        };
        let call = self
            .lambda
            .create_function()
            .function_name(&self.name)
            .description("Validation tests of deployments; made by greenlight setup")
            .role(role)
            .runtime(configuration.runtime())
            .handler(configuration.handler())
            .architectures(self.architecture())
            .memory_size(configuration.memory())
            .timeout(configuration.timeout_seconds())
            .environment(configuration.environment())
            .set_vpc_config(configuration.vpc.is_some().then(|| configuration.vpc_config()))
            .code(code.build())
            .tags(TAG, self.owner.name());
        let made = self.patience.until_ready(self.role_of(), || async {
            match call.clone().send().await {
                Ok(made) => Ok(State::Ready(made)),
                Err(error) => {
                    not_yet(&error).map_or_else(|| Err(self.failed("lambda:CreateFunction", error)), Ok)
                }
            }
        });
        Ok(made.await?.function_arn().unwrap_or_default().to_owned())
    }

    async fn update_code(&self, upload: &Upload) -> Result<(), SetupError> {
        let call =
            self.lambda.update_function_code().function_name(&self.name).architectures(self.architecture());
        let call = match upload {
            Upload::Request(zip) => call.zip_file(zip.clone()),
            Upload::Object { bucket, key } => call.s3_bucket(bucket).s3_key(key),
        };
        call.send().await.map_err(|error| self.failed("lambda:UpdateFunctionCode", error))?;
        Ok(())
    }

    async fn update_configuration(&self, role: &str) -> Result<(), SetupError> {
        let configuration = &self.configuration;
        let call = self
            .lambda
            .update_function_configuration()
            .function_name(&self.name)
            .role(role)
            .runtime(configuration.runtime())
            .handler(configuration.handler())
            .memory_size(configuration.memory())
            .timeout(configuration.timeout_seconds())
            .environment(configuration.environment())
            .vpc_config(configuration.vpc_config());
        let updated = self.patience.until_ready(self.role_of(), || async {
            match call.clone().send().await {
                Ok(_) => Ok(State::Ready(())),
                Err(error) => not_yet(&error)
                    .map_or_else(|| Err(self.failed("lambda:UpdateFunctionConfiguration", error)), Ok),
            }
        });
        updated.await
    }

    fn architecture(&self) -> LambdaArchitecture {
        self.configuration.architecture.as_str().into()
    }

    fn role_of(&self) -> String {
        format!("the role of {}", self.name)
    }

    pub(super) fn failed<E>(&self, action: &'static str, error: SdkError<E, HttpResponse>) -> SetupError
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        failed(action, format!("function {}", self.name), error)
    }
}

/// What Lambda says for some seconds after a role, or its policy, was made.
fn not_yet<T, E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<State<T>> {
    const SAID: [&str; 3] = [
        "cannot be assumed by Lambda",
        "does not have permissions to call",
        "The provided execution role does not",
    ];
    let is_about_role = is(error, &["InvalidParameterValueException"]);
    let message =
        error.as_service_error().and_then(ProvideErrorMetadata::message).filter(|_| is_about_role)?;
    SAID.iter()
        .any(|said| message.contains(said))
        .then(|| State::NotYet(message.trim_end_matches('.').to_owned()))
}
