//! `greenlight appspec check`: what is wrong with an AppSpec, before anything is deployed.
//!
//! Exit status 0 when every file can be deployed, with warnings or without; 2 when one cannot, or cannot be read; 1 when
//! the answer cannot be written.

mod input;
mod json;
mod text;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use input::Checked;

use crate::format::Format;

/// Arguments of `greenlight appspec check`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// AppSpec files in YAML or JSON; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// How to write what was found: for people, or one JSON object a line for each file
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Checks every file and writes what was found to standard output.
pub(crate) fn run(args: &Args) -> ExitCode {
    let terminal = console::Term::stdout();
    let style = match args.format {
        Format::Json => Style::Json,
        Format::Text if terminal.is_term() => {
            Style::Snippets { width: usize::from(terminal.size().1), color: console::colors_enabled() }
        }
        Format::Text => Style::Lines,
    };
    match check(&args.files, style, &mut io::stdin().lock(), &mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(1),
        Err(error) => {
            // Standard error is all that is left to say it on.
            drop(writeln!(io::stderr(), "greenlight: cannot write to standard output: {error}"));
            ExitCode::from(1)
        }
    }
}

/// How findings are written.
#[derive(Debug, Clone, Copy)]
enum Style {
    /// One line for each, as editors and grep read them.
    Lines,
    /// With the lines of the file they are about. `width` in columns.
    Snippets { width: usize, color: bool },
    /// One object a line for each file.
    Json,
}

/// Whether every file can be deployed.
fn check(files: &[PathBuf], style: Style, stdin: &mut dyn io::Read, out: &mut dyn Write) -> io::Result<bool> {
    let mut all = true;
    for path in files {
        let checked = Checked::read(path, stdin);
        all &= checked.deployable;
        match style {
            Style::Lines => text::write_lines(&checked, out)?,
            Style::Snippets { width, color } => text::write_snippets(&checked, width, color, out)?,
            Style::Json => json::write(&checked, out)?,
        }
    }
    out.flush()?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "version: 0.0\nResources:\n  - web:\n      Type: AWS::ECS::Service\n      Properties:\n        \
        TaskDefinition: <TASK_DEFINITION>\n        LoadBalancerInfo: { ContainerName: web, ContainerPort: 80 }\n";

    fn checked(files: &[(&str, &[u8])], style: Style, stdin: &str) -> (bool, String) {
        let folder = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = files
            .iter()
            .map(|(name, text)| {
                let path = if *name == "-" { PathBuf::from("-") } else { folder.path().join(name) };
                if *name != "-" && !name.starts_with("missing") {
                    std::fs::write(&path, text).unwrap();
                }
                path
            })
            .collect();
        let mut out = Vec::new();
        let all = check(&paths, style, &mut stdin.as_bytes(), &mut out).unwrap();
        let folder = format!("{}/", folder.path().display());
        (all, String::from_utf8(out).unwrap().replace(&folder, ""))
    }

    #[test]
    fn a_pipe_gets_lines_that_editors_read() {
        let bad = GOOD.replace("80", "\"eighty\"");
        let files = [("good.yaml", GOOD.as_bytes()), ("bad.yaml", bad.as_bytes())];
        let (all, text) = checked(&files, Style::Lines, "");
        assert!(!all);
        snapbox::assert_data_eq!(
            text,
            snapbox::str![[r#"
good.yaml:6:25: warning[placeholder]: `<TASK_DEFINITION>` is a placeholder
  fix: have it replaced before the text reaches CodeDeploy, which takes it as it is
good.yaml: can be deployed, 1 warning
bad.yaml:6:25: warning[placeholder]: `<TASK_DEFINITION>` is a placeholder
  fix: have it replaced before the text reaches CodeDeploy, which takes it as it is
bad.yaml:7:64: error[number-out-of-range]: ContainerPort is the text `eighty`
  fix: write a whole number from 1 to 65535
bad.yaml: cannot be deployed, 1 error, 1 warning

"#]]
        );
    }

    #[test]
    fn a_terminal_gets_the_lines_of_the_file() {
        let text = GOOD.replace("80", "\"eighty\"");
        let style = Style::Snippets { width: 100, color: false };
        let (_, text) = checked(&[("bad.yaml", text.as_bytes())], style, "");
        snapbox::assert_data_eq!(
            text,
            snapbox::str![[r#"
warning[placeholder]: `<TASK_DEFINITION>` is a placeholder
 --> bad.yaml:6:25
  |
6 |         TaskDefinition: <TASK_DEFINITION>
  |                         ^^^^^^^^^^^^^^^^^
  |
  = fix: have it replaced before the text reaches CodeDeploy, which takes it as it is

error[number-out-of-range]: ContainerPort is the text `eighty`
 --> bad.yaml:7:64
  |
7 |         LoadBalancerInfo: { ContainerName: web, ContainerPort: "eighty" }
  |                                                                ^^^^^^^^
  |
  = fix: write a whole number from 1 to 65535

bad.yaml: cannot be deployed, 1 error, 1 warning

"#]]
        );
    }

    #[test]
    fn a_program_gets_one_object_for_each_file() {
        let (all, text) = checked(&[("good.yaml", GOOD.as_bytes()), ("missing.yaml", b"")], Style::Json, "");
        assert!(!all);
        let objects: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(objects.len(), 2);
        assert_eq!(objects[0]["file"], "good.yaml");
        assert_eq!(objects[0]["deployable"], true);
        assert_eq!(objects[0]["findings"][0]["code"], "placeholder");
        assert_eq!(objects[0]["findings"][0]["place"]["line"], 6);
        assert_eq!(objects[1]["deployable"], false);
        assert_eq!(objects[1]["findings"][0]["code"], "cannot-read");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_and_the_others_are_checked() {
        let (all, text) = checked(&[("missing.yaml", b""), ("good.yaml", GOOD.as_bytes())], Style::Lines, "");
        assert!(!all);
        let mut lines = text.lines();
        let first = lines.next().unwrap();
        assert!(
            first.starts_with("missing.yaml:1:1: error[cannot-read]: the file cannot be read: "),
            "{first}"
        );
        assert!(text.contains("good.yaml: can be deployed"), "{text}");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_in_every_style() {
        for style in [Style::Lines, Style::Snippets { width: 80, color: true }, Style::Json] {
            let (all, text) = checked(&[("binary.yaml", b"\xff\xfe\x00")], style, "");
            assert!(!all && text.contains("UTF-16"), "{text}");
        }
    }

    #[test]
    fn a_dash_is_standard_input() {
        let (all, text) = checked(&[("-", b"")], Style::Lines, GOOD);
        assert!(all && text.ends_with("standard input: can be deployed, 1 warning\n"), "{text}");
    }
}
