//! A client of an endpoint, for as much of the protocol as the benchmark speaks, and deployments that stay in flight.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, StatusCode};
use serde_json::{Value, json};

use crate::http_load::{Exchange, HttpLoad, LoadError};

/// The one application.
pub const APPLICATION: &str = "bench";
/// A deployment is in flight within a moment, or something is wrong.
const DEADLINE: Duration = Duration::from_secs(30);
const JSON: &str = "application/x-amz-json-1.1";

/// Sends one request at a time.
#[derive(Debug)]
pub struct EndpointClient {
    load: HttpLoad,
}

/// One operation, asked about each of some things in turn.
#[derive(Debug)]
pub struct Asking {
    operation: &'static str,
    /// Inputs, each with a text that the right answer holds.
    inputs: Vec<(Bytes, String)>,
}

impl EndpointClient {
    /// Opens one connection.
    ///
    /// # Errors
    ///
    /// As [`HttpLoad::open`].
    pub fn connect(address: SocketAddr) -> Result<Self, LoadError> {
        Ok(Self { load: HttpLoad::open(address, 1)? })
    }

    /// Calls an operation, and says how long the answer took.
    ///
    /// # Errors
    ///
    /// When it is not answered, or refused.
    pub fn call(&mut self, operation: &'static str, input: &Value) -> Result<(Value, Duration), LoadError> {
        let input = Bytes::from(input.to_string());
        let (status, body, took) = self.load.ask(request(operation, input))?;
        match serde_json::from_slice(&body) {
            Ok(answer) if status == StatusCode::OK => Ok((answer, took)),
            _ => Err(LoadError::Answer { address: self.load.address(), status, body }),
        }
    }

    /// Makes the application.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn create_application(&mut self) -> Result<(), LoadError> {
        let input = json!({ "applicationName": APPLICATION, "computePlatform": "ECS" });
        self.call("CreateApplication", &input).map(drop)
    }

    /// Makes the group with this number. Its deployments wait two days for a continuation.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn create_group(&mut self, number: usize) -> Result<(), LoadError> {
        let listener = |id: &str| {
            format!(
                "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/0123456789abcdef/{id}"
            )
        };
        let input = json!({
            "applicationName": APPLICATION,
            "deploymentGroupName": group_name(number),
            "serviceRoleArn": "arn:aws:iam::123456789012:role/codedeploy",
            "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
            "deploymentStyle": { "deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL" },
            "blueGreenDeploymentConfiguration": {
                "deploymentReadyOption": {
                    "actionOnTimeout": "STOP_DEPLOYMENT",
                    "waitTimeInMinutes": 2880,
                },
                "terminateBlueInstancesOnDeploymentSuccess": {
                    "action": "TERMINATE",
                    "terminationWaitTimeInMinutes": 5,
                },
            },
            "loadBalancerInfo": { "targetGroupPairInfoList": [{
                "targetGroups": [{ "name": "web-1" }, { "name": "web-2" }],
                "prodTrafficRoute": { "listenerArns": [listener("1111111111111111")] },
                "testTrafficRoute": { "listenerArns": [listener("2222222222222222")] },
            }] },
            "ecsServices": [{ "clusterName": "main", "serviceName": group_name(number) }],
        });
        self.call("CreateDeploymentGroup", &input).map(drop)
    }

    /// Begins a deployment to the group with this number: its id, and how long the answer took. Those of even numbers
    /// will wait in a hook, the others for a continuation.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn deploy(&mut self, number: usize) -> Result<(String, Duration), LoadError> {
        let hooks =
            if waits_in_hook(number) { json!([{ "AfterAllowTestTraffic": "validate" }]) } else { json!([]) };
        let appspec = json!({
            "version": 0.0,
            "Resources": [{ "TargetService": {
                "Type": "AWS::ECS::Service",
                "Properties": {
                    "TaskDefinition":
                        format!("arn:aws:ecs:us-east-1:123456789012:task-definition/{}:1", group_name(number)),
                    "LoadBalancerInfo": { "ContainerName": "web", "ContainerPort": 8080 },
                },
            } }],
            "Hooks": hooks,
        });
        let input = json!({
            "applicationName": APPLICATION,
            "deploymentGroupName": group_name(number),
            "revision": {
                "revisionType": "AppSpecContent",
                "appSpecContent": { "content": appspec.to_string() },
            },
        });
        let (answer, took) = self.call("CreateDeployment", &input)?;
        Ok((text(&answer, "/deploymentId")?.to_owned(), took))
    }

    /// Waits until a deployment stands where it will stay.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call), and when it takes too long.
    pub fn until_in_flight(&mut self, number: usize, id: &str) -> Result<(), LoadError> {
        self.until(id, |client| {
            if !waits_in_hook(number) {
                return Ok(client.status(id)? == "Ready");
            }
            let (answer, _) = client.call("GetDeploymentTarget", &target_of(number, id))?;
            let events =
                answer.pointer("/deploymentTarget/ecsTarget/lifecycleEvents").and_then(Value::as_array);
            let in_hook = |event: &Value| {
                event.get("lifecycleEventName").is_some_and(|name| name == "AfterAllowTestTraffic")
                    && event.get("status").is_some_and(|status| status == "InProgress")
            };
            Ok(events.is_some_and(|events| events.iter().any(in_hook)))
        })
    }

    /// Stops a deployment, and waits until it has.
    ///
    /// # Errors
    ///
    /// As [`until_in_flight`](Self::until_in_flight).
    pub fn stop(&mut self, id: &str) -> Result<(), LoadError> {
        self.call("StopDeployment", &json!({ "deploymentId": id }))?;
        self.until(id, |client| Ok(client.status(id)? == "Stopped"))
    }

    fn status(&mut self, id: &str) -> Result<String, LoadError> {
        let (answer, _) = self.call("GetDeployment", &json!({ "deploymentId": id }))?;
        Ok(text(&answer, "/deploymentInfo/status")?.to_owned())
    }

    fn until(
        &mut self,
        id: &str,
        holds: impl Fn(&mut Self) -> Result<bool, LoadError>,
    ) -> Result<(), LoadError> {
        let begun = Instant::now();
        while !holds(self)? {
            if begun.elapsed() > DEADLINE {
                let message = format!("the deployment {id} is {} still", self.status(id)?);
                return Err(io::Error::other(message).into());
            }
        }
        Ok(())
    }
}

