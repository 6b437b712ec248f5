//! The function's role.

use aws_sdk_iam::types::{Role, Tag};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::HookFunction;
use super::policy::{self, Place};
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::{failed, is};
use crate::setup::owner::TAG;
use crate::setup::run::{Mode, Run};

/// The name of the role's only policy.
pub(super) const POLICY: &str = "greenlight-hook";

/// The longest name of a role.
const LONGEST: usize = 64;

impl HookFunction {
    /// Sees to the role and gives its ARN, or what it will be called in a dry run.
    pub(super) async fn ensure_role(&self, run: &mut Run) -> Result<String, SetupError> {
        let name = self.role_name();
        let seen = self.seen_role(&name).await?;
        let Some(role) = seen else {
            let change = Change::new(Action::Create, "role", &name).with(format!("policy {POLICY}"));
            if !run.does(change) {
                return Ok(format!("(the role {name})"));
            }
            let arn = self.create_role(&name).await?;
            self.put_policy(&name, &self.permissions(&arn)).await?;
            return Ok(arn);
        };
        if !self.owner.made(role.tags().iter().map(|tag| (tag.key(), tag.value()))) {
            return Err(self.owner.foreign("role", name));
        }
        let arn = role.arn();
        let wanted = self.permissions(arn);
        let trusts = decoded(role.assume_role_policy_document()) == Some(policy::trust());
        let allows = self.seen_policy(&name).await? == Some(wanted.clone());
        if trusts && allows {
            run.keeps("role", name, None);
            return Ok(arn.to_owned());
        }
        let mut change = Change::new(Action::Change, "role", &name);
        for (same, what) in [(trusts, "who may assume it"), (allows, "its policy")] {
            if !same {
                change = change.with(what);
            }
        }
        if run.does(change) {
            if !trusts {
                self.update_trust(&name).await?;
            }
            if !allows {
                self.put_policy(&name, &wanted).await?;
            }
        }
        Ok(arn.to_owned())
    }

    /// Deletes the role with its policy.
    pub(super) async fn remove_role(&self, run: &mut Run) -> Result<(), SetupError> {
        if self.role.is_some() {
            return Ok(());
        }
        let name = self.role_name();
        let Some(role) = self.seen_role(&name).await? else { return Ok(()) };
        if !self.owner.made(role.tags().iter().map(|tag| (tag.key(), tag.value()))) {
            run.keeps("role", name, Some("not made by this set-up"));
            return Ok(());
        }
        if !run.does(Change::new(Action::Delete, "role", &name)) {
            return Ok(());
        }
        match self.iam.delete_role_policy().role_name(&name).policy_name(POLICY).send().await {
            Ok(_) => {}
            Err(error) if is(&error, &["NoSuchEntity"]) => {}
            Err(error) => return Err(failed("iam:DeleteRolePolicy", format!("role {name}"), error)),
        }
        match self.iam.delete_role().role_name(&name).send().await {
            Ok(_) => Ok(()),
            Err(error) if is(&error, &["NoSuchEntity"]) => Ok(()),
            Err(error) => Err(failed("iam:DeleteRole", format!("role {name}"), error)),
        }
    }

    /// Roles are of no region, and functions are.
    fn role_name(&self) -> String {
        let whole = format!("{}-{}", self.name, self.region);
        if whole.len() <= LONGEST {
            return whole;
        }
        let digest = Sha256::digest(whole.as_bytes());
        let hex: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{hex}", whole.chars().take(LONGEST - 9).collect::<String>())
    }

    async fn seen_role(&self, name: &str) -> Result<Option<Role>, SetupError> {
        match self.iam.get_role().role_name(name).send().await {
            Ok(output) => Ok(output.role),
            Err(error) if is(&error, &["NoSuchEntity"]) => Ok(None),
            Err(error) => Err(failed("iam:GetRole", format!("role {name}"), error)),
        }
    }

    async fn create_role(&self, name: &str) -> Result<String, SetupError> {
        let tag = Tag::builder().key(TAG).value(self.owner.name()).build();
        let tag = tag.map_err(|error| SetupError::invalid(error.to_string()))?;
        let call = self
            .iam
            .create_role()
            .role_name(name)
            .description(format!("What the hook function {} may do; made by greenlight setup", self.name))
            .assume_role_policy_document(policy::trust().to_string())
            .tags(tag);
        let made =
            call.send().await.map_err(|error| failed("iam:CreateRole", format!("role {name}"), error))?;
        Ok(made.role().map(Role::arn).unwrap_or_default().to_owned())
    }

    async fn update_trust(&self, name: &str) -> Result<(), SetupError> {
        let call = self.iam.update_assume_role_policy().role_name(name);
        let call = call.policy_document(policy::trust().to_string());
        call.send()
            .await
            .map_err(|error| failed("iam:UpdateAssumeRolePolicy", format!("role {name}"), error))?;
        Ok(())
    }

    async fn seen_policy(&self, name: &str) -> Result<Option<Value>, SetupError> {
        match self.iam.get_role_policy().role_name(name).policy_name(POLICY).send().await {
            Ok(output) => Ok(decoded(Some(output.policy_document()))),
            Err(error) if is(&error, &["NoSuchEntity"]) => Ok(None),
            Err(error) => Err(failed("iam:GetRolePolicy", format!("role {name}"), error)),
        }
    }

    async fn put_policy(&self, name: &str, document: &Value) -> Result<(), SetupError> {
        let call = self.iam.put_role_policy().role_name(name).policy_name(POLICY);
        let call = call.policy_document(document.to_string());
        call.send().await.map_err(|error| failed("iam:PutRolePolicy", format!("role {name}"), error))?;
        Ok(())
    }

    /// The policy; partition and account are those of the role.
    fn permissions(&self, role: &str) -> Value {
        let mut parts = role.split(':');
        let mut next = || parts.next().unwrap_or_default();
        let (_, partition, _, _, account) = (next(), next(), next(), next(), next());
        let place = Place { partition, region: &self.region, account };
        policy::permissions(
            place,
            &self.name,
            &self.application,
            &self.group,
            self.configuration.vpc.is_some(),
        )
    }
}

/// A policy as IAM answers it: JSON in the escapes of URLs.
fn decoded(document: Option<&str>) -> Option<Value> {
    let text = percent_decode_str(document?).decode_utf8().ok()?;
    serde_json::from_str(&text).ok()
}

/// A dry run makes no role, and everything after it has to do without its ARN.
pub(super) fn is_known(role: &str, mode: Mode) -> bool {
    mode == Mode::Apply || role.starts_with("arn:")
}
