//! Whether the service answers, for people who wait for it.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use greenlight_core::Timestamp;
use tokio::sync::watch;

use super::{Kind, Trouble};

/// How long nothing is answered before it is told: what is shorter is weather that nobody would notice.
const TOLD_AFTER: Duration = Duration::from_secs(10);

/// After so long without a question, whoever asked has given up, and how long nothing was answered begins anew. Longer than every
/// pause between two attempts.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(120);

/// Whether CodeDeploy answers a pipeline. As a text it is a sentence for whoever waits: `CodeDeploy does not answer since
/// 18:03:04 UTC (throttled)`, and `CodeDeploy answers again`.
///
/// It is no [event](greenlight_core::DeploymentEvent) of a deployment, whose events are the same for whoever follows it, and
/// tells nothing of how a deployment stands. [`CodeDeploy::contact`](crate::aws::CodeDeploy::contact) has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contact {
    /// It answers, or was not asked yet.
    Answers,
    /// Nothing that it was asked was answered for ten seconds or more. It is asked on.
    Silent {
        /// When the first question was asked that has no answer.
        since: Timestamp,
        /// What became of the last question.
        cause: SilenceCause,
    },
}

/// Why a service does not [answer](Contact).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SilenceCause {
    /// It says that it is asked too often.
    Throttled,
    /// It could not be reached, or had a fault: the innermost cause, such as `Connection refused (os error 111)`.
    Unreachable(String),
    /// It could not be asked at all, as for want of credentials: the innermost cause.
    NotAsked(String),
}

/// The changes of a [`Contact`], told one after the other; made by [`CodeDeploy::contact`](crate::aws::CodeDeploy::contact).
///
/// Whoever looks rarely is told how it stands then, and not what it was in between.
#[derive(Debug)]
pub struct ContactChanges {
    contact: watch::Receiver<Contact>,
    told: Contact,
}

impl ContactChanges {
    /// Waits until the contact is another than was told before, which was [`Contact::Answers`] at first. Waits without an end where
    /// nothing changes; dropping the future loses nothing.
    pub async fn next(&mut self) -> Contact {
        let told = &self.told;
        let changed = self.contact.wait_for(|contact| !is_told_by(contact, told)).await;
        let Ok(contact) = changed.map(|contact| contact.clone()) else {
            // The pipeline is gone, and nothing changes any more.
            return std::future::pending().await;
        };
        self.told = contact.clone();
        contact
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answers => f.write_str("CodeDeploy answers again"),
            Self::Silent { since, cause } => {
                let since = since.to_string();
                // `2026-11-23T18:03:04.000Z`: whoever reads it knows the day.
                let time = since.get(11..19).unwrap_or(&since);
                write!(f, "CodeDeploy does not answer since {time} UTC ({cause})")
            }
        }
    }
}

impl fmt::Display for SilenceCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled => f.write_str("throttled"),
            Self::Unreachable(cause) => write!(f, "unreachable: {cause}"),
            Self::NotAsked(cause) => write!(f, "not asked: {cause}"),
        }
    }
}

/// Notices from what becomes of requests whether the service answers.
#[derive(Debug)]
pub(super) struct Listener {
    contact: watch::Sender<Contact>,
    unanswered: Mutex<Unanswered>,
}

/// The questions since the last answer.
#[derive(Debug, Default)]
struct Unanswered {
    /// When the first one was asked.
    since: Option<Timestamp>,
    /// When trouble came of one last.
    troubled: Option<Timestamp>,
}

impl Listener {
    pub(super) fn new() -> Self {
        Self { contact: watch::Sender::new(Contact::Answers), unanswered: Mutex::default() }
    }

    /// Since when nothing is answered, where that is told.
    pub(super) fn silent_since(&self) -> Option<Timestamp> {
        match &*self.contact.borrow() {
            Contact::Answers => None,
            Contact::Silent { since, .. } => Some(*since),
        }
    }

    pub(super) fn changes(&self) -> ContactChanges {
        ContactChanges { contact: self.contact.subscribe(), told: Contact::Answers }
    }

    /// A question is asked.
    pub(super) fn asked(&self, now: Timestamp) {
        self.with(|unanswered| {
            if unanswered.troubled.is_none_or(|at| now.since(at) >= FORGOTTEN_AFTER) {
                *unanswered = Unanswered { since: Some(now), troubled: None };
            }
        });
    }

