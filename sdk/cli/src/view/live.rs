//! The live view: a block at the bottom of the terminal that is drawn anew, and lines that scroll by above it.
//!
//! Findings, notes and log lines of hooks scroll; states, checks and waits are in the block. When the view is closed
//! the block becomes a summary that stays, with the reason of a failure as its last line.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use greenlight_core::finding::{Counts, Severity};
use greenlight_core::{DeploymentEvent, EventKind, Finding, Plan};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, TermLike};

use super::paint::Paint;
use super::render::{self, Frame};
use super::screen::Screen;
use super::{Now, View, clean};

const HIDE_CURSOR: &str = "\u{1b}[?25l";
const SHOW_CURSOR: &str = "\u{1b}[?25h";
/// Redraws a second at most, however fast events come.
const HERTZ: u8 = 20;

/// The view on a terminal.
pub(super) struct Live<T: TermLike + Clone + 'static> {
    term: T,
    now: Now,
    paint: Paint,
    refresh: Option<Duration>,
    screen: Arc<Mutex<Screen>>,
    multi: MultiProgress,
    /// There from the first event on.
    bar: Option<ProgressBar>,
    closed: bool,
    failed: Option<io::Error>,
}

impl<T: TermLike + Clone + 'static> Live<T> {
    /// A view on `term`. With `refresh` it is drawn anew that often by a thread of its own; without, only when
    /// something happens.
    pub(super) fn new(term: T, now: Now, color: bool, refresh: Option<Duration>) -> Self {
        let target: Box<dyn TermLike> = Box::new(term.clone());
        let target = match refresh {
            Some(_) => ProgressDrawTarget::term_like_with_hz(target, HERTZ),
            None => ProgressDrawTarget::term_like(target),
        };
        Self {
            term,
            now,
            paint: Paint { color },
            refresh,
            screen: Arc::default(),
            multi: MultiProgress::with_draw_target(target),
            bar: None,
            closed: false,
            failed: None,
        }
    }

    /// Draws the block as it is now.
    pub(super) fn redraw(&self) {
        if let Some(bar) = &self.bar {
            bar.tick();
        }
    }

    fn start(&mut self) {
        if self.bar.is_some() {
            return;
        }
        let written = self.term.write_str(HIDE_CURSOR).and_then(|()| self.term.flush());
        self.keep(written);
        let (screen, term, now) = (Arc::clone(&self.screen), self.term.clone(), Arc::clone(&self.now));
        let (paint, refresh) = (self.paint, self.refresh);
        let draw = move |state: &ProgressState, out: &mut dyn fmt::Write| {
            let turns = refresh.map_or(0, |every| state.elapsed().as_millis() / every.as_millis().max(1));
            let frame = Frame {
                width: usize::from(term.width()),
                // The last row stays free, so that the block never scrolls by itself.
                height: Some(usize::from(term.height()).saturating_sub(1).max(1)),
                now: now(),
                count: usize::try_from(turns).unwrap_or_default(),
                paint,
            };
            let lines = render::lines(&lock(&screen), &frame);
            // Writes to memory, and the signature has no place for an error.
            out.write_str(&lines.join("\n")).unwrap_or_default();
        };
        let bar = self.multi.add(ProgressBar::no_length());
        // The template is a constant without a format error in it; the default style would show a bare bar.
        let style = ProgressStyle::with_template("{screen}").unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.with_key("screen", draw));
        if let Some(every) = self.refresh {
            bar.enable_steady_tick(every);
        }
        self.bar = Some(bar);
    }

    /// Writes a line above the block.
    fn above(&mut self, line: &str) {
        let written = match self.bar {
            Some(_) => self.multi.println(line),
            None => self.term.write_line(line).and_then(|()| self.term.flush()),
        };
        self.keep(written);
    }

    fn finding(&mut self, finding: &Finding) {
        let severity = format!("{}[{}]", finding.severity, finding.code);
        let severity = match finding.severity {
            Severity::Error => self.paint.bad(&severity),
            Severity::Warning => self.paint.warn(&severity),
            Severity::Note => self.paint.dim(&severity),
        };
        let place = finding.place.as_ref().map(|place| clean::one_line(&format!("{place}: ")) + " ");
        let message = clean::one_line(&finding.message);
        self.above(&format!("{}{severity}: {message}", place.unwrap_or_default()));
        if let Some(fix) = &finding.fix {
            self.above(&format!("  fix: {}", clean::one_line(fix)));
        }
    }

    /// Replaces the block by its summary.
    fn summarise(&mut self) -> io::Result<()> {
        let Some(bar) = self.bar.take() else { return Ok(()) };
        bar.disable_steady_tick();
        bar.finish_and_clear();
        let frame = Frame {
            width: usize::from(self.term.width()),
            height: None,
            now: (self.now)(),
            count: 0,
            paint: self.paint,
        };
        for line in render::lines(&lock(&self.screen), &frame) {
            self.term.write_line(&line)?;
        }
        Ok(())
    }

    fn keep(&mut self, written: io::Result<()>) {
        if self.failed.is_none() {
            self.failed = written.err();
        }
    }
}

impl<T: TermLike + Clone + 'static> View for Live<T> {
    fn plan(&mut self, plan: &Plan) {
        for finding in &plan.findings {
            self.finding(finding);
        }
        if !plan.can_start() {
            let counts = Counts::of(&plan.findings);
            self.above(&self.paint.bad(&format!("✘ cannot be deployed, {counts}")));
        } else if let Some(budget) = plan.budget {
            self.above(&self.paint.dim(&budget.to_string()));
        }
        lock(&self.screen).expect(plan.config.as_ref().map(|config| config.routing));
    }

    fn event(&mut self, event: &DeploymentEvent) {
        if self.closed {
            return;
        }
        lock(&self.screen).apply(event);
        self.start();
        if let EventKind::HookLog { lifecycle_event, level, text, .. } = &event.kind {
            let (level, text) = (clean::one_line(level), clean::one_line(text));
            let level = match level.as_str() {
                "error" => self.paint.bad(&level),
                "warn" => self.paint.warn(&level),
                _ => self.paint.dim(&level),
            };
            self.above(&format!("{} {level} {text}", self.paint.dim(lifecycle_event.as_str())));
        }
        self.redraw();
    }

    fn note(&mut self, text: &str) {
        self.above(&self.paint.strong(&clean::one_line(text)));
    }

    fn close(&mut self) -> io::Result<()> {
        if !self.closed {
            self.closed = true;
            let had_block = self.bar.is_some();
            let written = self.summarise();
            self.keep(written);
            // Also after an error: whatever happened, the terminal gets its cursor back.
            if had_block {
                let written = self.term.write_str(SHOW_CURSOR);
                self.keep(written);
            }
            let written = self.term.flush();
            self.keep(written);
        }
        self.failed.take().map_or(Ok(()), Err)
    }
}

impl<T: TermLike + Clone + 'static> Drop for Live<T> {
    fn drop(&mut self) {
        // Who drops a view without closing it does not ask for its error.
        drop(self.close());
    }
}

impl<T: TermLike + Clone + 'static> fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("term", &self.term).field("closed", &self.closed).finish_non_exhaustive()
    }
}

/// The model is whole after every event, even when a thread has died while it held the lock.
fn lock(screen: &Mutex<Screen>) -> MutexGuard<'_, Screen> {
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}
