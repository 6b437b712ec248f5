//! Load balancers and their listeners.

use aws_config::SdkConfig;
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, Certificate, Listener, ProtocolEnum, Rule, Tag, TargetGroup,
};

use crate::setup::SetupError;
use crate::setup::error::{failed, is};
use crate::setup::owner::{Owner, TAG};

/// Elastic Load Balancing.
#[derive(Debug, Clone)]
pub(super) struct LoadBalancers {
    pub(super) client: Client,
}

/// A listener that is to be made.
#[derive(Debug)]
pub(super) struct NewListener {
    pub(super) balancer: String,
    pub(super) port: u16,
    pub(super) protocol: ProtocolEnum,
    pub(super) certificate: Option<String>,
    pub(super) policy: Option<String>,
    pub(super) target_group: String,
}

impl LoadBalancers {
    pub(super) fn new(config: &SdkConfig) -> Self {
        Self { client: Client::new(config) }
    }

    /// The ARN of a load balancer that is named by it or by name.
    pub(super) async fn find(&self, named: &str) -> Result<String, SetupError> {
        if named.starts_with("arn:") {
            return Ok(named.to_owned());
        }
        let missing = || SetupError::NotFound {
            what: "load balancer",
            name: named.to_owned(),
            hint: "make it first, with its production listener, or correct the name and the region"
                .to_owned(),
        };
        match self.client.describe_load_balancers().names(named).send().await {
            Ok(output) => {
                let found = output.load_balancers().first().and_then(|found| found.load_balancer_arn());
                found.map(str::to_owned).ok_or_else(missing)
            }
            Err(error) if is(&error, &["LoadBalancerNotFound", "LoadBalancerNotFoundException"]) => {
                Err(missing())
            }
            Err(error) => Err(failed("elasticloadbalancing:DescribeLoadBalancers", named, error)),
        }
    }

    /// A listener by its ARN.
    pub(super) async fn listener(&self, arn: &str) -> Result<Listener, SetupError> {
        let missing = || SetupError::NotFound {
            what: "listener",
            name: arn.to_owned(),
            hint: "give the deployment group a production listener that is there".to_owned(),
        };
        match self.client.describe_listeners().listener_arns(arn).send().await {
            Ok(output) => output.listeners().first().cloned().ok_or_else(missing),
            Err(error) if is(&error, &["ListenerNotFound", "ListenerNotFoundException"]) => Err(missing()),
            Err(error) => Err(failed("elasticloadbalancing:DescribeListeners", arn, error)),
        }
    }

