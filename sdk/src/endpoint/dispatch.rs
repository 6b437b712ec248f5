//! From an operation's name to what it does.

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::caller::Caller;
use super::context::Context;
use super::error::ServiceError;
use super::operation::Operation;
use super::operations::{
    application, deployment, deployment_config, deployment_group, hook_status, revision, tag, target,
};
use super::wire::Codec;

/// Does what a request asks for. Nothing of the answer may leave before it is
/// [written](super::catalogue::Catalogue::written).
pub(super) fn dispatch<C: Codec>(
    codec: &C,
    context: &Context,
    operation: Operation,
    body: &[u8],
) -> Result<Bytes, ServiceError> {
    dispatch_for(codec, context, &Caller::nobody(), operation, body)
}

/// As [`dispatch`], for somebody who may not do everything.
pub(super) fn dispatch_for<C: Codec>(
    codec: &C,
    context: &Context,
    caller: &Caller,
    operation: Operation,
    body: &[u8],
) -> Result<Bytes, ServiceError> {
    select(operation, &Do { codec, context, caller, body })
}

/// Reads a request, and does nothing.
pub(super) fn check<C: Codec>(codec: &C, operation: Operation, body: &[u8]) -> Result<(), ServiceError> {
    select(operation, &Read { codec, body })
}

/// Does with an operation what is to be done.
fn select<C: Call>(operation: Operation, call: &C) -> Result<C::Done, ServiceError> {
    match operation {
        Operation::BatchGetApplications => call.run(application::batch_get),
        Operation::CreateApplication => call.run(application::create),
        Operation::DeleteApplication => call.run(application::delete),
        Operation::GetApplication => call.run(application::get),
        Operation::ListApplications => call.run(application::list),
        Operation::UpdateApplication => call.run(application::update),

        Operation::CreateDeploymentConfig => call.run(deployment_config::create),
        Operation::DeleteDeploymentConfig => call.run(deployment_config::delete),
        Operation::GetDeploymentConfig => call.run(deployment_config::get),
        Operation::ListDeploymentConfigs => call.run(deployment_config::list),

        Operation::BatchGetDeploymentGroups => call.run(deployment_group::batch_get),
        Operation::CreateDeploymentGroup => call.run(deployment_group::create),
        Operation::DeleteDeploymentGroup => call.run(deployment_group::delete),
        Operation::GetDeploymentGroup => call.run(deployment_group::get),
        Operation::ListDeploymentGroups => call.run(deployment_group::list),
        Operation::UpdateDeploymentGroup => call.run(deployment_group::update),

        Operation::BatchGetApplicationRevisions => call.run(revision::batch_get),
        Operation::GetApplicationRevision => call.run(revision::get),
        Operation::ListApplicationRevisions => call.run(revision::list),
        Operation::RegisterApplicationRevision => call.run(revision::register),

        Operation::BatchGetDeployments => call.run(deployment::batch_get),
        Operation::ContinueDeployment => call.run(deployment::proceed),
        Operation::CreateDeployment => call.run(deployment::create),
        Operation::GetDeployment => call.run(deployment::get),
        Operation::ListDeployments => call.run(deployment::list),
        Operation::SkipWaitTimeForInstanceTermination => call.run(deployment::skip_termination_wait),
        Operation::StopDeployment => call.run(deployment::stop),

        Operation::BatchGetDeploymentTargets => call.run(target::batch_get),
        Operation::GetDeploymentTarget => call.run(target::get),
        Operation::ListDeploymentTargets => call.run(target::list),
        Operation::PutLifecycleEventHookExecutionStatus => call.run_as(hook_status::put),

        Operation::ListTagsForResource => call.run(tag::list),
        Operation::TagResource => call.run(tag::tag),
        Operation::UntagResource => call.run(tag::untag),

        other @ (Operation::AddTagsToOnPremisesInstances
        | Operation::BatchGetOnPremisesInstances
        | Operation::DeregisterOnPremisesInstance
        | Operation::GetOnPremisesInstance
        | Operation::ListOnPremisesInstances
        | Operation::RegisterOnPremisesInstance
        | Operation::RemoveTagsFromOnPremisesInstances) => {
            let why = "it is about on-premises instances, and this endpoint plays deployments of ECS services and \
                       Lambda functions";
            Err(ServiceError::unsupported(other, why))
        }
        other @ (Operation::BatchGetDeploymentInstances
        | Operation::GetDeploymentInstance
        | Operation::ListDeploymentInstances) => {
            let why = "it is about instances of EC2/on-premises deployments; ask for deployment targets, with \
                       ListDeploymentTargets and GetDeploymentTarget";
            Err(ServiceError::unsupported(other, why))
        }
        other @ (Operation::DeleteGitHubAccountToken | Operation::ListGitHubAccountTokenNames) => {
            let why = "it is about connections to GitHub for EC2/on-premises deployments, and this endpoint has none";
            Err(ServiceError::unsupported(other, why))
        }
        other @ Operation::DeleteResourcesByExternalId => {
            let why = "it is about deployments that CloudFormation started, and none of this endpoint are";
            Err(ServiceError::unsupported(other, why))
        }
    }
}

/// What is done with a request once its operation is known.
trait Call {
    /// What comes of it.
    type Done;

    /// Does it.
    fn run<I: DeserializeOwned, O: Serialize>(
        &self,
        operation: impl FnOnce(&Context, I) -> Result<O, ServiceError>,
    ) -> Result<Self::Done, ServiceError> {
        self.run_as(|context, _, input| operation(context, input))
    }

    /// Does it for its caller.
    fn run_as<I: DeserializeOwned, O: Serialize>(
        &self,
        operation: impl FnOnce(&Context, &Caller, I) -> Result<O, ServiceError>,
    ) -> Result<Self::Done, ServiceError>;
}

/// Does what the request asks for.
struct Do<'a, C> {
    codec: &'a C,
    context: &'a Context,
    caller: &'a Caller,
    body: &'a [u8],
}

impl<C: Codec> Call for Do<'_, C> {
    type Done = Bytes;

    fn run_as<I: DeserializeOwned, O: Serialize>(
        &self,
        operation: impl FnOnce(&Context, &Caller, I) -> Result<O, ServiceError>,
    ) -> Result<Bytes, ServiceError> {
        let output = operation(self.context, self.caller, self.codec.decode(self.body)?)?;
        self.codec.encode(&output)
    }
}

/// Reads the request, and does nothing.
struct Read<'a, C> {
    codec: &'a C,
    body: &'a [u8],
}

impl<C: Codec> Call for Read<'_, C> {
    type Done = ();

    fn run_as<I: DeserializeOwned, O: Serialize>(
        &self,
        _operation: impl FnOnce(&Context, &Caller, I) -> Result<O, ServiceError>,
    ) -> Result<(), ServiceError> {
        self.codec.decode::<I>(self.body).map(drop)
    }
}
