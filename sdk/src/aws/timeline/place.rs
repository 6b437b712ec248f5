//! Where in the events of a deployment somebody is.

use std::fmt;

use greenlight_core::error::QueryError;
use greenlight_core::{Cursor, DeploymentId};

/// The place of one event. Places are in the order in which things happen, whether or not all of them do, so that a place
/// means the same in every program, whatever each of them could find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::aws) struct Place {
    slot: u32,
    /// Milliseconds of the time of a line in a hook's log, and its number among those of the same time.
    line: Option<(u64, u32)>,
}

/// Places of one lifecycle event; a linear shift has a hundred steps at most.
const OF_ONE_EVENT: u32 = 1000;

impl Place {
    /// Before everything.
    pub(in crate::aws) const BEGIN: Self = Self::slot(0);
    pub(super) const STARTED: Self = Self::slot(1);
    pub(super) const TERMINATION_WAIT: Self = Self::slot(900_000);
    pub(super) const TASK_SET_STOPPED: Self = Self::slot(900_001);
    pub(super) const ROLLBACK: Self = Self::slot(900_002);
    pub(super) const ENDED: Self = Self::slot(900_003);

    const fn slot(slot: u32) -> Self {
        Self { slot, line: None }
    }

    /// A place of the lifecycle event at `index`: before it 0, its begin 1, what it begins 2, what that comes to 3, the
    /// steps of a shift from 10 on, and its end 999.
    pub(super) const fn of_event(index: u32, part: u32) -> Self {
        Self::slot((index + 1) * OF_ONE_EVENT + part)
    }

    /// The line of a log that began to be written here.
    pub(super) const fn line(self, millis: u64, number: u32) -> Self {
        Self { slot: self.slot, line: Some((millis, number)) }
    }

    /// The cursor after the event at this place.
    pub(in crate::aws) fn cursor(self, id: &DeploymentId) -> Cursor {
        Cursor::at(format!("{id}/{self}"))
    }

    /// The place of a cursor.
    ///
    /// # Errors
    ///
    /// When the cursor is of another deployment, or none of this pipeline.
    pub(in crate::aws) fn of(cursor: &Cursor, id: &DeploymentId) -> Result<Self, QueryError> {
        let Some(text) = cursor.place() else { return Ok(Self::BEGIN) };
        let place =
            text.strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix('/')).and_then(Self::read);
        place
            .filter(|place| *place <= Self::ENDED)
            .ok_or_else(|| QueryError::InvalidCursor { id: id.clone(), cursor: cursor.to_string() })
    }

    fn read(text: &str) -> Option<Self> {
        let (slot, line) = match text.split_once('+') {
            None => (text, None),
            Some((slot, line)) => {
                let (millis, number) = line.split_once('.')?;
                (slot, Some((millis.parse().ok()?, number.parse().ok()?)))
            }
        };
        let place = Self { slot: slot.parse().ok()?, line };
        // Written in one way only: no `+5`, no leading zeros.
        (place.to_string() == text).then_some(place)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            None => write!(f, "{}", self.slot),
            Some((millis, number)) => write!(f, "{}+{millis}.{number}", self.slot),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> DeploymentId {
        "d-1NNWZG91L".parse().unwrap()
    }

    #[test]
    fn a_place_is_found_again_by_its_cursor() {
        let line = Place::of_event(3, 2).line(1_543_431_361_022, 4);
        for place in [Place::STARTED, Place::of_event(0, 0), line, Place::ENDED] {
            assert_eq!(Place::of(&place.cursor(&id()), &id()).unwrap(), place);
        }
        assert_eq!(Place::of(&Cursor::start(), &id()).unwrap(), Place::BEGIN);
    }

    #[test]
    fn a_cursor_of_nowhere_is_refused() {
        let places = ["", "x", "1", "d-1NNWZG91L", "d-1NNWZG91L/", "d-1NNWZG91L/-1", "d-1NNWZG91L/01"];
        let more = ["d-1NNWZG91L/1+2", "d-1NNWZG91L/1+2.x", "d-1NNWZG91M/1", "d-1NNWZG91L/999999"];
        for place in places.into_iter().chain(more) {
            let refused = Place::of(&Cursor::at(place), &id()).unwrap_err().to_string();
            assert!(refused.ends_with("is not one of deployment d-1NNWZG91L; begin again from the start"));
        }
    }

    #[test]
    fn the_lines_of_a_log_are_between_the_begin_of_a_hook_and_its_end() {
        let began = Place::of_event(2, 2);
        let lines = [began.line(5, 0), began.line(5, 1), began.line(6, 0)];
        assert!(lines.is_sorted() && began < lines[0] && lines[2] < Place::of_event(2, 3));
    }
}