    /// All listeners of a load balancer; none when it is not there.
    pub(super) async fn listeners(&self, balancer: &str) -> Result<Vec<Listener>, SetupError> {
        let mut listeners = Vec::new();
        let mut pages = self.client.describe_listeners().load_balancer_arn(balancer).into_paginator().send();
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => listeners.extend(page.listeners.unwrap_or_default()),
                Err(error) if is(&error, &["LoadBalancerNotFound", "LoadBalancerNotFoundException"]) => break,
                Err(error) => return Err(failed("elasticloadbalancing:DescribeListeners", balancer, error)),
            }
        }
        Ok(listeners)
    }

    /// The listener on a port, if there is one.
    pub(super) async fn listener_on(
        &self,
        balancer: &str,
        port: u16,
    ) -> Result<Option<Listener>, SetupError> {
        let listeners = self.listeners(balancer).await?;
        Ok(listeners.into_iter().find(|listener| listener.port() == Some(i32::from(port))))
    }

    pub(super) async fn create_listener(
        &self,
        new: &NewListener,
        owner: &Owner,
        name: &str,
    ) -> Result<String, SetupError> {
        let forward =
            Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn(&new.target_group).build();
        let mut call = self
            .client
            .create_listener()
            .load_balancer_arn(&new.balancer)
            .port(i32::from(new.port))
            .protocol(new.protocol.clone())
            .default_actions(forward)
            .tags(tag(owner));
        if let Some(certificate) = &new.certificate {
            call = call
                .certificates(Certificate::builder().certificate_arn(certificate).build())
                .set_ssl_policy(new.policy.clone());
        }
        let made =
            call.send().await.map_err(|error| failed("elasticloadbalancing:CreateListener", name, error))?;
        let arn = made.listeners().first().and_then(|listener| listener.listener_arn());
        Ok(arn.unwrap_or_default().to_owned())
    }

    pub(super) async fn delete_listener(&self, arn: &str) -> Result<(), SetupError> {
        match self.client.delete_listener().listener_arn(arn).send().await {
            Ok(_) => Ok(()),
            Err(error) if is(&error, &["ListenerNotFound", "ListenerNotFoundException"]) => Ok(()),
            Err(error) => Err(failed("elasticloadbalancing:DeleteListener", arn, error)),
        }
    }

    /// The target group of this name, if there is one.
    pub(super) async fn target_group(&self, name: &str) -> Result<Option<TargetGroup>, SetupError> {
        match self.client.describe_target_groups().names(name).send().await {
            Ok(output) => Ok(output.target_groups().first().cloned()),
            Err(error) if is(&error, &["TargetGroupNotFound", "TargetGroupNotFoundException"]) => Ok(None),
            Err(error) => Err(failed("elasticloadbalancing:DescribeTargetGroups", name, error)),
        }
    }

    /// Whether a listener or target group has the tag of a set-up.
    pub(super) async fn made_by(&self, owner: &Owner, arn: &str) -> Result<bool, SetupError> {
        let output = self.client.describe_tags().resource_arns(arn).send().await;
        let output = output.map_err(|error| failed("elasticloadbalancing:DescribeTags", arn, error))?;
        let mut tags = output.tag_descriptions().iter().flat_map(|one| one.tags());
        Ok(tags.any(|tag| owner.made([(tag.key().unwrap_or_default(), tag.value().unwrap_or_default())])))
    }

    /// Whether a rule of a listener, its default one included, forwards to a target group.
    pub(super) async fn rules_forward(&self, listener: &str, target_group: &str) -> Result<bool, SetupError> {
        let mut pages = self.client.describe_rules().listener_arn(listener).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("elasticloadbalancing:DescribeRules", listener, error))?;
            if page.rules().iter().flat_map(Rule::actions).any(|action| names(action, target_group)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A listener as a person would say it: `shop:9000`.
pub(super) fn spelled(balancer: &str, port: u16) -> String {
    // arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID
    format!("{}:{port}", balancer.split('/').nth(2).unwrap_or(balancer))
}

/// The name of a target group by its ARN.
pub(super) fn target_group_name(arn: &str) -> &str {
    // arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/NAME/ID
    arn.split('/').nth(1).unwrap_or(arn)
}

pub(super) fn tag(owner: &Owner) -> Tag {
    Tag::builder().key(TAG).value(owner.name()).build()
}

/// The target group that gets most of a listener's traffic, by its ARN.
pub(super) fn forwards_to(listener: &Listener) -> Option<String> {
    let action =
        listener.default_actions().iter().find(|action| action.r#type() == Some(&ActionTypeEnum::Forward))?;
    let weighted = action.forward_config().map(|config| config.target_groups()).unwrap_or_default();
    let heaviest = weighted.iter().max_by_key(|target| target.weight().unwrap_or_default());
    let arn = heaviest.and_then(|target| target.target_group_arn()).or(action.target_group_arn());
    arn.map(str::to_owned)
}

fn names(action: &Action, target_group: &str) -> bool {
    let weighted = action.forward_config().map(|config| config.target_groups()).unwrap_or_default();
    let mut named =
        weighted.iter().filter_map(|target| target.target_group_arn()).chain(action.target_group_arn());
    named.any(|arn| arn == target_group)
}

/// The certificate that a listener shows by default.
pub(super) fn certificate(listener: &Listener) -> Option<String> {
    listener.certificates().first()?.certificate_arn().map(str::to_owned)
}

pub(super) fn is_encrypted(protocol: &ProtocolEnum) -> bool {
    matches!(protocol, ProtocolEnum::Https | ProtocolEnum::Tls)
}
