//! What interfaces and grants mean, in words.

use greenlight_hook_runtime::http::{HttpGrant, Role};
use serde::Serialize;

/// Something that a plugin can do because it imports an interface for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Use {
    Deployment,
    Report,
    Http,
    Config,
    Clocks,
    Random,
    Environment,
    Files,
    Sockets,
}

/// Which interfaces a use comes from, by how their names begin. More particular ones come first.
const USES: [(&str, Use); 11] = [
    ("greenlight:hook/deployment", Use::Deployment),
    ("greenlight:hook/report", Use::Report),
    ("greenlight:hook/http", Use::Http),
    ("wasi:http/outgoing-handler", Use::Http),
    ("wasi:config/", Use::Config),
    ("wasi:clocks/", Use::Clocks),
    ("wasi:random/", Use::Random),
    ("wasi:cli/environment", Use::Environment),
    ("wasi:filesystem/", Use::Files),
    ("wasi:sockets/", Use::Sockets),
    ("wasi:logging/", Use::Report),
];

/// What these interfaces are for, each once and in one order.
pub(super) fn uses(imports: &[String]) -> Vec<Use> {
    let mut uses = Vec::new();
    for (prefix, what) in USES {
        if imports.iter().any(|import| import.starts_with(prefix)) && !uses.contains(&what) {
            uses.push(what);
        }
    }
    uses
}

impl Use {
    /// What the plugin gets of it, whatever it asks.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Deployment => "reads what is known of the deployment",
            Self::Report => "records checks, metrics and log lines",
            Self::Http => "sends HTTP requests, only to what is granted",
            Self::Config => "reads its own configuration",
            Self::Clocks => "tells the time and waits",
            Self::Random => "gets random numbers",
            Self::Environment => "asks for environment and arguments, and finds none",
            Self::Files => "asks for files, and finds none",
            Self::Sockets => "asks for sockets, and is denied them",
        }
    }
}

/// A grant in words.
pub(super) fn grant(grant: &HttpGrant) -> String {
    let text = grant.to_string();
    let (server, via) = match text.split_once(" via ") {
        Some((server, via)) => (server, Some(via)),
        None => (text.as_str(), None),
    };
    let server = match grant.role() {
        Some(Role::Test) => "the test listener of the deployment".to_owned(),
        Some(Role::Production) => "the production listener of the deployment".to_owned(),
        None => server_words(server),
    };
    match via {
        Some(via) => format!("{server}, also at private addresses in {via}"),
        None => server,
    }
}

fn server_words(server: &str) -> String {
    match server.split_once("://*.") {
        Some((scheme, parent)) => format!("every host below {parent}, by {scheme}"),
        None => server.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        grant(&text.parse().unwrap())
    }

    #[test]
    fn every_kind_of_grant_is_said_in_words() {
        assert_eq!(said("{test}"), "the test listener of the deployment");
        assert_eq!(
            said("{production} via 10.0.0.0/8, fd12::/16"),
            "the production listener of the deployment, also at private addresses in 10.0.0.0/8, fd12::/16"
        );
        assert_eq!(said("https://API.example.com:443"), "https://api.example.com");
        assert_eq!(said("http://*.example.com:8080"), "every host below example.com:8080, by http");
    }

    #[test]
    fn several_interfaces_of_one_kind_are_one_use() {
        let imports = [
            "wasi:cli/stdout@0.2.3",
            "wasi:http/outgoing-handler@0.2.3",
            "greenlight:hook/http@0.1.0",
            "greenlight:hook/report@0.1.0",
            "wasi:sockets/tcp@0.2.3",
        ];
        let uses = uses(&imports.map(str::to_owned));
        assert_eq!(uses, [Use::Report, Use::Http, Use::Sockets]);
    }
}
