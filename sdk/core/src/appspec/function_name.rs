//! The Lambda function that a hook calls.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::placeholder::is_placeholder;
use super::task_definition::is_account;

/// A Lambda function by name, by partial ARN or by ARN, with an optional version or alias; or a placeholder that a tool
/// replaces before CodeDeploy sees it.
///
/// The forms are those of `FunctionName` in Lambda's `Invoke`. `Display` gives back what was read.
///
/// ```
/// use greenlight_core::appspec::FunctionName;
///
/// let by_arn: FunctionName = "arn:aws:lambda:eu-west-1:111122223333:function:smoke:live".parse()?;
/// assert_eq!((by_arn.name(), by_arn.qualifier()), ("smoke", Some("live")));
/// let by_name: FunctionName = "smoke".parse()?;
/// assert_eq!(by_name.name(), by_arn.name());
/// # Ok::<(), greenlight_core::appspec::InvalidFunctionName>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String"))]
#[serde(try_from = "String", into = "String")]
// The text as it was read, shared: every deployment has one for each hook, and each of its events tells it.
pub struct FunctionName(Arc<Text>);

/// A text that was checked. A pointer to it takes one word, and one to a `str` two.
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Text(Box<str>);

/// Where a function is, and what is said about it.
struct Parts<'a> {
    owner: Owner<'a>,
    name: &'a str,
    qualifier: Option<&'a str>,
}

enum Owner<'a> {
    /// The caller's own account and region.
    Caller,
    /// `123456789012:function:name`.
    Account(&'a str),
    Arn {
        region: &'a str,
        account: &'a str,
    },
    /// The text is the name, whatever it looks like.
    Placeholder,
}

/// Why a text names no Lambda function.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFunctionName {
    /// There is no name.
    #[error("the function has no name")]
    Empty,
    /// A name is 1 to 64 letters, digits, `-` and `_`; a qualifier up to 128 of them, or `$LATEST`.
    #[error("`{0}` is not the name of a Lambda function: write up to 64 letters, digits, `-` and `_`")]
    Name(String),
    /// The text begins like an ARN and is not one of a Lambda function.
    #[error(
        "`{0}` is not the ARN of a Lambda function: write `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, the account with 12 digits"
    )]
    Arn(String),
}

impl FunctionName {
    /// The name of the function alone, without account and qualifier. Of a placeholder: the part after
    /// `:function:`, or all of it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.parts() {
            Some(Parts { owner: Owner::Placeholder, name, .. }) => {
                name.rsplit_once(":function:").map_or(name, |(_, name)| name)
            }
            Some(Parts { name, .. }) => name,
            // Never, for it was read once.
            None => self.text(),
        }
    }

    /// The version or alias, where one is given.
    #[must_use]
    pub fn qualifier(&self) -> Option<&str> {
        self.parts()?.qualifier
    }

    /// The account, where one is given.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        match self.parts()?.owner {
            Owner::Account(account) | Owner::Arn { account, .. } => Some(account),
            Owner::Caller | Owner::Placeholder => None,
        }
    }

    /// The region, where one is given.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        match self.parts()?.owner {
            Owner::Arn { region, .. } => Some(region),
            _ => None,
        }
    }

    /// Whether it is a full ARN.
    #[must_use]
    pub fn is_arn(&self) -> bool {
        matches!(self.parts(), Some(Parts { owner: Owner::Arn { .. }, .. }))
    }

    /// Whether a tool has to replace the text before CodeDeploy sees it.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        matches!(self.parts(), Some(Parts { owner: Owner::Placeholder, .. }))
    }

    fn text(&self) -> &str {
        &self.0.0
    }

    fn parts(&self) -> Option<Parts<'_>> {
        // What most are, so that nothing is looked for in vain.
        let name = self.text();
        if is_word(name, 64) {
            return Some(Parts { owner: Owner::Caller, name, qualifier: None });
        }
        Parts::of(name).ok()
    }
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Result<Self, InvalidFunctionName> {
        if text.trim().is_empty() {
            return Err(InvalidFunctionName::Empty);
        }
        if is_placeholder(text) {
            return Ok(Self { owner: Owner::Placeholder, name: text, qualifier: None });
        }
        let parts: Vec<&str> = text.split(':').collect();
        let (owner, rest) = match parts.as_slice() {
            ["arn", partition, "lambda", region, account, "function", rest @ ..]
                if partition.starts_with("aws") && !region.is_empty() && is_account(account) =>
            {
                (Owner::Arn { region, account }, rest)
            }
            ["arn", ..] => return Err(InvalidFunctionName::Arn(text.to_owned())),
            [account, "function", rest @ ..] if is_account(account) => (Owner::Account(account), rest),
            rest => (Owner::Caller, rest),
        };
        let (name, qualifier) = match rest {
            [name] => (*name, None),
            [name, qualifier] => (*name, Some(*qualifier)),
            _ => return Err(InvalidFunctionName::Name(text.to_owned())),
        };
        if !is_word(name, 64) || !qualifier.is_none_or(|text| text == "$LATEST" || is_word(text, 128)) {
            return Err(InvalidFunctionName::Name(text.to_owned()));
        }
        Ok(Self { owner, name, qualifier })
    }
}

impl FromStr for FunctionName {
    type Err = InvalidFunctionName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Parts::of(text)?;
        Ok(Self(Arc::new(Text(text.into()))))
    }
}

impl TryFrom<String> for FunctionName {
    type Error = InvalidFunctionName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<FunctionName> for String {
    fn from(function: FunctionName) -> Self {
        function.to_string()
    }
}

fn is_word(text: &str, longest: usize) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !text.is_empty() && text.len() <= longest && text.bytes().all(good)
}

impl fmt::Display for FunctionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Debug for FunctionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FunctionName").field(&self.text()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_given_back_as_it_was_read() {
        for text in [
            "smoke",
            "smoke:live",
            "smoke:$LATEST",
            "111122223333:function:smoke",
            "arn:aws-cn:lambda:cn-north-1:111122223333:function:smoke:7",
            "<SMOKE_TEST>",
            "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:smoke",
        ] {
            let function: FunctionName = text.parse().unwrap();
            assert_eq!(function.to_string(), text);
            let json = serde_json::to_string(&function).unwrap();
            assert_eq!(serde_json::from_str::<FunctionName>(&json).unwrap(), function);
            if !text.starts_with('<') {
                assert_eq!(function.name(), "smoke", "{text}");
            }
        }
    }

    #[test]
    fn what_lambda_would_refuse_is_refused() {
        for text in ["", " ", "smoke test", "a:b:c", "smoke:", "arn:aws:lambda:eu-west-1:me:function:smoke"] {
            assert!(text.parse::<FunctionName>().is_err(), "{text}");
        }
        assert!("a".repeat(65).parse::<FunctionName>().is_err());
    }
}
