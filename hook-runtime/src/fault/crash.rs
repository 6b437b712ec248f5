//! What each language says on standard error before it dies.
//!
//! Their runtimes wrap it in traces and in words of their own; people look for the message, and for the line of their source.

/// Begins the line in which Go's runtime says of an error that no program can recover from.
const FATAL: &str = "fatal error: ";
/// Begins the line of a panic in Go and Zig.
const PANIC: &str = "panic: ";
/// What the interpreter around Python says of an exception that nobody caught, in a panic of its own.
const UNEXPECTED: &str = "Python function threw an unexpected exception";
/// The last words of the engine around JavaScript.
const ABORTED: &str = "Redirecting call to abort() to mozalloc_abort";

/// The message of an uncaught error in Python, Go, Zig or JavaScript, on one line and after its place; nothing for others.
pub(super) fn message(stderr: &[String]) -> Option<String> {
    python(stderr).or_else(|| go(stderr)).or_else(|| zig(stderr)).or_else(|| javascript(stderr))
}

/// Whether Python died for want of memory, in whatever it did then.
pub(super) fn is_memory_error(stderr: &[String]) -> bool {
    stderr.iter().any(|line| line.contains(UNEXPECTED))
        && stderr.iter().any(|line| line.contains("MemoryError"))
}

/// Whether a crash is told from this line on, with a trace after it that may be long.
pub(crate) fn begins(line: &str) -> bool {
    line.starts_with(PANIC) || line.starts_with(FATAL) || zig_panic(line).is_some()
}

/// A traceback, then the exception, then a panic of the interpreter.
fn python(stderr: &[String]) -> Option<String> {
    let end = stderr.iter().rposition(|line| line.contains(UNEXPECTED))?;
    let said: Vec<&String> = stderr
        .iter()
        .take(end)
        .filter(|line| !line.contains("panicked at ") && !line.trim().is_empty())
        .collect();
    let frame = said.iter().rposition(|line| line.starts_with("  "))?;
    let exception: Vec<&str> = said.iter().skip(frame + 1).map(|line| line.trim()).collect();
    let own = said.iter().rev().find_map(|line| python_place(line));
    (!exception.is_empty()).then(|| placed(own.as_deref(), &exception.join(" ")))
}

/// `app.py:9` of `  File "/0/app.py", line 9, in price`; what is not the author's own is in other folders.
fn python_place(line: &str) -> Option<String> {
    let (file, rest) = line.trim_start().strip_prefix("File \"/")?.split_once("\", line ")?;
    let (folder, file) = file.split_once('/')?;
    let number = rest.split(',').next()?;
    folder.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("{file}:{number}"))
}

/// The message stands before the goroutines, and the first line of source that is not the runtime's is the author's.
fn go(stderr: &[String]) -> Option<String> {
    let goroutines = stderr.iter().position(|line| line.starts_with("goroutine "))?;
    let before = || stderr.iter().take(goroutines).rev();
    let message = before()
        .find_map(|line| line.strip_prefix(PANIC))
        .or_else(|| before().find(|line| line.starts_with(FATAL)).map(String::as_str))?;
    let mut places =
        stderr.iter().skip(goroutines).filter(|line| line.starts_with(['\t', ' '])).map(|line| line.trim());
    let own = places.find(|place| !place.starts_with("runtime/") && !place.contains("/src/runtime/"));
    Some(placed(own.and_then(|place| place.split(' ').next()), message.trim()))
}

fn zig(stderr: &[String]) -> Option<String> {
    let message =
        stderr.iter().rev().find_map(|line| line.strip_prefix(PANIC).or_else(|| zig_panic(line)))?;
    Some(message.trim().to_owned())
}

/// The message of `thread 1 panic: message`.
fn zig_panic(line: &str) -> Option<&str> {
    let (number, message) = line.strip_prefix("thread ")?.split_once(" panic: ")?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(message)
}

