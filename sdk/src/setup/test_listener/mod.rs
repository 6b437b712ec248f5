//! The test listener of a deployment group, with the pair of target groups that it and the production listener share.

mod group;
mod load_balancer;
mod new_group;
mod remove;
mod target_group;

use std::fmt;

use aws_config::SdkConfig;
use aws_sdk_elasticloadbalancingv2::types::{Listener, ProtocolEnum};

use self::group::{Pair, SeenGroup};
use self::load_balancer::LoadBalancers;
pub use self::new_group::NewDeploymentGroup;
use super::change::{Action, Change, Changes};
use super::owner::Owner;
use super::run::{Mode, Run};
use super::{Made, SetupError};

/// The first step of the tutorial: a listener for test traffic on the load balancer, known to the deployment group.
///
/// It forwards to the target group that production traffic goes to, as CodeDeploy wants it before the first deployment. A listener
/// that is on the port already is taken and never deleted, and so is a target group.
///
/// ```no_run
/// use greenlight::setup::{Owner, TestListener};
///
/// # async fn example(config: &aws_config::SdkConfig) -> Result<(), greenlight::setup::SetupError> {
/// let listener = TestListener::new(config, Owner::new("shop-web")?, "shop", "shop-web", 9000);
/// println!("{}", listener.dry_run().await?);
/// println!("{}", listener.apply().await?.value);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TestListener {
    codedeploy: aws_sdk_codedeploy::Client,
    load_balancers: LoadBalancers,
    owner: Owner,
    region: Option<String>,
    application: String,
    group: String,
    port: u16,
    protocol: Option<String>,
    certificate: Option<String>,
    load_balancer: Option<String>,
    new_group: Option<NewDeploymentGroup>,
}

impl TestListener {
    /// For a deployment group of an application, on this port.
    pub fn new(
        config: &SdkConfig,
        owner: Owner,
        application: impl Into<String>,
        group: impl Into<String>,
        port: u16,
    ) -> Self {
        Self {
            codedeploy: aws_sdk_codedeploy::Client::new(config),
            load_balancers: LoadBalancers::new(config),
            owner,
            region: config.region().map(ToString::to_string),
            application: application.into(),
            group: group.into(),
            port,
            protocol: None,
            certificate: None,
            load_balancer: None,
            new_group: None,
        }
    }

    /// With this protocol, such as `HTTP`; that of the production listener by default.
    #[must_use]
    pub fn with_protocol(mut self, protocol: impl Into<String>) -> Self {
        self.protocol = Some(protocol.into());
        self
    }

    /// With this certificate, by its ARN; that of the production listener by default.
    #[must_use]
    pub fn with_certificate(mut self, certificate: impl Into<String>) -> Self {
        self.certificate = Some(certificate.into());
        self
    }

    /// On this load balancer, by name or ARN; that of the production listener by default.
    #[must_use]
    pub fn with_load_balancer(mut self, load_balancer: impl Into<String>) -> Self {
        self.load_balancer = Some(load_balancer.into());
        self
    }

    /// Makes the deployment group too, and the application, where they are not there.
    #[must_use]
    pub fn with_new_group(mut self, group: NewDeploymentGroup) -> Self {
        self.new_group = Some(group);
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

    /// Sees to it that all is there, and gives the ARN of the listener.
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

    /// Takes away what this set-up made of it: the deployment group has no test listener then, or is no more.
    ///
    /// # Errors
    ///
    /// [`SetupError`], and [`SetupError::UnderWay`] while the group deploys.
    pub async fn remove(&self) -> Result<Changes, SetupError> {
        let done = Run::new(Mode::Apply).pass(async |run| self.take_away(run).await).await?;
        Ok(done.changes)
    }

    pub(super) async fn ensure(&self, run: &mut Run) -> Result<String, SetupError> {
        let seen = self.seen_group().await?;
        let wanted = match &seen {
            Some(group) => group.pair.clone(),
            None => self.wanted_pair(run).await?,
        };
        let production = self.load_balancers.listener(&wanted.production).await?;
        let listener = self.ensure_listener(run, &wanted, &production).await?;
        match &seen {
            Some(group) => self.ensure_route(run, group, &listener).await?,
            None => self.make_group(run, &wanted, &listener).await?,
        }
        Ok(listener)
    }

    /// The listener on the port, by its ARN, or by what it will be called in a dry run.
    async fn ensure_listener(
        &self,
        run: &mut Run,
        wanted: &Pair,
        production: &Listener,
    ) -> Result<String, SetupError> {
        let balancer = self.balancer_of(production).await?;
        let name = load_balancer::spelled(&balancer, self.port);
        let there = self.load_balancers.listener_on(&balancer, self.port).await?;
        if let Some(there) = there {
            let arn = there.listener_arn().unwrap_or_default().to_owned();
            if arn == wanted.production {
                return Err(SetupError::invalid(format!(
                    "port {} is that of the production listener; name another one for the test listener",
                    self.port
                )));
            }
            let made = self.load_balancers.made_by(&self.owner, &arn).await?;
            run.keeps("listener", name, (!made).then_some("not made by this set-up"));
            return Ok(arn);
        }
        let protocol = self.protocol.as_deref().map(ProtocolEnum::from);
        let protocol = protocol.or_else(|| production.protocol().cloned()).unwrap_or(ProtocolEnum::Http);
        let forwards = load_balancer::forwards_to(production).ok_or_else(|| {
            SetupError::invalid(format!(
                "the production listener {} forwards to no target group; let it forward to {}",
                wanted.production,
                wanted.target_groups.join(" or ")
            ))
        })?;
        let target = load_balancer::target_group_name(&forwards);
        let change = Change::new(Action::Create, "listener", &name)
            .with(protocol.as_str())
            .with(format!("forwards to {target}"));
        if !run.does(change) {
            return Ok(format!("(the listener {name})"));
        }
        let certificate = self.certificate.clone().or_else(|| load_balancer::certificate(production));
        let listener = load_balancer::NewListener {
            balancer,
            port: self.port,
            policy: production.ssl_policy().map(str::to_owned),
            certificate: certificate.filter(|_| load_balancer::is_encrypted(&protocol)),
            protocol,
            target_group: forwards,
        };
        self.load_balancers.create_listener(&listener, &self.owner, &name).await
    }

    /// The load balancer that the listener is to be on, by its ARN.
    async fn balancer_of(&self, production: &Listener) -> Result<String, SetupError> {
        match &self.load_balancer {
            Some(named) => self.load_balancers.find(named).await,
            None => Ok(production.load_balancer_arn().unwrap_or_default().to_owned()),
        }
    }

    async fn seen_group(&self) -> Result<Option<SeenGroup>, SetupError> {
        let seen = group::see(&self.codedeploy, &self.application, &self.group).await?;
        if seen.is_none() && self.new_group.is_none() {
            return Err(SetupError::NotFound {
                what: "deployment group",
                name: format!("{} of the application {}", self.group, self.application),
                hint: "correct the names, or declare what it is to be made of".to_owned(),
            });
        }
        Ok(seen)
    }
}

impl fmt::Display for TestListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the test listener on port {} of {}/{}", self.port, self.application, self.group)
    }
}
