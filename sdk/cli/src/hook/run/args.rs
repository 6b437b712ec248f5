//! The command line of `greenlight hook run`.

use std::path::PathBuf;

use greenlight_hook_runtime::scalar::{Size, Span};

use crate::format::Format;

/// Arguments of `greenlight hook run`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A plugin in any of the accepted forms: a component, a core module, or a WASI command
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,

    /// Where the release under test answers, such as http://127.0.0.1:9000; granted to the plugin as {test}
    #[arg(long, value_name = "URL")]
    pub(super) url: String,

    /// Where users are answered; granted to the plugin as {production}
    #[arg(long, value_name = "URL")]
    pub(super) production_url: Option<String>,

    /// The lifecycle event that the plugin is told
    #[arg(long, value_name = "NAME", default_value = "AfterAllowTestTraffic")]
    pub(super) event: String,

    /// A setting of the plugin; may be given more than once
    #[arg(long, value_name = "KEY=VALUE", value_parser = setting)]
    pub(super) config: Vec<(String, String)>,

    /// A server that the plugin may reach beside those of the URLs, such as https://status.example.com; may be given more than once
    #[arg(long = "grant", value_name = "GRANT")]
    pub(super) grants: Vec<String>,

    /// How long the plugin may take, such as 90s; 30s by default
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(super) timeout: Option<Span>,

    /// How much memory the plugin may have, such as 128MiB; 64MiB by default
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(super) memory: Option<Size>,

    /// What the previous attempt handed over
    #[arg(long, value_name = "TEXT")]
    pub(super) state: Option<String>,

    /// Which attempt at the event this is
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) attempt: u32,

    /// How to say what came of it: for people, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("give a key and a value, such as path=/health".to_owned()),
    }
}

fn span(text: &str) -> Result<Span, String> {
    scalar(text)
}

fn size(text: &str) -> Result<Size, String> {
    scalar(text)
}

/// Read as in a suite or a project, so that one spelling is right everywhere.
fn scalar<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|error| error.to_string())
}
