//! In place or blue/green, behind a load balancer or not (`deploymentStyle`).

use crate::string_enum::string_enum;

string_enum! {
    /// Where a new revision goes. Deployments of ECS and Lambda are blue/green, and always
    /// [with traffic control](DeploymentOption::WithTrafficControl).
    #[non_exhaustive]
    pub enum DeploymentType {
        /// Onto the instances that run the old revision.
        InPlace = "IN_PLACE",
        /// Beside the old one, and traffic is shifted to it.
        BlueGreen = "BLUE_GREEN",
    }
}

string_enum! {
    /// Whether a load balancer, or an alias, takes part.
    #[non_exhaustive]
    pub enum DeploymentOption {
        /// It does.
        WithTrafficControl = "WITH_TRAFFIC_CONTROL",
        /// It does not.
        WithoutTrafficControl = "WITHOUT_TRAFFIC_CONTROL",
    }
}
