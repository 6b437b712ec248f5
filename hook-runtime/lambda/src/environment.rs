//! What the function's environment says.
//!
//! Lambda's own names are those of <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.

use std::fmt;
use std::path::PathBuf;

/// The settings of one function, read once at the start. Plugins never see any of it.
///
/// | variable | meaning |
/// |---|---|
/// | `GREENLIGHT_SUITE` | the suite's file or folder; default `greenlight.toml` beside the function's code |
/// | `GREENLIGHT_TEST_URL` | where the test listener answers; fills the grant `{test}` |
/// | `GREENLIGHT_PRODUCTION_URL` | where the production listener answers; fills the grant `{production}` |
/// | `GREENLIGHT_MAX_HAND_OVERS` | how often a pending hook may invoke its function anew; default 14, see [`handover`](crate::handover) |
/// | `AWS_ENDPOINT_URL_CODEDEPLOY`, `AWS_ENDPOINT_URL_LAMBDA`, `AWS_ENDPOINT_URL` | other endpoints than those of AWS |
/// | `AWS_CA_BUNDLE` | a PEM file of the certificate authorities to trust at those endpoints, instead of the public ones, which are compiled in |
/// | `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_LAMBDA_FUNCTION_NAME`, `AWS_LAMBDA_FUNCTION_VERSION`, `AWS_LAMBDA_RUNTIME_API`, `LAMBDA_TASK_ROOT` | set by Lambda |
///
/// ```
/// use greenlight_lambda_host::Environment;
///
/// let environment = Environment::from_variables(|name| match name {
///     "AWS_REGION" => Some("eu-west-1".to_owned()),
///     "LAMBDA_TASK_ROOT" => Some("/var/task".to_owned()),
///     _ => None,
/// });
/// assert_eq!(environment.suite.to_str(), Some("/var/task/greenlight.toml"));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Environment {
    /// The function's name.
    pub function: String,
    /// The version of it that runs, which a hand-over invokes; `$LATEST` or a number.
    pub version: String,
    /// The region of all calls.
    pub region: String,
    /// Where CodeDeploy answers, if not at AWS.
    pub codedeploy_url: Option<String>,
    /// Where Lambda answers, if not at AWS.
    pub lambda_url: Option<String>,
    /// The certificate authorities that certify those two, if not the public ones.
    pub ca_bundle: Option<PathBuf>,
    /// Where Lambda's Runtime API answers, as `host:port`. No plugin reaches it, whatever it is granted.
    pub runtime_api: Option<String>,
    /// Where the suite is.
    pub suite: PathBuf,
    /// Where the test listener answers.
    pub test_url: Option<String>,
    /// Where the production listener answers.
    pub production_url: Option<String>,
    /// How often a pending hook may invoke its function anew.
    pub max_hand_overs: u32,
    /// The function's memory, in MB, if Lambda says it.
    pub memory_mb: Option<u64>,
    /// Variables that look like settings of the host and are none, or have a value that is not taken; each with its
    /// sentence.
    pub ignored: Vec<Ignored>,
    /// The role's credentials.
    pub credentials: Credentials,
}

/// A variable without effect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ignored {
    /// Its name.
    pub variable: String,
    /// Why it has none.
    pub why: String,
}

/// The settings of the host itself.
const OWN: [&str; 4] =
    ["GREENLIGHT_SUITE", "GREENLIGHT_TEST_URL", "GREENLIGHT_PRODUCTION_URL", MAX_HAND_OVERS];

const MAX_HAND_OVERS: &str = "GREENLIGHT_MAX_HAND_OVERS";

/// The function's own credentials, which hold for the life of its process.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Credentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`.
    pub session_token: Option<String>,
}

impl Environment {
    /// Reads the variables of this process.
    #[must_use]
    pub fn from_process() -> Self {
        let mut environment = Self::from_variables(|name| std::env::var(name).ok());
        let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
        environment.ignored.extend(unknown(names));
        environment
    }

