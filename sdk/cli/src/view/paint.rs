//! Colours by meaning, and none at all where they are not wanted.

use console::Style;

/// Colours texts, or leaves them as they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) color: bool,
}

impl Paint {
    /// Went well.
    pub(super) fn good(self, text: &str) -> String {
        self.apply(Style::new().green(), text)
    }

    /// Went wrong.
    pub(super) fn bad(self, text: &str) -> String {
        self.apply(Style::new().red().bold(), text)
    }

    /// Worth a look.
    pub(super) fn warn(self, text: &str) -> String {
        self.apply(Style::new().yellow(), text)
    }

    /// Under way.
    pub(super) fn busy(self, text: &str) -> String {
        self.apply(Style::new().cyan(), text)
    }

    /// There for those who look for it.
    pub(super) fn dim(self, text: &str) -> String {
        self.apply(Style::new().dim(), text)
    }

    /// What the eye should find first.
    pub(super) fn strong(self, text: &str) -> String {
        self.apply(Style::new().bold(), text)
    }

    /// Of the original task set.
    pub(super) fn blue(self, text: &str) -> String {
        self.apply(Style::new().blue(), text)
    }

    /// Of the replacement task set.
    pub(super) fn green(self, text: &str) -> String {
        self.apply(Style::new().green(), text)
    }

    /// Judged here alone: the console crate would ask the process's own standard output.
    fn apply(self, style: Style, text: &str) -> String {
        if text.is_empty() {
            String::new()
        } else {
            style.force_styling(self.color).apply_to(text).to_string()
        }
    }
}
