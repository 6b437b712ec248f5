//! What an `AccessDeniedException` says.
//!
//! The forms are those of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.

/// The parts of the service's sentence, as far as they are there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Denial<'a> {
    /// Such as `codedeploy:GetDeployment`.
    pub(super) action: Option<&'a str>,
    /// An ARN, or `*`.
    pub(super) resource: Option<&'a str>,
    pub(super) by: Option<By<'a>>,
}

/// What refused it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum By<'a> {
    /// No policy of this kind allows it, such as `identity-based policy`.
    NoneOf(&'a str),
    /// A policy of this kind denies it, whatever others allow.
    Explicit(&'a str),
}

impl<'a> Denial<'a> {
    /// Reads the sentence. One in another form has no parts.
    pub(super) fn read(sentence: &'a str) -> Self {
        let after = |begin: &str| sentence.split_once(begin).map(|(_, rest)| rest);
        let word =
            |text: &'a str| text.split_whitespace().next().map(|word| word.trim_end_matches(['.', ',']));
        let by = after(" because no ")
            .and_then(|rest| rest.split_once(" allows "))
            .map(|(kind, _)| By::NoneOf(kind))
            .or_else(|| {
                let kind = after(" with an explicit deny in ")?.trim_end_matches('.');
                let kind = kind.strip_prefix("an ").or_else(|| kind.strip_prefix("a ")).unwrap_or(kind);
                Some(By::Explicit(kind))
            });
        Self {
            action: after("not authorized to perform: ").and_then(word),
            resource: after(" on resource: ").and_then(word),
            by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "User: arn:aws:sts::123456789012:assumed-role/hook/CodeDeployHook_check is not authorized to perform: ";
    const GROUP: &str = "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:shop/web";

    #[test]
    fn action_resource_and_policy_are_read_out_of_every_form() {
        let some = |resource, by| Denial { action: Some("codedeploy:GetDeployment"), resource, by };
        for (rest, denial) in [
            (format!("on resource: {GROUP}"), some(Some(GROUP), None)),
            (
                format!(
                    "on resource: {GROUP} because no identity-based policy allows the codedeploy:GetDeployment action"
                ),
                some(Some(GROUP), Some(By::NoneOf("identity-based policy"))),
            ),
            (
                "on resource: * because no VPC endpoint policy allows the codedeploy:GetDeployment action"
                    .to_owned(),
                some(Some("*"), Some(By::NoneOf("VPC endpoint policy"))),
            ),
            (
                format!("on resource: {GROUP} with an explicit deny in a service control policy"),
                some(Some(GROUP), Some(By::Explicit("service control policy"))),
            ),
            ("and no more".to_owned(), some(None, None)),
        ] {
            let sentence = format!("AccessDeniedException: {USER}codedeploy:GetDeployment {rest}");
            assert_eq!(Denial::read(&sentence), denial, "{sentence}");
        }
        assert_eq!(Denial::read("AccessDeniedException: not authorized"), Denial::default());
    }
}
