//! Names of resources across AWS.

use std::fmt;

/// The region and account that the endpoint stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Such as `us-east-1`.
    pub(crate) region: String,
    /// Twelve digits.
    pub(crate) account: String,
}

impl Place {
    /// What stands between `arn:` and `:codedeploy` follows from the region.
    pub(crate) fn partition(&self) -> &'static str {
        match self.region.split('-').next() {
            Some("cn") => "aws-cn",
            _ if self.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// The ARN of a Lambda function.
    pub(crate) fn function(&self, name: &str) -> String {
        let (partition, Self { region, account }) = (self.partition(), self);
        format!("arn:{partition}:lambda:{region}:{account}:function:{name}")
    }

    /// Reads an ARN of this place.
    pub(crate) fn read(&self, arn: &str) -> Result<Resource, InvalidArn> {
        let mut parts = arn.splitn(6, ':');
        let mut next = || parts.next().unwrap_or_default();
        let [scheme, partition, service, region, account, resource] = [(); 6].map(|()| next());
        if scheme != "arn" || partition.is_empty() || service.is_empty() || resource.is_empty() {
            return Err(InvalidArn::Form);
        }
        if service != "codedeploy" {
            return Err(InvalidArn::Service);
        }
        if region != self.region || account != self.account {
            return Err(InvalidArn::Elsewhere);
        }
        Resource::read(resource)
    }
}

/// What an ARN of the service names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Resource {
    /// An application, by name.
    Application(String),
    /// A deployment group, by name.
    DeploymentGroup {
        /// Its application.
        application: String,
        /// Itself.
        group: String,
    },
    /// A deployment configuration, by name.
    DeploymentConfig(String),
}

impl Resource {
    fn read(text: &str) -> Result<Self, InvalidArn> {
        let (kind, name) = text.split_once(':').ok_or(InvalidArn::Form)?;
        let named = |name: &str| if name.is_empty() { Err(InvalidArn::Form) } else { Ok(name.to_owned()) };
        match kind {
            "application" => named(name).map(Self::Application),
            "deploymentconfig" => named(name).map(Self::DeploymentConfig),
            "deploymentgroup" => {
                let (application, group) = name.split_once('/').ok_or(InvalidArn::Form)?;
                Ok(Self::DeploymentGroup { application: named(application)?, group: named(group)? })
            }
            _ => Err(InvalidArn::Kind),
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Application(name) => write!(f, "application:{name}"),
            Self::DeploymentGroup { application, group } => {
                write!(f, "deploymentgroup:{application}/{group}")
            }
            Self::DeploymentConfig(name) => write!(f, "deploymentconfig:{name}"),
        }
    }
}

/// Why a text is not the ARN of something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidArn {
    /// Not `arn:partition:service:region:account:kind:name`.
    #[error("it must have the form arn:aws:codedeploy:region:account:application:name")]
    Form,
    /// Of another service.
    #[error("it is not one of CodeDeploy")]
    Service,
    /// Of another region or account.
    #[error("it is of another region or account than this endpoint")]
    Elsewhere,
    /// Of something that the service does not have.
    #[error("CodeDeploy has only applications, deployment groups and deployment configurations")]
    Kind,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(region: &str) -> Place {
        Place { region: region.to_owned(), account: "123456789012".to_owned() }
    }

    #[test]
    fn an_arn_is_read_as_it_was_written() {
        let place = place("eu-west-1");
        for resource in [
            Resource::Application("shop".to_owned()),
            Resource::DeploymentGroup { application: "shop".to_owned(), group: "web".to_owned() },
            Resource::DeploymentConfig("CodeDeployDefault.ECSAllAtOnce".to_owned()),
        ] {
            let arn = format!("arn:aws:codedeploy:eu-west-1:123456789012:{resource}");
            assert_eq!(place.read(&arn), Ok(resource));
        }
        let group = Resource::DeploymentGroup { application: "a".to_owned(), group: "g".to_owned() };
        assert_eq!(group.to_string(), "deploymentgroup:a/g");
    }

    #[test]
    fn the_partition_follows_from_the_region() {
        for (region, partition) in
            [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("us-east-1", "aws")]
        {
            assert_eq!(place(region).partition(), partition);
        }
    }

    #[test]
    fn what_is_not_here_is_said_to_be_elsewhere() {
        for (arn, why) in [
            ("", InvalidArn::Form),
            ("shop", InvalidArn::Form),
            ("arn:aws:codedeploy:us-east-1:123456789012:application", InvalidArn::Form),
            ("arn:aws:codedeploy:us-east-1:123456789012:application:", InvalidArn::Form),
            ("arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:a", InvalidArn::Form),
            ("arn:aws:ecs:us-east-1:123456789012:service/a/b", InvalidArn::Service),
            ("arn:aws:codedeploy:us-east-1:210987654321:application:shop", InvalidArn::Elsewhere),
            ("arn:aws:codedeploy:eu-west-1:123456789012:application:shop", InvalidArn::Elsewhere),
            ("arn:aws:codedeploy:us-east-1:123456789012:instance:i", InvalidArn::Kind),
        ] {
            assert_eq!(place("us-east-1").read(arn), Err(why), "{arn}");
        }
    }
}
