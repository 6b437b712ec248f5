//! What the reader promises of every text; shared by the property tests and the fuzz target.

use greenlight_core::appspec::{AppSpec, FINDING_CODES, MAX_BYTES};

/// Reads the bytes and fails if a promise is broken.
pub(crate) fn check_promises(bytes: &[u8]) {
    let reading = AppSpec::read_bytes(bytes);
    let has_error = reading.findings.iter().any(|finding| finding.is_error());
    assert_eq!(reading.spec.is_none(), has_error, "an AppSpec is there exactly when nothing is an error");
    let mut last = 0;
    for finding in &reading.findings {
        let place = finding.text_place().unwrap();
        assert!(place.span.start <= place.span.end && place.span.end <= bytes.len(), "{finding} is outside");
        assert!(last <= place.span.start, "{finding} is out of order");
        last = place.span.start;
        let before =
            String::from_utf8_lossy(&bytes[..place.span.start]).replace("\r\n", "\n").replace('\r', "\n");
        assert_eq!(place.line, before.matches('\n').count() + 1, "{finding}");
        assert!(!finding.message.contains('\n') && !finding.message.ends_with('.'), "{finding}");
        assert!(FINDING_CODES.contains(&finding.code.as_ref()), "{finding} has a code that is not listed");
        assert!(finding.fix.is_some(), "{finding} names no fix");
    }
    let Some(spec) = reading.spec else { return };
    for text in [spec.to_yaml(), spec.to_json()] {
        // Aliases written out can make a text longer than what is read.
        if text.len() <= MAX_BYTES {
            assert_eq!(AppSpec::read(&text).spec.as_ref(), Some(&spec), "{text}");
        }
    }
}
