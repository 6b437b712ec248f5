//! The page: conditions, goals, the overview, every table, and how it all was measured.

use std::{
    fmt::{self, Write as _},
    path::Path,
    time::Duration,
};

use crate::{
    benchmark::Ran,
    figures::{Figures, Goal, distinct},
    machine::Machine,
    overview,
    plot::Plot,
    section::{self, Section, number},
    versions,
};

/// All that the page tells.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) figures: &'a Figures,
    pub(crate) ran: &'a [Ran],
    pub(crate) before: &'a Machine,
    pub(crate) after: &'a Machine,
    /// What could not be built or installed.
    pub(crate) absent: &'a [String],
    pub(crate) quick: bool,
    pub(crate) took: Duration,
}

/// The tables in the order of the page. Others follow, under their own names.
const SECTIONS: [Section; 19] = [
    Section {
        table: "cold start",
        title: "Cold start",
        about: "Hook functions as processes under one server that is Lambda's Runtime API, CodeDeploy and the release, on loopback: from the start \
            of the process to the arrival of its first report. Greenlight is the Lambda host with one plugin compiled ahead.",
    },
    Section {
        table: "size on disk",
        title: "Size on disk",
        about: "What is put on the machine: programs, stripped, and what they run.",
    },
    Section {
        table: "load",
        title: "Load and first call",
        about: "From native code in a file to a plugin that can be called, and its first call, in a process that has done the same before. Greenlight \
            checks the file's digest, bare wasmtime takes what it is given. extism keeps native code only in the engine's own cache, which it loads from; \
            it runs no components, so it has its own plugin in Rust and no other.",
    },
    Section {
        table: "warm",
        title: "Warm calls",
        about: "One judgement in a fresh instance, in turns. Without I/O: one setting is read; three checks, a metric and a log line are reported. With one \
            request: the release is asked over a new connection and must answer 200. \"request alone\" is that request by the same client library, without a plugin.",
    },
    Section {
        table: "warm function",
        title: "Warm functions",
        about: "Functions under Lambda's Runtime API, from the event to the report: one request to the release and the report to CodeDeploy are in it, \
            and for Greenlight the questions to CodeDeploy for the hook's context.",
    },
    Section {
        table: "at once",
        title: "Many hooks at once",
        about: "A plugin that computes, so many at a time, on a multi-threaded runtime with a thread for each processor.",
    },
    Section {
        table: "reporter",
        title: "Whether the reporter starves",
        about: "Beside those hooks a task wakes every millisecond, as a reporter would: the longest that it was late.",
    },
    Section {
        table: "cores",
        title: "Hooks against cores",
        about: "Runs without I/O on so many threads, each with an executor of its own.",
    },
    Section {
        table: "memory",
        title: "Memory of an instance",
        about: "What the process grows by for each instance that stands still in the middle of a call, as the kernel counts it.",
    },
    Section {
        table: "plugin size",
        title: "Cost against plugin size",
        about: "The same judgement in components that differ only in how much code and data they carry.",
    },
    Section {
        table: "plugins loaded",
        title: "Many plugins loaded",
        about: "So many plugins held at once by one runtime, from native code that is there.",
    },
    Section {
        table: "hook run",
        title: "A hook run beside the bare engine",
        about: "The same bytes under Greenlight, under wasmtime with the same engine settings, with its default ones, and in one instance that is kept.",
    },
    Section {
        table: "phases of a run",
        title: "Where the time of a run goes",
        about: "Single runs, by turns.",
    },
    Section {
        table: "the host's own part of a hook",
        title: "What the Lambda host adds to its plugins",
        about: "From the event to the report, less the time of the plugin: what the server and the loopback take is in it.",
    },
    Section {
        table: "languages",
        title: "Languages",
        about: "The project that `greenlight hook new` writes in each language, built by `greenlight hook build` and measured by `greenlight hook bench` \
            with the fake of its first case: most ask `/health` once; those in AssemblyScript and Zig judge the event.",
    },
    Section {
        table: "router",
        title: "The router",
        about: "The same client to a small service directly, through `local::router`, and through nginx.",
    },
    Section {
        table: "virtual clock",
        title: "Deployments under the virtual clock",
        about: "Whole deployments of the local engine, where waits cost nothing.",
    },
    Section {
        table: "endpoint",
        title: "The endpoint as it fills",
        about: "Requests to endpoints that have so many deployments in flight, each a process of its own.",
    },
    Section {
        table: "following a deployment",
        title: "Following a deployment",
        about: "Requests for each deployment, and from an event to its report, in virtual time: a figure of no machine.",
    },
];