    /// Reads variables from anywhere. An empty one counts as absent.
    #[must_use]
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| variable(name).filter(|value| !value.is_empty());
        let any_url = get("AWS_ENDPOINT_URL");
        let max_hand_overs = get(MAX_HAND_OVERS);
        let number = max_hand_overs.as_ref().and_then(|number| number.parse().ok());
        let default = crate::handover::MAX_HAND_OVERS;
        let ignored = max_hand_overs.filter(|_| number.is_none()).map(|text| Ignored {
            variable: MAX_HAND_OVERS.to_owned(),
            why: format!(
                "its value {text:?} is no number, so that {default} counts; write a number or take it out"
            ),
        });
        let root = PathBuf::from(get("LAMBDA_TASK_ROOT").unwrap_or_else(|| ".".to_owned()));
        Self {
            function: get("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|| "unknown".to_owned()),
            version: get("AWS_LAMBDA_FUNCTION_VERSION").unwrap_or_else(|| "$LATEST".to_owned()),
            region: get("AWS_REGION")
                .or_else(|| get("AWS_DEFAULT_REGION"))
                .unwrap_or_else(|| "us-east-1".to_owned()),
            codedeploy_url: get("AWS_ENDPOINT_URL_CODEDEPLOY").or_else(|| any_url.clone()),
            lambda_url: get("AWS_ENDPOINT_URL_LAMBDA").or(any_url),
            ca_bundle: get("AWS_CA_BUNDLE").map(PathBuf::from),
            runtime_api: get("AWS_LAMBDA_RUNTIME_API"),
            suite: root.join(get("GREENLIGHT_SUITE").unwrap_or_else(|| "greenlight.toml".to_owned())),
            test_url: get("GREENLIGHT_TEST_URL"),
            production_url: get("GREENLIGHT_PRODUCTION_URL"),
            max_hand_overs: number.unwrap_or(default),
            memory_mb: get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").and_then(|number| number.parse().ok()),
            ignored: ignored.into_iter().collect(),
            credentials: Credentials {
                access_key_id: get("AWS_ACCESS_KEY_ID").unwrap_or_default(),
                secret_access_key: get("AWS_SECRET_ACCESS_KEY").unwrap_or_default(),
                session_token: get("AWS_SESSION_TOKEN"),
            },
        }
    }
}

/// Names that begin like a setting of the host and are none.
fn unknown(names: impl Iterator<Item = String>) -> impl Iterator<Item = Ignored> {
    names.filter(|name| name.starts_with("GREENLIGHT_") && !OWN.contains(&name.as_str())).map(|variable| {
        let why = format!("the host knows no such setting; it has {}", OWN.join(", "));
        Ignored { variable, why }
    })
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("function", &self.function)
            .field("version", &self.version)
            .field("region", &self.region)
            .field("codedeploy_url", &self.codedeploy_url)
            .field("lambda_url", &self.lambda_url)
            .field("ca_bundle", &self.ca_bundle)
            .field("runtime_api", &self.runtime_api)
            .field("suite", &self.suite)
            .field("test_url", &self.test_url)
            .field("production_url", &self.production_url)
            .field("max_hand_overs", &self.max_hand_overs)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} in {}", self.function, self.version, self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Environment {
        Environment::from_variables(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_endpoint_of_one_service_wins_over_the_one_for_all() {
        let environment = read(&[
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
            ("AWS_ENDPOINT_URL_CODEDEPLOY", "http://127.0.0.1:2"),
        ]);
        assert_eq!(environment.codedeploy_url.as_deref(), Some("http://127.0.0.1:2"));
        assert_eq!(environment.lambda_url.as_deref(), Some("http://127.0.0.1:1"));
        let empty = read(&[("AWS_ENDPOINT_URL", "")]);
        assert_eq!((empty.codedeploy_url, empty.lambda_url), (None, None));
    }

    #[test]
    fn a_suite_is_looked_for_beside_the_code_unless_its_path_is_absolute() {
        let at = |suite| read(&[("LAMBDA_TASK_ROOT", "/var/task"), ("GREENLIGHT_SUITE", suite)]).suite;
        assert_eq!(at("canary.toml").to_str(), Some("/var/task/canary.toml"));
        assert_eq!(at("/opt/suite").to_str(), Some("/opt/suite"));
    }

    #[test]
    fn secrets_are_not_shown() {
        let environment = read(&[("AWS_SECRET_ACCESS_KEY", "wJalr"), ("AWS_SESSION_TOKEN", "FwoGZ")]);
        let shown = format!("{environment:?} {environment} {:?}", environment.credentials);
        assert!(!shown.contains("wJalr") && !shown.contains("FwoGZ"), "{shown}");
    }
}
