//! The deployment group as CodeDeploy has it, and its routes.

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::{LoadBalancerInfo, Tag, TargetGroupInfo, TargetGroupPairInfo, TrafficRoute};

use super::TestListener;
use crate::setup::change::{Action, Change};
use crate::setup::error::{failed, is_no_group};
use crate::setup::owner::Owner;
use crate::setup::run::Run;
use crate::setup::{SetupError, deployment_group};

/// The tag of a deployment group whose test listener a set-up put in; its value is the ARN of the listener.
const ROUTE_TAG: &str = "greenlight:test-listener";

/// The tag beside it with the name of that set-up. It is another than the tag of what a set-up made, for it did not make the group;
/// one tag for both would be too short for a long name and an ARN.
const ROUTE_OWNER_TAG: &str = "greenlight:test-listener-setup";

/// A pair of target groups, and the listener of production traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) target_groups: Vec<String>,
    pub(super) production: String,
}

/// A deployment group that is there.
#[derive(Debug)]
pub(super) struct SeenGroup {
    pub(super) pair: Pair,
    /// The ARN of the test listener.
    pub(super) test: Option<String>,
}

/// The group, if it is there.
pub(super) async fn see(
    client: &Client,
    application: &str,
    group: &str,
) -> Result<Option<SeenGroup>, SetupError> {
    let Some(info) = deployment_group::find(client, application, group).await? else { return Ok(None) };
    let pairs =
        info.load_balancer_info().map(LoadBalancerInfo::target_group_pair_info_list).unwrap_or_default();
    let Some(pair) = pairs.first() else {
        return Err(SetupError::invalid(format!(
            "the deployment group {group} of {application} has no pair of target groups; only a group of an Amazon ECS service can \
             have a test listener"
        )));
    };
    let names = pair.target_groups().iter().filter_map(|target| target.name()).map(str::to_owned);
    let listener =
        |route: Option<&TrafficRoute>| route.and_then(|route| route.listener_arns().first()).cloned();
    Ok(Some(SeenGroup {
        pair: Pair {
            target_groups: names.collect(),
            production: listener(pair.prod_traffic_route()).unwrap_or_default(),
        },
        test: listener(pair.test_traffic_route()),
    }))
}

/// A pair with its routes, as CodeDeploy takes it.
pub(super) fn load_balancer_info(pair: &Pair, test: Option<&str>) -> LoadBalancerInfo {
    let route = |arn: &str| TrafficRoute::builder().listener_arns(arn).build();
    let mut info = TargetGroupPairInfo::builder().prod_traffic_route(route(&pair.production));
    for name in &pair.target_groups {
        info = info.target_groups(TargetGroupInfo::builder().name(name).build());
    }
    let info = info.set_test_traffic_route(test.map(route)).build();
    LoadBalancerInfo::builder().target_group_pair_info_list(info).build()
}

impl TestListener {
    /// The name of the group, as a person would say it.
    pub(super) fn group_name(&self) -> String {
        format!("{}/{}", self.application, self.group)
    }

    /// Puts the listener into a group that is there.
    pub(super) async fn ensure_route(
        &self,
        run: &mut Run,
        seen: &SeenGroup,
        listener: &str,
    ) -> Result<(), SetupError> {
        match &seen.test {
            Some(test) if test == listener => {
                run.keeps("deployment group", self.group_name(), None);
                return Ok(());
            }
            Some(other) => {
                return Err(SetupError::invalid(format!(
                    "the deployment group {} has the test listener {other} already; name its port, or take it out of the group",
                    self.group_name()
                )));
            }
            None => {}
        }
        let change = Change::new(Action::Change, "deployment group", self.group_name())
            .with(format!("test listener none -> {listener}"));
        if !run.does(change) {
            return Ok(());
        }
        // First of all: what is not noted would not be taken out again.
        self.tag_group(listener).await?;
        self.update_route(&seen.pair, Some(listener)).await
    }

    /// Takes the listener out of a group that is there and another's, if this set-up put it in.
    pub(super) async fn remove_route(
        &self,
        run: &mut Run,
        seen: &SeenGroup,
        listener: Option<&str>,
    ) -> Result<(), SetupError> {
        let Some(noted) = self.noted_route().await? else {
            let why = seen.test.is_some().then_some("its test listener was not put in by this set-up");
            run.keeps("deployment group", self.group_name(), why);
            return Ok(());
        };
        let is_ours = seen.test.as_deref() == Some(noted.as_str())
            || (seen.test.is_some() && seen.test.as_deref() == listener);
        let change = Change::new(Action::Change, "deployment group", self.group_name());
        let change = if is_ours {
            change.with(format!("test listener {noted} -> none"))
        } else {
            change.with("its tag")
        };
        if !run.does(change) {
            return Ok(());
        }
        if is_ours {
            self.update_route(&seen.pair, None).await?;
        }
        self.untag_group().await
    }