impl Page<'_> {
    /// The page, in Markdown. Where the checkout is says nothing to its readers, and is left out of what programs said.
    pub(crate) fn render(&self, plots: &[Plot], checkout: &Path) -> String {
        let mut page = String::new();
        // A String takes any text: there is no error to see.
        let _ = self.write(&mut page, plots);
        let checkout = checkout.display();
        page.replace(&format!("{checkout}/benches/../"), "").replace(&format!("{checkout}/"), "")
    }

    fn write(&self, page: &mut String, plots: &[Plot]) -> fmt::Result {
        writeln!(page, "# Benchmark report\n")?;
        writeln!(
            page,
            "Written by `cargo bench-report`; do not edit. [How it is measured](README.md), [raw figures](report/).\n"
        )?;
        if self.quick {
            writeln!(page, "**A short look (`--quick`): too few rounds to rely on.**\n")?;
        }
        self.conditions(page)?;
        self.absences(page)?;
        writeln!(page, "## Goals\n")?;
        page.push_str(&goals(&self.figures.goals())?);
        writeln!(page, "\n## Overview\n\nMedians. Empty where it does not apply or was not measured.\n")?;
        page.push_str(&overview::render(self.figures)?);
        writeln!(page)?;
        for Plot { file, title } in plots {
            writeln!(page, "![{title}](report/{file})\n")?;
        }
        writeln!(
            page,
            "In all tables: the median of the rounds, the quartiles, and how many times Greenlight's it is, as the median of the ratios within \
             each round.\n"
        )?;
        let tables = self.figures.tables();
        let known = SECTIONS.iter().map(|section| section.table).filter(|table| tables.contains(table));
        for table in distinct(known.chain(tables.iter().copied())) {
            let section = SECTIONS.iter().find(|section| section.table == table);
            page.push_str(&section::render(self.figures, table, section)?);
        }
        self.runs(page)
    }

    fn conditions(&self, page: &mut String) -> fmt::Result {
        let (before, after) = (self.before, self.after);
        writeln!(page, "## Conditions\n")?;
        writeln!(page, "* {before}")?;
        writeln!(page, "* begun {}, ended {}", before.date, after.date)?;
        writeln!(
            page,
            "* load of the last 1, 5 and 15 minutes: {} before, {} after",
            before.load, after.load
        )?;
        writeln!(
            page,
            "* programs in release profile (thin LTO); the Lambda host and the native function in profile `lambda` (fat LTO, for size)"
        )?;
        writeln!(
            page,
            "* frequency scaling, placement on processors and address randomisation are as the machine has them"
        )?;
        let versions: Vec<_> =
            versions::all().into_iter().map(|(name, version)| format!("{name} {version}")).collect();
        writeln!(page, "* {}\n", versions.join(", "))
    }

    fn absences(&self, page: &mut String) -> fmt::Result {
        let missing = self.figures.missing_sentences();
        let failed = self.ran.iter().filter(|ran| ran.outcome.is_err());
        let failed: Vec<_> = failed.map(|ran| format!("the part {} ended early: {ran}", ran.part)).collect();
        let all: Vec<&String> = self.absent.iter().chain(&missing).chain(&failed).collect();
        if all.is_empty() {
            return writeln!(page, "All contenders took part.\n");
        }
        writeln!(page, "## What is missing\n")?;
        for absent in all {
            writeln!(page, "* {absent}")?;
        }
        writeln!(page)
    }

    fn runs(&self, page: &mut String) -> fmt::Result {
        writeln!(page, "## The runs\n\n{:.0} s in all, one after the other:\n", self.took.as_secs_f64())?;
        self.ran.iter().try_for_each(|ran| writeln!(page, "* {ran}"))
    }
}

fn goals(goals: &[Goal]) -> Result<String, fmt::Error> {
    if goals.is_empty() {
        return Ok("None was judged.\n".to_owned());
    }
    let mut table = "| goal | bound | found | |\n|---|---:|---:|---|\n".to_owned();
    for goal in goals {
        let Goal { what, side, bound, found, unit } = goal;
        let found = if found.is_nan() { String::new() } else { format!("{} {unit}", number(*found)) };
        let verdict = match (goal.reached(), found.is_empty()) {
            (true, _) => "reached".to_owned(),
            (false, false) => format!("**missed** by {:.0} %", goal.margin() * 100.0),
            (false, true) => "**not measured**".to_owned(),
        };
        writeln!(table, "| {what} | {side} {bound} {unit} | {found} | {verdict} |")?;
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_goal_says_by_how_much_and_one_without_a_figure_that_there_is_none() {
        let goal = |found| Goal {
            what: "a warm hook".into(),
            side: "at most".into(),
            bound: 1.15,
            found,
            unit: "times bare wasmtime".into(),
        };
        let table = goals(&[goal(1.265), goal(1.1), goal(f64::NAN)]).unwrap();
        let lines: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| a warm hook | at most 1.15 times bare wasmtime | 1.26 times bare wasmtime | **missed** by 10 % |",
                "| a warm hook | at most 1.15 times bare wasmtime | 1.10 times bare wasmtime | reached |",
                "| a warm hook | at most 1.15 times bare wasmtime |  | **not measured** |",
            ]
        );
    }
}