    /// The service answered, if only to refuse.
    pub(super) fn answered(&self) {
        self.with(|unanswered| *unanswered = Unanswered::default());
        let was_silent =
            |contact: &mut Contact| std::mem::replace(contact, Contact::Answers) != Contact::Answers;
        self.contact.send_if_modified(was_silent);
    }

    /// This came of a question instead of an answer.
    pub(super) fn unanswered(&self, trouble: &Trouble, now: Timestamp) {
        let since = self.with(|unanswered| {
            unanswered.troubled = Some(now);
            *unanswered.since.get_or_insert(now)
        });
        if now.since(since) < TOLD_AFTER {
            return;
        }
        let cause = match trouble.kind {
            Kind::Throttled => SilenceCause::Throttled,
            Kind::NotSent => SilenceCause::NotAsked(trouble.message.clone()),
            _ => SilenceCause::Unreachable(trouble.message.clone()),
        };
        self.contact.send_replace(Contact::Silent { since, cause });
    }

    fn with<T>(&self, change: impl FnOnce(&mut Unanswered) -> T) -> T {
        change(&mut self.unanswered.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether nobody need be told of a contact any more: one silence is told once, for each sort of cause.
fn is_told_by(contact: &Contact, told: &Contact) -> bool {
    match (contact, told) {
        (Contact::Silent { since, cause }, Contact::Silent { since: known_since, cause: known }) => {
            since == known_since && std::mem::discriminant(cause) == std::mem::discriminant(known)
        }
        (contact, told) => contact == told,
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn trouble(kind: Kind, message: &str) -> Trouble {
        Trouble { kind, code: String::new(), message: message.to_owned() }
    }

    fn told(changes: &mut ContactChanges) -> Option<String> {
        changes.next().now_or_never().map(|contact| contact.to_string())
    }

    const fn at(second: u64) -> Timestamp {
        Timestamp::from_millis((18 * 3600 + second) * 1000)
    }

    #[test]
    fn a_silence_is_told_once_for_each_sort_of_cause_and_so_is_its_end() {
        let listener = Listener::new();
        let mut changes = listener.changes();
        listener.asked(at(0));
        listener.unanswered(&trouble(Kind::Throttled, "Rate exceeded"), at(9));
        assert_eq!(told(&mut changes), None, "it is too short");
        listener.unanswered(&trouble(Kind::Throttled, "Rate exceeded"), at(10));
        let throttled = "CodeDeploy does not answer since 18:00:00 UTC (throttled)";
        assert_eq!(told(&mut changes).as_deref(), Some(throttled));
        listener.unanswered(&trouble(Kind::Throttled, "Rate exceeded"), at(20));
        assert_eq!(told(&mut changes), None, "it was told");
        for message in ["connection refused", "connection reset"] {
            listener.unanswered(&trouble(Kind::Unreachable, message), at(21));
            let unreachable =
                "CodeDeploy does not answer since 18:00:00 UTC (unreachable: connection refused)";
            let expected = (message == "connection refused").then_some(unreachable);
            assert_eq!(told(&mut changes).as_deref(), expected);
        }
        listener.answered();
        assert_eq!(told(&mut changes).as_deref(), Some("CodeDeploy answers again"));
        assert_eq!(told(&mut changes), None);
        assert_eq!(told(&mut listener.changes()), None, "who comes later has missed nothing");
    }

    #[test]
    fn answers_in_between_are_no_silence() {
        let listener = Listener::new();
        for second in 0..100 {
            listener.asked(at(second));
            listener.unanswered(&trouble(Kind::Throttled, ""), at(second));
            if second % 9 == 0 {
                listener.answered();
            }
        }
        assert_eq!(told(&mut listener.changes()), None);
    }

    #[test]
    fn time_in_which_nobody_asked_is_no_silence() {
        let listener = Listener::new();
        listener.asked(at(0));
        listener.asked(at(3000));
        listener.unanswered(&trouble(Kind::Throttled, ""), at(3000));
        listener.asked(at(6000));
        listener.unanswered(&trouble(Kind::Throttled, ""), at(6001));
        assert_eq!(told(&mut listener.changes()), None);
    }

    #[test]
    fn who_comes_late_is_told_of_a_silence_that_lasts() {
        let listener = Listener::new();
        listener.unanswered(&trouble(Kind::NotSent, "no credentials"), at(0));
        listener.unanswered(&trouble(Kind::NotSent, "no credentials"), at(60));
        let expected = "CodeDeploy does not answer since 18:00:00 UTC (not asked: no credentials)";
        assert_eq!(told(&mut listener.changes()).as_deref(), Some(expected));
    }
}
