//! What a set-up made of a test listener, taken away.

use super::group::{self, SeenGroup, in_codedeploy, with_role};
use super::{TestListener, load_balancer};
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::{failed, is};
use crate::setup::run::Run;
use crate::setup::under_way;

impl TestListener {
    pub(in crate::setup) async fn take_away(&self, run: &mut Run) -> Result<(), SetupError> {
        under_way::check(&self.codedeploy, &self.application, &self.group).await?;
        let seen = group::see(&self.codedeploy, &self.application, &self.group).await?;
        let balancer = self.known_balancer(seen.as_ref()).await?;
        let listener = match &balancer {
            Some(balancer) => self.load_balancers.listener_on(balancer, self.port).await?,
            None => None,
        };
        let arn = listener.as_ref().and_then(|listener| listener.listener_arn());
        if let Some(seen) = &seen {
            if self.made_group(&self.owner).await? {
                self.remove_group(run).await?;
            } else {
                self.remove_route(run, seen, arn).await?;
            }
        }
        self.remove_application(run, seen.as_ref(), balancer.as_deref()).await?;
        if let (Some(arn), Some(balancer)) = (arn, &balancer) {
            let name = load_balancer::spelled(balancer, self.port);
            if !self.load_balancers.made_by(&self.owner, arn).await? {
                run.keeps("listener", name, Some("not made by this set-up"));
            } else if run.does(Change::new(Action::Delete, "listener", name)) {
                self.load_balancers.delete_listener(arn).await?;
            }
        }
        if let Some(new) = &self.new_group {
            for name in &new.target_groups {
                self.remove_target_group(run, name, balancer.as_deref()).await?;
            }
        }
        Ok(())
    }

    /// The load balancer, where it can still be told.
    async fn known_balancer(&self, seen: Option<&SeenGroup>) -> Result<Option<String>, SetupError> {
        let found = match (&self.load_balancer, seen) {
            (Some(named), _) => self.load_balancers.find(named).await,
            (None, Some(seen)) => {
                let listener = self.load_balancers.listener(&seen.pair.production).await;
                listener.map(|listener| listener.load_balancer_arn().unwrap_or_default().to_owned())
            }
            (None, None) => return Ok(None),
        };
        match found {
            Ok(balancer) => Ok(Some(balancer)),
            // Its listeners went with it.
            Err(SetupError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn remove_group(&self, run: &mut Run) -> Result<(), SetupError> {
        let name = self.group_name();
        if !run.does(Change::new(Action::Delete, "deployment group", &name)) {
            return Ok(());
        }
        let call = self.codedeploy.delete_deployment_group().application_name(&self.application);
        call.deployment_group_name(&self.group).send().await.map_err(|error| {
            failed("codedeploy:DeleteDeploymentGroup", format!("deployment group {name}"), error)
        })?;
        Ok(())
    }

    /// Deletes the application, if this set-up made it and it has no other group.
    async fn remove_application(
        &self,
        run: &mut Run,
        seen: Option<&SeenGroup>,
        balancer: Option<&str>,
    ) -> Result<(), SetupError> {
        let Some(new) = &self.new_group else { return Ok(()) };
        let (name, codedeploy) = (&self.application, &self.codedeploy);
        let groups = match codedeploy.list_deployment_groups().application_name(name).send().await {
            Ok(output) => output.deployment_groups.unwrap_or_default(),
            Err(error) if is(&error, &["ApplicationDoesNotExistException"]) => return Ok(()),
            Err(error) => return Err(failed("codedeploy:ListDeploymentGroups", name, error)),
        };
        let resource = format!("application:{name}");
        let listener = balancer.or(seen.map(|seen| seen.pair.production.as_str()));
        let arn = match (listener, &self.region) {
            (Some(listener), _) => in_codedeploy(listener, &resource),
            // The load balancer went first. The role has the account, and nothing else is sure to be there.
            (None, Some(region)) => with_role(&new.service_role, region, &resource),
            (None, None) => {
                run.keeps("application", name, Some("without a region it cannot be told who made it"));
                return Ok(());
            }
        };
        let tags = self.tags(&arn).await?;
        if !self.owner.made(tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))) {
            return Ok(());
        }
        if groups.iter().any(|group| *group != self.group) {
            run.keeps("application", name, Some("it has other deployment groups"));
        } else if run.does(Change::new(Action::Delete, "application", name)) {
            codedeploy.delete_application().application_name(name).send().await.map_err(|error| {
                failed("codedeploy:DeleteApplication", format!("application {name}"), error)
            })?;
        }
        Ok(())
    }
}
