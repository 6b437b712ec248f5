//! One route of a fake: which requests it covers, and its answers in their order.

use std::fmt;

use super::{Answer, MethodPattern, PathPattern};
use crate::http::Role;

/// Answers to the requests that one pattern covers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Route {
    /// The listener at which it answers; both when there is none.
    pub listener: Option<Role>,
    /// The method.
    pub method: MethodPattern,
    /// The path.
    pub path: PathPattern,
    /// What follows the last answer.
    pub repeat: Repeat,
    first: Answer,
    then: Vec<Answer>,
}

/// What a route answers after its last answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    /// The last answer, again and again.
    #[default]
    Last,
    /// All of them from the first on.
    Cycle,
}

impl Route {
    /// A route at both listeners with one answer.
    #[must_use]
    pub const fn new(method: MethodPattern, path: PathPattern, answer: Answer) -> Self {
        Self { listener: None, method, path, repeat: Repeat::Last, first: answer, then: Vec::new() }
    }

    /// Adds an answer after those that are there.
    #[must_use]
    pub fn then(mut self, answer: Answer) -> Self {
        self.then.push(answer);
        self
    }

    /// Sets what follows the last answer.
    #[must_use]
    pub const fn with_repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// Restricts it to one listener.
    #[must_use]
    pub const fn at(mut self, listener: Role) -> Self {
        self.listener = Some(listener);
        self
    }

    pub(super) fn covers(&self, role: Role, method: &str, path: &str) -> bool {
        self.listener.is_none_or(|only| only == role) && self.method.covers(method) && self.path.covers(path)
    }

    /// The answer to the request of this number, from 0.
    pub(super) fn answer(&self, number: u64) -> &Answer {
        let answers = || std::iter::once(&self.first).chain(&self.then);
        let length: u64 = answers().map(length_of).sum();
        let mut number = match self.repeat {
            Repeat::Last => number,
            Repeat::Cycle => number % length.max(1),
        };
        for answer in answers() {
            if number < length_of(answer) {
                return answer;
            }
            number -= length_of(answer);
        }
        self.then.last().unwrap_or(&self.first)
    }
}

fn length_of(answer: &Answer) -> u64 {
    u64::from(answer.times.max(1))
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.method, self.path, self.first)?;
        self.then.iter().try_for_each(|answer| write!(f, ", then {answer}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(repeat: Repeat) -> Route {
        let answer = |status, times| Answer::new(status).unwrap().with_times(times);
        Route::new(MethodPattern::Any, "/".parse().unwrap(), answer(500, 2))
            .then(answer(200, 1))
            .with_repeat(repeat)
    }

    fn statuses(repeat: Repeat) -> Vec<u16> {
        (0..7).map(|number| route(repeat).answer(number).status.as_u16()).collect()
    }

    #[test]
    fn answers_come_in_their_order_and_then_as_the_route_says() {
        assert_eq!(statuses(Repeat::Last), [500, 500, 200, 200, 200, 200, 200]);
        assert_eq!(statuses(Repeat::Cycle), [500, 500, 200, 500, 500, 200, 500]);
    }

    #[test]
    fn a_route_of_one_listener_leaves_the_other_alone() {
        let route = route(Repeat::Last).at(Role::Test);
        assert!(route.covers(Role::Test, "GET", "/") && !route.covers(Role::Production, "GET", "/"));
    }
}
