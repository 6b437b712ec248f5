//! An account in which everything is set up for a deployment, so that each test spoils one thing.

use greenlight::aws::{CodeDeploy, RequestBudget};
use greenlight_core::{DeploymentPipeline as _, DeploymentRequest, Plan};
use serde_json::{Value, json};

use crate::aws_support::connection;
use crate::endpoint_deployment_support::with;
use crate::endpoint_support::Client;
use crate::setup_support::{APPSPEC, Account, redacted, whole};

/// The account, its pipeline, and an AppSpec whose plan has no findings. The group is `web` of the application `shop`.
pub(crate) struct Ground {
    pub(crate) account: Account,
    pub(crate) client: Client,
    pub(crate) pipeline: CodeDeploy,
    pub(crate) appspec: String,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let account = Account::new().await;
        let made = whole(&account, APPSPEC).apply().await.unwrap();
        let appspec = made.value.unwrap().as_str().to_owned();
        let connection = connection(&account.front.url()).await;
        let pipeline = CodeDeploy::builder(connection.config()).with_seed(1).without_logs();
        let pipeline = pipeline.with_budget(RequestBudget::per_minute(6000)).build();
        let client = Client::new(&account.endpoint);
        let ground = Self { account, client, pipeline, appspec };
        ground.disturb(|_| None);
        drop(ground.account.front.changes());
        ground
    }

    pub(crate) async fn plan(&self, appspec: &str) -> Plan {
        self.pipeline.plan(&DeploymentRequest::new("shop", "web", appspec)).await.unwrap()
    }

    /// What the AppSpec of the set-up has for findings.
    pub(crate) async fn findings(&self) -> String {
        text(&self.plan(&self.appspec).await)
    }

    /// The same with something in the AppSpec replaced.
    pub(crate) async fn findings_with(&self, from: &str, to: &str) -> String {
        assert!(self.appspec.contains(from), "{from} in {}", self.appspec);
        text(&self.plan(&self.appspec.replace(from, to)).await)
    }

    /// Answers calls itself, by their names. IAM, of which moto has no simulator, permits what is not answered.
    pub(crate) fn disturb(&self, answer: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static) {
        self.account
            .front
            .disturb(move |name, _| answer(name).or_else(|| (name == SIMULATE).then(|| decision("allowed"))));
    }

    /// Changes members of the deployment group.
    pub(crate) async fn group(&self, change: Value) {
        let names = json!({ "applicationName": "shop", "currentDeploymentGroupName": "web" });
        self.client.done("UpdateDeploymentGroup", with(names, change)).await;
    }

    /// The pair of target groups, with the listeners of these ARNs.
    pub(crate) async fn pair(&self, groups: [&str; 2], production: &str, test: Option<&str>) {
        let mut pair = json!({
            "targetGroups": groups.map(|name| json!({ "name": name })),
            "prodTrafficRoute": { "listenerArns": [production] },
        });
        if let Some(test) = test {
            pair["testTrafficRoute"] = json!({ "listenerArns": [test] });
        }
        self.group(json!({ "loadBalancerInfo": { "targetGroupPairInfoList": [pair] } })).await;
    }

    pub(crate) async fn info(&self) -> Value {
        let names = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
        self.client.done("GetDeploymentGroup", names).await["deploymentGroupInfo"].clone()
    }

    /// The ARN of the test listener.
    pub(crate) async fn test_listener(&self) -> String {
        let info = self.info().await;
        let pair = &info["loadBalancerInfo"]["targetGroupPairInfoList"][0];
        pair["testTrafficRoute"]["listenerArns"][0].as_str().unwrap().to_owned()
    }
}

/// A status and a body.
pub(crate) type Answer = (u16, Vec<u8>);

/// How IAM's simulator is called.
pub(crate) const SIMULATE: &str = "SimulatePrincipalPolicy";

/// What IAM's simulator answers.
pub(crate) fn decision(decision: &str) -> Answer {
    decision_without(decision, "")
}

/// The same where the policies ask for what the simulator was not told: members of `MissingContextValues`.
pub(crate) fn decision_without(decision: &str, missing: &str) -> Answer {
    let body = format!(
        "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults><member>\
         <EvalActionName>lambda:InvokeFunction</EvalActionName><EvalDecision>{decision}</EvalDecision>\
         <MissingContextValues>{missing}</MissingContextValues></member>\
         </EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
    );
    (200, body.into_bytes())
}

/// An error of a service that speaks XML.
pub(crate) fn xml_error(status: u16, code: &str, message: &str) -> Answer {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    (status, format!("<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>").into_bytes())
}

/// An error of a service that speaks JSON.
pub(crate) fn json_error(status: u16, code: &str, message: &str) -> Answer {
    (status, json!({ "__type": code, "message": message }).to_string().into_bytes())
}

/// An error of a service that speaks CBOR.
pub(crate) fn cbor_error(status: u16, code: &str, message: &str) -> Answer {
    (status, cbor(&json!({ "__type": code, "message": message })))
}

/// Short texts, lists and maps as CBOR, which the client of CloudWatch speaks.
pub(crate) fn cbor(value: &Value) -> Vec<u8> {
    let head = |kind: u8, length: usize| vec![kind, u8::try_from(length).unwrap()];
    match value {
        Value::String(text) => [head(0x78, text.len()), text.clone().into_bytes()].concat(),
        Value::Array(values) => [head(0x98, values.len()), values.iter().flat_map(cbor).collect()].concat(),
        Value::Object(members) => {
            let members_of =
                members.iter().flat_map(|(name, value)| [cbor(&json!(name)), cbor(value)].concat());
            [head(0xb8, members.len()), members_of.collect()].concat()
        }
        other => panic!("{other} has no form here"),
    }
}

/// Every finding with its fix, and ids that are random made the same.
pub(crate) fn text(plan: &Plan) -> String {
    redacted(&plan.findings.iter().map(|finding| format!("{finding:#}")).collect::<Vec<_>>().join("\n"))
}

/// Findings by what was spoiled.
#[derive(Debug, Default)]
pub(crate) struct Cases(String);

impl Cases {
    pub(crate) fn add(&mut self, spoiled: &str, findings: &str) {
        let gap = if self.0.is_empty() { "" } else { "\n\n" };
        self.0.push_str(&format!("{gap}# {spoiled}\n{findings}"));
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
