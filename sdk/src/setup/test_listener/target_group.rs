//! The pair of target groups: one that is not there is made like the other.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::{TargetGroup, TargetGroupAttribute};

use super::TestListener;
use super::load_balancer::tag;
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::{failed, is};
use crate::setup::run::{Mode, Run};

impl TestListener {
    /// Sees to it that both are there.
    pub(super) async fn ensure_target_groups(
        &self,
        run: &mut Run,
        names: &[String; 2],
    ) -> Result<(), SetupError> {
        let [one, other] = names;
        if one == other {
            return Err(SetupError::invalid(format!(
                "both target groups are {one}; name two, one of which may not be there yet"
            )));
        }
        let there =
            (self.load_balancers.target_group(one).await?, self.load_balancers.target_group(other).await?);
        match there {
            (Some(first), Some(second)) => {
                run.keeps("target group", one, None);
                run.keeps("target group", other, None);
                self.finish_copy(run, &first, &second).await?;
                self.finish_copy(run, &second, &first).await?;
            }
            (Some(model), None) => self.make_target_group(run, other, &model, one).await?,
            (None, Some(model)) => self.make_target_group(run, one, &model, other).await?,
            (None, None) => {
                return Err(SetupError::NotFound {
                    what: "target group",
                    name: format!("{one} or {other}"),
                    hint: "make the one that production traffic goes to first; the other one is made like it"
                        .to_owned(),
                });
            }
        }
        Ok(())
    }

    async fn make_target_group(
        &self,
        run: &mut Run,
        name: &str,
        model: &TargetGroup,
        model_name: &str,
    ) -> Result<(), SetupError> {
        run.keeps("target group", model_name, None);
        if !run.does(Change::new(Action::Create, "target group", name).with(format!("as {model_name}"))) {
            return Ok(());
        }
        let call = self
            .load_balancers
            .client
            .create_target_group()
            .name(name)
            .set_protocol(model.protocol().cloned())
            .set_protocol_version(model.protocol_version().map(str::to_owned))
            .set_port(model.port())
            .set_vpc_id(model.vpc_id().map(str::to_owned))
            .set_target_type(model.target_type().cloned())
            .set_ip_address_type(model.ip_address_type().cloned())
            .set_health_check_enabled(model.health_check_enabled())
            .set_health_check_protocol(model.health_check_protocol().cloned())
            .set_health_check_port(model.health_check_port().map(str::to_owned))
            .set_health_check_path(model.health_check_path().map(str::to_owned))
            .set_health_check_interval_seconds(model.health_check_interval_seconds())
            .set_health_check_timeout_seconds(model.health_check_timeout_seconds())
            .set_healthy_threshold_count(model.healthy_threshold_count())
            .set_unhealthy_threshold_count(model.unhealthy_threshold_count())
            .set_matcher(model.matcher().cloned())
            .tags(tag(&self.owner));
        let made = call.send().await.map_err(|error| {
            failed("elasticloadbalancing:CreateTargetGroup", format!("target group {name}"), error)
        })?;
        let arn = made.target_groups().first().and_then(|group| group.target_group_arn()).unwrap_or_default();
        self.copy_attributes(model.target_group_arn().unwrap_or_default(), arn).await
    }

    /// Copies what a set-up that was broken off did not come to.
    async fn finish_copy(
        &self,
        run: &Run,
        model: &TargetGroup,
        copy: &TargetGroup,
    ) -> Result<(), SetupError> {
        let (from, to) =
            (model.target_group_arn().unwrap_or_default(), copy.target_group_arn().unwrap_or_default());
        if run.mode() == Mode::Apply && self.load_balancers.made_by(&self.owner, to).await? {
            self.copy_attributes(from, to).await?;
        }
        Ok(())
    }

    /// Deregistration delay, stickiness and their like: both sides of a deployment are to behave alike.
    async fn copy_attributes(&self, from: &str, to: &str) -> Result<(), SetupError> {
        let (from, to_now) = (self.attributes(from).await?, self.attributes(to).await?);
        let differing: Vec<_> = from.into_iter().filter(|attribute| !to_now.contains(attribute)).collect();
        if differing.is_empty() {
            return Ok(());
        }
        let call = self.load_balancers.client.modify_target_group_attributes().target_group_arn(to);
        call.set_attributes(Some(differing))
            .send()
            .await
            .map_err(|error| failed("elasticloadbalancing:ModifyTargetGroupAttributes", to, error))?;
        Ok(())
    }

    async fn attributes(&self, arn: &str) -> Result<Vec<TargetGroupAttribute>, SetupError> {
        let call = self.load_balancers.client.describe_target_group_attributes().target_group_arn(arn);
        let output = call
            .send()
            .await
            .map_err(|error| failed("elasticloadbalancing:DescribeTargetGroupAttributes", arn, error))?;
        Ok(output.attributes.unwrap_or_default())
    }

    /// Deletes a target group that this set-up made, unless traffic goes to it.
    pub(super) async fn remove_target_group(
        &self,
        run: &mut Run,
        name: &str,
        balancer: Option<&str>,
    ) -> Result<(), SetupError> {
        let Some(seen) = self.load_balancers.target_group(name).await? else { return Ok(()) };
        let arn = seen.target_group_arn().unwrap_or_default();
        if !self.load_balancers.made_by(&self.owner, arn).await? {
            run.keeps("target group", name, Some("not made by this set-up"));
            return Ok(());
        }
        if self.is_in_use(&seen, balancer).await? {
            run.keeps(
                "target group",
                name,
                Some("a listener forwards to it; delete it when no traffic needs it"),
            );
            return Ok(());
        }
        if !run.does(Change::new(Action::Delete, "target group", name)) {
            return Ok(());
        }
        match self.load_balancers.client.delete_target_group().target_group_arn(arn).send().await {
            Ok(_) => Ok(()),
            Err(error) if is(&error, &["TargetGroupNotFound", "TargetGroupNotFoundException"]) => Ok(()),
            Err(error) => {
                Err(failed("elasticloadbalancing:DeleteTargetGroup", format!("target group {name}"), error))
            }
        }
    }

    /// Whether a listener that stays, or a rule of it, forwards to the target group.
    async fn is_in_use(&self, group: &TargetGroup, balancer: Option<&str>) -> Result<bool, SetupError> {
        let arn = group.target_group_arn().unwrap_or_default();
        let of_group = group.load_balancer_arns().iter().map(String::as_str);
        for balancer in of_group.chain(balancer).collect::<BTreeSet<_>>() {
            for listener in self.load_balancers.listeners(balancer).await? {
                let listener_arn = listener.listener_arn().unwrap_or_default();
                let goes = self.load_balancers.made_by(&self.owner, listener_arn).await?;
                if !goes && self.load_balancers.rules_forward(listener_arn, arn).await? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
