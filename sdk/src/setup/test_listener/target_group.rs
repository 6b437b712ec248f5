//! The pair of target groups: one that is not there is made like the other.

use std::collections::BTreeSet;
use std::fmt;

use aws_sdk_elasticloadbalancingv2::types::{TargetGroup, TargetGroupAttribute};

use super::TestListener;
use super::load_balancer::tag;
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::{failed, is};
use crate::setup::run::Run;

/// An attribute that is to be as in the other target group.
#[derive(Debug)]
struct Difference {
    wanted: TargetGroupAttribute,
    had: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spelled = |value: Option<&str>| match value {
            None | Some("") => "none".to_owned(),
            Some(value) => value.to_owned(),
        };
        let key = self.wanted.key().unwrap_or_default();
        write!(f, "{key} {} -> {}", spelled(self.had.as_deref()), spelled(self.wanted.value()))
    }
}

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
                self.finish_copy(run, &second, &first, one).await?;
                self.finish_copy(run, &first, &second, other).await?;
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

    /// Sees to it that a target group, if this set-up made it as a copy of the other one, has the attributes of that: a set-up that was
    /// broken off may not have come to them.
    async fn finish_copy(
        &self,
        run: &mut Run,
        model: &TargetGroup,
        copy: &TargetGroup,
        name: &str,
    ) -> Result<(), SetupError> {
        let (from, to) =
            (model.target_group_arn().unwrap_or_default(), copy.target_group_arn().unwrap_or_default());
        let is_copy = self.load_balancers.made_by(&self.owner, to).await?
            && !self.load_balancers.made_by(&self.owner, from).await?;
        let differing = if is_copy { self.differing(from, to).await? } else { Vec::new() };
        if differing.is_empty() {
            run.keeps("target group", name, None);
            return Ok(());
        }
        let change = Change::new(Action::Change, "target group", name);
        if run.does(change.with_all(differing.iter().map(ToString::to_string))) {
            self.set_attributes(to, differing).await?;
        }
        Ok(())
    }

    /// Deregistration delay, stickiness and their like: both sides of a deployment are to behave alike.
    async fn copy_attributes(&self, from: &str, to: &str) -> Result<(), SetupError> {
        match self.differing(from, to).await? {
            differing if differing.is_empty() => Ok(()),
            differing => self.set_attributes(to, differing).await,
        }
    }

    /// What is another in `from` than in `to`.
    async fn differing(&self, from: &str, to: &str) -> Result<Vec<Difference>, SetupError> {
        let (from, to) = (self.attributes(from).await?, self.attributes(to).await?);
        let differing = from.into_iter().filter(|attribute| !to.contains(attribute));
        let had = |wanted: &TargetGroupAttribute| {
            let found = to.iter().find(|attribute| attribute.key() == wanted.key());
            found.and_then(TargetGroupAttribute::value).map(str::to_owned)
        };
        Ok(differing.map(|wanted| Difference { had: had(&wanted), wanted }).collect())
    }

    async fn set_attributes(&self, arn: &str, differing: Vec<Difference>) -> Result<(), SetupError> {
        let call = self.load_balancers.client.modify_target_group_attributes().target_group_arn(arn);
        let wanted = differing.into_iter().map(|difference| difference.wanted).collect();
        call.set_attributes(Some(wanted))
            .send()
            .await
            .map_err(|error| failed("elasticloadbalancing:ModifyTargetGroupAttributes", arn, error))?;
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
