//! Texts that another tool is to replace before CodeDeploy sees them.

/// Whether the text holds a placeholder: `<TASK_DEFINITION>` as a whole, or `${NAME}` or `{{ name }}` anywhere.
///
/// ```
/// use greenlight_core::appspec::is_placeholder;
///
/// assert!(is_placeholder("<TASK_DEFINITION>"));
/// assert!(is_placeholder("arn:aws:lambda:eu-west-1:${AWS::AccountId}:function:smoke"));
/// assert!(!is_placeholder("web"));
/// ```
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let angled = text.len() > 2 && text.starts_with('<') && text.ends_with('>');
    angled || holds(text, "${", "}") || holds(text, "{{", "}}")
}

fn holds(text: &str, open: &str, close: &str) -> bool {
    text.split_once(open).is_some_and(|(_, rest)| rest.contains(close))
}
