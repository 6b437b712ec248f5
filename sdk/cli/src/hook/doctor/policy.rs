//! The policy to add for what is missing.

use serde::Serialize;

use super::finding::{Finding, Outcome};

/// What the host says of a refusal that a policy of the role itself mends.
const MENDED_BY_ROLE: &str = "no identity-based policy allows it";

/// A policy as IAM takes it.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: &'static str,
    action: Vec<String>,
    resource: String,
}

impl Policy {
    /// What allows all that is missing, a statement for each resource; nothing when nothing is missing that a policy of
    /// the caller allows. What an explicit deny or a policy elsewhere refuses is left out: allowing it changes nothing.
    pub(super) fn of(findings: &[&Finding]) -> Option<Self> {
        let mut statements: Vec<Statement> = Vec::new();
        for finding in findings {
            let mended = finding.denied_by.as_deref().is_none_or(|by| by == MENDED_BY_ROLE);
            let (Outcome::Missing, true, Some(action), Some(resource)) =
                (finding.outcome, mended, &finding.permission, &finding.resource)
            else {
                continue;
            };
            match statements.iter_mut().find(|statement| statement.resource == *resource) {
                Some(statement) if statement.action.contains(action) => {}
                Some(statement) => statement.action.push(action.clone()),
                None => statements.push(Statement {
                    effect: "Allow",
                    action: vec![action.clone()],
                    resource: resource.clone(),
                }),
            }
        }
        (!statements.is_empty()).then_some(Self { version: "2012-10-17", statement: statements })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(permission: &str, resource: &str, denied_by: Option<&str>) -> Finding {
        let mut finding = Finding::of_call(Outcome::Missing, "f", "denied");
        finding.permission = Some(permission.to_owned());
        finding.resource = Some(resource.to_owned());
        finding.denied_by = denied_by.map(str::to_owned);
        finding
    }

    #[test]
    fn a_policy_has_a_statement_for_each_resource_and_nothing_that_allowing_does_not_mend() {
        let findings = [
            missing("a:One", "arn:x", Some(MENDED_BY_ROLE)),
            missing("a:Two", "arn:y", None),
            missing("a:Three", "arn:x", None),
            missing("a:Four", "arn:x", Some("an explicit deny in the service control policy")),
            missing("a:Five", "arn:x", Some("no VPC endpoint policy allows it")),
        ];
        let policy = Policy::of(&findings.iter().collect::<Vec<_>>()).unwrap();
        snapbox::assert_data_eq!(
            serde_json::to_string(&policy).unwrap(),
            snapbox::str![[
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["a:One","a:Three"],"Resource":"arn:x"},{"Effect":"Allow","Action":["a:Two"],"Resource":"arn:y"}]}"#
            ]]
        );
        assert_eq!(Policy::of(&[&findings[3]]), None);
    }
}
