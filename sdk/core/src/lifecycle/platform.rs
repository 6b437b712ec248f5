//! The two platforms whose deployments shift traffic.

use crate::string_enum::string_enum;

string_enum! {
    /// What a deployment shifts traffic between. The others of [`ComputePlatform`](crate::ComputePlatform) have no
    /// such lifecycle.
    pub enum Platform {
        /// Two task sets of an Amazon ECS service: eight events with a test listener, six without.
        Ecs = "ECS",
        /// Two versions of a Lambda function behind one alias: three events. There is nothing to create or delete,
        /// no test traffic, no ready wait and no termination wait. Blue is the version that the alias points to
        /// before the deployment (`currentversion`), green the one that it is to point to (`targetversion`).
        Lambda = "Lambda",
    }
}
