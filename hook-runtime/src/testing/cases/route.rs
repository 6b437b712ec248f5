//! Routes and answers as the file writes them.

use std::{collections::BTreeMap, fs, path::Path, path::PathBuf};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::Deserialize;
use toml::Spanned;

use super::{
    super::{Answer, Breakage, Drip, MethodPattern, Repeat, Route},
    wrong::Wrong,
};
use crate::{
    http::Role,
    scalar::{Size, Span},
};

/// What HTTP itself sets by the body.
const OWN_HEADERS: [HeaderName; 3] = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION];

/// One route, with its first answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RouteTable {
    listener: Option<ListenerName>,
    method: Option<Spanned<String>>,
    path: Spanned<String>,
    status: Option<Spanned<u16>>,
    headers: Option<Spanned<BTreeMap<String, String>>>,
    body: Option<String>,
    json: Option<Spanned<toml::Value>>,
    file: Option<Spanned<PathBuf>>,
    delay: Option<Span>,
    drip: Option<Spanned<DripTable>>,
    fail: Option<Spanned<Failure>>,
    times: Option<u32>,
    #[serde(default)]
    then: Vec<AnswerTable>,
    #[serde(default)]
    repeat: RepeatName,
}

/// One answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct AnswerTable {
    status: Option<Spanned<u16>>,
    headers: Option<Spanned<BTreeMap<String, String>>>,
    body: Option<String>,
    json: Option<Spanned<toml::Value>>,
    file: Option<Spanned<PathBuf>>,
    delay: Option<Span>,
    drip: Option<Spanned<DripTable>>,
    fail: Option<Spanned<Failure>>,
    times: Option<u32>,
}

/// A listener by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ListenerName {
    Test,
    Production,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DripTable {
    bytes: Size,
    every: Span,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Failure {
    Close,
    Reset,
    Hang,
    Truncate,
    Garbage,
    Refuse,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RepeatName {
    #[default]
    Last,
    Cycle,
}

impl RouteTable {
    /// The route. Its files are in `folder`.
    pub(super) fn route(&self, folder: &Path) -> Result<Route, Wrong> {
        let method = match &self.method {
            Some(method) => method.get_ref().parse().map_err(|invalid| Wrong::at(method, invalid))?,
            None => MethodPattern::Any,
        };
        let path = self.path.get_ref().parse().map_err(|invalid| Wrong::at(&self.path, invalid))?;
        let first = AnswerTable {
            status: self.status.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
            json: self.json.clone(),
            file: self.file.clone(),
            delay: self.delay,
            drip: self.drip.clone(),
            fail: self.fail.clone(),
            times: self.times,
        };
        let mut route = Route::new(method, path, first.answer(folder)?).with_repeat(match self.repeat {
            RepeatName::Last => Repeat::Last,
            RepeatName::Cycle => Repeat::Cycle,
        });
        for answer in &self.then {
            route = route.then(answer.answer(folder)?);
        }
        Ok(match self.listener {
            Some(ListenerName::Test) => route.at(Role::Test),
            Some(ListenerName::Production) => route.at(Role::Production),
            None => route,
        })
    }
}

impl AnswerTable {
    fn answer(&self, folder: &Path) -> Result<Answer, Wrong> {
        let mut answer = match &self.status {
            Some(status) => Answer::new(*status.get_ref()).map_err(|invalid| Wrong::at(status, invalid))?,
            None => Answer::new(200).map_err(|invalid| Wrong(0, invalid.to_string()))?,
        };
        answer.headers = self.headers.as_ref().map(headers).transpose()?.unwrap_or_default();
        answer.body = self.body(folder, &mut answer.headers)?;
        answer.delay = self.delay.map(|span| span.0).unwrap_or_default();
        answer.times = self.times.unwrap_or(1);
        if let Some(drip) = &self.drip {
            let DripTable { bytes: Size(bytes), every: Span(every) } = *drip.get_ref();
            if bytes == 0 {
                return Err(Wrong::at(drip, "drip sends no bytes; give it 1 or more at a time"));
            }
            answer.drip = Some(Drip { bytes, every });
        }
        answer.breakage = self.fail.as_ref().map(breakage).transpose()?;
        Ok(answer)
    }

    fn body(&self, folder: &Path, headers: &mut HeaderMap) -> Result<Bytes, Wrong> {
        match (&self.body, &self.json, &self.file) {
            (None, None, None) => Ok(Bytes::new()),
            (Some(body), None, None) => Ok(Bytes::from(body.clone())),
            (None, Some(json), None) => {
                headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
                Ok(Bytes::from(as_json(json.get_ref()).to_string()))
            }
            (None, None, Some(file)) => {
                let path = folder.join(file.get_ref());
                fs::read(&path).map(Bytes::from).map_err(|error| {
                    let problem = "give `file` the path of a file, relative to this one";
                    Wrong::at(file, format!("cannot read {}: {error}; {problem}", path.display()))
                })
            }
            (_, Some(json), _) => Err(Wrong::at(json, ONE_BODY)),
            (Some(_), None, Some(file)) => Err(Wrong::at(file, ONE_BODY)),
        }
    }
}

const ONE_BODY: &str = "an answer has one body; keep one of `body`, `json` and `file`";

/// A date, which JSON does not have, becomes its text; so does a number that is none.
fn as_json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) if number.is_finite() => (*number).into(),
        toml::Value::Float(number) => number.to_string().into(),
        toml::Value::Boolean(truth) => (*truth).into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(values) => values.iter().map(as_json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect(),
    }
}

fn headers(given: &Spanned<BTreeMap<String, String>>) -> Result<HeaderMap, Wrong> {
    let mut headers = HeaderMap::new();
    for (name, value) in given.get_ref() {
        let parsed = HeaderName::try_from(name)
            .map_err(|_| Wrong::at(given, format!("{name:?} is no name of an HTTP header")))?;
        if OWN_HEADERS.contains(&parsed) {
            let problem = format!("the header {parsed} follows from the body; take it out");
            return Err(Wrong::at(given, problem));
        }
        let value = HeaderValue::try_from(value)
            .map_err(|_| Wrong::at(given, format!("the header {parsed} has a value that cannot be sent")))?;
        headers.insert(parsed, value);
    }
    Ok(headers)
}

fn breakage(given: &Spanned<Failure>) -> Result<Breakage, Wrong> {
    Ok(match given.get_ref() {
        Failure::Close => Breakage::Close,
        Failure::Reset => Breakage::Reset,
        Failure::Hang => Breakage::Hang,
        Failure::Truncate => Breakage::Truncate,
        Failure::Garbage => Breakage::Garbage,
        Failure::Refuse => {
            let problem = "a connection is refused before anyone knows its path; write `refuse = [\"test\"]` beside the \
                           routes";
            return Err(Wrong::at(given, problem));
        }
    })
}
