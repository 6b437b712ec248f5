//! What an AppSpec says.

/// The ARN of the task definition in the text of an AppSpec, YAML or JSON. Nothing else there has this form.
pub(super) fn task_definition(appspec: &str) -> Option<String> {
    let middle = appspec.find(":task-definition/")?;
    let (before, after) = appspec.split_at(middle);
    let outside =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '{' | '}' | '[' | ']' | '<' | '>');
    let begin = before.rfind(outside).map_or(0, |at| at + 1);
    let end = after.find(outside).unwrap_or(after.len());
    let arn = format!("{}{}", before.get(begin..)?, after.get(..end)?);
    arn.starts_with("arn:").then_some(arn)
}

#[cfg(test)]
mod tests {
    use super::task_definition;

    #[test]
    fn a_task_definition_is_found_in_both_languages() {
        let arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7";
        for text in [
            format!("Resources:\n  - web:\n      Properties:\n        TaskDefinition: {arn}\n        X: y"),
            format!(r#"{{"properties":{{"taskDefinition":"{arn}","X":1}}}}"#),
            format!("TaskDefinition: '{arn}'"),
        ] {
            assert_eq!(task_definition(&text).as_deref(), Some(arn), "{text}");
        }
    }

    #[test]
    fn a_placeholder_is_no_task_definition() {
        assert_eq!(task_definition("TaskDefinition: <TASK_DEFINITION>"), None);
        assert_eq!(task_definition("x:task-definition/web"), None);
    }
}