impl Asking {
    /// Asks with each of these inputs; the right answer to each holds the text beside it.
    #[must_use]
    pub fn new(operation: &'static str, inputs: impl IntoIterator<Item = (Value, String)>) -> Self {
        let inputs = inputs.into_iter().map(|(input, holds)| (Bytes::from(input.to_string()), holds));
        Self { operation, inputs: inputs.collect() }
    }

    fn input(&self, number: usize) -> Option<&(Bytes, String)> {
        // Not in their order, in which their memory lies side by side. No count of inputs has this prime factor.
        self.inputs.get(number.wrapping_mul(7919) % self.inputs.len().max(1))
    }
}

impl Exchange for Asking {
    fn request(&self, number: usize) -> Request<Full<Bytes>> {
        let input = self.input(number).map_or_else(Bytes::new, |(input, _)| input.clone());
        request(self.operation, input)
    }

    fn is_right(&self, number: usize, status: StatusCode, body: &Bytes) -> bool {
        let holds = |(_, holds): &(Bytes, String)| {
            std::str::from_utf8(body).is_ok_and(|body| body.contains(holds.as_str()))
        };
        status == StatusCode::OK && self.input(number).is_some_and(holds)
    }
}

/// The name of a group and of its service.
#[must_use]
pub fn group_name(number: usize) -> String {
    format!("web-{number:04}")
}

/// The input that names the target of a deployment.
#[must_use]
pub fn target_of(number: usize, deployment: &str) -> Value {
    json!({ "deploymentId": deployment, "targetId": format!("main:{}", group_name(number)) })
}

const fn waits_in_hook(number: usize) -> bool {
    number.is_multiple_of(2)
}

fn request(operation: &str, input: Bytes) -> Request<Full<Bytes>> {
    let request = Request::post("/")
        .header("content-type", JSON)
        .header("x-amz-target", format!("CodeDeploy_20141006.{operation}"))
        .body(Full::new(input));
    // No name of an operation is unfit for a header; one that were would be refused.
    request.unwrap_or_default()
}

fn text<'a>(answer: &'a Value, pointer: &str) -> Result<&'a str, LoadError> {
    let text = answer.pointer(pointer).and_then(Value::as_str);
    text.ok_or_else(|| io::Error::other(format!("an answer has no {pointer}: {answer}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_is_asked_and_its_own_answer_expected() {
        let inputs = (0..10).map(|number| (json!({ "number": number }), format!("<{number}>")));
        let asking = Asking::new("GetDeployment", inputs);
        for number in 0..10 {
            let right = Bytes::from(format!("so <{}>", number * 7919 % 10));
            assert!(asking.is_right(number, StatusCode::OK, &right));
            assert!(!asking.is_right(number, StatusCode::BAD_REQUEST, &right));
            assert!(!asking.is_right(number + 1, StatusCode::OK, &right));
        }
    }
}
