//! One JSON object a line, for programs.
//!
//! Every line has `time` and `event`. What happens in the deployment is written as [`DeploymentEvent`] has it;
//! the command adds `plan`, `finding` and `note`. The schema of all lines is in `schema/events.schema.json`.

use std::fmt;
use std::io::{self, Write};

use greenlight_core::{DeploymentEvent, EventKind, Finding, Plan, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::ser::Formatter;

use super::{Now, View, clean};

/// The view for programs. Every line is flushed, and `finished` is the last one.
pub(super) struct JsonLines {
    out: Box<dyn Write + Send>,
    now: Now,
    finished: bool,
    failed: Option<io::Error>,
}

impl JsonLines {
    pub(super) fn new(out: Box<dyn Write + Send>, now: Now) -> Self {
        Self { out, now, finished: false, failed: None }
    }

    fn own(&mut self, kind: OwnKind<'_>) {
        self.write(&OwnLine { time: (self.now)(), kind });
    }

    fn write(&mut self, line: &impl Serialize) {
        if self.failed.is_none() {
            self.failed = self.try_write(line).err();
        }
    }

    fn try_write(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut bytes = Vec::new();
        line.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Inert))?;
        bytes.push(b'\n');
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

impl View for JsonLines {
    fn plan(&mut self, plan: &Plan) {
        let request = &plan.request;
        self.own(OwnKind::Plan {
            application: &request.application,
            deployment_group: &request.deployment_group,
            deployment_config: plan.config.as_ref().map(|config| config.name.as_str()),
            can_start: plan.can_start(),
            at_least_seconds: plan.budget.map(|budget| budget.at_least().as_secs()),
            at_most_seconds: plan.budget.map(|budget| budget.at_most().as_secs()),
        });
        for finding in &plan.findings {
            self.own(OwnKind::Finding(finding));
        }
    }

    fn event(&mut self, event: &DeploymentEvent) {
        self.write(event);
        self.finished |= matches!(event.kind, EventKind::Finished(_));
    }

    /// A note after the outcome is left out: readers stop at `finished`.
    fn note(&mut self, text: &str) {
        if !self.finished {
            self.own(OwnKind::Note { text });
        }
    }

    fn close(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").field("finished", &self.finished).finish_non_exhaustive()
    }
}

/// A line of the command itself.
#[derive(Serialize, JsonSchema)]
struct OwnLine<'l> {
    /// When it was found or said, by the pipeline's clock.
    time: Timestamp,
    #[serde(flatten)]
    kind: OwnKind<'l>,
}

#[derive(Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
enum OwnKind<'l> {
    /// What is about to be deployed. Comes first, before anything changed.
    Plan {
        /// The application.
        application: &'l str,
        /// The deployment group.
        deployment_group: &'l str,
        /// The deployment configuration in force, if there is one of that name.
        deployment_config: Option<&'l str>,
        /// Whether the deployment can be started: no finding is an error.
        can_start: bool,
        /// The shift and the termination wait together, in seconds.
        at_least_seconds: Option<u64>,
        /// After this many seconds it has ended, one way or the other.
        at_most_seconds: Option<u64>,
    },
    /// One result of the checks that are made before anything changes.
    Finding(&'l Finding),
    /// A sentence of the command itself.
    Note {
        /// The sentence.
        text: &'l str,
    },
}

/// One line of `--format json`.
#[cfg(test)]
#[derive(JsonSchema)]
#[schemars(untagged, title = "Greenlight event line")]
#[allow(dead_code, reason = "it is never made: the schema is derived from its type")]
enum Line<'l> {
    /// Something happened in the deployment or its rollback.
    Deployment(DeploymentEvent),
    /// The command says something.
    Command(OwnLine<'l>),
}

/// The JSON Schema of every line, as it is written: what may be absent is `null` or left out as the type says.
#[cfg(test)]
pub(super) fn schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .with_transform(schemars::transform::RecursiveTransform(summarise))
        .into_generator()
        .into_root_schema_for::<Line<'_>>()
}

/// Leaves the first paragraph of a description, without links: the rest is for readers of Rust.
#[cfg(test)]
fn summarise(schema: &mut schemars::Schema) {
    let description = schema.get("description").and_then(serde_json::Value::as_str);
    let Some(first) = description.and_then(|text| text.split("\n\n").next()) else { return };
    let first = first.replace('\n', " ").replace("[`", "`").replace("`]", "`");
    schema.insert("description".to_owned(), first.into());
}

/// Compact JSON that is inert on a terminal: what `serde_json` does not escape and a terminal acts upon is escaped.
struct Inert;

impl Formatter for Inert {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for part in fragment.split_inclusive(clean::acts_on_a_terminal) {
            match part.char_indices().next_back() {
                Some((end, last)) if clean::acts_on_a_terminal(last) => {
                    writer.write_all(part.get(..end).unwrap_or_default().as_bytes())?;
                    for unit in last.encode_utf16(&mut [0; 2]) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
                _ => writer.write_all(part.as_bytes())?,
            }
        }
        Ok(())
    }
}
