//! The hook's function at AWS Lambda, with its role and its log group.

mod code;
mod configuration;
mod function;
mod log_group;
mod policy;
mod ready;
mod remove;
mod role;

use std::fmt;
use std::time::Duration;

use aws_config::SdkConfig;

use self::code::Code;
use self::configuration::Configuration;
pub use self::configuration::{Architecture, Vpc};
use super::change::Changes;
use super::owner::Owner;
use super::patience::Patience;
use super::run::{Mode, Run};
use super::{Made, SetupError};

/// What the names of functions begin with that the roles managed by AWS let CodeDeploy invoke (`AWSCodeDeployRoleForECSLimited`,
/// `AWSCodeDeployRoleForLambda`).
pub const HOOK_PREFIX: &str = "CodeDeployHook_";

/// The third step of the tutorial: the function that runs the validation tests of a bundle.
///
/// Its role may do what the Lambda host does, for one deployment group, and no more; its log group keeps lines for 30 days. A
/// bundle is uploaded when Lambda has another one, told by its digest.
///
/// ```no_run
/// use greenlight::setup::{Architecture, HookFunction, Owner};
///
/// # async fn example(config: &aws_config::SdkConfig) -> Result<(), Box<dyn std::error::Error>> {
/// let bundle = std::fs::read("greenlight-hook-arm64.zip")?;
/// let function = HookFunction::new(config, Owner::new("shop-web")?, "CodeDeployHook_smoke", bundle, "shop", "shop-web")?
///     .with_architecture(Architecture::Arm64)
///     .with_variable("GREENLIGHT_TEST_URL", "http://shop.example.com:9000");
/// println!("{}", function.apply().await?.changes);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct HookFunction {
    codedeploy: aws_sdk_codedeploy::Client,
    lambda: aws_sdk_lambda::Client,
    iam: aws_sdk_iam::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    s3: aws_sdk_s3::Client,
    patience: Patience,
    owner: Owner,
    region: String,
    name: String,
    application: String,
    group: String,
    code: Code,
    bucket: Option<String>,
    configuration: Configuration,
    role: Option<String>,
    retention_days: i32,
}

impl HookFunction {
    /// With this name, which begins with [`HOOK_PREFIX`], and the bytes of a bundle that `greenlight hook pack` made, for the
    /// deployments of one group.
    ///
    /// # Errors
    ///
    /// [`SetupError::Invalid`] for a name that CodeDeploy could not invoke or Lambda does not take, and without a region.
    pub fn new(
        config: &SdkConfig,
        owner: Owner,
        name: impl Into<String>,
        bundle: Vec<u8>,
        application: impl Into<String>,
        group: impl Into<String>,
    ) -> Result<Self, SetupError> {
        let name = checked(name.into())?;
        let region = config.region().map(ToString::to_string);
        Ok(Self {
            codedeploy: aws_sdk_codedeploy::Client::new(config),
            lambda: aws_sdk_lambda::Client::new(config),
            iam: aws_sdk_iam::Client::new(config),
            logs: aws_sdk_cloudwatchlogs::Client::new(config),
            s3: aws_sdk_s3::Client::new(config),
            patience: Patience::of(config),
            owner,
            region: region
                .ok_or_else(|| SetupError::invalid("no region is known; set AWS_REGION, or name one"))?,
            name,
            application: application.into(),
            group: group.into(),
            code: Code::new(bundle),
            bucket: None,
            configuration: Configuration::default(),
            role: None,
            retention_days: 30,
        })
    }

    /// For this processor, the one that the bundle was packed for; `x86_64` by default.
    #[must_use]
    pub fn with_architecture(mut self, architecture: Architecture) -> Self {
        self.configuration.architecture = architecture;
        self
    }

    /// With so much memory, in MB: 128 to 10240; 512 by default. Lambda gives it a share of a processor by it.
    #[must_use]
    pub fn with_memory_mb(mut self, memory: u32) -> Self {
        self.configuration.memory_mb = memory;
        self
    }

    /// With this timeout, in whole seconds, at most 15 minutes; a minute by default. A plugin that wants to wait for longer is
    /// asked again in a new invocation.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.configuration.timeout = timeout;
        self
    }

    /// With this variable in its environment.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.configuration.variables.insert(name.into(), value.into());
        self
    }

    /// In this network; in none by default. It needs a route or an endpoint to CodeDeploy there.
    #[must_use]
    pub fn with_vpc(mut self, vpc: Vpc) -> Self {
        self.configuration.vpc = Some(vpc);
        self
    }

    /// With this role, by its ARN, which is neither made nor changed nor deleted. By default one is made.
    #[must_use]
    pub fn with_role(mut self, arn: impl Into<String>) -> Self {
        self.role = Some(arn.into());
        self
    }

    /// Keeps log lines for so many days, one of the numbers that CloudWatch Logs takes; 30 by default.
    #[must_use]
    pub fn with_log_retention_days(mut self, days: u16) -> Self {
        self.retention_days = i32::from(days);
        self
    }

    /// Uploads a bundle that is too large for a request through this bucket of Amazon S3. What is put there is deleted again.
    #[must_use]
    pub fn with_bucket(mut self, bucket: impl Into<String>) -> Self {
        self.bucket = Some(bucket.into());
        self
    }

    /// What [`apply`](Self::apply) would do. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`SetupError`].
    pub async fn dry_run(&self) -> Result<Changes, SetupError> {
        let done = Run::new(Mode::DryRun).pass(async |run| self.ensure(run).await).await?;
        Ok(done.changes)
    }

    /// Sees to it that the function is there as declared and can be invoked, and gives its ARN.
    ///
    /// # Errors
    ///
    /// [`SetupError`].
    pub async fn apply(&self) -> Result<Made<String>, SetupError> {
        Run::new(Mode::Apply).pass(async |run| self.ensure(run).await).await
    }

    /// What [`remove`](Self::remove) would do. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`SetupError`].
    pub async fn dry_run_removal(&self) -> Result<Changes, SetupError> {
        let done = Run::new(Mode::DryRun).pass(async |run| self.take_away(run).await).await?;
        Ok(done.changes)
    }

    /// Deletes the function, its role, its log group with what it logged, and bundles that were left in the bucket.
    ///
    /// # Errors
    ///
    /// [`SetupError`], and [`SetupError::UnderWay`] while the group deploys.
    pub async fn remove(&self) -> Result<Changes, SetupError> {
        let done = Run::new(Mode::Apply).pass(async |run| self.take_away(run).await).await?;
        Ok(done.changes)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) async fn ensure(&self, run: &mut Run) -> Result<String, SetupError> {
        self.configuration.check(&self.name)?;
        self.check_size()?;
        // The log group comes first: the function would make one that nobody deletes.
        self.ensure_log_group(run).await?;
        let role = match &self.role {
            Some(given) => given.clone(),
            None => self.ensure_role(run).await?,
        };
        self.ensure_function(run, &role).await
    }
}

impl fmt::Display for HookFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the hook function {} in {}", self.name, self.region)
    }
}

fn checked(name: String) -> Result<String, SetupError> {
    let good = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !good || name.is_empty() || name.len() > 64 {
        return Err(SetupError::invalid(format!(
            "{name:?} is not the name of a Lambda function: write up to 64 letters, digits, - and _"
        )));
    }
    if !name.starts_with(HOOK_PREFIX) {
        return Err(SetupError::invalid(format!(
            "CodeDeploy's managed roles may only invoke functions whose names begin with {HOOK_PREFIX}; call the function \
             {HOOK_PREFIX}{name}"
        )));
    }
    Ok(name)
}
