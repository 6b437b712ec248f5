//! Task definitions as the service writes them: what the SDK has no type for yet must not be lost.

use std::sync::{Arc, Mutex};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_ecs::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_types::body::SdkBody;
use serde_json::{Map, Value};

use crate::setup::SetupError;
use crate::setup::error::{failed, is};

/// The latest active revision of a family.
#[derive(Debug)]
pub(super) struct Latest {
    pub(super) arn: String,
    pub(super) definition: Map<String, Value>,
}

/// What the service has, if it has any.
pub(super) async fn latest(client: &Client, family: &str) -> Result<Option<Latest>, SetupError> {
    let body = Body::default();
    let call =
        client.describe_task_definition().task_definition(family).customize().interceptor(body.clone());
    match call.send().await {
        // It says so for a family that it does not know, or that has no active revision.
        Err(error) if is(&error, &["ClientException"]) => return Ok(None),
        Err(error) => {
            return Err(failed("ecs:DescribeTaskDefinition", format!("task definition {family}"), error));
        }
        Ok(_) => {}
    }
    let Some(Value::Object(definition)) =
        body.json().and_then(|mut answer| Some(answer.get_mut("taskDefinition")?.take()))
    else {
        return Ok(None);
    };
    if definition.get("status").and_then(Value::as_str) != Some("ACTIVE") {
        return Ok(None);
    }
    let arn = definition.get("taskDefinitionArn").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Some(Latest { arn, definition }))
}

/// Registers a revision of exactly this JSON, and gives its ARN.
pub(super) async fn register(client: &Client, family: &str, declared: &Value) -> Result<String, SetupError> {
    let json = declared.to_string();
    // The SDK wants what it knows to be needed; what is sent is the declaration.
    let call = client.register_task_definition().family(family).set_container_definitions(Some(Vec::new()));
    let call = call.customize().mutate_request(move |request| {
        request.headers_mut().insert("content-length", json.len().to_string());
        *request.body_mut() = SdkBody::from(json.as_str());
    });
    let made = call
        .send()
        .await
        .map_err(|error| failed("ecs:RegisterTaskDefinition", format!("task definition {family}"), error))?;
    let arn = made.task_definition().and_then(|made| made.task_definition_arn());
    Ok(arn.unwrap_or_default().to_owned())
}

/// Keeps the body of an answer.
#[derive(Debug, Clone, Default)]
struct Body {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl Body {
    fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.bytes.lock().ok()?).ok()
    }
}

impl Intercept for Body {
    fn name(&self) -> &'static str {
        "Body"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let (Some(bytes), Ok(mut kept)) = (context.response().body().bytes(), self.bytes.lock()) {
            bytes.clone_into(&mut kept);
        }
        Ok(())
    }
}