/// The message, `Stack:` and the calls, or the message alone; then the engine's own words.
fn javascript(stderr: &[String]) -> Option<String> {
    let end = stderr.iter().rposition(|line| line.trim() == ABORTED)?;
    let said: Vec<&str> =
        stderr.iter().take(end).map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    match said.iter().rposition(|line| *line == "Stack:") {
        Some(stack) => {
            let message = said.get(stack.checked_sub(1)?)?;
            let place = said.get(stack + 1).and_then(|call| call.split_once('@')).map(|(_, place)| place);
            Some(placed(place, message))
        }
        None => said.last().map(|message| (*message).to_owned()),
    }
}

fn placed(place: Option<&str>, message: &str) -> String {
    match place {
        Some(place) => format!("{place}: {message}"),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn an_exception_in_python_is_told_and_not_the_panic_of_the_interpreter() {
        let stderr = lines(concat!(
            "Traceback (most recent call last):\n",
            "  File \"/0/app.py\", line 17, in validate\n",
            "  File \"/0/shop/cart.py\", line 9, in price\n",
            "  File \"/world/wit_world/imports/http.py\", line 89, in fetch\n",
            "KeyError: 'items'\n\n",
            "thread '<unnamed>' (1) panicked at runtime/src/lib.rs:1280:25:\n",
            "Python function threw an unexpected exception\n",
            "note: run with `RUST_BACKTRACE=1`"
        ));
        assert_eq!(message(&stderr).unwrap(), "shop/cart.py:9: KeyError: 'items'");
        assert!(!is_memory_error(&stderr));
    }

    #[test]
    fn a_panic_in_go_is_told_with_the_authors_line() {
        let stderr = lines(concat!(
            "checking\n",
            "panic: runtime error: index out of range [5] with length 0\n\n",
            "goroutine 1 [running]:\n",
            "runtime.throw({0x75b6, 0xd})\n\truntime/panic.go:1243 +0x3\n",
            "main.validate()\n\tgo-faults/main.go:18 +0x1f\n"
        ));
        assert_eq!(
            message(&stderr).unwrap(),
            "go-faults/main.go:18: runtime error: index out of range [5] with length 0"
        );
        let stderr =
            lines("fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\n");
        assert_eq!(message(&stderr).unwrap(), "fatal error: all goroutines are asleep - deadlock!");
    }

    #[test]
    fn a_panic_in_zig_is_told_with_and_without_its_thread() {
        let without = lines("panic: no items in stock\nCannot print stack trace: stack tracing is disabled");
        assert_eq!(message(&without).unwrap(), "no items in stock");
        let with = lines("thread 1 panic: integer overflow\n/src/main.zig:3:5: 0x5 in main");
        assert_eq!(message(&with).unwrap(), "integer overflow");
    }

    #[test]
    fn an_exception_in_javascript_is_told_and_not_the_abort_of_the_engine() {
        let with_stack = lines(concat!(
            "cart.items is undefined\nStack:\n  price@hook.js:6:3\n  validate@hook.js:14:14\n\n",
            "Redirecting call to abort() to mozalloc_abort\n"
        ));
        assert_eq!(message(&with_stack).unwrap(), "hook.js:6:3: cart.items is undefined");
        let without = lines(
            "NetworkError when attempting to fetch resource\nRedirecting call to abort() to mozalloc_abort\n",
        );
        assert_eq!(message(&without).unwrap(), "NetworkError when attempting to fetch resource");
    }

    #[test]
    fn what_is_of_no_such_language_is_left_to_others() {
        for text in ["", "Assertion failed: a > 0 (a.c: f: 3)", "thread 'main' panicked at a.rs:1:1:\nno"] {
            assert_eq!(message(&lines(text)), None, "{text}");
        }
        // The end of something whose beginning was not kept.
        assert_eq!(
            message(&lines("Stack:\n  a@b.js:1:1\nRedirecting call to abort() to mozalloc_abort")),
            None
        );
    }
}