    async fn update_route(&self, pair: &Pair, test: Option<&str>) -> Result<(), SetupError> {
        let call = self
            .codedeploy
            .update_deployment_group()
            .application_name(&self.application)
            .current_deployment_group_name(&self.group)
            .load_balancer_info(load_balancer_info(pair, test));
        call.send().await.map_err(|error| {
            failed(
                "codedeploy:UpdateDeploymentGroup",
                format!("deployment group {}", self.group_name()),
                error,
            )
        })?;
        Ok(())
    }

    async fn tag_group(&self, listener: &str) -> Result<(), SetupError> {
        let arn = self.group_arn(listener);
        let call = self.codedeploy.tag_resource().resource_arn(&arn);
        let call = call.tags(Tag::builder().key(ROUTE_TAG).value(listener).build());
        let call = call.tags(Tag::builder().key(ROUTE_OWNER_TAG).value(self.owner.name()).build());
        call.send().await.map_err(|error| failed("codedeploy:TagResource", &arn, error))?;
        Ok(())
    }

    async fn untag_group(&self) -> Result<(), SetupError> {
        let Some(arn) = self.known_group_arn().await? else { return Ok(()) };
        let call =
            self.codedeploy.untag_resource().resource_arn(&arn).tag_keys(ROUTE_TAG).tag_keys(ROUTE_OWNER_TAG);
        call.send().await.map_err(|error| failed("codedeploy:UntagResource", &arn, error))?;
        Ok(())
    }

    /// The listener that this set-up put into the group.
    async fn noted_route(&self) -> Result<Option<String>, SetupError> {
        let Some(arn) = self.known_group_arn().await? else { return Ok(None) };
        let tags = self.tags(&arn).await?;
        let is_ours = tags.iter().any(|(key, value)| key == ROUTE_OWNER_TAG && value == self.owner.name());
        Ok(tags.into_iter().find(|(key, _)| is_ours && key == ROUTE_TAG).map(|(_, value)| value))
    }

    /// Whether this set-up made the group.
    pub(super) async fn made_group(&self, owner: &Owner) -> Result<bool, SetupError> {
        let Some(arn) = self.known_group_arn().await? else { return Ok(false) };
        let tags = self.tags(&arn).await?;
        Ok(owner.made(tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
    }

    pub(super) async fn tags(&self, arn: &str) -> Result<Vec<(String, String)>, SetupError> {
        let call = self.codedeploy.list_tags_for_resource().resource_arn(arn);
        let output = match call.send().await {
            Ok(output) => output,
            Err(error) if is_no_group(&error) => return Ok(Vec::new()),
            Err(error) => return Err(failed("codedeploy:ListTagsForResource", arn, error)),
        };
        let pair = |tag: &Tag| Some((tag.key()?.to_owned(), tag.value()?.to_owned()));
        Ok(output.tags().iter().filter_map(pair).collect())
    }

    /// The ARN of the group, by the account and the region of its production listener.
    async fn known_group_arn(&self) -> Result<Option<String>, SetupError> {
        let seen = see(&self.codedeploy, &self.application, &self.group).await?;
        Ok(seen.map(|seen| self.group_arn(&seen.pair.production)))
    }

    fn group_arn(&self, listener: &str) -> String {
        in_codedeploy(listener, &format!("deploymentgroup:{}/{}", self.application, self.group))
    }
}

/// The ARN of something of CodeDeploy, in the partition, the region and the account of a listener.
pub(super) fn in_codedeploy(listener: &str, resource: &str) -> String {
    let mut parts = listener.split(':');
    let mut next = || parts.next().unwrap_or_default();
    let (_, partition, _, region, account) = (next(), next(), next(), next(), next());
    format!("arn:{partition}:codedeploy:{region}:{account}:{resource}")
}

/// The same, in the partition and the account of a role.
pub(super) fn with_role(role: &str, region: &str, resource: &str) -> String {
    // arn:aws:iam::ACCOUNT:role/NAME
    let mut parts = role.split(':').skip(1);
    let (partition, account) = (parts.next().unwrap_or_default(), parts.nth(2).unwrap_or_default());
    format!("arn:{partition}:codedeploy:{region}:{account}:{resource}")
}
